"""Tokens of a portfolio question (词元), and the tables of words by which phrases are found in its text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from bot.assistant.portfolio.places import PLACES
from bot.assistant.replies.measures import STOCKS
from bot.assistant.stretches import Period
from bot.assistant.topics import Lexicon, Match, find_phrases, load_lexicon

GRAMMAR = Path(__file__).parents[3] / "prompts" / "grammar" / "portfolio.toml"
#: Where a phrase stands, and its (table, name) labels.
Phrase = tuple[int, int, tuple[tuple[str, ...], ...]]


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the text. `labels` are (table, name) of phrases; other kinds carry their value."""

    start: int
    end: int
    kind: str
    text: str
    labels: tuple[tuple[str, ...], ...] = ()
    number: Decimal | None = None
    unit: str = ""
    period: Period | None = None

    def of(self, table: str) -> str | None:
        """The name that the phrase has in a table; None when it is not in it."""
        return next((label[1] for label in self.labels if label[0] == table), None)


@cache
def lexicon() -> Lexicon:
    """The grammar of portfolio questions."""
    return load_lexicon(GRAMMAR)


@cache
def _places() -> Lexicon:
    return load_lexicon(PLACES)


def is_place(text: str) -> bool:
    """Whether a text is the name of a place and nothing else."""
    folded = text.strip().lower()
    return folded in _places().chinese or tuple(folded.split()) in _places().english


def phrases_of(text: str) -> list[Phrase]:
    """Phrases of all tables, the longest at the leftmost place, none overlapping."""
    spans: dict[tuple[int, int], list[tuple[str, ...]]] = {}
    for match in find_phrases(text, lexicon()):
        spans.setdefault((match.start, match.end), []).append(match.label)
    for match in find_phrases(text, _places()):
        spans.setdefault((match.start, match.end), []).append(("place", match.label[1]))
    for match in find_phrases(text, load_lexicon()):
        if _totalled(text, match):
            continue
        if match.label[:2] in (("item", "money"), ("item", "records")):
            label = (match.label[1].replace("money", "item").replace("records", "kind"), match.label[2])
            held = spans.setdefault((match.start, match.end), [])
            # What we are owed is meant before what a balance sheet says.
            if label != ("item", "receivables") and label[0] not in {other[0] for other in held}:
                held.append(label)
    chosen: list[Phrase] = []
    at = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < at or _swallowed((start, end), spans):
            continue
        chosen.append((start, end, tuple(spans[start, end])))
        at = end
    return chosen


_TOTAL = re.compile(r"total\s|总", re.IGNORECASE)


def _totalled(text: str, match: Match) -> bool:
    """Whether a phrase is the total of a flow over customers: total revenue; a balance itself has total assets."""
    if match.label[:2] != ("item", "money") or match.label[2] in STOCKS:
        return False
    return _TOTAL.match(text[match.start : match.end]) is not None


def _swallowed(span: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a longer phrase begins inside a short filler: 有 before 有效合同 is no phrase of its own."""
    start, end = span
    return any(start < a < end < b and (b - a) > (end - start) for a, b in spans)
