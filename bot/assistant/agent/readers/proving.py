"""Whether a document says what a model proposes from it (提议核对): the quote, every figure, date, unit and currency.

Pure. What does not stand is dropped with a reason, never mended; words of a proposal are those of the document.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from bot.assistant.numerals import Numerals, covers, read_numerals
from knowledge.figures.amounts import currency_of, widen
from knowledge.passages.quoting import locate
from store.canonical import decimal_text
from store.dates import PartialDate

#: A quote with fewer visible signs says nothing; a title made of a quote is cut.
_SHORTEST, _TITLE = 4, 200
#: Units that a statement is kept in as it was printed; figures in others are kept in single units.
_KEPT = (1, 1_000, 1_000_000)
_UNIT_WORDS = {
    1_000: re.compile(r"千元|千美元|千港元|千欧元|thousand|\b000s?\b|\bk(?:EUR|USD|CNY)\b", re.IGNORECASE),
    10_000: re.compile(r"万"),
    1_000_000: re.compile(r"百万|million|\bmn\b|\bm(?:EUR|USD|CNY)\b", re.IGNORECASE),
    100_000_000: re.compile(r"亿"),
}
#: The head of a table that says in what it is printed.
_HEADED = re.compile(
    r"单位\s*[:：]?\s*(?:人民币|美元|港元)?\s*(?:千|万|百万|亿)|\bin (?:\w+ ){0,2}(?:thousands|millions|billions)\b"
    r"|(?:千|万|百万|亿)(?:元|美元|港元)\s*[)）]",
    re.IGNORECASE,
)
_MINUS = re.compile(r"[-−–‐(（]\s*[$¥€£￥]?\s*\d|亏损|净流出|负|\bloss(?:es)?\b|\boutflow", re.IGNORECASE)
_MONEY = re.compile(
    r"(?:US|HK|NT|[CAS])\$|[A-Z]{3}|[$€£¥₩₹]|美元|港元|港币|加元|澳元|新台币|欧元|英镑|人民币|日元|元"
)
#: Currencies as running text of filings names them.
_NAMED = {
    "USD": re.compile(r"\bU\.?S\.? dollars?\b", re.IGNORECASE),
    "HKD": re.compile(r"\bHong Kong dollars?\b", re.IGNORECASE),
    "EUR": re.compile(r"\beuros?\b", re.IGNORECASE),
    "GBP": re.compile(r"\bpounds? sterling\b", re.IGNORECASE),
    "CNY": re.compile(r"\b(?:renminbi|yuan)\b", re.IGNORECASE),
}


class Unproven(Exception):
    """The document does not say so; `reason` is counted: block, quote, figure, sign, unit, currency, date, period."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a block as the model was given it: `text` is the `whole` from `start`.

    `whole` is the block with blanks where it gives orders, so that nothing of a proposal stands on one; `raw` is it as
    it is.
    """

    id: str
    ordinal: int
    locator: Mapping[str, Any]
    kind: str
    start: int
    raw: str
    whole: str
    text: str


@dataclass(frozen=True, slots=True)
class Proven:
    """What stands: the columns of the import, and where the document says so."""

    kind: str
    row: dict[str, Any]
    locator: Mapping[str, Any]
    place: dict[str, Any]
    quote: str


def prove_record(entry: Any, windows: Mapping[str, Window], document: str, today: date) -> Proven:
    """A proposed record that the document says; raises `Unproven`. `document` is its whole text."""
    window, (start, end) = _located(entry, windows)
    quote = window.text[start:end]
    said = {name: _copied(getattr(entry, name), window.whole) for name in ("record_number", "authority")}
    row: dict[str, Any] = {
        "dimension": entry.dimension,
        "title": _copied(entry.title, window.whole) or " ".join(quote.split())[:_TITLE],
        **{name: value for name, value in said.items() if value},
    }
    if entry.role:
        row["role"] = entry.role
    if entry.status:
        row["status"] = entry.status
    if entry.amount not in (None, ""):
        amount = _number(entry.amount)
        if amount <= 0 or not _holds(quote, amount):
            raise Unproven("figure")
        row |= {"amount": decimal_text(amount), "currency": _currency(entry.currency, window.whole, document)}
    for name in ("filed_on", "published_on", "closed_on"):
        if getattr(entry, name):
            row[name] = _dated(getattr(entry, name), window.whole, today)
    return Proven("records", row, window.locator, _place(window, start, quote, None), quote)


def prove_figure(entry: Any, windows: Mapping[str, Window], document: str, today: date) -> Proven:
    """A proposed figure of a statement that the document prints; raises `Unproven`."""
    window, (start, end) = _located(entry, windows)
    quote = window.text[start:end]
    value, unit = _number(entry.value), int(entry.unit)
    if value < 0 and not _MINUS.search(widen(quote)):
        raise Unproven("sign")
    if not _holds(quote, abs(value) * unit if unit > 1 else abs(value)):
        # The number alone stands there: its unit must be said around it.
        if not _holds(quote, abs(value)):
            raise Unproven("figure")
        if unit > 1 and not (_UNIT_WORDS[unit].search(window.whole) or _UNIT_WORDS[unit].search(document)):
            raise Unproven("unit")
    elif unit == 1 and _HEADED.search(window.whole) and not _scaled(quote, abs(value)):
        raise Unproven("unit")
    currency = _currency(entry.currency, window.whole, document)
    ends = _dated(entry.period_end, document, today, year=True)
    if PartialDate.parse(ends).day is None:
        raise Unproven("period")
    kept, amount = (unit, value) if unit in _KEPT else (1, value * unit)
    row = {
        "period_end": ends,
        "period_kind": entry.period_kind,
        "currency": currency,
        "unit": kept,
        entry.item: decimal_text(amount),
    }
    return Proven("statements", row, window.locator, _place(window, start, quote, abs(value)), quote)


def _located(entry: Any, windows: Mapping[str, Window]) -> tuple[Window, tuple[int, int]]:
    window = windows.get(str(entry.block).strip())
    if window is None:
        raise Unproven("block")
    place = locate(window.text, entry.quote.strip())
    if place is None or len("".join(entry.quote.split())) < _SHORTEST:
        raise Unproven("quote")
    start, end = window.start + place[0], window.start + place[1]
    if window.raw[start:end] != window.whole[start:end]:
        raise Unproven("quote")
    return window, place


def _number(given: Any) -> Decimal:
    try:
        number = Decimal(str(given).strip().replace(",", ""))
    except InvalidOperation:
        raise Unproven("figure") from None
    if not number.is_finite() or abs(number.adjusted()) > 20:
        raise Unproven("figure")
    return number


def _holds(text: str, number: Decimal) -> bool:
    """Whether a number stands in a text, as it is; a year of a date is none."""
    numbers = Numerals(read_numerals(text).numbers, ())
    return covers(numbers, Numerals(read_numerals(f"{number:f}").numbers, ()))


def _scaled(text: str, number: Decimal) -> bool:
    """Whether the number stands there with a word for its scale, such as 36.42亿."""
    return any(each.value == number and each.step > 1 for each in read_numerals(text).numbers)


def _currency(given: str | None, block: str, document: str) -> str:
    code = {"RMB": "CNY"}.get((given or "").strip().upper(), (given or "").strip().upper())
    for text in (block, document):
        signs = {currency_of(sign) for sign in _MONEY.findall(widen(text))}
        if code and (code in signs or (code in _NAMED and _NAMED[code].search(text))):
            return code
    raise Unproven("currency")


def _dated(given: str, text: str, today: date, *, year: bool = False) -> str:
    """A date that stands in the text, or whose year does; what is still to come is none."""
    try:
        day = PartialDate.parse(str(given).strip())
    except ValueError:
        raise Unproven("date") from None
    wanted = PartialDate.parse(str(day.year)) if year else day
    if day.first > today:
        raise Unproven("period" if year else "date")
    held = read_numerals(text)
    if not covers(held, Numerals((), (wanted,))):
        raise Unproven("period" if year else "date")
    return str(day)


def _copied(given: str | None, text: str) -> str | None:
    """Words of the model only as the text has them."""
    place = locate(text, given.strip()) if given and given.strip() else None
    return None if place is None else " ".join(text[slice(*place)].split())


def _place(window: Window, start: int, quote: str, number: Decimal | None) -> dict[str, Any]:
    """The line within the block, and in a table the cell in that line that prints the number."""
    first = window.whole.count("\n", 0, window.start + start) + 1
    place: dict[str, Any] = {"line": first}
    if window.kind != "table" or number is None:
        return place
    lines: Sequence[str] = window.whole.split("\n")
    for line in range(first, min(len(lines), first + quote.count("\n") + 1) + 1):
        for column, cell in enumerate(lines[line - 1].split(" | "), 1):
            if column > 1 and _holds(cell, number):
                return {"line": line, "column": column, "cell": cell.strip()}
    return place
