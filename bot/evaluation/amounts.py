"""Amounts as they are said and as gold states them, compared as numbers with their unit (数额比对).

36.42亿, 3,642 million and 3642百万元 are one amount; 71.3% and 71.3 per cent are one. A loss may be said by a sign,
by brackets or by a word beside the number.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

#: The units of gold, as powers of ten; "%" is a kind of its own.
UNITS: dict[str, int] = {
    "": 0, "%": 0, "千": 3, "thousand": 3, "万": 4, "百万": 6, "million": 6, "千万": 7, "亿": 8, "billion": 9,
    "万亿": 12, "trillion": 12,
}  # fmt: skip
#: How each currency is written; the sign of one must not be found in the name of another (元 in 美元).
_CURRENCIES = {
    "CNY": r"CNY|RMB|人民币|¥|(?<![欧美港日加澳])元",
    "EUR": r"EUR|€|欧元",
    "USD": r"USD|US\$|美元",
    "GBP": r"GBP|£|英镑",
    "HKD": r"HKD|HK\$|港元|港币",
    "SGD": r"SGD|S\$|新加坡元|新元",
    "AED": r"AED|迪拉姆",
    "JPY": r"JPY|日元",
}
_SCALES = {
    **{name: power for name, power in UNITS.items() if name not in ("", "%")},
    "mn": 6,
    "m": 6,
    "bn": 9,
    "k": 3,
}
_SAID = re.compile(
    r"(?P<minus>[-−–(]\s*(?:[A-Z]{3}|[€$£¥])?\s*)?"
    r"(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    rf"(?:\s*(?P<scale>{'|'.join(sorted((re.escape(name) for name in _SCALES), key=len, reverse=True))})(?![a-z]))?"
    r"(?P<percent>\s*(?:%|per cent\b|percent\b))?",
    re.IGNORECASE,
)
_LOSS = re.compile(r"\bloss(?:es)?\b|\bnegative\b|\bdown\b|\bfell\b|亏损|净亏|负|下降|减少", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Said:
    """A number of a text in single units; `step` is the unit of its last place."""

    value: Decimal
    step: Decimal
    percent: bool
    signed: bool


def amounts(text: str) -> Iterator[Said]:
    """Every number of a text, with its scale."""
    plain = unicodedata.normalize("NFKC", text)
    for match in _SAID.finditer(plain):
        digits = match["number"].replace(",", "")
        if len(digits) > 24:
            continue
        power = _SCALES[match["scale"].casefold()] if match["scale"] else 0
        # A dash that follows a Latin word or a digit joins; it is no sign.
        before = plain[match.start() - 1 : match.start()] if match.start() else ""
        minus = bool(match["minus"]) and not (before.isascii() and before.isalnum())
        value = Decimal(digits).scaleb(power)
        step = Decimal(1).scaleb(power - len(digits.partition(".")[2]))
        yield Said(-value if minus else value, step, bool(match["percent"]), minus)


def says_amount(
    text: str, amount: Decimal, unit: str, *, tolerance: Decimal | None = None, currency: str | None = None
) -> bool:
    """Whether a text says an amount: the same kind, near enough, with its sign, in its currency."""
    if currency and not re.search(_CURRENCIES.get(currency, re.escape(currency)), text):
        return False
    power = UNITS[unit]
    wanted = amount.scaleb(power)
    exponent = amount.as_tuple().exponent
    allowed = (
        (tolerance if tolerance is not None else Decimal(5).scaleb(int(exponent) - 1)).scaleb(power)
        if isinstance(exponent, int)
        else Decimal(0)
    )
    lost = bool(_LOSS.search(text))
    for said in amounts(text):
        if said.percent != (unit == "%"):
            continue
        value = -said.value if wanted < 0 and not said.signed and lost else said.value
        if abs(value - wanted) <= allowed:
            return True
    return False
