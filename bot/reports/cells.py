"""What stands in a cell of a workbook (单元格): numbers, amounts, dates, and text that is never a formula."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from bot.reports.texts import without_steering
from store.dates import PartialDate

if TYPE_CHECKING:
    from openpyxl.cell import Cell

#: What a cell of a workbook holds at most.
CELL_TEXT = 32_767
#: A column is never wider, in narrow characters.
WIDEST = 60
#: A double keeps so many digits; longer numbers are written as text rather than wrong.
_DIGITS = 15
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class Kind(StrEnum):
    """How a column is read: what it holds, and how numbers in it are shown."""

    TEXT = "text"
    NUMBER = "number"
    COUNT = "count"
    PERCENT = "percent"  # times a hundred already: 62.5 is 62.5 %
    MONEY = "money"
    DATE = "date"
    INSTANT = "instant"


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole units of its ISO currency; the cell is a number whose format shows the currency."""

    amount: Decimal
    currency: str


#: What may stand in a cell; a `PartialDate` to the day becomes a date, a vaguer one text.
Value = str | int | Decimal | Money | date | datetime | PartialDate | None


def put(cell: Cell, value: Value, kind: Kind = Kind.TEXT) -> None:
    """The value as what it is; text is always text."""
    from openpyxl.styles import Alignment

    if value is None:
        return
    if isinstance(value, Money):
        if _exact(value.amount):
            cell.value = value.amount
            cell.number_format = _money_format(value)
            return
        value = f"{value.amount:,f} {value.currency}"
    elif isinstance(value, bool):
        value = str(value)
    elif isinstance(value, int | Decimal):
        number = Decimal(value)
        if kind is not Kind.TEXT and _exact(number):
            cell.value = number / 100 if kind is Kind.PERCENT else number
            cell.number_format = _FORMATS.get(kind, "General")
            return
        value = f"{number:f}" if number.is_finite() else str(number)
    elif isinstance(value, PartialDate):
        value = value.first if value.day else str(value)
    if isinstance(value, datetime) and value.year >= 1901:
        cell.value = value.astimezone(UTC).replace(tzinfo=None, microsecond=0)
        cell.number_format = "yyyy-mm-dd hh:mm"
        return
    if isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1901:
        cell.value = value
        cell.number_format = "yyyy-mm-dd"
        return
    text = clean(str(value))
    if not text:
        return
    cell.value = text
    cell.data_type = "s"
    cell.number_format = "@"
    if text.startswith(_RISKY):
        cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top", wrap_text=True)


#: `0.##` leaves a lone point behind whole numbers, so a plain number keeps the general format.
_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.NUMBER: "General",
    Kind.PERCENT: "0.00%",
    Kind.MONEY: "#,##0.00",
}
_WITHOUT_CENTS = ("JPY", "KRW", "VND")


def _money_format(value: Money) -> str:
    code = re.sub(r"[^A-Z]", "", value.currency.upper())[:3]
    places = "" if value.currency.upper() in _WITHOUT_CENTS else ".00"
    return f"[${code}] #,##0{places}" if code else f"#,##0{places}"


def _exact(number: Decimal) -> bool:
    return number.is_finite() and len(number.normalize().as_tuple().digits) <= _DIGITS


def clean(text: str) -> str:
    """The text without characters that steer or cannot be stored, cut to what a cell holds."""
    text = without_steering(text)
    return text if len(text) <= CELL_TEXT else text[: CELL_TEXT - 1] + "…"


def width_of(cell: Cell) -> int:
    """How many narrow characters wide the longest line of a cell is; a Chinese one counts two."""
    value = cell.value
    if value is None:
        return 0
    if isinstance(value, Decimal):
        return len(f"{value:,.2f}") + (4 if "[$" in cell.number_format else 0)
    if isinstance(value, datetime):
        return 16
    if isinstance(value, date):
        return 10
    lines = str(value).split("\n")
    return max(sum(2 if east_asian_width(sign) in "WF" else 1 for sign in line[:WIDEST]) for line in lines)
