"""Units and stretches of time of pictures (单位与期间): 亿元 or CNY m, years and months without holes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from prompts.phrasebook import Phrasebook

_ABSURD = Decimal(10) ** 20
_MONTHS = 24
_YEARS = 12
_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
#: Language → (from which amount on, divisor, key of the unit); the first that fits is taken.
_UNITS = {
    "zh": ((Decimal(10) ** 8, Decimal(10) ** 8, "yi"), (Decimal(10) ** 4, Decimal(10) ** 4, "wan")),
    "en": (
        (Decimal(10) ** 10, Decimal(10) ** 9, "billion"),
        (Decimal(10) ** 6, Decimal(10) ** 6, "million"),
        (Decimal(10) ** 4, Decimal(10) ** 3, "thousand"),
    ),
}


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit of an axis: its name, by what an amount is divided, and to how many places it is shown."""

    name: str
    divisor: Decimal
    places: int

    def scaled(self, value: Decimal | None) -> Decimal | None:
        """The amount in this unit."""
        return None if value is None else value / self.divisor

    def shown(self, value: Decimal) -> str:
        """A value of the axis as text."""
        return plain(value, self.places)


def unit_for(values: Iterable[Decimal], currency: str, words: Phrasebook) -> Unit:
    """The unit in which the largest of these amounts is read at a glance."""
    largest = max(abs(value) for value in values)
    divisor, key = next(
        ((by, key) for floor, by, key in _UNITS[words.language] if largest >= floor), (Decimal(1), "one")
    )
    chinese = words.language == "zh"
    name = words.get(f"wording.currency.{currency}", currency) if chinese else currency
    places = 2 if key == "yi" else 1 if divisor > 1 else 0
    return Unit(words.say(f"reports.money.{key}", currency=name).strip(), divisor, places)


def years(periods: Iterable[str]) -> list[str]:
    """Years without holes from first to last, the newest so many; other periods as they came."""
    found = list(dict.fromkeys(periods))
    if found and all(_YEAR.fullmatch(item) for item in found):
        first, last = min(map(int, found)), max(map(int, found))
        return [str(year) for year in range(max(first, last - _YEARS + 1), last + 1)]
    return sorted(found)[-_YEARS:]


def months(periods: Iterable[str]) -> list[str]:
    """Months without holes from first to last, the newest two years of them."""
    found = [
        int(match[1]) * 12 + int(match[2]) - 1
        for item in periods
        if (match := _MONTH.fullmatch(item)) is not None
    ]
    if not found:
        return []
    return [
        f"{number // 12:04d}-{number % 12 + 1:02d}"
        for number in range(max(min(found), max(found) - _MONTHS + 1), max(found) + 1)
    ]


def figure(value: object) -> Decimal | None:
    """A figure of the check; None for what is none, or too large to be an amount of money."""
    if value is None or value == "":
        return None
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < _ABSURD else None


def plain(value: Decimal, places: int) -> str:
    """With at most so many places, thousands parted, no idle zeros and no minus before a zero."""
    rounded = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    whole = rounded.to_integral_value()
    said = f"{whole if rounded == whole else rounded.normalize():,f}"
    return "0" if said == "-0" else said.replace("-", "−")
