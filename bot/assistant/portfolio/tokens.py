"""The words of a portfolio question, cut into tokens (切词): phrases of the grammar, numbers, times, codes, the rest.

Every stretch of the text belongs to one token; what no table knows stays as a `rest` token, so that nothing is
silently ignored.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

from bot.assistant.counts import chinese_number
from bot.assistant.periods import read_times
from bot.assistant.portfolio.places import PLACES
from bot.assistant.replies.measures import STOCKS
from bot.assistant.stretches import Period, current, shift_months
from bot.assistant.topics import Lexicon, Match, find_phrases, load_lexicon

GRAMMAR = Path(__file__).parents[3] / "prompts" / "grammar" / "portfolio.toml"


@dataclass(frozen=True, slots=True)
class Token:
    """A stretch of the text. `labels` are (table, name) of phrases; other kinds carry their value."""

    start: int
    end: int
    kind: str
    text: str
    labels: tuple[tuple[str, ...], ...] = ()
    number: Decimal | None = None
    unit: str = ""
    period: Period | None = None

    def of(self, table: str) -> str | None:
        """The name that the phrase has in a table; None when it is not in it."""
        return next((label[1] for label in self.labels if label[0] == table), None)


@cache
def lexicon() -> Lexicon:
    """The grammar of portfolio questions."""
    return load_lexicon(GRAMMAR)


@cache
def _places() -> Lexicon:
    return load_lexicon(PLACES)


def is_place(text: str) -> bool:
    """Whether a text is the name of a place and nothing else."""
    folded = text.strip().lower()
    return folded in _places().chinese or tuple(folded.split()) in _places().english


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
_WORDS = {word: value for value, word in enumerate(_SMALL, start=2)} | {
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "fifty": 50,
    "hundred": 100,
}
_WORD_NUMBER = re.compile(rf"\b(?:(?<=top )one|{'|'.join(word for word in _WORDS)})\b", re.IGNORECASE)
_HAN_NUMBER = re.compile(
    r"(?<=[前头])[一二三四五六七八九十两]{1,3}|[一二三四五六七八九十两]{1,3}(?=家|个客|名|大客|位|条|起|笔|件|次|份|天|年|倍|成)"
)
_DAYS = re.compile(r"\s*(?:days?\b(?!\s+(?:late|overdue|past|of\s+delay))|天|日(?!期|元))", re.IGNORECASE)
_YEARS = re.compile(r"\s*(?:years?\b(?:\s+(?:ago|old))?|年(?!报|度|底|末))", re.IGNORECASE)
_CODE = re.compile(r"(?<![A-Za-z0-9])([AB])\s?-\s?(\d{1,7})(?![A-Za-z0-9])", re.IGNORECASE)
_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
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
#: What a time bounds by its length: overdue for more than two months.
_OVERDUE = frozenset({("measure", "overdue"), ("measure", "overdue_days"), ("measure", "open")})
_STRETCH = re.compile(
    r"(?:\d{1,3}|[一二三四五六七八九十两半]{1,3})个?(?:天|周|星期|月|季度|年)(?![份度底末初报])"
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
    phrases = _phrases(text)
    tables = {label[:2] for _, _, labels in phrases for label in labels}
    for start, end, labels in phrases:
        # The year in "pays later than a year ago" is no time of its own.
        if any(label[:2] in _PACES for label in labels):
            take(Token(start, end, "phrase", text[start:end], labels))
    if tables & _OVERDUE:
        for token in _durations(text, today, phrases):
            take(token)
    for token in _amounts(text, phrases):
        take(token)
    lasting = ("measure", "last_check") in tables or ("measure", "last_note") in tables
    if ("state", "expiring") in tables:
        for token in _ahead(text, today):
            take(token)
    elif lasting:
        for token in _lasting(text, today):
            take(token)
    for token in (*_weekdays(text, today), *_times(text, taken, today)):
        take(token)
    # Times may have taken the head of a phrase: 2024年|收入 and not 年收入.
    phrases = _phrases("".join("§" if mark else sign for sign, mark in zip(text, taken, strict=True)))
    told = [phrase for phrase in phrases if {label[0] for label in phrase[2]} != {"filler"}]
    for start, end, labels in told:
        take(Token(start, end, "phrase", text[start:end], labels))
    for pattern in (_WORD_NUMBER, _HAN_NUMBER, re.compile(r"\d+(?:\.\d+)?")):
        for match in pattern.finditer(text):
            take(_number(match, text))
    # A stretch of time that says nothing yet is no filler: 一个月 is more than its three signs.
    for match in _STRETCH.finditer(text):
        take(Token(match.start(), match.end(), "rest", match.group()))
    for start, end, labels in phrases:
        take(Token(start, end, "phrase", text[start:end], labels))
    for match in re.finditer(r"[^\W_]+(?:[''’&.-][^\W_]+)*", text):
        for start, end in _loose(taken, match.start(), match.end()):
            take(Token(start, end, "rest", text[start:end]))
    return sorted(found, key=lambda token: token.start)


def _number(match: re.Match[str], text: str) -> Token:
    word = match.group().lower()
    value = Decimal(_WORDS[word]) if word in _WORDS else Decimal(1) if word == "one" else None
    if value is None:
        value = Decimal(word) if word[0].isdigit() else Decimal(chinese_number(word))
    days, years = _DAYS.match(text[match.end() :]), _YEARS.match(text[match.end() :])
    found = days or years
    end = match.end() + (found.end() if found else 0)
    unit = "days" if days else "years" if years else ""
    return Token(match.start(), end, "number", text[match.start() : end], number=value, unit=unit)


def _phrases(text: str) -> list[tuple[int, int, tuple[tuple[str, ...], ...]]]:
    """Phrases of all tables, the longest at the leftmost place, none overlapping."""
    spans: dict[tuple[int, int], list[tuple[str, ...]]] = {}
    for match in find_phrases(text, lexicon()):
        spans.setdefault((match.start, match.end), []).append(match.label)
    for match in find_phrases(text, _places()):
        spans.setdefault((match.start, match.end), []).append(("place", match.label[1]))
    for match in find_phrases(text, load_lexicon()):
        if _totalled(text, match):
            continue
        if match.label[:2] in (("item", "money"), ("item", "records")):
            label = (match.label[1].replace("money", "item").replace("records", "kind"), match.label[2])
            held = spans.setdefault((match.start, match.end), [])
            # What we are owed is meant before what a balance sheet says.
            if label != ("item", "receivables") and label[0] not in {other[0] for other in held}:
                held.append(label)
    chosen: list[tuple[int, int, tuple[tuple[str, ...], ...]]] = []
    at = 0
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if start < at or _swallowed((start, end), spans):
            continue
        chosen.append((start, end, tuple(spans[start, end])))
        at = end
    return chosen


_TOTAL = re.compile(r"total\s|总", re.IGNORECASE)


def _totalled(text: str, match: Match) -> bool:
    """Whether a phrase is the total of a flow over customers: total revenue; a balance itself has total assets."""
    if match.label[:2] != ("item", "money") or match.label[2] in STOCKS:
        return False
    return _TOTAL.match(text[match.start : match.end]) is not None


def _swallowed(span: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    """Whether a longer phrase begins inside a short filler: 有 before 有效合同 is no phrase of its own."""
    start, end = span
    return any(start < a < end < b and (b - a) > (end - start) for a, b in spans)


def _amounts(text: str, phrases: Sequence[tuple[int, int, tuple[tuple[str, ...], ...]]]) -> list[Token]:
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


def _durations(
    text: str, today: date, phrases: Sequence[tuple[int, int, tuple[tuple[str, ...], ...]]]
) -> list[Token]:
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


def _shifted(today: date, count: int, unit: str, sign: int) -> date:
    from datetime import timedelta

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
        return _EARLY.get(text) or _WORDS[text], unit
    return chinese_number(text), unit


def _ahead(text: str, today: date) -> list[Token]:
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


def _lasting(text: str, today: date) -> list[Token]:
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


def _weekdays(text: str, today: date) -> list[Token]:
    """Since a day of the week: the latest one that has been, or the one of the week before."""
    from datetime import timedelta

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


def _times(text: str, taken: bytearray, today: date) -> list[Token]:
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
