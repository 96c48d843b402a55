"""Stretches of days (时间段): calendar units, rolling stretches, and shifting by months."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

#: Nothing that we hold is older.
FIRST_DAY = date(1900, 1, 1)


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of days, both ends included; `grain` is day, week, month, quarter, half, year, span, since or until."""

    first: date
    last: date
    grain: str
    relative: bool = False

    def holds(self, first: date, last: date | None = None) -> bool:
        """Whether a day, or a whole stretch, lies within."""
        return self.first <= first and (last or first) <= self.last


def shift_months(day: date, months: int) -> date:
    """The same day some months on (or back), at most the last day of that month."""
    index = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 - 1)
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_of(year: int, month: int) -> Period:
    """The calendar month."""
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]), "month")


def quarter_of(year: int, quarter: int) -> Period:
    """The calendar quarter, 1 to 4."""
    return Period(date(year, quarter * 3 - 2, 1), month_of(year, quarter * 3).last, "quarter")


def half_of(year: int, half: int) -> Period:
    """The half year, 1 or 2."""
    return Period(date(year, half * 6 - 5, 1), month_of(year, half * 6).last, "half")


def year_of(year: int) -> Period:
    """The calendar year; a financial year (财年) is taken to be one."""
    return Period(date(year, 1, 1), date(year, 12, 31), "year")


def back(period: Period, unit: str) -> Period:
    """The same stretch one unit earlier: Q3 2025 and a year gives Q3 2024."""
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = shift_months(period.first, -months)
    last = shift_months(period.last + timedelta(days=1), -months) - timedelta(days=1)
    return Period(first, last, period.grain)


def current(unit: str, today: date, back: int = 0) -> Period:
    """The calendar unit that holds today, or the one `back` units before it; weeks begin on Monday."""
    if unit == "day":
        day = today - timedelta(days=back)
        return Period(day, day, "day", relative=True)
    if unit in ("week", "fortnight"):
        length = 7 if unit == "week" else 14
        first = today - timedelta(days=today.weekday()) - timedelta(days=length * back)
        return Period(first, first + timedelta(days=length - 1), "week", relative=True)
    months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
    start = date(today.year, (today.month - 1) // months * months + 1, 1)
    first = shift_months(start, -months * back)
    return Period(first, shift_months(first, months) - timedelta(days=1), unit, relative=True)


def rolling(count: int, unit: str, today: date) -> Period:
    """The stretch of so many units that ends today: after 21 November, "three months" begin on 22 August."""
    if unit in ("day", "week", "fortnight"):
        days = count * {"day": 1, "week": 7, "fortnight": 14}[unit]
        first = today - timedelta(days=max(days - 1, 0))
    else:
        months = count * {"month": 1, "quarter": 3, "half": 6, "year": 12}[unit]
        first = shift_months(today, -months) + timedelta(days=1)
    return Period(max(first, FIRST_DAY), today, "span", relative=True)
