"""Dates as exact as they are known (日期精度).

A fact's date is often known to the year or the month only. `PartialDate` keeps just what is known, as
`2026`, `2026-03` or `2026-03-31`; it sorts by its first day.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from functools import total_ordering

_FORM = re.compile(r"^(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?$")


class _Bounds:
    """Room for the first and the last day, which are asked for again and again."""

    __slots__ = ("_first", "_last")


@total_ordering
@dataclass(frozen=True, slots=True)
class PartialDate(_Bounds):
    """A year, a month or a day; `first` and `last` bound it."""

    year: int
    month: int | None = None
    day: int | None = None

    @classmethod
    def parse(cls, text: str) -> PartialDate:
        """Read `2026`, `2026-03`, `2026-03-31` (also with / or .); raises ValueError with what is allowed."""
        match = _FORM.match(text.strip())
        if match is None:
            raise ValueError(f"“{text}” is not a date; write 2026, 2026-03 or 2026-03-31")
        year, month, day = (int(part) if part else None for part in match.groups())
        try:
            date(year, month or 1, day or 1)  # type: ignore[arg-type]
        except ValueError as wrong:
            raise ValueError(f"“{text}” is not a day that exists: {wrong}") from None
        return cls(year, month, day)  # type: ignore[arg-type]

    @classmethod
    def of(cls, day: date) -> PartialDate:
        """The full date of `day`."""
        return cls(day.year, day.month, day.day)

    @property
    def first(self) -> date:
        """The first day that this date can mean."""
        try:
            return self._first
        except AttributeError:
            found = date(self.year, self.month or 1, self.day or 1)
            object.__setattr__(self, "_first", found)
            return found

    @property
    def last(self) -> date:
        """The last day that this date can mean."""
        try:
            return self._last
        except AttributeError:
            month = self.month or 12
            found = date(self.year, month, self.day or calendar.monthrange(self.year, month)[1])
            object.__setattr__(self, "_last", found)
            return found

    def __str__(self) -> str:
        parts = [f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part is not None)]
        return "-".join(parts)

    def __lt__(self, other: PartialDate) -> bool:
        return (self.first, self.last) < (other.first, other.last)
