"""The forms in which a moment is written (时间写法), one pattern each, and what reads it.

Forms relative to today count calendar units ("last quarter" is the quarter before this one) or roll back from today
("the last three months"). A month or a quarter without a year is the latest one that has begun.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from functools import cache

from bot.assistant.counts import COUNT_EN, COUNT_ZH, DIGITS, chinese_number, english_number
from bot.assistant.stretches import (
    Period,
    current,
    half_of,
    month_of,
    quarter_of,
    rolling,
    shift_months,
    year_of,
)

#: Reads a match on a day; None, or a ValueError, where it is no moment after all.
Reader = Callable[[re.Match[str], date], "Period | None"]

_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_YEAR = r"(?:19|20)\d\d"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_YEAR_ZH = r"(?:(?:19|20)\d\d|[一二][〇○零一二三四五六七八九]{3})"
_ROC = r"民国(?P<roc>元|\d{1,3}|[一二三四五六七八九十百]{1,5})"
_PART_ZH = (
    r"(?:(?P<half>上|下)半年|(?:第?(?P<quarter>[一二三四1-4])季度?|[Qq](?P<q>[1-4]))"
    r"|(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月(?:份|(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号])?)"
)
_ORDINALS = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4}
_ORDINAL = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"


def _year_zh(text: str) -> int:
    return int(text) if text.isdigit() else int("".join(str(DIGITS[sign]) for sign in text))


def _month_en(text: str) -> int:
    return _MONTH_NAMES.index(text[:3].lower()) + 1


def _within(year: int, match: re.Match[str]) -> Period:
    """The part of a year that a Chinese phrase names: half, quarter, month or day."""
    part = match.groupdict()
    if part.get("half"):
        return half_of(year, 1 if part["half"] == "上" else 2)
    if quarter := part.get("quarter") or part.get("q"):
        return quarter_of(year, chinese_number(quarter))
    if part.get("month"):
        month = chinese_number(part["month"])
        if part.get("day"):
            day = date(year, month, chinese_number(part["day"]))
            return Period(day, day, "day")
        return month_of(year, month)
    return year_of(year)


def _latest(read: Callable[[int], Period], today: date) -> Period:
    """The latest that has begun, this year's or last year's."""
    period = read(today.year)
    return period if period.first <= today else read(today.year - 1)


def _absolute_zh(match: re.Match[str], today: date) -> Period:
    return _within(_year_zh(match["year"]), match)


def _republic(match: re.Match[str], today: date) -> Period:
    return _within(1911 + (1 if match["roc"] == "元" else chinese_number(match["roc"])), match)


def _years(match: re.Match[str], today: date) -> Period:
    return Period(date(int(match["year"]), 1, 1), date(int(match["until"]), 12, 31), "span")


def _short_year(match: re.Match[str], today: date) -> Period:
    return year_of(2000 + int(match["year"]))


def _first_quarters(match: re.Match[str], today: date) -> Period:
    year = int(match["year"]) if match["year"] else today.year - (match["back"] == "去年")
    return Period(date(year, 1, 1), quarter_of(year, chinese_number(match["count"])).last, "span")


def _relative_year_zh(match: re.Match[str], today: date) -> Period:
    back = {"今": 0, "本": 0, "当": 0, "去": 1, "上": 1, "前": 2}[match["which"][0]]
    period = _within(today.year - back, match)
    return Period(period.first, period.last, period.grain, relative=True)


def _bare_zh(match: re.Match[str], today: date) -> Period:
    return _latest(lambda year: _within(year, match), today)


def _iso(match: re.Match[str], today: date) -> Period:
    year, month, day = int(match["year"]), int(match["month"]), match["day"]
    if day is None:
        return month_of(year, month)
    exact = date(year, month, int(day))
    return Period(exact, exact, "day")


def _day_en(match: re.Match[str], today: date) -> Period:
    month, number = _month_en(match["month"]), int(match["day"])

    def exact(year: int) -> Period:
        return Period(date(year, month, number), date(year, month, number), "day")

    return exact(int(match["year"])) if match["year"] else _latest(exact, today)


def _month_and_year(match: re.Match[str], today: date) -> Period:
    month = _month_en(match["month"])
    if match["year"]:
        return month_of(int(match["year"]), month)
    return _latest(lambda year: month_of(year, month), today)


def _last_month_named(match: re.Match[str], today: date) -> Period:
    month = _month_en(match["month"])
    year = today.year if month < today.month else today.year - 1
    return month_of(year, month)


def _quarter_en(match: re.Match[str], today: date) -> Period:
    part = match["quarter"].lower()
    number = _ORDINALS.get(part) or int(part)
    if match["year"]:
        return quarter_of(int(match["year"]), number)
    return _latest(lambda year: quarter_of(year, number), today)


def _half_en(match: re.Match[str], today: date) -> Period:
    part = match["half"].lower()
    number = _ORDINALS.get(part) or int(part)
    if match["year"]:
        return half_of(int(match["year"]), number)
    return _latest(lambda year: half_of(year, number), today)


def _year_en(match: re.Match[str], today: date) -> Period:
    year = match["year"]
    return year_of(int(year) if len(year) == 4 else 2000 + int(year))


def _ended(match: re.Match[str], today: date) -> Period:
    month = _month_en(match["month"] or match["month2"])
    last = date(int(match["year"] or match["year2"]), month, int(match["day"] or match["day2"]))
    months = {"quarter": 3, "half": 6, "year": 12, "twelve months": 12}.get(match["length"].lower())
    if months is None:
        months = english_number(match["length"].split()[0])
    first = shift_months(last + timedelta(days=1), -months)
    return Period(first, last, {1: "month", 3: "quarter", 6: "half", 12: "year"}.get(months, "span"))


UNITS = {
    "天": "day", "日": "day", "周": "week", "星期": "week", "礼拜": "week", "月": "month", "季": "quarter",
    "季度": "quarter", "半年": "half", "年": "year", "day": "day", "week": "week", "fortnight": "fortnight",
    "month": "month", "quarter": "quarter", "half": "half", "half-year": "half", "half year": "half", "year": "year",
}  # fmt: skip


#: "The last few" of each unit, as people mean it.
_FEW = {"day": 7, "week": 4, "fortnight": 2, "month": 6, "quarter": 4, "half": 3, "year": 5}


def _rolling_zh(match: re.Match[str], today: date) -> Period:
    count, unit = match["count"], UNITS[match["unit"]]
    if count and count.endswith("几"):
        return rolling(_FEW[unit], unit, today)
    if count and "半" in count:
        whole = chinese_number(count.replace("半", "")) if count != "半" else 0
        return rolling(whole * 12 + 6, "month", today) if unit == "year" else rolling(15, "day", today)
    return rolling(chinese_number(count) if count else 1, unit, today)


def _rolling_en(match: re.Match[str], today: date) -> Period:
    unit = UNITS[match["unit"].lower()]
    if match["count"] and match["count"].lower().endswith("few"):
        return rolling(_FEW[unit], unit, today)
    return rolling(english_number(match["count"]) if match["count"] else 1, unit, today)


def _calendar_zh(match: re.Match[str], today: date) -> Period:
    back = {"上": 1, "本": 0, "这": 0, "当": 0}[match["which"][0]] + match["which"].count("上上")
    return current(UNITS[match["unit"]], today, back)


def _calendar_en(match: re.Match[str], today: date) -> Period:
    back = 0 if match["which"].lower() in ("this", "current") else 1
    return current(UNITS[match["unit"].lower()], today, back)


def _ago(match: re.Match[str], today: date) -> Period:
    """A point some units ago: a day for days and weeks, else the whole calendar unit."""
    text, unit = match["count"], UNITS[match["unit"].lower()]
    count = english_number(text) if text.isascii() else chinese_number(text)
    if unit == "day":
        return current("day", today, count)
    if unit in ("week", "fortnight"):
        return current("day", today, count * (7 if unit == "week" else 14))
    return current(unit, today, count)


def _to_date(unit: str) -> Reader:
    def read(match: re.Match[str], today: date) -> Period:
        return Period(current(unit, today).first, today, "span", relative=True)

    return read


def _days_back(match: re.Match[str], today: date) -> Period:
    word = match.group().lower()
    back = {"今": 0, "昨": 1, "前": 2, "to": 0, "ye": 1, "th": 2}[word[0] if not word.isascii() else word[:2]]
    return current("day", today, back)


@cache
def forms() -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """Every form with its reader."""
    unit_zh = r"(?P<unit>天|日|周|星期|礼拜|月|季度?|年)"
    unit_en = r"(?P<unit>day|week|fortnight|month|quarter|half-year|half\s+year|year)"
    written: list[tuple[str, Reader]] = [
        (rf"(?P<year>{_YEAR_ZH})(?:财年|财政年度|会计年度|年(?:度|财年|全年|末|底)?的?{_PART_ZH}?)", _absolute_zh),
        (rf"(?P<year>{_YEAR})[Qq](?P<quarter>[1-4])", _quarter_en),
        (rf"(?<![\d./-])(?P<year>{_YEAR})\s?[-–~至到]\s?(?P<until>{_YEAR})年?(?![\d./-])", _years),
        (r"(?<![\d年])(?P<year>[12]\d)年(?!前|内|来|以|期|间|度?以)", _short_year),
        (rf"(?:(?P<year>{_YEAR})年|(?P<back>今年|去年))?前(?P<count>[二三23])个?季度", _first_quarters),
        (rf"{_ROC}年度?(?:{_PART_ZH})?", _republic),
        (rf"(?P<which>今|本|当|去|前)年度?的?{_PART_ZH}?", _relative_year_zh),
        (rf"(?P<which>上)年度的?{_PART_ZH}?", _relative_year_zh),
        (rf"(?<![\d年一二三四五六七八九十]){_PART_ZH}", _bare_zh),
        (rf"(?<![\d./-])(?P<year>{_YEAR})[-/.](?P<month>\d{{1,2}})(?:[-/.](?P<day>\d{{1,2}}))?(?![\d./-]\d|\d)", _iso),
        (rf"\b(?P<month>{_MONTH})\s*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s*(?P<year>{_YEAR})\b)?(?!\d)", _day_en),
        (
            rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<month>{_MONTH})(?:,?\s*(?P<year>{_YEAR})\b)?",
            _day_en,
        ),
        (rf"\b(?P<month>{_MONTH}),?\s+(?:of\s+)?(?P<year>{_YEAR})\b", _month_and_year),
        (rf"(?<=\bin\s)(?P<month>{_MONTH})(?P<year>(?!))?", _month_and_year),
        (rf"(?<=\bsince\s)(?P<month>{_MONTH})(?P<year>(?!))?", _month_and_year),
        (rf"\blast\s+(?P<month>{_MONTH})", _last_month_named),
        (rf"\bQ(?P<quarter>[1-4])\b(?:\s*(?:of|FY|/|,|-)?\s*(?P<year>{_YEAR})\b)?", _quarter_en),
        (rf"\b(?P<year>{_YEAR})\s*[-/]?\s*Q(?P<quarter>[1-4])\b", _quarter_en),
        (
            rf"\b(?P<quarter>{_ORDINAL})\s+quarter\b(?:\s*(?:of)?\s*(?:fiscal\s*(?:year)?)?\s*(?P<year>{_YEAR})\b)?",
            _quarter_en,
        ),
        (rf"\bH(?P<half>[12])\b(?:\s*(?:of|/)?\s*(?P<year>{_YEAR})\b)?", _half_en),
        (rf"\b(?P<half>first|second|1st|2nd)\s+half\b(?:\s*(?:of)?\s*(?P<year>{_YEAR})\b)?", _half_en),
        (rf"\b(?:FY|fiscal(?:\s+year)?|financial\s+year)\s*'?(?P<year>{_YEAR}|\d\d)\b", _year_en),
        (rf"(?<![\w./,$€£¥(\[〔-])(?P<year>{_YEAR})(?![\w,./-]?\d|[万亿元项条个家名人]|年|号|[a-z])", _year_en),
        (
            rf"\b(?P<length>quarter|half|year|{COUNT_EN}\s+months?)\s+(?:period\s+)?end(?:ed|ing)\s+(?:on\s+)?"
            rf"(?:(?P<month>{_MONTH})\s*(?P<day>\d{{1,2}}),?\s*(?P<year>{_YEAR})"
            rf"|(?P<day2>\d{{1,2}})\s+(?P<month2>{_MONTH}),?\s*(?P<year2>{_YEAR}))",
            _ended,
        ),
        (rf"(?:过去|最近|近|前|这)(?P<count>{COUNT_ZH})个?{unit_zh}(?:之?内|里|间|以?来|多)?", _rolling_zh),
        (r"(?:过去|最近|近)(?P<count>(?!))?一?个?(?P<unit>周|星期|礼拜|月|季度|年)(?:之?内|里|以?来)?", _rolling_zh),
        (rf"(?<![\d一二三四五六七八九十])(?P<count>{COUNT_ZH})个?{unit_zh}(?:之?内|以来)", _rolling_zh),
        (rf"\b(?:last|past|previous|recent|latest)\s+(?P<count>{COUNT_EN})\s+{unit_en}s?\b", _rolling_en),
        (rf"\b(?:past|trailing)\s+(?P<count>(?!))?{unit_en}\b", _rolling_en),
        # "Last year" is the year before this one; "in the last year" counts back from today.
        (rf"\b(?<=\bin the )last\s+(?P<count>(?!))?{unit_en}\b", _rolling_en),
        (rf"\b(?<=\bover the )last\s+(?P<count>(?!))?{unit_en}\b", _rolling_en),
        (rf"\b(?<=\bwithin the )last\s+(?P<count>(?!))?{unit_en}\b", _rolling_en),
        (rf"\b(?<=\bduring the )last\s+(?P<count>(?!))?{unit_en}\b", _rolling_en),
        (r"(?P<which>上上|上|本|这|当)一?个?(?P<unit>周|星期|礼拜|月|季度|半年(?<=个半年)|年(?!度))", _calendar_zh),
        (
            rf"\b(?P<which>last|previous|prior|this|current)\s+(?:calendar\s+|fiscal\s+|financial\s+)?{unit_en}\b",
            _calendar_en,
        ),
        (
            rf"(?<![\d一二三四五六七八九十])(?P<count>\d{{1,4}}|[一二三四五六七八九十两]{{1,3}})个?{unit_zh}(?:之|以)?前",
            _ago,
        ),
        (rf"\b(?P<count>{COUNT_EN}|an?)\s+{unit_en}s?\s+ago\b", _ago),
        (r"(?:今年以来|年初(?:以来|至今)|年初到现在|年内)", _to_date("year")),
        (r"\b(?:year\s+to\s+date|ytd|so\s+far\s+this\s+year)\b", _to_date("year")),
        (r"(?:本月以来|月初以来)|\bmonth\s+to\s+date\b", _to_date("month")),
        (r"今天|今日|昨天|昨日|前天|前日(?!期)", _days_back),
        (r"\b(?:today|yesterday|the\s+day\s+before\s+yesterday)\b", _days_back),
    ]  # fmt: skip
    return tuple((re.compile(pattern, re.IGNORECASE), read) for pattern, read in written)
