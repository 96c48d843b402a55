"""Names of firms in letters (企业名称): words by what they are – brand, trade, place, legal form, number.

Forms of one kind are one (Ltd, GmbH, ООО are near; JSC and Joint Stock Company are the same); words of trade tell
little, brands tell most, and a number or a country that both sides give and differ in tells two firms apart.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from knowledge.names.alignment import ALIKE, Alignment, Word, align, likeness
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


@dataclass(frozen=True, slots=True)
class Token:
    """A word of a firm's name and the concepts that it says; `kind` is brand, trade, places, number or stop."""

    word: Word
    kind: str
    concepts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Firm:
    """A firm's name taken apart; `forms` are the concepts of its legal form."""

    tokens: tuple[Token, ...]
    forms: frozenset[str] = field(default_factory=frozenset)

    @property
    def words(self) -> list[Word]:
        """All words but those of the legal form."""
        return [token.word for token in self.tokens]


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


def firm_features(left: Sequence[Firm], right: Sequence[Firm]) -> tuple[Alignment, dict[str, float]]:
    """The names of two firms that fit best: their alignment, and what of it speaks for or against one firm."""
    best: tuple[float, Alignment, dict[str, float]] | None = None
    for mine in left:
        for theirs in right:
            found, features = _features(mine, theirs)
            fit = (
                features["shared"]
                - features["conflict"]
                - features["brand_conflict"]
                - features["differs"]
                - 0.5 * features["extra"]
                - 0.5 * (mine is not left[0])
                - 0.5 * (theirs is not right[0])
            )
            if best is None or fit > best[0]:
                part = float(mine is not left[0]) + float(theirs is not right[0])
                best = fit, found, {**features, "second_name": part / 2}
    assert best is not None
    return best[1], best[2]


@lru_cache(maxsize=32_768)
def firm_parts(name: str) -> Firm:
    """A name in Latin, Cyrillic or another alphabet taken apart."""
    lexicon = load_lexicon()
    tokens: list[Token] = []
    forms: set[str] = set()
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
                Token(Word(given, "", weight=_trade_weight(concept)), "trade", frozenset({concept}))
                for concept in short
            ]
        elif "forms" in kinds:
            forms |= {concept for concept in concepts if lexicon.group[concept] == "forms"}
        else:
            token = _token(given, concepts, kinds, lowered[at] in quoted)
            if token is not None:
                tokens.append(token)
        at += length
    if not any(token.kind in ("brand", "trade", "places", "number") for token in tokens):
        # A name that is nothing but a form (Group, Holding) is compared by it.
        tokens = [Token(_word(word, "brand"), "brand") for word in said if latin(word)]
    return Firm(tuple(tokens), frozenset(forms))


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
        if quoted:
            return Token(_word(given, "brand"), "brand", concepts)
        kind = "places" if "places" in kinds else "trade"
        word = _word(given, kind)
        if kind == "trade":
            word = replace(word, weight=max(map(_trade_weight, concepts)))
        return Token(word, kind, concepts)
    if written in _STOP or given == "&":
        return None
    number = _number(written)
    if number is not None:
        return Token(Word(given, number, weight=WEIGHTS["number"]), "number")
    return Token(_word(given, "brand"), "brand")


def _number(written: str) -> str | None:
    if (match := _ORDINAL.match(written)) is not None:
        written = match[1]
    if written.isdigit():
        return written.lstrip("0") or "0"
    if written in _ORDINALS:
        return _ORDINALS[written]
    if written in _NUMBERS:
        return _NUMBERS[written]
    if len(written) > 1 and _ROMAN.match(written):
        values = {"i": 1, "v": 5, "x": 10, "l": 50}
        total = 0
        for mine, after in zip(written, written[1:] + " ", strict=True):
            total += -values[mine] if values.get(after, 0) > values[mine] else values[mine]
        return str(total)
    return None


def _word(given: str, kind: str) -> Word:
    written = latin(given.replace(" ", ""))
    weight = WEIGHTS[kind] * (math.sqrt(min(len(written), 9) / 6) if kind == "brand" else 1.0)
    return Word(given, written, bool(scripts_of(given) & ABJADS), weight, _of_place(given, written))


#: Endings of Russian adjectives, most of them of places: Казанский, Ульяновская.
_ADJECTIVE = re.compile("(?<=...)(?:sk(?:ii|iy|ij|y|aya|aia|oe|oye|ogo|oi|oy|om)|n(?:yi|yy|ii|aya|aia|oe))$")


def _of_place(given: str, written: str) -> tuple[str, ...]:
    """The place that an adjective is of, in its likely forms: tulskii is of tul, tulsk or tula."""
    stem = _ADJECTIVE.sub("", written) if len(written) > 5 else written
    if stem == written:
        return ()
    return stem, stem + "sk", stem + "a"


def _features(left: Firm, right: Firm) -> tuple[Alignment, dict[str, float]]:
    """The alignment of two firms' names and what of it speaks for or against one firm."""
    found, extra = _aligned(left, right)
    kind = {id(token.word): token.kind for token in (*left.tokens, *right.tokens)}
    shared = sum(pair.weight for pair in found.pairs)
    mine, theirs = sum(word.weight for word in found.left), sum(word.weight for word in found.right)
    whole = min(shared + mine, shared + theirs) or 1.0
    lost = sum((1 - pair.likeness) * pair.weight for pair in found.pairs) / (shared or 1.0)
    brands = [
        pair for pair in found.pairs if "brand" in (kind.get(id(pair.left[0])), kind.get(id(pair.right[0])))
    ]
    brand_left = sum(word.weight for word in found.left if kind.get(id(word)) == "brand")
    brand_right = sum(word.weight for word in found.right if kind.get(id(word)) == "brand")
    brand_shared = sum(pair.weight for pair in brands)
    places_left = [word for word in found.left if kind.get(id(word)) == "places"]
    places_right = [word for word in found.right if kind.get(id(word)) == "places"]
    numbers = [
        {word.latin for word in side if kind.get(id(word)) == "number"} for side in (found.left, found.right)
    ]
    trades = [[word for word in side if kind.get(id(word)) == "trade"] for side in (found.left, found.right)]
    has_brands = any(t.kind == "brand" for t in left.tokens) and any(t.kind == "brand" for t in right.tokens)
    joined = likeness("".join(w.latin for w in left.words)[:60], "".join(w.latin for w in right.words)[:60])[
        0
    ]
    return found, {
        "differs": lost,
        "worst_brand": max((1 - pair.likeness for pair in brands), default=0.0),
        "conflict": min(mine, theirs) / whole,
        "extra": abs(mine - theirs) / (whole + abs(mine - theirs)),
        "brand_conflict": min(brand_left, brand_right) / (brand_shared + min(brand_left, brand_right) or 1.0),
        "brand_extra": abs(brand_left - brand_right) / (brand_shared + abs(brand_left - brand_right) + 0.5),
        "no_brand": float(has_brands and not brands),
        "brandless": float(not has_brands),
        "place_conflict": float(bool(places_left) and bool(places_right)),
        "place_extra": float(bool(places_left) != bool(places_right)),
        "number_conflict": float(bool(numbers[0]) and bool(numbers[1])),
        "number_extra": float(bool(numbers[0]) != bool(numbers[1])),
        "trade_conflict": float(bool(trades[0]) and bool(trades[1])),
        "trade_extra": float(bool(trades[0]) != bool(trades[1])),
        "form_differs": float(bool(left.forms) and bool(right.forms) and not left.forms & right.forms),
        "shared": math.log1p(shared),
        "cover": shared / (shared + mine + theirs or 1.0),
        "shared_cover": math.log1p(shared) * (shared / (shared + mine + theirs or 1.0)) ** 2,
        "brand_shared": math.log1p(brand_shared),
        "all_shared": float(bool(found.pairs) and not found.left and not found.right),
        "trade_only": float(bool(found.pairs) and not brands) * mine / (shared + mine or 1.0),
        "joined": max(0.0, joined - ALIKE),
        "acronym": extra,
        "nothing": float(not found.pairs),
    }


def _aligned(left: Firm, right: Firm) -> tuple[Alignment, float]:
    """Words by concept first, then by spelling and sound; then a word that is the others' initials."""
    from knowledge.names.alignment import Pair

    mine, theirs = list(left.tokens), list(right.tokens)
    pairs: list[Pair] = []
    for token in list(mine):
        for other in theirs:
            if token.concepts & other.concepts:
                same = token.word.latin == other.word.latin
                pairs.append(
                    Pair((token.word,), (other.word,), 1.0 if same else 0.97, "same" if same else "meaning")
                )
                mine.remove(token)
                theirs.remove(other)
                break
    numbers = [[t.word for t in side if t.kind == "number"] for side in (mine, theirs)]
    for word in list(numbers[0]):
        for other in numbers[1]:
            if word.latin == other.latin:
                pairs.append(Pair((word,), (other,), 1.0, "same"))
                numbers[0].remove(word)
                numbers[1].remove(other)
                break
    found = align(
        [t.word for t in mine if t.kind != "number"], [t.word for t in theirs if t.kind != "number"]
    )
    rest_left, rest_right = [*found.left, *numbers[0]], [*found.right, *numbers[1]]
    pairs += found.pairs
    acronym = 0.0
    for side, other, order in ((rest_left, rest_right, 1), (rest_right, rest_left, -1)):
        source = right if order == 1 else left
        for word in list(side):
            # БЭМЗ is the Брянский электромеханический завод; УПЗ the Ulyanovsk Cartridge Works.
            spelt = _spells(word, source)
            if len(spelt) >= 2:
                side.remove(word)
                for each in spelt:
                    if any(each is one for one in other):
                        other[:] = [one for one in other if one is not each]
                both = ((word,), tuple(spelt))
                pairs.append(Pair(*(both if order == 1 else both[::-1]), 0.9, "initials"))
                acronym = max(acronym, min(len(word.latin), 6) / 6)
                break
    return Alignment(tuple(pairs), tuple(rest_left), tuple(rest_right)), acronym


def _spells(word: Word, firm: Firm) -> list[Word]:
    """The words of a firm whose initials, in their language or in Russian, an acronym spells in order."""
    # Ц and Щ are one letter of the acronym, however many Latin ones they take.
    letters = "".join(latin(letter)[:1] for letter in word.given) if len(word.given) <= 8 else word.latin
    capitals = sum(letter.isupper() for letter in word.given)
    if not 3 <= len(letters) <= 7 or len(firm.tokens) < 2 or capitals < 3:
        return []
    initials = load_lexicon().initials
    starts = [
        frozenset(token.word.latin[:1]).union(*(initials.get(concept, ()) for concept in token.concepts))
        for token in firm.tokens
        if token.kind != "number"
    ]
    tokens = [token for token in firm.tokens if token.kind != "number"]
    at, found, skipped, unread = 0, [], 0, 0
    for token, start in zip(tokens, starts, strict=True):
        # A word of two stems gives two letters: электромеханический ЭМ.
        passed = len(letters) >= 4 and at and not unread and letters[at : at + 1] not in start
        if passed and letters[at + 1 : at + 2] and letters[at + 1] in start:
            at, unread = at + 1, 1
        if at < len(letters) and letters[at] in start:
            at += 1
            found.append(token.word)
        else:
            skipped += 1
    if at + 1 == len(letters) and not unread and not skipped and len(letters) >= 4:
        at, unread = at + 1, 1
    if at == len(letters) and skipped <= 1 - unread:
        return found
    return _spells_in_any_order(letters, tokens, starts) if len(letters) >= 4 else []


def _spells_in_any_order(letters: str, tokens: list[Token], starts: list[frozenset[str]]) -> list[Word]:
    """УЗГА is the Ural Civil Aviation Factory, whose words English puts in another order: all letters, all words."""
    if len(tokens) != len(letters):
        return []
    free, found = list(zip(tokens, starts, strict=True)), []
    for letter in letters:
        # The word with the fewest possible letters goes first.
        fitting = min(
            (each for each in free if letter in each[1]), key=lambda each: len(each[1]), default=None
        )
        if fitting is None:
            return []
        free.remove(fitting)
        found.append(fitting[0].word)
    return found
