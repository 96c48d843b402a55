"""Expansion (跨语言扩展): the words of a question in the other language, by a glossary that people wrote.

Only the question is expanded, never a passage. Names stay as they are. What is found by it weighs less than the
question's own words, and a concept counts once however it is said (see `store/concepts.py`).
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from knowledge.passages.dates import periods
from knowledge.passages.terms import fold, index_terms, run_terms, singular
from store.concepts import Concept, said

_FOLDER = Path(__file__).parent

#: More ways to say one thing than this are not looked for.
WAYS = 32

_WORD = re.compile(r"[a-z0-9]+")
_CAPITALS = re.compile(r"\b[A-Z][\w&'’.-]*(?:\s+(?:of\s+|and\s+|&\s+|the\s+)*[A-Z][\w&'’.-]*)+")
_CHINESE_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?(万亿|亿|千万|百万|万)")
_ENGLISH_AMOUNT = re.compile(r"(\d[\d,]*(?:\.\d+)?)\s?(trillion|billion|million|thousand|bn|mn|m)\b")
_UNITS = {
    "万亿": 10**12,
    "亿": 10**8,
    "千万": 10**7,
    "百万": 10**6,
    "万": 10**4,
    "trillion": 10**12,
    "billion": 10**9,
    "bn": 10**9,
    "million": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "thousand": 10**3,
}


@dataclass(frozen=True, slots=True)
class Glossary:
    """The two directions: Chinese as written to English phrases, English words to Chinese phrases, as terms."""

    english_of: Mapping[str, tuple[tuple[str, ...], ...]]
    chinese_of: Mapping[tuple[str, ...], tuple[tuple[str, ...], ...]]
    longest_chinese: int
    longest_english: int


def expand(
    text: str, language: str, terms: Collection[str], *, names: Iterable[tuple[int, int]] = ()
) -> tuple[Concept, ...]:
    """The concepts of a question with their ways in the other language; `terms` are those it asks for itself.

    `names` are stretches of the text that name somebody and are not translated. A question in neither language
    has no concepts.
    """
    if language not in ("zh", "en"):
        return ()
    characters = list(text)
    for start, end in names:
        characters[start:end] = "\x00" * (end - start)
    plain = "".join(characters)
    found = _from_chinese(fold(plain)) if language == "zh" else _from_english(plain)
    concepts = []
    asked = set(terms)
    # The words for a period say it in their own language, its term says it in both; it counts once.
    said_in_both = [(written, tuple((term,) for term in held)) for written, held in periods(fold(plain))]
    for written, phrases in (*said_in_both, *found):
        new = tuple(phrase for phrase in phrases if not asked.issuperset(phrase))[:WAYS]
        if new:
            own = tuple(term for term in dict.fromkeys(index_terms(written)) if term in asked)
            concepts.append(Concept(own, new))
    return tuple(concepts)


def own_terms(text: str, terms: Sequence[str]) -> list[str]:
    """The terms of a question without those that only stand for a period: they are ways to say a concept."""
    folded = fold(text)
    made = {term for _, held in periods(folded) for term in held}.difference(run_terms(folded))
    return [term for term in terms if term not in made] or list(terms)


def said_otherwise(text: str, concepts: Sequence[Concept]) -> set[str]:
    """The terms of the question that a text says in the other language; for choosing the sentences that answer."""
    if not concepts:
        return set()
    body = run_terms(fold(text))
    places = said(frozenset(body), " ".join(body), concepts)
    return {term for place in places for term in concepts[place].terms}


def _from_chinese(folded: str) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Stretches of a Chinese question with their English phrases, the longest from the left."""
    glossary = load_glossary()
    starts, ends = _bounds(folded)
    at = 0
    while at < len(folded):
        for end in range(min(at + glossary.longest_chinese, len(folded)), at, -1):
            phrases = glossary.english_of.get(folded[at:end])
            if phrases and _fits(folded, at, end, starts, ends):
                yield folded[at:end], phrases
                at = end - 1
                break
        at += 1
    for number, unit in _CHINESE_AMOUNT.findall(folded):
        value = Decimal(number.replace(",", "")) * _UNITS[unit]
        ways = [f"{_plain(value / 10**9)} billion"] if value >= 10**9 else []
        if value >= 10**6:
            ways.append(f"{_plain(value / 10**6)} million")
        yield number + unit, _phrases([*ways, f"{value:.0f}"])


def _fits(folded: str, at: int, end: int, starts: set[int], ends: set[int]) -> bool:
    """Whether a stretch is cut where words are: 国内 is not in 中国内地, 负 not in 负责, 1月 not in 11月."""
    if folded[at].isdigit() and at and folded[at - 1].isdigit():
        return False
    if end - at == 1:
        return at in starts and end in ends
    return at in starts or end in ends


def _bounds(folded: str) -> tuple[set[int], set[int]]:
    import rjieba

    starts, ends, at = set(), set(), 0
    for word in rjieba.cut(folded):
        starts.add(at)
        at += len(word)
        ends.add(at)
    return starts, ends


def _from_english(text: str) -> Iterator[tuple[str, tuple[tuple[str, ...], ...]]]:
    """Stretches of an English question with their Chinese phrases, the longest from the left."""
    glossary = load_glossary()
    words = _words(text)
    barred = _named(text, words, glossary)
    at = 0
    while at < len(words):
        for end in range(min(at + glossary.longest_english, len(words)), at, -1):
            phrases = glossary.chinese_of.get(tuple(word for word, _, _ in words[at:end]))
            if phrases and not any(place in barred for place in range(at, end)):
                yield text[words[at][1] : words[end - 1][2]], phrases
                at = end - 1
                break
        at += 1
    for number, unit in _ENGLISH_AMOUNT.findall(fold(text)):
        value = Decimal(number.replace(",", "")) * _UNITS[unit]
        ways = [f"{_plain(value / 10**8)}亿"] if value >= 10**7 else []
        yield f"{number} {unit}", _phrases([*ways, f"{_plain(value / 10**4)}万", f"{value:.0f}"])


def _words(text: str) -> list[tuple[str, int, int]]:
    """The words of a text, folded and in the singular, with their places."""
    # Folding may change the length of what is not Latin, so places come from the text as it is.
    lowered = text.lower() if len(text.lower()) == len(text) else text
    return [(singular(match.group()), match.start(), match.end()) for match in _WORD.finditer(lowered)]


def _named(text: str, words: Sequence[tuple[str, int, int]], glossary: Glossary) -> set[int]:
    """The places of words in a run of capitals that is a name: not all of it is in the glossary (Best Buy)."""
    barred: set[int] = set()
    for match in _CAPITALS.finditer(text):
        inside = [
            at for at, (_, start, end) in enumerate(words) if match.start() <= start and end <= match.end()
        ]
        # The first word of a question is a capital for another reason.
        if inside and inside[0] == 0:
            inside = inside[1:]
        if len(inside) > 1 and not _known([words[at][0] for at in inside], glossary):
            barred.update(inside)
    return barred


def _known(words: Sequence[str], glossary: Glossary) -> bool:
    if not words:
        return True
    longest = min(glossary.longest_english, len(words))
    return any(
        tuple(words[:size]) in glossary.chinese_of and _known(words[size:], glossary)
        for size in range(longest, 0, -1)
    )


@cache
def load_glossary() -> Glossary:
    """The glossary beside this module, with the labels of financial items; read once."""
    sections = tomllib.loads((_FOLDER / "glossary.toml").read_text(encoding="utf-8"))
    irregular = {word: tuple(forms.split()) for word, forms in sections.pop("irregular").items()}
    english_of: dict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
    chinese_of: dict[tuple[str, ...], dict[tuple[str, ...], None]] = defaultdict(dict)
    for chinese, english in (*_pairs(sections), *_items()):
        written = [form for phrase in english for form in _written(phrase, irregular)]
        said_in_chinese = _phrases(chinese)
        for word in chinese:
            english_of[fold(word)].update(dict.fromkeys(_phrases(written)))
        for phrase in written:
            key = tuple(word for word, _, _ in _words(phrase))
            chinese_of[key].update(dict.fromkeys(said_in_chinese))
    return Glossary(
        {word: tuple(phrases) for word, phrases in english_of.items() if phrases},
        {words: tuple(phrases) for words, phrases in chinese_of.items() if words and phrases},
        max(map(len, english_of)),
        max(map(len, chinese_of)),
    )


def _pairs(sections: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[list[str], list[str]]]:
    for section in sections.values():
        for chinese, english in section.items():
            yield chinese.split("|"), english.split("|")


def _items() -> Iterator[tuple[list[str], list[str]]]:
    """The labels of financial items that the reading of figures knows."""
    items = tomllib.loads((_FOLDER.parent / "figures" / "items.toml").read_text(encoding="utf-8"))["item"]
    for item in items:
        written = [*item.get("labels", ()), *item.get("words", ())]
        chinese = [label for label in written if not label.isascii() and len(label) > 1]
        english = [label for label in written if label.isascii()]
        if chinese and english:
            yield chinese, english


def _written(phrase: str, irregular: Mapping[str, tuple[str, ...]]) -> list[str]:
    """A phrase in the forms that texts use: “to sell off” also as sells, sold, selling off."""
    if not phrase.startswith("to "):
        return [phrase]
    verb, _, rest = phrase.removeprefix("to ").partition(" ")
    return [f"{form} {rest}".strip() for form in _forms(verb, irregular.get(verb, ()))]


def _forms(verb: str, irregular: tuple[str, ...]) -> list[str]:
    if verb.endswith("e"):
        forms = [verb, verb + "d", verb[:-1] + "ing"]
    elif verb.endswith("y") and verb[-2] not in "aeiou":
        forms = [verb, verb[:-1] + "ied", verb + "ing"]
    elif re.fullmatch(r"[^aeiou]*[aeiou][bdgmnprt]|.+(?:[^aeo]er|mit|pel|cel|cur)", verb):
        # stop, stopped; refer, referred; where the other spelling is the right one, both are looked for.
        forms = [verb, verb + "ed", verb + "ing", verb + verb[-1] + "ed", verb + verb[-1] + "ing"]
    else:
        forms = [verb, verb + "ed", verb + "ing"]
    return [*forms, *irregular]


def _phrases(written: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Ways of writing as terms in their order, each once; what has no term is left out."""
    return tuple(dict.fromkeys(terms for way in written if (terms := tuple(run_terms(fold(way))))))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
