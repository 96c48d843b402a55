"""The taxonomy (事件分类): its kinds with names in both languages, and all its words as one machine.

Words are looked for all at once (Aho-Corasick) in folded text. `A…B` is anchored at its last part; the part before it
is looked for in the few characters before, never over the end of a sentence.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from knowledge.events.shapes import Severity, Status
from knowledge.names.keys import fold, has_han

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

#: So many characters may lie between the parts of `A…B`.
GAP_HAN, GAP_LATIN = 14, 40

#: A text that is all words of the taxonomy is no article; so many are looked at.
MOST_HITS = 8_000

#: Where a part of `A…B` does not reach across.
_STOP = re.compile(r"[。！？!?；;\n]|\.\s|\(\d{5,6}\)")
_STOP_HAN = re.compile(r"[。！？!?；;，\s]|\(\d{5,6}\)|[a-z\d]\)")


class Sign(IntEnum):
    """What a word stands for."""

    SURE = 0
    MAYBE = 1
    ALLEGED = 2
    CONFIRMED = 3
    DENIED = 4
    RESOLVED = 5
    NEGATION = 6
    POSSIBLE = 7
    TOPIC = 8
    ACTING = 9
    VICTIM = 10
    HARMED = 11
    AUTHORITY = 12
    MASK = 13


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of event.

    A `generic` one gives way to a more telling one in the same sentence: always, or to a `breach` of law that was fined
    or sued over.
    """

    key: str
    zh: str
    en: str
    group: str
    severity: Severity
    usual: Status = "alleged"
    generic: Literal["", "always", "breach"] = ""
    breach: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A way to say something; `text` is found, `first` must stand before it."""

    text: str
    sign: Sign
    kind: str = ""
    first: str = ""
    open_end: bool = False


@dataclass(slots=True)
class Hit:
    """A phrase at its place."""

    start: int
    end: int
    phrase: Phrase


class Taxonomy:
    """The kinds by key and the machine that finds their words; made once, used by any number of threads."""

    def __init__(self, told: dict[str, Any], signs: dict[str, Any]) -> None:
        self.version: str = told["version"]
        groups: dict[str, list[str]] = told["groups"]
        self.kinds: dict[str, Kind] = {}
        phrases: list[Phrase] = []
        for key, entry in told["kinds"].items():
            phrases += [_phrase(word, Sign.SURE, key) for word in _spelled(entry["sure"], groups)]
            phrases += [_phrase(word, Sign.MAYBE, key) for word in _spelled(entry.get("maybe", ()), groups)]
            self.kinds[key] = Kind(
                key, **{name: value for name, value in entry.items() if name not in ("sure", "maybe")}
            )
        for sign, words in _signs(signs):
            phrases += [_phrase(word, sign) for word in words]
        by_text: dict[str, list[Phrase]] = {}
        for phrase in dict.fromkeys(phrases):
            by_text.setdefault(phrase.text, []).append(phrase)
        self._texts = list(by_text)
        self._phrases = list(by_text.values())
        self._latin = [text[-1:].isascii() for text in self._texts]
        self._machine: AhoCorasick = _machine(self._texts)

    def find(self, folded: str) -> list[Hit]:
        """Every word in folded text, in order of its end; words may lie within each other."""
        hits: list[Hit] = []
        length = len(folded)
        for at, start, end in self._machine.find_matches_as_indexes(folded, overlapping=True):
            latin = self._latin[at]
            if latin and start and folded[start - 1].isalnum() and folded[start].isalnum():
                continue
            for phrase in self._phrases[at]:
                if latin and not phrase.open_end and end < length and folded[end].isalnum():
                    continue
                begin = _begin(folded, phrase, start) if phrase.first else start
                if begin >= 0:
                    hits.append(Hit(begin, end, phrase))
            if len(hits) > MOST_HITS:
                break
        return hits


@cache
def taxonomy() -> Taxonomy:
    """The taxonomy of the files beside this module."""
    here = Path(__file__)
    told = tomllib.loads(here.with_name("taxonomy.toml").read_text(encoding="utf-8"))
    signs = tomllib.loads(here.with_name("signs.toml").read_text(encoding="utf-8"))
    return Taxonomy(told, signs)


def _machine(texts: list[str]) -> AhoCorasick:
    from ahocorasick_rs import AhoCorasick, MatchKind

    return AhoCorasick(texts, matchkind=MatchKind.Standard)


def _signs(signs: dict[str, Any]) -> Iterator[tuple[Sign, list[str]]]:
    yield Sign.ALLEGED, signs["acts"]["alleged"]
    yield Sign.CONFIRMED, signs["acts"]["confirmed"]
    yield Sign.DENIED, signs["denied"]["signs"]
    yield Sign.RESOLVED, signs["resolved"]["signs"]
    yield Sign.NEGATION, signs["negated"]["before"]
    yield Sign.POSSIBLE, signs["negated"]["possible"]
    yield Sign.TOPIC, signs["topics"]["signs"]
    yield Sign.ACTING, signs["roles"]["acting"]
    yield Sign.VICTIM, signs["roles"]["victim"]
    yield Sign.HARMED, signs["roles"]["harmed"]
    yield Sign.AUTHORITY, signs["roles"]["authority"]
    yield Sign.MASK, signs["masks"]["signs"]


def _spelled(words: Iterable[str], groups: Mapping[str, list[str]]) -> Iterator[str]:
    """`@person…失联` with each word of the group."""
    for word in words:
        name, gap, rest = word.partition("…")
        if name.startswith("@"):
            yield from (f"{member}{gap}{rest}" for member in groups[name[1:]])
        else:
            yield word


def _phrase(written: str, sign: Sign, kind: str = "") -> Phrase:
    folded = fold(written)
    open_end = folded.endswith("*")
    first, _, last = folded.rstrip("*").rpartition("…")
    return Phrase(last, sign, kind, first, open_end)


def _begin(folded: str, phrase: Phrase, start: int) -> int:
    """Where the first part of `A…B` stands before the last, or -1."""
    han = has_han(phrase.first)
    low = max(0, start - (GAP_HAN if han else GAP_LATIN) - len(phrase.first))
    at = folded.rfind(phrase.first, low, start)
    if at < 0 or (_STOP_HAN if han else _STOP).search(folded, at + len(phrase.first), start):
        return -1
    if not han and at and folded[at - 1].isalnum():
        return -1
    return at
