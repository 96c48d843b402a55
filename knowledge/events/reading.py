"""One text read once (通读): its sentences and the words of the taxonomy in them, for any number of subjects."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from knowledge.events.shapes import Part
from knowledge.events.taxonomy import Hit, Sign, Taxonomy
from knowledge.names.keys import HAN, fold

#: What a longer text says of events, it says before this.
LONGEST = 200_000
#: A stretch without any end of a sentence is cut after so many characters.
_LONGEST_SENTENCE = 600
#: A sentence holds so many words of the taxonomy that are looked at.
_MOST_IN_SENTENCE = 60

_END = re.compile(r"[。！？!?；;]+[”’」』）)\"']*\s*|(?<=[^\W\d_]{2})\.[\"”’)]*\s+(?=[\"“‘(]?[A-Z0-9])|\n+")
_HAN = re.compile(f"[{HAN}]")


@dataclass(slots=True)
class Sentence:
    """A stretch of the title or the text with what was found in it."""

    part: Part
    number: int
    start: int
    end: int
    text: str
    hits: list[Hit] = field(default_factory=list)

    @property
    def han(self) -> bool:
        """Whether it is written in Chinese."""
        return _HAN.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class Reading:
    """The sentences of an article in which something was found, title first; offsets are those of the given texts."""

    title: str
    text: str
    folded_title: str
    folded: str
    sentences: tuple[Sentence, ...]
    #: Where the sentences of the text begin, so that any place is known by its number.
    starts: tuple[int, ...]

    def number(self, at: int) -> int:
        """The number of the sentence of the text that holds this place."""
        return max(0, bisect_right(self.starts, at) - 1)

    def sentence(self, number: int) -> tuple[int, int]:
        """Where a sentence of the text begins and ends, without blanks."""
        if not self.starts:
            return 0, 0
        end = self.starts[number + 1] if number + 1 < len(self.starts) else len(self.text)
        return _trimmed(self.text, self.starts[number], end)


def read(title: str, text: str, taxonomy: Taxonomy) -> Reading:
    """Find sentences and words; linear in the length of the text."""
    text, title = text[:LONGEST], title[:2_000]
    found: list[Sentence] = []
    folded_title, folded = fold(title), fold(text)
    _part("title", title, taxonomy.find(folded_title), found)
    starts = _part("text", text, taxonomy.find(folded), found)
    return Reading(title, text, folded_title, folded, tuple(found), tuple(starts))


def _part(part: Part, text: str, hits: Sequence[Hit], found: list[Sentence]) -> list[int]:
    """The sentences of one part that hold words, added to `found`; gives where all its sentences begin."""
    spans = _sentences(text)
    starts = [start for start, _ in spans]
    held: dict[int, Sentence] = {}
    for hit in hits:
        number = bisect_right(starts, hit.start) - 1
        if number < 0 or hit.end > spans[number][1]:
            continue
        sentence = held.get(number)
        if sentence is None:
            start, end = _trimmed(text, *spans[number])
            held[number] = sentence = Sentence(part, number, start, end, text[start:end])
        if len(sentence.hits) < _MOST_IN_SENTENCE:
            sentence.hits.append(hit)
    for number in sorted(held):
        sentence = held[number]
        if any(hit.phrase.sign in (Sign.SURE, Sign.MAYBE) for hit in sentence.hits):
            found.append(sentence)
    return starts


def _sentences(text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        _cut(start, match.end(), spans)
        start = match.end()
    _cut(start, len(text), spans)
    return spans


def _cut(start: int, end: int, spans: list[tuple[int, int]]) -> None:
    while end - start > _LONGEST_SENTENCE:
        spans.append((start, start + _LONGEST_SENTENCE))
        start += _LONGEST_SENTENCE
    if end > start:
        spans.append((start, end))


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    shown = text[start:end]
    return start + len(shown) - len(shown.lstrip()), start + len(shown.rstrip())
