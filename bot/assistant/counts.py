"""Small whole numbers as people write them (数目): 12, 十二, a couple of."""

from __future__ import annotations

import re

DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "两": 2}
_ENGLISH_NUMBERS = {
    word: value
    for value, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"], 1
    )
} | {
    "a": 1,
    "an": 1,
    "couple of": 2,
    "a couple of": 2,
    "few": 3,
    "a few": 3,
    "fifteen": 15,
    "thirty": 30,
    "ninety": 90,
}

#: Patterns of a number in either language.
COUNT_ZH = r"(?:\d{1,4}|[一二三四五六七八九十两几半]{1,3})"
COUNT_EN = (
    r"(?:\d{1,4}|(?:a\s+)?couple\s+of|(?:a\s+)?few|"
    + "|".join(
        sorted(
            (word for word in _ENGLISH_NUMBERS if len(word) > 2 and " " not in word), key=len, reverse=True
        )
    )
    + ")"
)


def chinese_number(text: str) -> int:
    """A small whole number in digits or Chinese: 12, 十二, 二十一, 一百一十三; 几 counts as 3."""
    if text.isdigit():
        return int(text)
    total, current = 0, 0
    for sign in text:
        if sign == "几":
            current = 3
        elif sign == "十":
            total, current = total + (current or 1) * 10, 0
        elif sign == "百":
            total, current = total + (current or 1) * 100, 0
        elif sign in DIGITS:
            current = DIGITS[sign]
        else:
            raise ValueError(f"“{text}” is not a number")
    return total + current


def english_number(text: str) -> int:
    """A small whole number in digits or English: 12, twelve, a couple of; a few counts as 3."""
    word = re.sub(r"\s+", " ", text.lower())
    return int(word) if word.isdigit() else _ENGLISH_NUMBERS[word]
