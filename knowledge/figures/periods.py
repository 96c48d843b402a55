"""Reporting periods (报告期) as filings and people write them.

A period is a kind, and an end date or the company's own name for it (year and number), or both: a column
headed ``Three Months Ended July 29, 2023`` has the date, one headed ``Second-Quarter 2023`` has the name.
The :class:`~knowledge.figures.calendars.Calendar` of a document knows which name goes with which date.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from knowledge.figures.amounts import widen


class PeriodKind(StrEnum):
    """How long a period is; ``instant`` is a balance sheet date (时点)."""

    INSTANT = "instant"
    QUARTER = "quarter"
    HALF = "half"
    NINE_MONTHS = "nine_months"
    YEAR = "year"
    WEEKS = "weeks"


_MONTHS_OF = {PeriodKind.QUARTER: 3, PeriodKind.HALF: 6, PeriodKind.NINE_MONTHS: 9, PeriodKind.YEAR: 12}

#: Periods in weeks are named by the months that they stand for; a company's fourth quarter may have 12 to 17.
_WEEKS = {
    12: PeriodKind.QUARTER, 13: PeriodKind.QUARTER, 14: PeriodKind.QUARTER, 16: PeriodKind.QUARTER,
    17: PeriodKind.QUARTER, 24: PeriodKind.HALF, 26: PeriodKind.HALF, 27: PeriodKind.HALF, 28: PeriodKind.HALF,
    36: PeriodKind.NINE_MONTHS, 39: PeriodKind.NINE_MONTHS, 40: PeriodKind.NINE_MONTHS,
    52: PeriodKind.YEAR, 53: PeriodKind.YEAR,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of time that figures belong to.

    ``year`` and ``number`` are the company's own name for it: quarter 2 of fiscal 2024 is ``year=2024,
    number=2``; a half has 1 or 2, nine months and a year have no number. At least ``end`` or ``year``
    is set.
    """

    kind: PeriodKind
    end: date | None = None
    start: date | None = None
    year: int | None = None
    number: int | None = None

    def back(self, years: int = 1) -> Period:
        """The same period of an earlier year (去年同期)."""
        year = self.year - years if self.year is not None else None
        end = shift(self.end, -12 * years) if self.end else None
        start = shift(self.start, -12 * years) if self.start else None
        return Period(self.kind, end=end, start=start, year=year, number=self.number)

    def label(self) -> str:
        """A short name for people and logs, such as ``quarter ended 2023-07-29``."""
        name = {"quarter": "Q", "half": "H"}.get(self.kind)
        own = f"{self.year} {name}{self.number}" if name and self.year and self.number else None
        own = own or (f"{self.kind} {self.year}" if self.year else None)
        if self.kind is PeriodKind.INSTANT and self.end:
            return f"as of {self.end.isoformat()}"
        ended = f"{self.kind.replace('_', ' ')} ended {self.end.isoformat()}" if self.end else None
        return f"{ended} ({own})" if ended and own else ended or own or str(self.kind)


def shift(day: date, months: int) -> date:
    """The date some months later or earlier; the end of a month stays the end of a month."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    if not 1 <= year <= 9999:
        return day
    last = calendar.monthrange(year, month + 1)[1]
    was_last = day.day == calendar.monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if was_last else min(day.day, last))


_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sept sep", "october oct", "november nov", "december dec"), start=1)
    for name in names.split()
}  # fmt: skip
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"  # noqa: E501
_YEAR = r"(?:19|20)\d{2}"

_DATE = re.compile(
    rf"\b(?P<m1>{_MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?:\s*,)?\s+(?P<y1>{_YEAR})\b"
    rf"|\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH})\.?,?\s+(?P<y2>{_YEAR})\b"
    rf"|\b(?P<y3>{_YEAR})[-/.](?P<m3>\d{{1,2}})[-/.](?P<d3>\d{{1,2}})\b"
    rf"|(?P<y4>{_YEAR})\s*年\s*(?P<m4>\d{{1,2}})\s*月\s*(?P<d4>\d{{1,2}})\s*[日号]"
    rf"|(?P<y5>{_YEAR})\s*年\s*(?P<m5>\d{{1,2}})\s*月\s*(?:底|末|止)",
    re.IGNORECASE,
)
_MONTH_DAY = re.compile(rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})\b(?!\s*,?\s*{_YEAR})(?!\d)", re.IGNORECASE)
_MONTH_YEAR = re.compile(rf"\b(?P<m>{_MONTH})\.?,?\s+(?P<y>{_YEAR})\b", re.IGNORECASE)

_NUMBER_WORDS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "一": 1, "二": 2,
    "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "上": 1, "下": 2,
    "three": 3, "six": 6, "nine": 9, "twelve": 12, "六": 6, "九": 9, "十二": 12, "thirteen": 13,
    "十三": 13, "二十六": 26, "三十九": 39, "五十二": 52,
    "twenty-six": 26, "thirty-nine": 39, "fifty-two": 52, "fifty-three": 53, "fourteen": 14, "sixteen": 16,
}  # fmt: skip
_ORDINAL = r"(?:first|second|third|fourth|1st|2nd|3rd|4th)"
_FISCAL = r"(?:fiscal\s+(?:year\s+)?|fy\s?'?|财政?年度?)"

_LENGTH = re.compile(
    r"\b(?P<n1>three|six|nine|twelve|3|6|9|12)[-\s]+months?\b"
    r"|\b(?P<w>\d{2}|thirteen|twenty-six|thirty-nine|fourteen|fifty-two|fifty-three|sixteen)[-\s]+weeks?\b"
    r"|(?P<n2>三|六|九|十二|3|6|9|12)\s*个月|(?<!\d)(?P<w2>\d{2}|十三|二十六|三十九|五十二)\s*(?:个?星期|周)",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    rf"\b(?P<o>{_ORDINAL})[-\s]+(?:fiscal\s+)?quarters?\b(?:\s*,?\s*(?:of|in|for)?\s*(?:the\s+)?"
    rf"(?P<f>fiscal\s+)?(?:year\s+)?(?P<y>{_YEAR}))?"
    rf"|\bq(?P<q>[1-4])\b\s*(?:,|of|in|for)?\s*(?P<f2>{_FISCAL})?\s*'?(?P<y2>{_YEAR}|\d{{2}}(?=\b))?"
    rf"|\b(?P<q3>[1-4])q\s*'?(?P<y3>{_YEAR}|\d{{2}})\b"
    rf"|第?\s*(?P<c>[一二三四1-4])\s*季度?|(?<![\d])\bQ(?P<q4>[1-4])",
    re.IGNORECASE,
)
_HALF = re.compile(
    r"\b(?P<o>first|second|1st|2nd)[-\s]+(?:half|six\s+months)\b|\bh(?P<h>[12])\b|(?P<c>上|下)半(?:财)?年"
    r"|\bhalf[-\s]year\b|半年度",
    re.IGNORECASE,
)
_FISCAL_YEAR = re.compile(
    rf"\b(?:fiscal|fy)\s*(?:year\s+)?'?(?P<y>{_YEAR})|\bFY\s?'?(?P<y2>\d{{2}})\b|(?P<y3>{_YEAR})\s*(?:财政?年度?|年度)",
    re.IGNORECASE,
)
_BARE_YEAR = re.compile(rf"(?<![\d,.$-])(?P<y>{_YEAR})(?![\d,%]|\.\d)(?:\s*年)?")


def find_dates(text: str) -> list[date]:
    """The full dates in a text, in order."""
    return [day for match in _DATE.finditer(widen(text)) if (day := _date(match))]


def leading_date(text: str) -> date | None:
    """The date that a text begins with."""
    match = _DATE.match(widen(text).lstrip())
    return _date(match) if match else None


def read_period(text: str) -> Period | None:
    """The one period that a header or a phrase names; None where it names none.

    Reads lengths with an end date, quarters, halves and years of a company's own calendar, and plain
    dates, which are instants.
    """
    text = " ".join(widen(text).replace("–", "-").replace("—", " ").split())
    day = end_date(text)
    if day is None and _DATE.search(text):
        return None  # a date that is in no calendar
    kind, number, year = read_length(text)
    if kind is not None:
        if day is not None and number is None:
            return Period(kind, end=day)
        if year is None:
            year = _year(text) if day is None else None
        if day is not None:
            return Period(kind, end=day, year=year, number=number)
        if year is not None or number is not None:
            return Period(kind, year=year, number=number)
        return None
    if re.search(r"\byears?\s+end(?:ed|ing)\b|截至.{0,14}止年度", text, re.IGNORECASE):
        if day is not None:
            return Period(PeriodKind.YEAR, end=day)
        year = _year(text)
        return Period(PeriodKind.YEAR, year=year) if year else None
    if day is not None:
        return Period(PeriodKind.INSTANT, end=day)
    match = _FISCAL_YEAR.search(text)
    if match:
        return Period(PeriodKind.YEAR, year=_year_number(match["y"] or match["y2"] or match["y3"]))
    year = _year(text)
    return Period(PeriodKind.YEAR, year=year) if year else None


def end_date(text: str) -> date | None:
    """The date that a header names, also where the year stands on a line of its own (``April 29,`` + ``2023``)."""
    match = _DATE.search(text)
    if match:
        return _date(match)
    short = _MONTH_DAY.search(text)
    if short:
        rest = text[: short.start()] + " " + text[short.end() :]
        years = _BARE_YEAR.findall(rest)
        if years:
            return _make(int(years[-1]), _MONTHS[short["m"].casefold().rstrip(".")], int(short["d"]))
    month = _MONTH_YEAR.search(text)
    if month:
        number = _MONTHS[month["m"].casefold()]
        return _make(int(month["y"]), number, calendar.monthrange(int(month["y"]), number)[1])
    return None


def read_length(text: str) -> tuple[PeriodKind | None, int | None, int | None]:
    """Kind, own number and own year of a phrase."""
    span = re.search(r"(?<!\d)1\s*[-~至到]\s*(3|6|9|12)\s*月", text)
    if span:
        kind = next(kind for kind, count in _MONTHS_OF.items() if count == int(span[1]))
        number = 1 if kind in (PeriodKind.QUARTER, PeriodKind.HALF) else None
        return kind, number, _year_beside(text[: span.start()])
    half = _HALF.search(text)
    if half:
        word = (half["o"] or half["h"] or half["c"] or "1").casefold()
        return PeriodKind.HALF, _NUMBER_WORDS.get(word), _year_beside(text)
    length = _LENGTH.search(text)
    if length:
        said = length["w"] or length["w2"]
        if said:
            weeks = _NUMBER_WORDS.get(said.casefold()) or int(said)
            return _WEEKS.get(weeks, PeriodKind.WEEKS), None, None
        months = (
            _NUMBER_WORDS[(length["n1"] or length["n2"]).casefold()]
            if not (length["n1"] or length["n2"]).isdigit()
            else int(length["n1"] or length["n2"])
        )
        kind = next((kind for kind, count in _MONTHS_OF.items() if count == months), None)
        return kind, None, None
    quarter = _QUARTER.search(text)
    if quarter:
        word = (quarter["o"] or quarter["q"] or quarter["q3"] or quarter["c"] or quarter["q4"]).casefold()
        year = quarter["y"] or quarter["y2"] or quarter["y3"]
        return PeriodKind.QUARTER, _NUMBER_WORDS[word], _year_number(year) if year else _year_beside(text)
    if re.search(r"\bquarters?\b|季度?|季报", text, re.IGNORECASE) and not re.search(
        r"quarterly", text, re.I
    ):
        return PeriodKind.QUARTER, None, None
    if re.search(r"前三季度?|\bnine\s+months\b", text, re.IGNORECASE):
        return PeriodKind.NINE_MONTHS, None, _year_beside(text)
    if re.search(r"\bsix\s+months\b|半年", text, re.IGNORECASE):
        return PeriodKind.HALF, None, _year_beside(text)
    return None, None, None


def _year_beside(text: str) -> int | None:
    match = _FISCAL_YEAR.search(text)
    if match:
        return _year_number(match["y"] or match["y2"] or match["y3"])
    return _year(text) if not _DATE.search(text) else None


def _year(text: str) -> int | None:
    years = _BARE_YEAR.findall(text)
    return int(years[-1]) if years else None


def _year_number(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def _date(match: re.Match[str]) -> date | None:
    for n in "12345":
        if match[f"y{n}"]:
            year, month = int(match[f"y{n}"]), match[f"m{n}"]
            number = int(month) if month.isdigit() else _MONTHS[month.casefold()]
            if n == "5":
                return _make(year, number, calendar.monthrange(year, number)[1] if 1 <= number <= 12 else 0)
            return _make(year, number, int(match[f"d{n}"]))
    return None


def _make(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def near(a: date, b: date, days: int) -> bool:
    """Whether two dates lie within some days of each other."""
    return abs(a - b) <= timedelta(days=days)
