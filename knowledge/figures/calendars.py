"""A company's own calendar (财务年度), learnt from the document itself.

One anchor is enough: that quarter 2 of fiscal 2024 ended on 2023-07-29. From it every other quarter, half
and year follows to within some days, and years of 52 or 53 weeks stay within that tolerance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from knowledge.figures.periods import Period, PeriodKind, leading_date, near, shift

_ORDINALS = {1: "first|1st", 2: "second|2nd", 3: "third|3rd", 4: "fourth|4th"}
_ENDED = re.compile(
    r"(?:quarter(?:ly\s+period)?|months?|weeks?|period)\s+(?:\W{0,3}\w+\s+quarter\W{0,3}\s*)?ended(?:\s+on)?\s+(.{6,30})",
    re.IGNORECASE,
)
_YEAR_ENDED = re.compile(r"\byears?\s+ended\s+(.{6,30})", re.IGNORECASE)
_ANNUAL = re.compile(r"annual\s+report\s+pursuant|\bfor\s+the\s+(?:fiscal\s+)?year\s+ended", re.IGNORECASE)

#: How far a company's quarter may end from the calendar that follows from its anchor.
_TOLERANCE_DAYS = 11
_SAME_DAY_TOLERANCE = 4


@dataclass(frozen=True, slots=True)
class Calendar:
    """The anchor: ``number`` of ``year`` ended on ``end``; without one the periods are compared as they are."""

    end: date | None = None
    year: int | None = None
    number: int | None = None

    def complete(self, period: Period) -> Period:
        """The period with its end date where only its name is known, and its name where only the end is."""
        if period.kind is PeriodKind.INSTANT or self.end is None or self.year is None or self.number is None:
            return period
        last = self._last_quarter(period)
        if period.end is None and period.year is not None and last is not None:
            moved = shift(self.end, ((period.year - self.year) * 4 + last - self.number) * 3)
            return replace(period, end=moved)
        if period.end is not None and period.year is None:
            months = (period.end.year - self.end.year) * 12 + period.end.month - self.end.month
            months += round((period.end.day - self.end.day) / 30)
            quarters, rest = divmod(months, 3)
            if rest == 0:
                index = self.year * 4 + self.number - 1 + quarters
                year, quarter = index // 4, index % 4 + 1
                return replace(period, year=year, number=self._own_number(period.kind, quarter))
        return period

    def matches(self, wished: Period, printed: Period) -> bool:
        """Whether a printed column is for the period that was asked for."""
        if wished.kind is not printed.kind:
            return False
        if wished.end is not None and printed.end is not None and wished.year is None:
            return near(wished.end, printed.end, _SAME_DAY_TOLERANCE)
        if wished.year is not None and printed.year is not None and printed.end is None:
            return wished.year == printed.year and (
                wished.number == printed.number or printed.number is None or wished.number is None
            )
        a, b = self.complete(wished), self.complete(printed)
        if a.end is not None and b.end is not None:
            return near(a.end, b.end, _TOLERANCE_DAYS)
        if a.year is not None and b.end is not None and a.kind is PeriodKind.YEAR:
            return a.year == b.end.year
        return False

    def _last_quarter(self, period: Period) -> int | None:
        if period.kind is PeriodKind.QUARTER:
            return period.number
        if period.kind is PeriodKind.HALF:
            return 2 * (period.number or 1)
        return {PeriodKind.NINE_MONTHS: 3, PeriodKind.YEAR: 4}.get(period.kind)

    def _own_number(self, kind: PeriodKind, quarter: int) -> int | None:
        if kind is PeriodKind.QUARTER:
            return quarter
        return {2: 1, 4: 2}.get(quarter) if kind is PeriodKind.HALF else None


def read_calendar(pages: Iterable[str]) -> Calendar:
    """Learn the calendar from the pages of one document.

    The period is the one that the document says has ended; its number comes from the year-to-date
    columns beside it, from the last year end, or from the words of the first pages; its year from how
    the text names that quarter.
    """
    texts = [" ".join(page.split()) for page in pages]
    whole = " ".join(texts)
    end = _main_end(whole)
    if end is None:
        return Calendar()
    if _ANNUAL.search(" ".join(texts[:2])):
        return Calendar(end, _year_name(whole, end, 4), 4)
    number = _number(whole, end) or _named_number(" ".join(texts[:3])) or _named_number(whole)
    if number is None:
        return Calendar()
    return Calendar(end, _year_name(whole, end, number), number)


def _main_end(text: str) -> date | None:
    counts: Counter[date] = Counter()
    for match in _ENDED.finditer(text):
        counts.update(filter(None, [leading_date(match[1])]))
    cover = re.search(r"quarterly\s+period\s+ended\s+(.{6,30})", text[:6000], re.IGNORECASE)
    if cover and (day := leading_date(cover[1])):
        return day
    if not counts:
        for match in _YEAR_ENDED.finditer(text):
            counts.update(filter(None, [leading_date(match[1])]))
    if not counts:
        return None
    most = max(counts.values())
    return max(day for day, count in counts.items() if count * 3 >= most)


def _number(text: str, end: date) -> int | None:
    """From a year-to-date length that ends on the same day, or from the distance to the last year end."""
    for word, number in (("nine", 3), ("six", 2)):
        if re.search(rf"\b{word}\s+months", text, re.IGNORECASE):
            return number
    for weeks, number in (("39|thirty-nine|36|40", 3), ("26|twenty-six|24|28", 2)):
        if re.search(rf"\b(?:{weeks})\s+weeks\s+ended", text, re.IGNORECASE):
            return number
    ends = [day for match in _YEAR_ENDED.finditer(text) if (day := leading_date(match[1])) and day < end]
    if not ends:
        return None
    months = (end - max(ends)).days / 30.44
    number = round(months / 3)
    return number if number in (1, 2, 3, 4) and abs(months - 3 * number) < 1 else None


def _named_number(text: str) -> int | None:
    counts = {
        number: len(re.findall(rf"\b(?:{word})[-\s]+quarter\b|\bQ{number}\b", text, re.IGNORECASE))
        for number, word in _ORDINALS.items()
    }
    best = max(counts, key=lambda number: counts[number])
    return best if counts[best] else None


def _year_name(text: str, end: date, number: int) -> int:
    """The year that the company calls this quarter by; years that end before June may carry the year before."""
    last = shift(end, (4 - number) * 3)
    ordinal = _ORDINALS[number]
    votes = {}
    for year in (last.year, last.year - 1):
        named = rf"\b(?:{ordinal})[-\s]+quarters?\s*(?:of\s+)?(?:the\s+)?(?:fiscal\s+)?(?:year\s+)?{year}\b"
        other = rf"\bfiscal\s+(?:year\s+)?{year}\s+(?:{ordinal})[-\s]+quarter|\bQ{number}\s*(?:FY|fiscal)?\s*'?{year}\b"
        votes[year] = len(re.findall(named, text, re.IGNORECASE)) + len(
            re.findall(other, text, re.IGNORECASE)
        )
    if votes[last.year] != votes[last.year - 1]:
        # Comparisons name last year's quarter about as often as this year's; only a clear lead counts.
        if last.month >= 6:
            return last.year
        return (
            last.year
            if votes[last.year] > 0 and votes[last.year] >= votes[last.year - 1] / 3
            else last.year - 1
        )
    if number == 4 and last.month < 6:
        named_year = len(re.findall(rf"\bfiscal\s+(?:year\s+)?{last.year}\b", text, re.IGNORECASE))
        before = len(re.findall(rf"\bfiscal\s+(?:year\s+)?{last.year - 1}\b", text, re.IGNORECASE))
        return last.year if named_year > before else last.year - 1 if before else last.year
    return last.year
