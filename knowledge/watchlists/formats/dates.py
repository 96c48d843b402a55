"""Dates as lists write them: 01 Oct 1943, circa 1951, 1968 to 1973, dd/mm/1945, 1965年3月, 2026-02-27T00:00:09Z."""

from __future__ import annotations

import re

from knowledge.watchlists.entry import ListDate
from store.dates import PartialDate

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan january janvier",
            "feb february fevrier février",
            "mar march mars",
            "apr april avril",
            "may mai",
            "jun june juin",
            "jul july juillet",
            "aug august aout août",
            "sep sept september septembre",
            "oct october octobre",
            "nov november novembre",
            "dec december decembre décembre",
        ),
        start=1,
    )
    for name in names.split()
}
_CIRCA = re.compile(r"^(?:circa|approximately|approx\.?|about|around|c\.|ca\.|~|约)\s*", re.I)
_BETWEEN = re.compile(r"^(?:between|from)\s+(.+?)\s+(?:and|to)\s+(.+)$|^(.+?)\s+(?:to|until)\s+(.+)$", re.I)
_YEARS = re.compile(r"^(\d{4})\s*[-–—/~]\s*(\d{4})$")
_ISO = re.compile(r"^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ].*|Z|[+-]\d{2}:\d{2})?)?$")
_SLASHED = re.compile(r"^(\d{1,2}|dd)\s*[/.\-]\s*(\d{1,2}|mm)\s*[/.\-]\s*(\d{4})(?:\s+00:00(?::00)?)?$", re.I)
_MONTH_YEAR = re.compile(r"^(\d{1,2}|mm)\s*[/.]\s*(\d{4})$", re.I)
_WORDS = re.compile(r"^(?:(\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+)?([^\W\d_]+)\.?,?[\s-]+(\d{4})$", re.I)
_AMERICAN = re.compile(r"^([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$", re.I)
_CHINESE = re.compile(r"^(\d{4})\s*年(?:\s*(\d{1,2})\s*月(?:\s*(\d{1,2})\s*[日号])?)?(?:生|出生)?$")
_YEAR = re.compile(r"^(\d{4})$")
_SOLID = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def read_date(text: str, *, circa: bool = False, note: str | None = None) -> ListDate | None:
    """The date or period that `text` means; None where it is none that we understand.

    Days come before months, as in the lists of the UN, the EU and the UK.
    """
    said = " ".join(text.split()).rstrip(".;")
    found = _CIRCA.match(said)
    if found:
        circa, said = True, said[found.end() :]
    first = last = read_day(said)
    if first is None:
        years, between = _YEARS.match(said), _BETWEEN.match(said)
        if years:
            first, last = read_day(years[1]), read_day(years[2])
        elif between:
            ends = [_CIRCA.sub("", part) for part in between.groups() if part]
            circa = circa or any(_CIRCA.match(part) for part in between.groups() if part)
            first, last = read_day(ends[0]), read_day(ends[1])
    if first is None or last is None or last < first:
        return None
    printed = text if text != str(first) else None
    return ListDate(first, last, circa, printed, note or None)


def read_day(text: str) -> PartialDate | None:
    """One date, as exact as it is written; None where there is none or no such day exists."""
    said = text.strip()
    if match := _ISO.match(said) or _CHINESE.match(said) or _SOLID.match(said):
        return _date(match[1], match[2], match[3])
    if match := _YEAR.match(said):
        return _date(match[1], None, None)
    if match := _SLASHED.match(said):
        return _date(match[3], match[2], match[1])
    if match := _MONTH_YEAR.match(said):
        return _date(match[2], match[1], None)
    if (match := _WORDS.match(said)) and match[2].casefold() in _MONTHS:
        return _date(match[3], str(_MONTHS[match[2].casefold()]), match[1])
    if (match := _AMERICAN.match(said)) and match[1].casefold() in _MONTHS:
        return _date(match[3], str(_MONTHS[match[1].casefold()]), match[2])
    return None


def _date(year: str, month: str | None, day: str | None) -> PartialDate | None:
    """What is 00, dd or mm is not known."""
    months = int(month) if month and month.isdecimal() else 0
    days = int(day) if day and day.isdecimal() else 0
    parts = [year, *([f"{months:02d}"] if months else []), *([f"{days:02d}"] if months and days else [])]
    try:
        return PartialDate.parse("-".join(parts))
    except ValueError:
        return None
