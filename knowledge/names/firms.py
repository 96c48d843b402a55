"""Names of firms in letters (企业名称): words by what they are – brand, trade, place, legal form, number.

Forms of one kind are one (Ltd, GmbH, ООО are near; JSC and Joint Stock Company are the same); words of trade tell
little, brands tell most, and a number or a country that both sides give and differ in tells two firms apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from knowledge.names.alignment import Word
from knowledge.names.keys import words
from knowledge.names.lexicon import Lexicon, load_lexicon
from knowledge.names.scripts import ABJADS, latin, scripts_of, split_words

_STOP = frozenset(
    words(
        "the of and for und et de la le les del y i e di da für in on at a an named after im imeni iz na s v po pri"
        " dlia dlya under with academician akademika akademik"
    )
)
#: What words weigh by kind; a brand weighs 1.
WEIGHTS = {"brand": 1.0, "trade": 0.45, "places": 0.6, "number": 0.7, "stop": 0.05}
_ROMAN = re.compile(r"^(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})$")
_ORDINAL = re.compile(r"^(\d+)(?:st|nd|rd|th)$")
_ORDINALS = {"first": "1", "1st": "1", "second": "2", "2nd": "2", "third": "3", "3rd": "3"}
_NUMBERS = {
    word: str(at)
    for at, word in enumerate(words("zero one two three four five six seven eight nine ten"))
    if at
}
_TENS = {
    word: ten for ten, word in enumerate(words("twenty thirty forty fifty sixty seventy eighty ninety"), 2)
}


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a firm's name and the concepts that it says; `kind` is brand, trade, places, number or stop."""

    word: Word
    kind: str
    concepts: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Firm:
    """A firm's name taken apart; `forms` are the concepts of its legal form."""

    tokens: tuple[Token, ...]
    forms: frozenset[str] = field(default_factory=frozenset)
    #: The letters that words of kind have at the end of a Russian acronym: Company and Corporation K, Group G.
    ends: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def joined(self) -> str:
        """The letters of all words but those of the legal form."""
        return "".join(token.word.latin for token in self.tokens)[:60]

    @cached_property
    def has_brand(self) -> bool:
        """Whether a word of it tells it apart."""
        return any(token.kind == "brand" for token in self.tokens)

    @cached_property
    def initials(self) -> tuple[tuple[Token, frozenset[str]], ...]:
        """Its words without numbers, and the letters of each in an acronym, in its language or in Russian."""
        initials = load_lexicon().initials
        return tuple(
            (
                token,
                frozenset(token.word.latin[:1]).union(*(initials.get(each, ()) for each in token.concepts)),
            )
            for token in self.tokens
            if token.kind != "number"
        )


#: What parts a name from a second one: commas, slashes, brackets, a.k.a.
_SECOND = re.compile(r"\s*(?:[,;/()]|\ba\.?k\.?a\.?\b|\bили\b|\bformerly\b)\s*", re.IGNORECASE)


@lru_cache(maxsize=32_768)
def firm_names(name: str) -> tuple[Firm, ...]:
    """The whole name, and the names that it gives one after the other, without those that are only a form."""
    found = [firm_parts(name)]
    parts = [part for part in _SECOND.split(name) if len(part) > 2]
    for part in parts[:4] if len(parts) > 1 else ():
        firm = firm_parts(part)
        if firm not in found and not _only_form(firm):
            found.append(firm)
    return tuple(found)


def _only_form(firm: Firm) -> bool:
    """Whether there is nothing in it that a firm could be known by: a country, a number, a short word of trade."""
    return (
        not any(
            token.kind == "brand"
            and len(token.word.latin) > 2
            and not load_lexicon().of_english(token.word.latin)
            for token in firm.tokens
        )
        and sum(token.kind == "trade" for token in firm.tokens) < 3
    )


def is_stop(written: str) -> bool:
    """Whether a word in small Latin letters only joins others: of, and, imeni."""
    return written in _STOP


@lru_cache(maxsize=32_768)
def firm_parts(name: str) -> Firm:
    """A name in Latin, Cyrillic or another alphabet taken apart."""
    lexicon = load_lexicon()
    tokens: list[Token] = []
    forms: set[str] = set()
    ends: set[str] = set()
    text = _cyrillic(_INSTITUTE.sub(r"\1 ", name).replace("-", " ").replace("/", " ").replace("&", " & "))
    quoted = {
        word.lower()
        for match in _QUOTED.finditer(text)
        if len(found := split_words(match[1])) <= 2
        for word in found
    }
    said = split_words(text)
    at = 0
    lowered = [word.lower() for word in said]
    while at < len(said):
        length, concepts = _term(lowered, at, lexicon)
        kinds = {lexicon.group[concept] for concept in concepts}
        given = " ".join(said[at : at + length])
        short = lexicon.expanded.get(lowered[at]) if length == 1 else None
        if short is not None:
            tokens += [
                Token(
                    Word(given, "", weight=_trade_weight(concept), kind="trade"),
                    "trade",
                    frozenset({concept}),
                )
                for concept in short
            ]
        elif "forms" in kinds:
            forms |= {concept for concept in concepts if lexicon.group[concept] == "forms"}
            ends |= {_ENDS[word] for word in lowered[at : at + length] if word in _ENDS}
        else:
            token = _token(given, concepts, kinds, lowered[at] in quoted)
            if token is not None and token.kind == "number" and tokens and _ten(tokens[-1], token):
                # Forty-Four is 44.
                number = tokens[-1].word.latin[0] + token.word.latin
                given = f"{tokens[-1].word.given} {given}"
                tokens[-1] = Token(_number_word(given, number), "number")
            elif token is not None:
                tokens.append(token)
        at += length
    if not any(token.kind in ("brand", "trade", "places", "number") for token in tokens):
        # A name that is nothing but a form (Group, Holding) is compared by it.
        tokens = [Token(_word(word, "brand"), "brand") for word in said if latin(word)]
    return Firm(tuple(tokens), frozenset(forms), frozenset(ends))


_ENDS = {"company": "k", "corporation": "k", "concern": "k", "group": "g", "holding": "k"}
#: ЦНИИХМ, ВНИИРТ: an institute with what it is for.
_INSTITUTE = re.compile(
    r"\b(Гос(?=НИИ)|Gos(?=NII)|(?:(?<=Гос)|(?<=Gos))?(?:ЦНИИ|ВНИИ|НИИ|TsNII|CNII|VNII|NII))(?=[А-ЯA-Z]{2})"
)
#: What quotation marks hold is the brand.
_QUOTED = re.compile('[«“„‘"]([^«»“”„‘’"]{2,40})[»”“’"]')
#: Latin letters that look like Cyrillic ones, within a Cyrillic word: Oбщество, Кампанiя.
_LOOKS_CYRILLIC = str.maketrans("ABCEHIKMOPTXYaceiopxy", "АВСЕНІКМОРТХУасеіорху")
_MIXED = re.compile(r"\w*(?:[a-zA-Z][\u0400-\u052f]|[\u0400-\u052f][a-zA-Z])\w*")


def _cyrillic(text: str) -> str:
    return _MIXED.sub(lambda match: match.group().translate(_LOOKS_CYRILLIC), text)


def _term(lowered: Sequence[str], at: int, lexicon: Lexicon) -> tuple[int, frozenset[str]]:
    """How many words the longest known term from here has, and its concepts."""
    for length in (4, 3, 2):
        if at + length > len(lowered):
            continue
        found = lexicon.terms.get("_".join(latin(word) for word in lowered[at : at + length]))
        if found:
            return length, found
    word = lowered[at]
    if "cyrillic" in scripts_of(word):
        concept = lexicon.of_russian(word.replace("ё", "е"))
    elif "arabic" in scripts_of(word):
        concept = lexicon.of_arabic(word)
    else:
        written = latin(word)
        if found := lexicon.of_english(written):
            return 1, found
        concept = lexicon.of_spelt(written) if len(written) >= 5 else None
    return 1, frozenset({concept}) if concept else frozenset()


#: Concepts that so many firms say that they tell little.
_GENERAL = frozenset(
    words(
        """
        science research manufacturing institute plant association bureau design technology system center
        company international national central product products service management development trade
        """
    )
)


def _trade_weight(concept: str) -> float:
    return WEIGHTS["trade"] * (0.7 if concept in _GENERAL else 1.0)


def _token(given: str, concepts: frozenset[str], kinds: set[str], quoted: bool) -> Token | None:
    written = latin(given.replace(" ", ""))
    if not written:
        return None
    if concepts:
        if quoted or "nouns" in kinds:
            return Token(_word(given, "brand"), "brand", concepts)
        if "places" in kinds:
            return Token(_word(given, "places"), "places", concepts)
        return Token(_word(given, "trade", max(map(_trade_weight, concepts))), "trade", concepts)
    if written in _STOP or given == "&":
        return None
    number = _number(written)
    if number is not None:
        return Token(_number_word(given, number), "number")
    return Token(_word(given, "brand"), "brand")


def _ten(before: Token, token: Token) -> bool:
    """Whether a number in words goes on with this digit."""
    return latin(before.word.given) in _TENS and len(token.word.latin) == 1


def _number(written: str) -> str | None:
    if (match := _ORDINAL.match(written)) is not None:
        written = match[1]
    if written.isdigit():
        return written.lstrip("0") or "0"
    if written in _ORDINALS:
        return _ORDINALS[written]
    if written in _NUMBERS:
        return _NUMBERS[written]
    if written in _TENS:
        return f"{_TENS[written]}0"
    if len(written) > 1 and _ROMAN.match(written):
        values = {"i": 1, "v": 5, "x": 10, "l": 50}
        total = 0
        for mine, after in zip(written, written[1:] + " ", strict=True):
            total += -values[mine] if values.get(after, 0) > values[mine] else values[mine]
        return str(total)
    return None


def _number_word(given: str, number: str) -> Word:
    return Word(given, number, weight=WEIGHTS["number"], kind="number")


def _word(given: str, kind: str, weight: float | None = None) -> Word:
    written = latin(given.replace(" ", ""))
    if weight is None:
        weight = WEIGHTS[kind] * (math.sqrt(min(len(written), 9) / 6) if kind == "brand" else 1.0)
    return Word(given, written, bool(scripts_of(given) & ABJADS), weight, _of_place(given, written), kind)


#: Endings of Russian adjectives, most of them of places: Казанский, Ульяновская.
_ADJECTIVE = re.compile("(?<=...)(?:sk(?:ii|iy|ij|y|aya|aia|oe|oye|ogo|oi|oy|om)|n(?:yi|yy|ii|aya|aia|oe))$")


def _of_place(given: str, written: str) -> tuple[str, ...]:
    """The place that an adjective is of, in its likely forms: tulskii is of tul, tulsk or tula."""
    stem = _ADJECTIVE.sub("", written) if len(written) > 5 else written
    if stem == written:
        return ()
    return stem, stem + "sk", stem + "a"
