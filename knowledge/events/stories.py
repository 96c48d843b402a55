"""Stories (同一事件): which events tell the same matter, so that copies, rewrites and translations count once.

A story is led by its first event; later ones are compared with leaders only, so that a storm of copies stays as fast
as few, and a story does not drift from what it was. Two events of one customer and kind tell the same matter when their
days are near and they share a case number, or a sum in one currency that is no round one, or the day on which it
happened while no sums speak against it, or most of their wording. Across languages only numbers and days can tell;
where a text gives none, a translation stays a story of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID
from zlib import crc32

from knowledge.names.keys import fold
from store.events import EventRow, Events, Leader
from store.rows import read_date

#: Days on both sides within which two texts can tell the same matter; the same case or sum joins for longer.
WINDOW, LONG_WINDOW = 14, 60
#: So many of a customer's stories are looked at, the newest first.
LOOK_BACK = 300

#: Wording is compared by the smallest hashes of its shingles; from this likeness on it is the same text.
_SKETCH, _SHINGLE = 40, 4
_ALIKE = 0.4
#: So much of a text goes into its sketch, in characters: its title, what is quoted and how it begins.
_TOLD = 500

_CASE = re.compile(
    r"[(（〔\[【]\s*(?:19|20)\d\d\s*[)）〕\]】]\s*[一-鿿]{1,6}\d{0,6}[一-鿿]{0,6}\d{0,4}[一-鿿]{0,4}第?\s*\d{1,7}\s*号"
    r"|\b(?:case|docket|claim|file)\s+(?:no\.?|number)\s*:?\s*([a-z0-9][a-z0-9:/.-]{3,24}\d)",
    re.IGNORECASE,
)
_NOISE = re.compile(r"[\W_]+")


def marks_of_text(text: str) -> Mapping[str, Any]:
    """What tells a text again, whatever event of it: how it begins."""
    return {"lead": _sketch(text[:_TOLD])}


def marks_of(
    title: str,
    quote: str,
    text: str,
    of_text: Mapping[str, Any],
    *,
    amount: Decimal | None,
    currency: str | None,
    happened_on: str | None,
) -> Mapping[str, Any]:
    """What tells the matter of an event again: case numbers, the sum, the day, a sketch of the wording."""
    marks: dict[str, Any] = {"sketch": _sketch(f"{title} {quote}"[:_TOLD]), **of_text}
    told = f"{title} {quote} {text[:_TOLD]}"
    cases = sorted({_NOISE.sub("", fold(match.group())) for match in _CASE.finditer(told)})[:5]
    if cases:
        marks["cases"] = cases
    if amount is not None and currency is not None:
        marks["sum"] = f"{currency} {amount.normalize():f}"
        marks["telling"] = _is_telling(amount)
    if happened_on is not None and len(happened_on) == 10:
        marks["day"] = happened_on
    return marks


def assign(rows: Sequence[EventRow], store: Events) -> list[tuple[EventRow, UUID]]:
    """Each event with its story: one that is there already, or its own."""
    by_customer: dict[UUID, list[EventRow]] = defaultdict(list)
    for row in rows:
        by_customer[row.customer_id].append(row)
    told: list[tuple[EventRow, UUID]] = []
    for customer, mine in by_customer.items():
        days = [_day(row.day) for row in mine]
        leaders = store.leaders(
            customer,
            since=min(days) - timedelta(LONG_WINDOW),
            until=max(days) + timedelta(LONG_WINDOW),
            limit=LOOK_BACK,
        )
        shelves: dict[str, _Shelf] = defaultdict(_Shelf)
        for leader in reversed(leaders):
            shelves[leader.kind].put(leader)
        for row in mine:
            shelf = shelves[row.kind]
            story = shelf.find(row)
            if story is None:
                story = row.id
                shelf.put(Leader(row.id, row.customer_id, row.kind, row.day, row.marks))
            told.append((row, story))
    return told


@dataclass(slots=True)
class _Shelf:
    """The leaders of one customer and kind, found by what they share with an event."""

    leaders: list[Leader] = field(default_factory=list)
    _by_mark: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    _by_hash: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))

    def put(self, leader: Leader) -> None:
        at = len(self.leaders)
        self.leaders.append(leader)
        for mark in _exact(leader.marks):
            self._by_mark[mark].append(at)
        for value in (*leader.marks.get("sketch", ()), *leader.marks.get("lead", ())):
            self._by_hash[value].append(at)

    def find(self, row: EventRow) -> UUID | None:
        """The story of an event; of several that fit, the one that shares most."""
        day = _day(row.day)
        best: tuple[float, int] | None = None
        for at, likeness in self._candidates(row.marks):
            leader = self.leaders[at]
            apart = abs((_day(leader.day) - day).days)
            if apart <= (LONG_WINDOW if likeness >= 1 else WINDOW) and (best is None or likeness > best[0]):
                best = (likeness, at)
        return None if best is None else self.leaders[best[1]].id

    def _candidates(self, marks: Mapping[str, Any]) -> Iterable[tuple[int, float]]:
        for mark in _exact(marks):
            for at in self._by_mark.get(mark, ()):
                other = self.leaders[at].marks
                if not mark.startswith("day:"):
                    yield at, 1.0
                elif "sum" not in marks or "sum" not in other or marks["sum"] == other["sum"]:
                    yield at, 0.9
        shared: dict[int, int] = defaultdict(int)
        for value in dict.fromkeys((*marks.get("sketch", ()), *marks.get("lead", ()))):
            for at in self._by_hash.get(value, ()):
                shared[at] += 1
        for at in shared:
            other = self.leaders[at].marks
            if _against(marks, other):
                continue
            likeness = max(
                _likeness(marks[name], other[name]) for name in ("sketch", "lead") if name in other
            )
            if likeness >= _ALIKE:
                yield at, min(likeness, 0.99)


def _exact(marks: Mapping[str, Any]) -> list[str]:
    found = [f"case:{case}" for case in marks.get("cases", ())]
    if marks.get("telling"):
        found.append(f"sum:{marks['sum']}")
    if "day" in marks:
        found.append(f"day:{marks['day']}")
    return found


def _against(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether numbers say that two texts of like wording tell two matters: another case, another sum."""
    if "cases" in one and "cases" in other and not set(one["cases"]) & set(other["cases"]):
        return True
    same_day = "day" in one and one.get("day") == other.get("day")
    return "sum" in one and "sum" in other and one["sum"] != other["sum"] and not same_day


def _is_telling(amount: Decimal) -> bool:
    """Whether a sum is no round one that two matters might share: three digits that count, or two of a large one."""
    digits = len(amount.normalize().as_tuple().digits)
    return digits >= 3 or (digits == 2 and amount >= 10_000)


def _sketch(text: str) -> list[int]:
    """The smallest hashes of the shingles of a text, sorted; the same in every process."""
    plain = _NOISE.sub("", fold(text))
    shingles = (
        {plain[at : at + _SHINGLE] for at in range(max(1, len(plain) - _SHINGLE + 1))} if plain else set()
    )
    return sorted({crc32(one.encode("utf-8", "replace")) for one in shingles})[:_SKETCH]


def _likeness(one: Sequence[int], other: Sequence[int]) -> float:
    """How much of their shingles two sketches share (Jaccard), estimated from the smallest of both together."""
    together = sorted(set(one) | set(other))[:_SKETCH]
    if not together:
        return 0.0
    both = set(one) & set(other)
    return sum(value in both for value in together) / len(together)


def _day(text: str) -> date:
    return read_date(text).first
