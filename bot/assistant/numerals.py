"""The figures of a text in one form (数字归一): numbers with their scale and precision, and dates as exact as said.

36.42亿 and 3,642 million are one number; 2026年3月31日 and 31 March 2026 are one date; full width is half width.
Signs are left aside, because a dash before a digit means many things.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from store.dates import PartialDate


@dataclass(frozen=True, slots=True)
class Number:
    """A number in single units; `step` is the unit of its last place, so 36.42亿 has the step 1,000,000."""

    value: Decimal
    step: Decimal
    rounded: bool


@dataclass(frozen=True, slots=True)
class Numerals:
    """All numbers and dates of a text."""

    numbers: tuple[Number, ...]
    dates: tuple[PartialDate, ...]


_SCALES = {
    "万亿": 12, "亿": 8, "千万": 7, "百万": 6, "万": 4, "trillion": 12, "billion": 9, "bn": 9, "million": 6, "mn": 6,
    "m": 6, "thousand": 3, "k": 3,
}  # fmt: skip
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_YEAR = r"(?:19|20)\d\d"
_DATES = (
    re.compile(
        rf"(?<![\d.])(?P<y>{_YEAR})\s*年(?:\s*(?P<m>\d{{1,2}})\s*月(?:\s*(?P<d>\d{{1,2}})\s*[日号])?)?"
    ),
    re.compile(rf"(?<![\d.-])(?P<y>{_YEAR})[-/.](?P<m>\d{{1,2}})(?:[-/.](?P<d>\d{{1,2}}))?(?![\d-])"),
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<n>{_MONTH})\.?,?\s+(?P<y>{_YEAR})\b", re.IGNORECASE
    ),
    re.compile(
        rf"\b(?P<n>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y>{_YEAR})\b", re.IGNORECASE
    ),
    re.compile(rf"\b(?P<n>{_MONTH})\.?,?\s+(?P<y>{_YEAR})\b", re.IGNORECASE),
)
_NUMBER = re.compile(
    r"(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?:\s*(?P<scale>万亿|亿|千万|百万|万|(?:trillion|billion|million|thousand|bn|mn|m|k)(?![a-z])))?"
    r"(?P<percent>\s*[%‰])?",
    re.IGNORECASE,
)
#: Names of quarters and halves hold a digit that is no figure.
_PARTS = re.compile(r"\b[QH][1-4]\b|第[一二三四]季度", re.IGNORECASE)


#: 1910.01 is a month, or an amount with two places, and so is 2000.5: it is read as both.
_MONTH_OR_AMOUNT = re.compile(r"\d{4}\.\d\d?")


def read_numerals(text: str) -> Numerals:
    """Every number and date of a text; a date's digits are not read again as numbers, where they can be no amount."""
    plain = _PARTS.sub(" ", unicodedata.normalize("NFKC", text))
    dates: list[PartialDate] = []
    for pattern in _DATES:
        for match in list(pattern.finditer(plain)):
            found = _date(match)
            if found is not None:
                dates.append(found)
                if _MONTH_OR_AMOUNT.fullmatch(match.group()):
                    continue
                plain = plain[: match.start()] + " " * (match.end() - match.start()) + plain[match.end() :]
    numbers = []
    for match in _NUMBER.finditer(plain):
        digits = match["n"].replace(",", "")
        if len(digits) > 24:
            continue
        places = len(digits.partition(".")[2])
        power = _SCALES[match["scale"].lower()] if match["scale"] else 0
        step = Decimal(1).scaleb(power - places)
        rounded = bool(places or power or match["percent"])
        numbers.append(Number(Decimal(digits).scaleb(power), step, rounded))
    return Numerals(tuple(numbers), tuple(dates))


_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_SPELLED = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE)


def spelled(text: str) -> list[Number]:
    """Small numbers that a document spells out: four each in China and Spain."""
    return [
        Number(Decimal(_WORDS.index(match.group().lower()) + 1), Decimal(1), False)
        for match in _SPELLED.finditer(text)
    ]


def _date(match: re.Match[str]) -> PartialDate | None:
    parts = match.groupdict()
    month = (
        _MONTHS.index(parts["n"][:3].lower()) + 1 if parts.get("n") else parts.get("m") and int(parts["m"])
    )
    day = parts.get("d") and int(parts["d"])
    text = f"{int(parts['y']):04d}" + (f"-{month}" if month else "") + (f"-{day}" if month and day else "")
    try:
        return PartialDate.parse(text)
    except ValueError:
        return None


def covers(held: Numerals, said: Numerals) -> bool:
    """Whether every figure that is said is held: equal, or rounded to the places that it is said with."""
    return not missing(held, said)


def missing(held: Numerals, said: Numerals) -> list[str]:
    """The figures that are said and not held, written plainly."""
    values = [number.value for number in held.numbers] + [Decimal(day.year) for day in held.dates]
    exact = set(values)
    lost = [str(number.value) for number in said.numbers if not _held(number, exact, values)]
    return lost + [str(day) for day in said.dates if not _dated(day, held)]


def _held(number: Number, exact: set[Decimal], values: Iterable[Decimal]) -> bool:
    if number.value in exact:
        return True
    if not number.rounded:
        return False
    return any(_to(value, number.step) == number.value for value in values)


def _to(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).quantize(Decimal(1), rounding=ROUND_HALF_UP) * step


def _dated(day: PartialDate, held: Numerals) -> bool:
    """A date is held by the same date or a more exact one; a bare year also by a number that is it."""
    for other in held.dates:
        if day.first <= other.first and other.last <= day.last:
            return True
    return day.month is None and any(number.value == day.year for number in held.numbers)
