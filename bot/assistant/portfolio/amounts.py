"""Numbers in a portfolio question (数目): amounts with a scale, a currency or a percent sign, and plain numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from bot.assistant.counts import chinese_number
from bot.assistant.portfolio.tokens import Phrase, Token

_SCALES = {
    "万亿": 12, "亿": 8, "千万": 7, "百万": 6, "万": 4, "千": 3, "trillion": 12, "billion": 9, "bn": 9, "million": 6,
    "mn": 6, "mio": 6, "m": 6, "thousand": 3, "k": 3,
}  # fmt: skip
_CURRENCIES = {
    "元人民币": "CNY", "块人民币": "CNY", "元": "CNY", "块": "CNY", "人民币": "CNY",
    "cny": "CNY", "rmb": "CNY", "yuan": "CNY", "renminbi": "CNY",
    "欧元": "EUR", "eur": "EUR", "euro": "EUR", "euros": "EUR", "€": "EUR", "美元": "USD", "美金": "USD", "usd": "USD",
    "dollar": "USD", "dollars": "USD", "$": "USD", "us$": "USD", "港元": "HKD", "港币": "HKD", "hkd": "HKD",
    "英镑": "GBP", "gbp": "GBP", "£": "GBP", "pounds": "GBP", "日元": "JPY", "jpy": "JPY", "yen": "JPY", "chf": "CHF",
    "瑞士法郎": "CHF", "sgd": "SGD", "新加坡元": "SGD", "krw": "KRW", "韩元": "KRW", "vnd": "VND", "越南盾": "VND",
    "myr": "MYR", "twd": "TWD", "新台币": "TWD", "¥": "CNY", "￥": "CNY",
}  # fmt: skip
_CURRENCY = "|".join(re.escape(name) for name in sorted(_CURRENCIES, key=len, reverse=True))
_SCALE = r"万亿|亿|千万|百万|万|千|(?:trillion|billion|bn|million|mn|mio|thousand|[mk])(?![a-z])"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_AMOUNT = re.compile(
    rf"(?P<before>(?:(?<![a-z])(?:{_CURRENCY}))\s*)?(?P<digits>{_DIGITS}|[一二三四五六七八九十两百]+(?=万|亿|千|百万))"
    rf"\s*(?P<scale>{_SCALE})?\s*(?P<percent>%|％|percent\b|per\s?cent\b)?"
    rf"\s*(?P<after>(?:{_CURRENCY})(?![a-z]))?",
    re.IGNORECASE,
)
_SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
WORDS = {word: value for value, word in enumerate(_SMALL, start=2)} | {
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "fifty": 50,
    "hundred": 100,
}
_WORD_NUMBER = re.compile(rf"\b(?:(?<=top )one|{'|'.join(word for word in WORDS)})\b", re.IGNORECASE)
_HAN_NUMBER = re.compile(
    r"(?<=[前头])[一二三四五六七八九十两]{1,3}|[一二三四五六七八九十两]{1,3}(?=家|个客|名|大客|位|条|起|笔|件|次|份|天|年|倍|成)"
)
_DAYS = re.compile(r"\s*(?:days?\b(?!\s+(?:late|overdue|past|of\s+delay))|天|日(?!期|元))", re.IGNORECASE)
_YEARS = re.compile(r"\s*(?:years?\b(?:\s+(?:ago|old))?|年(?!报|度|底|末))", re.IGNORECASE)


def amounts(text: str, phrases: Sequence[Phrase]) -> list[Token]:
    """Numbers that are surely amounts: with a scale, a currency or a percent sign, or behind a comparison."""
    found = []
    compared = [end for _, end, labels in phrases if labels[0][0] == "compare"]
    for match in _AMOUNT.finditer(text):
        said = match["scale"] or match["percent"] or match["before"] or match["after"]
        behind = any(match.start() - end >= 0 and not text[end : match.start()].strip() for end in compared)
        if not said and not behind:
            continue
        digits = match["digits"].replace(",", "")
        value = Decimal(digits) if digits[0].isdigit() else Decimal(chinese_number(digits))
        if match["scale"]:
            value *= Decimal(10) ** _SCALES[match["scale"].lower()]
        currency = match["before"] or match["after"]
        unit = "percent" if match["percent"] else _CURRENCIES[currency.strip().lower()] if currency else ""
        end = (
            match.end()
            if not text[match.start() : match.end()].endswith(" ")
            else len(text[: match.end()].rstrip())
        )
        if not said and (days := _DAYS.match(text[end:])):
            unit, end = "days", end + days.end()
        elif not said and (years := _YEARS.match(text[end:])):
            unit, end = "years", end + years.end()
        found.append(Token(match.start(), end, "number", text[match.start() : end], number=value, unit=unit))
    return found


def numbers(text: str) -> Iterator[Token]:
    """Every number by its digits or its word, and the days or years that it counts."""
    for pattern in (_WORD_NUMBER, _HAN_NUMBER, re.compile(r"\d+(?:\.\d+)?")):
        for match in pattern.finditer(text):
            yield _number(match, text)


def _number(match: re.Match[str], text: str) -> Token:
    word = match.group().lower()
    value = Decimal(WORDS[word]) if word in WORDS else Decimal(1) if word == "one" else None
    if value is None:
        value = Decimal(word) if word[0].isdigit() else Decimal(chinese_number(word))
    days, years = _DAYS.match(text[match.end() :]), _YEARS.match(text[match.end() :])
    found = days or years
    end = match.end() + (found.end() if found else 0)
    unit = "days" if days else "years" if years else ""
    return Token(match.start(), end, "number", text[match.start() : end], number=value, unit=unit)
