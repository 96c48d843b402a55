"""Numbers, money, dates and ages as people write them, in English and Chinese (数字与日期的写法).

What is shown can always be found again in the evidence: a figure is either exact, or rounded to the places that
it is shown with. 3,642 million is 36.42亿 and both are 3642000000.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from prompts.phrasebook import Phrasebook
from store.dates import PartialDate

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
#: Quotation marks inside quotation marks.
_LESSER_CURLY = str.maketrans("“”", "‘’")
_LESSER_QUOTES = str.maketrans('“”"', "‘’'")
_LESSER_BRACKETS = str.maketrans("《》", "〈〉")
_YI, _WAN, _MILLION = Decimal(100_000_000), Decimal(10_000), Decimal(1_000_000)


@dataclass(frozen=True, slots=True)
class Wording:
    """The way of writing of one language; `book` gives units and names of currencies."""

    book: Phrasebook

    @property
    def chinese(self) -> bool:
        """Whether the language is Chinese."""
        return self.book.language == "zh"

    def number(self, value: Decimal | int) -> str:
        """A plain number with thousands separators and no idle zeros: 1,234.5."""
        return f"{plain(Decimal(value)):,f}"

    def money(self, amount: Decimal, currency: str) -> str:
        """An amount in the unit that is read at a glance: CNY 3,642 million, 36.42亿元."""
        if self.chinese:
            unit = self._currency(currency)
            size = abs(amount)
            if size >= _YI:
                return f"{plain(_short(amount / _YI, 4)):,f}亿{unit}"
            if size >= _WAN and _places(amount / _WAN) <= 2:
                return f"{plain(amount / _WAN):,f}万{unit}"
            return f"{plain(amount):,f}{unit}"
        size = abs(amount)
        if size >= _MILLION and (_places(amount / _MILLION) <= 2 or size >= _YI):
            return f"{currency} {plain(_short(amount / _MILLION, 2)):,f} million"
        return f"{currency} {plain(amount):,f}"

    def _currency(self, currency: str) -> str:
        key = f"wording.currency.{currency}"
        return self.book.get(key, f" {currency}")

    def percent(self, value: Decimal, places: int = 2) -> str:
        """A percentage that is already times a hundred: 62.5%."""
        return f"{plain(_round(value, places)):f}%"

    def ratio(self, value: Decimal) -> str:
        """A quotient such as the current ratio: 1.42."""
        return f"{_round(value, 2):f}"

    def days(self, value: Decimal | int) -> str:
        """A number of days, to one place: 12.5 days, 12.5天."""
        shown = plain(_round(Decimal(value), 1))
        return self.book.say("wording.days." + ("one" if shown == 1 else "other"), number=f"{shown:,f}")

    def date(self, day: PartialDate | date | str) -> str:
        """A date as exact as it is known: 31 March 2026, March 2026, 2026; 2026年3月31日."""
        value = partial(day)
        if self.chinese:
            parts = [f"{value.year}年"]
            if value.month:
                parts.append(f"{value.month}月")
            if value.day:
                parts.append(f"{value.day}日")
            return "".join(parts)
        month = _MONTHS[value.month - 1] + " " if value.month else ""
        return f"{value.day if value.day else ''} {month}{value.year}".strip()

    def instant(self, at: datetime) -> str:
        """A moment to the minute, in UTC: 31 March 2026, 08:15 UTC."""
        joined = " " if self.chinese else ", "
        return f"{self.date(at.date())}{joined}{at:%H:%M} UTC"

    def title(self, text: str) -> str:
        """The title of a document in quotation marks: it is data, and no part of what we say. “…”, 《…》.

        Marks of the same kind inside become the lesser ones, so that a title cannot end its own quotation.
        """
        bare = " ".join(text.split())
        if self.chinese:
            whole = bare[:1] == "《" and bare.find("》") == len(bare) - 1
            inner = (bare[1:-1] if whole else bare).translate(_LESSER_BRACKETS)
        else:
            inner = bare.translate(_LESSER_QUOTES)
        return self.book.say("wording.title", title=inner)

    def list(self, items: list[str] | tuple[str, ...]) -> str:
        """Several things in a sentence: a, b and c; a、b和c."""
        if len(items) < 2:
            return "".join(items)
        comma, last = self.book["wording.list.names"], self.book["wording.list.last"]
        return comma.join(items[:-1]) + last + items[-1]

    def period(self, first: PartialDate | date | None, last: PartialDate | date) -> str:
        """A stretch of time by the name it has: 2025, Q3 2024, March 2024, or its two ends."""
        end = partial(last)
        if first is None:
            return self.book.say("wording.period.until", last=self.date(end))
        start = partial(first)
        name = self._named(start.first, end.last)
        if name:
            return name
        if start.first == end.last:
            return self.date(end)
        return self.book.say("wording.period.between", first=self.date(start), last=self.date(end))

    def ended(self, first: date, last: date, months: int) -> str:
        """A reporting period by its end: the three months ended 31 December 2022; a calendar one by its name."""
        name = self._named(first, last) if months == 12 else None
        return name or self.book.say(f"wording.ended.m{months}", last=self.date(last))

    def _named(self, first: date, last: date) -> str | None:
        year = first.year
        for (from_month, to_month), key in _NAMED.items():
            if (first, last) == _months(year, from_month, to_month):
                return self.book.say(f"wording.period.{key}", year=year)
        for month in range(1, 13):
            if (first, last) == _months(year, month, month):
                return self.date(PartialDate(year, month))
        return None


_NAMED = {
    (1, 12): "year",
    (1, 6): "h1",
    (7, 12): "h2",
    (1, 3): "q1",
    (4, 6): "q2",
    (7, 9): "q3",
    (10, 12): "q4",
}


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), PartialDate(year, last).last


def partial(day: PartialDate | date | str) -> PartialDate:
    """A date in any of our shapes as a `PartialDate`; raises ValueError for text that is none."""
    if isinstance(day, PartialDate):
        return day
    return PartialDate.parse(day) if isinstance(day, str) else PartialDate.of(day)


def plain(value: Decimal) -> Decimal:
    """The same number without idle zeros and without an exponent."""
    value = value.normalize()
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _round(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _places(value: Decimal) -> int:
    exponent = value.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _short(value: Decimal, exact: int) -> Decimal:
    """The value itself when it has few places, else rounded to two."""
    return value if _places(value) <= exact else _round(value, 2)


def shortened(text: str, most: int) -> str:
    """A text of the data on one line, in at most so many signs."""
    plain = " ".join(text.split())
    return plain if len(plain) <= most else plain[: most - 1].rstrip() + "…"


def quotable(text: str, most: int) -> str:
    """The same to stand between “ and ”, which it cannot end."""
    return shortened(text, most).translate(_LESSER_CURLY)
