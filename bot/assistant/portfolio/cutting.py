"""The words of a portfolio question, cut into tokens (切词): phrases of the grammar, numbers, times, codes, the rest.

Every stretch of the text belongs to one token; what no table knows stays as a `rest` token, so that nothing is
silently ignored.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot.assistant.portfolio.amounts import amounts, numbers
from bot.assistant.portfolio.times import ahead, durations, lasting, times, weekdays
from bot.assistant.portfolio.tokens import Token, phrases_of

_CODE = re.compile(r"(?<![A-Za-z0-9])([AB])\s?-\s?(\d{1,7})(?![A-Za-z0-9])", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
#: What a time bounds by its length: overdue for more than two months.
_OVERDUE = frozenset({("measure", "overdue"), ("measure", "overdue_days"), ("measure", "open")})
#: What has not happened for so long.
_SINCE = frozenset({("measure", "last_check"), ("measure", "last_note")})
_STRETCH = re.compile(
    r"(?:\d{1,3}|[一二三四五六七八九十两半]{1,3})个?(?:天|周|星期|月|季度|年)(?![份度底末初报])"
)
#: Whether somebody pays later or sooner than before.
_PACES = frozenset({("state", "slowing"), ("state", "quickening")})


def cut(text: str, *, today: date, blanked: Sequence[tuple[int, int]] = ()) -> list[Token]:
    """The tokens of a text from left to right; `blanked` are stretches that name customers and are left out."""
    taken = bytearray(len(text))
    found: list[Token] = []

    def free(start: int, end: int) -> bool:
        return not any(taken[start:end])

    def take(token: Token) -> None:
        if token.end > token.start and free(token.start, token.end):
            taken[token.start : token.end] = b"\1" * (token.end - token.start)
            found.append(token)

    for start, end in blanked:
        take(Token(start, end, "name", text[start:end]))
    for match in _CODE.finditer(text):
        take(Token(match.start(), match.end(), "code", f"{match[1].upper()}-{int(match[2])}"))
    for match in _MAIL.finditer(text):
        take(Token(match.start(), match.end(), "mail", match.group()))
    phrases = phrases_of(text)
    tables = {label[:2] for _, _, labels in phrases for label in labels}
    for start, end, labels in phrases:
        # The year in "pays later than a year ago" is no time of its own.
        if any(label[:2] in _PACES for label in labels):
            take(Token(start, end, "phrase", text[start:end], labels))
    if tables & _OVERDUE:
        for token in durations(text, today, phrases):
            take(token)
    for token in amounts(text, phrases):
        take(token)
    if ("state", "expiring") in tables:
        for token in ahead(text, today):
            take(token)
    elif tables & _SINCE:
        for token in lasting(text, today):
            take(token)
    for token in (*weekdays(text, today), *times(text, taken, today)):
        take(token)
    # Times may have taken the head of a phrase: 2024年|收入 and not 年收入.
    phrases = phrases_of("".join("§" if mark else sign for sign, mark in zip(text, taken, strict=True)))
    told = [phrase for phrase in phrases if {label[0] for label in phrase[2]} != {"filler"}]
    for start, end, labels in told:
        take(Token(start, end, "phrase", text[start:end], labels))
    for token in numbers(text):
        take(token)
    # A stretch of time that says nothing yet is no filler: 一个月 is more than its three signs.
    for match in _STRETCH.finditer(text):
        take(Token(match.start(), match.end(), "rest", match.group()))
    for start, end, labels in phrases:
        take(Token(start, end, "phrase", text[start:end], labels))
    for match in re.finditer(r"[^\W_]+(?:[''’&.-][^\W_]+)*", text):
        for start, end in _loose(taken, match.start(), match.end()):
            take(Token(start, end, "rest", text[start:end]))
    return sorted(found, key=lambda token: token.start)


def _loose(taken: bytearray, start: int, end: int) -> list[tuple[int, int]]:
    """The free stretches of a word, part of which a phrase has taken (Chinese runs)."""
    spans, at = [], start
    while at < end:
        if taken[at]:
            at += 1
            continue
        stop = at
        while stop < end and not taken[stop]:
            stop += 1
        spans.append((at, stop))
        at = stop
    return spans
