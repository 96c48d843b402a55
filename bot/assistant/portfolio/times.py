"""Times in a portfolio question (时间): how long overdue, from today on, not for half a year, since Monday, in May."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from bot.assistant.counts import chinese_number
from bot.assistant.periods import read_times
from bot.assistant.portfolio.amounts import WORDS
from bot.assistant.portfolio.tokens import Phrase, Token
from bot.assistant.stretches import Period, current, shift_months

_COUNT = (
    r"(?P<count>\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|twelve|thirty|sixty|ninety"
    r"|half\s+an?)"
)
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year)s?\b"
_HAN_COUNT = r"(?P<count>\d{1,3}|[一二三四五六七八九十两]{1,3}|半)"
_HAN_UNIT = r"个?(?P<unit>天|日|周|星期|月|季度|年)"
_AHEAD = (
    re.compile(
        rf"\b(?:in|within|over|during)\s+(?:the\s+)?(?:next|coming|following)?\s*{_COUNT}\s+{_UNIT}", re.I
    ),
    re.compile(rf"\b(?:the\s+)?(?:next|coming|following)\s+{_COUNT}\s+{_UNIT}", re.I),
    re.compile(rf"(?:在?未来|今后|接下来|往后)的?{_HAN_COUNT}{_HAN_UNIT}(?:之?内|里|以内)?"),
    re.compile(rf"{_HAN_COUNT}{_HAN_UNIT}(?:之内|以内|内|后)"),
)
_NEXT = (
    re.compile(r"\b(?:in\s+|within\s+)?(?:the\s+)?next\s+(?P<unit>week|month|quarter|year)\b", re.IGNORECASE),
    re.compile(r"(?:在)?(?:下个?|明)(?P<unit>周|星期|月|季度|年)(?:内|之内)?"),
)
_LASTING = (
    re.compile(
        rf"\b(?:for|in|over|during|since)?\s*(?:more\s+than|over|at\s+least|longer\s+than|the\s+last|the\s+past|the)?\s*"
        rf"(?:last\s+|past\s+)?{_COUNT}\s+{_UNIT}(?:\s+or\s+more|\s+now)?",
        re.IGNORECASE,
    ),
    re.compile(
        rf"(?:已经?|超过|最近|近|过去|在)?(?P<count>\d{{1,3}}|[一二三四五六七八九十两]{{1,3}}|半){_HAN_UNIT}(?:以上|之内|以内|内|以来|多|里)?"
    ),
)
_LONG = (
    re.compile(rf"\b{_COUNT}\s+(?P<unit>week|fortnight|month|quarter|year)s?\b", re.IGNORECASE),
    re.compile(r"(?P<count>\d{1,3}|[一二三四五六七八九十两]{1,3}|半)个?(?P<unit>周|星期|月|季度|年)"),
)
_LONGER = re.compile(
    r"\s*(?:以上|及以上|或以上|以内|之内|or more|or longer|and more|overdue|past due)", re.IGNORECASE
)
_FOR_SO_LONG = re.compile(
    r"(?:overdue|past due)\s+(?:for|by)\s+$|(?:逾期|拖欠|欠款|欠)(?:了|已)?$", re.IGNORECASE
)
_UNITS = {
    "天": "day",
    "日": "day",
    "周": "week",
    "星期": "week",
    "月": "month",
    "季度": "quarter",
    "年": "year",
}
_EARLY = {"a": 1, "an": 1, "one": 1, "sixty": 60, "ninety": 90, "thirty": 30}
_YEAR_END = re.compile(
    r"\b(?:as\s+of|as\s+at|at|by|on)\s+(?:the\s+)?(?:year[- ]?end|end)\s+(?:of\s+)?"
    r"(?=(?:19|20)\d\d|\w+\s+(?:19|20)\d\d|last\s+year|last\s+month)",
    re.IGNORECASE,
)
_HAN_END = re.compile(r"(?<!截至)(?<!截止)(?:(?:19|20)\d\d年|去年|\d{1,2}月)(?:底|末)")
_WEEKDAY = re.compile(
    r"\b(?P<since>since|from)\s+(?P<last>last\s+)?(?P<en>mon|tues|wednes|thurs|fri|satur|sun)day\b"
    r"|(?:自从?|从)?(?P<before>上)?(?:个?周|星期|礼拜)(?P<zh>[一二三四五六日天])(?:以来|至今|起|开始|到现在|之后|以后)",
    re.IGNORECASE,
)
_DAYS_OF_WEEK = ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun")


def durations(text: str, today: date, phrases: Sequence[Phrase]) -> list[Token]:
    """Lengths of time in days, where they bound how long something has been overdue: 逾期两个月以上."""
    compared = [end for _, end, labels in phrases if labels[0][0] == "compare"]
    found = []
    for pattern in _LONG:
        for match in pattern.finditer(text):
            behind = any(end <= match.start() and not text[end : match.start()].strip() for end in compared)
            if behind or _LONGER.match(text[match.end() :]) or _FOR_SO_LONG.search(text[: match.start()]):
                count, unit = _counted(match)
                days = Decimal((today - _shifted(today, count, unit, -1)).days)
                found.append(
                    Token(match.start(), match.end(), "number", match.group(), number=days, unit="days")
                )
    return found


def ahead(text: str, today: date) -> list[Token]:
    """Stretches that begin today: within a month, 未来三个月, next quarter."""
    found = []
    for pattern in _AHEAD:
        for match in pattern.finditer(text):
            count, unit = _counted(match)
            period = Period(today, _shifted(today, count, unit, 1), "ahead", relative=True)
            found.append(Token(match.start(), match.end(), "time", match.group(), period=period))
    for pattern in _NEXT:
        for match in pattern.finditer(text):
            unit = _UNITS.get(match["unit"].lower(), match["unit"].lower())
            found.append(
                Token(match.start(), match.end(), "time", match.group(), period=current(unit, today, -1))
            )
    return found


def lasting(text: str, today: date) -> list[Token]:
    """How long something has not been done: for six months, 半年没有."""
    found = []
    for pattern in _LASTING:
        for match in pattern.finditer(text):
            count, unit = _counted(match)
            period = Period(_shifted(today, count, unit, -1), today, "lasting", relative=True)
            lead = len(match.group()) - len(match.group().lstrip())
            found.append(
                Token(match.start() + lead, match.end(), "time", match.group().strip(), period=period)
            )
    return found


def weekdays(text: str, today: date) -> list[Token]:
    """Since a day of the week: the latest one that has been, or the one of the week before."""
    found = []
    for match in _WEEKDAY.finditer(text):
        named = match["en"]
        number = (
            _DAYS_OF_WEEK.index(named.lower())
            if named
            else "一二三四五六日".index(match["zh"].replace("天", "日"))
        )
        if match["before"]:
            first = today - timedelta(days=today.weekday() + 7 - number)
        else:
            back = (today.weekday() - number) % 7
            first = today - timedelta(days=back or (7 if match["last"] else 0))
        period = Period(first, today, "since", relative=True)
        found.append(Token(match.start(), match.end(), "time", match.group(), period=period))
    return found


def times(text: str, taken: bytearray, today: date) -> list[Token]:
    """Periods and days that the untaken text names; the end of a year or month is the day of a picture."""
    plain = "".join(" " if mark else sign for sign, mark in zip(text, taken, strict=True))
    plain = _YEAR_END.sub(lambda match: "as of".ljust(len(match.group())), plain)
    times = read_times(plain, today=today)
    spans = list(times.cut)
    found = []
    if times.as_of is not None:
        place = next(
            (
                span
                for span in spans
                if re.match(r"\s*(?:as\s+(?:of|at)|截)", plain[span[0] :], re.IGNORECASE)
            ),
            None,
        )
        if place is not None:
            spans.remove(place)
            period = Period(times.as_of, times.as_of, "as_of")
            found.append(Token(*place, "time", text[place[0] : place[1]], period=period))
    for place, period in zip(spans, times.periods, strict=False):
        ended = _HAN_END.match(plain[place[0] : place[1] + 1].strip())
        if ended and period.last <= today:
            period = Period(period.last, period.last, "as_of")
        found.append(Token(*place, "time", text[place[0] : place[1]].strip(), period=period))
    return found


def _shifted(today: date, count: int, unit: str, sign: int) -> date:
    if unit in ("day", "week", "fortnight"):
        return today + timedelta(days=sign * count * {"day": 1, "week": 7, "fortnight": 14}[unit])
    return shift_months(today, sign * count * {"month": 1, "quarter": 3, "year": 12}[unit])


def _counted(match: re.Match[str]) -> tuple[int, str]:
    """How many of which unit; half a year is six months."""
    unit = match["unit"].lower()
    unit = _UNITS.get(unit, unit)
    text = match["count"].lower()
    if text.startswith("half") or text == "半":
        return (6, "month") if unit == "year" else (15, "day")
    if text.isascii() and not text.isdigit():
        return _EARLY.get(text) or WORDS[text], unit
    return chinese_number(text), unit
