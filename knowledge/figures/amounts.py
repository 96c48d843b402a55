"""Printed numbers (数字) as exact values.

``$ 3,642`` · ``(1,234)`` · ``12.5 %`` · ``—`` · ``$1.2 billion`` · ``36.42 亿元`` · ``3,642 million`` ·
``１２３``. Everything is Decimal; a value keeps the scale that is printed beside it, so that ``36.42 亿元``
stays 36.42 with scale 100,000,000 and is compared through :attr:`Figure.amount`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

MINUS = "-−–‐‑"
DASHES = MINUS + "—―"

_SCALES: dict[str, int] = {
    "thousand": 10**3, "thousands": 10**3, "k": 10**3, "000s": 10**3,
    "million": 10**6, "millions": 10**6, "mn": 10**6, "mm": 10**6, "m": 10**6,
    "billion": 10**9, "billions": 10**9, "bn": 10**9, "b": 10**9,
    "trillion": 10**12, "trillions": 10**12, "tn": 10**12,
    "千": 10**3, "万": 10**4, "萬": 10**4, "百万": 10**6, "百萬": 10**6, "千万": 10**7,
    "亿": 10**8, "億": 10**8, "十亿": 10**9, "十億": 10**9, "万亿": 10**12, "萬億": 10**12, "兆": 10**12,
}  # fmt: skip

#: Signs and names of currencies as they stand before or after a number.
_CURRENCIES: dict[str, str] = {
    "US$": "USD", "U.S.$": "USD", "USD": "USD", "美元": "USD", "HK$": "HKD", "HKD": "HKD", "港元": "HKD",
    "港币": "HKD", "C$": "CAD", "CAD": "CAD", "加元": "CAD", "A$": "AUD", "AUD": "AUD", "澳元": "AUD",
    "S$": "SGD", "SGD": "SGD", "NT$": "TWD", "TWD": "TWD", "新台币": "TWD", "$": "USD", "€": "EUR",
    "EUR": "EUR", "欧元": "EUR", "£": "GBP", "GBP": "GBP", "英镑": "GBP", "RMB": "CNY", "CNY": "CNY",
    "人民币": "CNY", "元": "CNY", "¥": "CNY", "JPY": "JPY", "日元": "JPY", "CHF": "CHF", "₩": "KRW",
    "KRW": "KRW", "₹": "INR", "INR": "INR",
}  # fmt: skip

_BEFORE = "|".join(re.escape(sign) for sign in sorted(_CURRENCIES, key=len, reverse=True) if sign != "元")
_AFTER = "美元|港元|港币|加元|澳元|新台币|欧元|英镑|人民币|日元|元|USD|EUR|GBP|HKD|RMB|CNY|JPY|CHF"
_SCALE_WORDS = (
    "thousands?|millions?|billions?|trillions?|mn|mm|bn|tn|"
    "万亿|萬億|十亿|十億|百万|百萬|千万|亿|億|万|萬|千|兆"
)
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+"
_BODY = (
    rf"(?P<open>\()?\s*(?P<minus>[{MINUS}])?\s*(?P<before>{_BEFORE})?\s*(?P<open2>\()?\s*"
    rf"(?P<minus2>[{MINUS}])?\s*(?P<digits>{_DIGITS})\s*(?P<percent>%|％|per\s?cent\b|个百分点|percentage points)?\s*"
    rf"(?P<close>\))?\s*(?P<percent2>%)?"
    rf"\s*(?:(?P<scale>(?:{_SCALE_WORDS})(?![a-z]))|(?P<short>[KMB])(?![A-Za-z]))?\s*(?P<after>{_AFTER})?"
)
_PRINTED = re.compile(_BODY, re.IGNORECASE)
_INSIDE = re.compile(rf"(?<![A-Za-z0-9_.,/$])(?<![A-Za-z]-)(?<![A-Za-z)]\(){_BODY}", re.IGNORECASE)
_NIL = re.compile(rf"^(?:{_BEFORE})?\s*[{DASHES}]{{1,3}}\s*%?$|^(?:nil|零|无)$", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\s*(?:\((?:[a-z]|\d{1,2}|[ivx]{1,4})\)[\s,]*|[*†‡®™]+)+$")
_FOOTNOTE_AFTER = re.compile(r"(?<=[\d)%])\s+(?:\((?:[a-z]|\d)\)[\s,]*)+$|(?<=[\d)%])[*†‡]+$")


@dataclass(frozen=True, slots=True)
class Figure:
    """A printed number.

    ``value`` is as printed (a per cent figure of ``12.5 %`` is 12.5), ``scale`` what it has to be
    multiplied by, ``currency`` an ISO code where a sign stands beside it, and ``is_nil`` true where a
    dash stands for nothing.
    """

    value: Decimal
    scale: int = 1
    currency: str | None = None
    is_percent: bool = False
    is_nil: bool = False

    @property
    def amount(self) -> Decimal:
        """The value in single units."""
        return self.value * self.scale


def widen(text: str) -> str:
    """The text with full-width digits and signs made ASCII (全角转半角); its length stays the same."""
    return "".join(
        unicodedata.normalize("NFKC", char) if "\uff01" <= char <= "\uff5e" or char == "\u3000" else char
        for char in text
    )


def read_figure(text: str) -> Figure | None:
    """The figure that a whole cell prints, or None where the cell is something else.

    Footnote marks after the number are left out; a dash alone is nil.
    """
    text = _FOOTNOTE_AFTER.sub("", widen(text).strip()).strip()
    if not text:
        return None
    if _NIL.match(text):
        return Figure(Decimal(0), currency=_currency(text), is_percent="%" in text, is_nil=True)
    match = _PRINTED.fullmatch(text)
    return _figure(match) if match else None


def scan_figures(text: str) -> Iterator[tuple[int, int, Figure]]:
    """Every figure in running text with its start and end; years, dates and list numbers are for the caller."""
    for match in _INSIDE.finditer(widen(text)):
        figure = _figure(match)
        if figure is not None:
            start, end = match.span()
            end -= len(match.group()) - len(match.group().rstrip())
            yield start, end, figure


def scale_of(word: str) -> int | None:
    """What a scale word multiplies by: ``millions`` is 1,000,000, ``亿`` 100,000,000."""
    return _SCALES.get(word.casefold())


def currency_of(sign: str) -> str | None:
    """The ISO code of a currency's sign or name."""
    return _CURRENCIES.get(sign) or _CURRENCIES.get(sign.upper())


def spell_figure(figure: Figure) -> str:
    """The figure as a statement prints it: negatives in brackets, thousands parted, nil as a dash."""
    if figure.is_nil:
        return "—"
    body = f"{abs(figure.value):,f}"
    if figure.is_percent:
        return f"({body})%" if figure.value < 0 else f"{body} %"
    words = {10**3: " thousand", 10**6: " million", 10**9: " billion", 10**12: " trillion"}
    hans = {10**4: "万", 10**8: "亿"}
    sign = {"USD": "$ ", "EUR": "€", "GBP": "£", "CNY": "RMB "}.get(figure.currency or "", "")
    if figure.currency and not sign:
        sign = f"{figure.currency} "
    tail = words.get(figure.scale) or hans.get(figure.scale) or ""
    return f"{sign}({body}){tail}" if figure.value < 0 else f"{sign}{body}{tail}"


def _currency(text: str) -> str | None:
    match = re.match(_BEFORE, text.strip("( "), re.IGNORECASE)
    return currency_of(match.group()) if match else None


def _figure(match: re.Match[str]) -> Figure | None:
    opened = bool(match["open"] or match["open2"])
    if opened and not match["close"]:
        # "(12 stores" is an aside and not a negative number.
        opened = False
    minus = bool(match["minus"] or match["minus2"])
    value = Decimal(match["digits"].replace(",", ""))
    percent = bool(match["percent"] or match["percent2"])
    sign = match["before"] or match["after"]
    word = match["scale"] or match["short"]
    scale = (_SCALES[re.sub(r"\s", "", word.casefold())] if word else 1) if not percent else 1
    return Figure(
        -value if opened or minus else value,
        scale=scale,
        currency=currency_of(sign) if sign and not percent else None,
        is_percent=percent,
    )
