"""Dates that are written relative to a clock, such as ``{d-12}``, and their expansion for one day.

The demo must be as fresh next year as it is today, so its files hold offsets. A marker is a unit, a
distance and a form:

=============  ============================================  ==============================================
unit           means                                         forms (``|form``; the first is the default)
=============  ============================================  ==============================================
``{d-12}``     today minus 12 days                           iso, zh, en, y (year), yy (two digits), mail
``{m-3}``      the month three months ago                    iso (2026-08), zh, en, start, end
``{q-1}``      the last finished quarter                     iso (2026-Q3), zh, en, start, end
``{y-1}``      the last calendar year                        iso (2025)
``{fy}``       the last year whose accounts are published    iso (2025)
=============  ============================================  ==============================================

Accounts of a year count as published from 1 May of the next (the Chinese deadline is 30 April), so a
``{fy}`` figure never comes from the future. ``{d-130>fy}`` is a day that is not earlier than that 1 May:
for news which quotes those accounts.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

MARKER = re.compile(r"\{(fy|[dmqy])([+-]\d+)?(>fy)?(?:\|([a-z]+))?\}")

ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
ENGLISH_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
ENGLISH_ORDINALS = ("first", "second", "third", "fourth")
CHINESE_ORDINALS = "一二三四"


class OffsetError(ValueError):
    """A date marker that cannot be understood; the message names the marker and the place."""


def expand_text(text: str, *, today: date, place: str = "text") -> str:
    """Return ``text`` with every date marker replaced as of ``today``.

    Braces have no other use in the portfolio, so one that is left over is a misspelt marker.
    Raises OffsetError for it, naming ``place``.
    """
    expanded = MARKER.sub(lambda found: _expand_marker(found, today, place), text)
    for brace in "{}":
        if brace in expanded:
            at = expanded.index(brace)
            raise OffsetError(
                f"{place}: no date marker at {expanded[max(0, at - 10) : at + 20]!r}; "
                "write for example {d-12}, {m-3|zh}, {q-1}, {y-1} or {fy}."
            )
    return expanded


def expand_value(value: object, *, today: date, place: str = "value") -> object:
    """Expand the strings in a JSON value, whatever its depth; keys and other values stay as they are."""
    if isinstance(value, str):
        return expand_text(value, today=today, place=place)
    if isinstance(value, list):
        return [expand_value(item, today=today, place=place) for item in value]
    if isinstance(value, dict):
        return {key: expand_value(item, today=today, place=place) for key, item in value.items()}
    return value


def published_year(today: date) -> int:
    """The last fiscal year whose accounts are published on ``today`` (最近已披露年度)."""
    return today.year - 1 if today.month >= 5 else today.year - 2


def _expand_marker(found: re.Match[str], today: date, place: str) -> str:
    unit, distance, floor, form = found[1], int(found[2] or 0), found[3], found[4] or "iso"
    if floor and unit != "d":
        raise OffsetError(f"{place}: {found[0]} cannot have >fy; only days can, as in {{d-12>fy}}.")
    if unit == "d":
        day = today + timedelta(days=distance)
        if floor:
            day = max(day, date(published_year(today) + 1, 5, 1))
        forms = _day_forms(day)
    elif unit == "m":
        forms = _month_forms(today.year * 12 + today.month - 1 + distance)
    elif unit == "q":
        forms = _quarter_forms(today.year * 4 + (today.month - 1) // 3 + distance)
    else:
        year = (today.year if unit == "y" else published_year(today)) + distance
        forms = {"iso": lambda: str(year)}
    if form not in forms:
        raise OffsetError(f"{place}: {found[0]} has an unknown form; known here: {', '.join(forms)}.")
    return forms[form]()


def _day_forms(day: date) -> dict[str, Callable[[], str]]:
    month = ENGLISH_MONTHS[day.month - 1]
    return {
        "iso": day.isoformat,
        "zh": lambda: f"{day.year}年{day.month}月{day.day}日",
        "en": lambda: f"{month} {day.day}, {day.year}",
        "y": lambda: str(day.year),
        "yy": lambda: f"{day.year % 100:02d}",
        "mail": lambda: f"{ENGLISH_DAYS[day.weekday()]}, {day.day:02d} {month[:3]} {day.year}",
    }


def _month_forms(months: int) -> dict[str, Callable[[], str]]:
    """Forms of the month that lies ``months`` months after January of the year 0."""
    year, month = divmod(months, 12)
    return {
        "iso": lambda: f"{year}-{month + 1:02d}",
        "zh": lambda: f"{year}年{month + 1}月",
        "en": lambda: f"{ENGLISH_MONTHS[month]} {year}",
        "start": lambda: date(year, month + 1, 1).isoformat(),
        "end": lambda: _last_day(months).isoformat(),
    }


def _quarter_forms(quarters: int) -> dict[str, Callable[[], str]]:
    """Forms of the quarter that lies ``quarters`` quarters after the first of the year 0."""
    year, quarter = divmod(quarters, 4)
    return {
        "iso": lambda: f"{year}-Q{quarter + 1}",
        "zh": lambda: f"{year}年第{CHINESE_ORDINALS[quarter]}季度",
        "en": lambda: f"the {ENGLISH_ORDINALS[quarter]} quarter of {year}",
        "start": lambda: date(year, quarter * 3 + 1, 1).isoformat(),
        "end": lambda: _last_day(year * 12 + quarter * 3 + 2).isoformat(),
    }


def _last_day(months: int) -> date:
    year, month = divmod(months + 1, 12)
    return date(year, month + 1, 1) - timedelta(days=1)
