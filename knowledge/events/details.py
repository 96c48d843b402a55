"""The day and the sum (日期、金额) that a sentence gives for what it tells: those that stand nearest to its words.

A sum counts only with its currency, a percentage and a number of shares are none. A day without its year is of the year
before the text was published, or of the same, whichever has come; without a day of publication it is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from knowledge.figures.amounts import currency_of, scale_of, widen
from store.columns import scaled
from store.dates import PartialDate

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_YEAR = r"((?:19|20)\d\d)"
_CHINESE = re.compile(
    rf"(?<!\d)(?:{_YEAR}\s?年\s?)?(\d{{1,2}})\s?月(?:\s?(\d{{1,2}})\s?[日号])?|(?<!\d){_YEAR}\s?年(?!\s?\d)"
)
_DASHED = re.compile(rf"(?<![\d./-]){_YEAR}([-/.])(\d{{1,2}})\2(\d{{1,2}})(?![\d./-]\d)")
_ENGLISH = re.compile(
    rf"\b{_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+{_YEAR}\b)?"
    rf"|\b(\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?\b"
    rf"|\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b|\bin\s+{_YEAR}\b",
    re.IGNORECASE,
)
_SIGNS = (
    r"US\$|U\.S\.\$|HK\$|C\$|A\$|S\$|NT\$|\$|€|£|¥|₩|₹|USD|EUR|GBP|HKD|RMB|CNY|JPY|CHF|人民币|美元|港币|欧元"
)
_NAMES = {
    "元": "CNY", "人民币": "CNY", "美元": "USD", "美金": "USD", "港元": "HKD", "港币": "HKD", "欧元": "EUR",
    "英镑": "GBP", "日元": "JPY", "新台币": "TWD", "加元": "CAD", "澳元": "AUD", "韩元": "KRW", "卢布": "RUB",
    "dollars": "USD", "us dollars": "USD", "u.s. dollars": "USD", "euros": "EUR", "euro": "EUR", "pounds": "GBP",
    "yuan": "CNY", "renminbi": "CNY", "yen": "JPY", "rupees": "INR", "francs": "CHF", "rubles": "RUB", "roubles": "RUB",
}  # fmt: skip
#: Every blank is at most one, so that no text makes it try twice: 6500余万元, HK$3.5 billion, 16.6 million dollars.
_SUM = re.compile(
    rf"(?P<before>{_SIGNS})?\s?(?P<digits>\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,6}})?|\d{{1,15}}(?:\.\d{{1,6}})?)"
    r"\s?[余多]?(?P<scale>万亿|亿|千万|百万|万|(?:thousand|million|billion|trillion|mn|bn|m|k)(?![a-z]))?[余多]?\s?"
    rf"(?P<after>{'|'.join(sorted(map(re.escape, _NAMES), key=len, reverse=True))})?",
    re.IGNORECASE,
)
_DIGIT = re.compile(r"\d")
_FIGURES = {sign: at for at, sign in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_PLACES = {"十": 10, "百": 100, "千": 1000}
#: 八万四千三百英镑, 二千六百四十五万元.
_SPELLED = re.compile(
    r"(?P<number>[零〇一二两三四五六七八九十百千万亿]{2,20})[余多]?"
    rf"(?P<after>{'|'.join(sorted((name for name in _NAMES if not name.isascii()), key=len, reverse=True))})"
)


def amount_near(sentence: str, at: int) -> tuple[Decimal | None, str | None]:
    """The sum nearest to a place in the sentence, in whole currency units, with its ISO currency."""
    if not _DIGIT.search(sentence) and not _SPELLED.search(sentence):
        return None, None
    for _, amount, currency in sorted(_amounts(sentence), key=lambda one: abs(one[0] - at)):
        try:
            scaled(amount)
        except (ValueError, ArithmeticError):
            continue
        return amount, currency
    return None, None


def _amounts(sentence: str) -> Iterator[tuple[int, Decimal, str]]:
    for match in _SUM.finditer(widen(sentence)):
        before, after = match["before"], match["after"]
        currency = _NAMES.get((after or "").casefold()) if after else None
        if before and (currency is None or after == "元"):
            currency = currency_of(before) or currency
        if currency is None or (match.group().startswith("0") and "." not in match["digits"]):
            continue
        value = Decimal(match["digits"].replace(",", "")) * (
            scale_of(match["scale"]) or 1 if match["scale"] else 1
        )
        if value > 0:
            whole = value.to_integral_value()
            yield match.start(), whole if whole == value else value.normalize(), currency
    for match in _SPELLED.finditer(sentence):
        counted = _counted(match["number"])
        if counted:
            yield match.start(), Decimal(counted), _NAMES[match["after"]]


def _counted(written: str) -> int:
    """A number as Chinese spells it: 八万四千三百 is 84,300, 一亿二千万 is 120,000,000."""
    total = section = digit = 0
    for sign in written:
        if sign in _FIGURES:
            digit = _FIGURES[sign]
        elif sign in _PLACES:
            section += (digit or (1 if sign == "十" else 0)) * _PLACES[sign]
            digit = 0
        elif sign == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        else:
            total, section, digit = (total + section + digit) * 10**8, 0, 0
    return total + section + digit


def date_near(sentence: str, at: int, published: date | None = None) -> PartialDate | None:
    """The day, month or year nearest to a place in the sentence; a full day goes before what is less exact."""
    if not _DIGIT.search(sentence):
        return None
    found = sorted(
        _dates(sentence, published),
        key=lambda one: (one[1].day is None, one[1].month is None, abs(one[0] - at)),
    )
    return found[0][1] if found else None


def _dates(sentence: str, published: date | None) -> Iterator[tuple[int, PartialDate]]:
    parts: list[tuple[int, str | None, str | None, str | None]] = []
    for match in _CHINESE.finditer(sentence):
        year, month, day, alone = match.groups()
        parts.append((match.start(), year or alone, month, day))
    parts += [(match.start(), match[1], match[3], match[4]) for match in _DASHED.finditer(sentence)]
    for match in _ENGLISH.finditer(sentence):
        m1, d1, y1, d2, m2, y2, m3, y3, y4 = match.groups()
        parts.append((match.start(), y1 or y2 or y3 or y4, _number(m1 or m2 or m3), d1 or d2))
    for start, year, month, day in parts:
        built = _build(year, month, day, published)
        if built is not None:
            yield start, built


def _number(month: str | None) -> str | None:
    return None if month is None else str(_MONTHS.index(month[:3].casefold()) + 1)


def _build(
    year: str | None, month: str | None, day: str | None, published: date | None
) -> PartialDate | None:
    if year is None:
        if published is None or day is None or month is None:
            return None
        year = str(published.year)
        if (int(month), int(day)) > (published.month, published.day):
            year = str(published.year - 1)
    try:
        return PartialDate.parse("-".join(part for part in (year, month, day) if part))
    except ValueError:
        return None
