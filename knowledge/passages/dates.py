"""Days, months, quarters and years (日期) as terms that are the same in both languages.

``2023年8月23日``, ``August 23, 2023``, ``23 Aug 2023`` and ``2023-08-23`` give ``d20230823``, ``d0823`` and
``m202308``; a month with its year gives ``m202308``; ``2023年第二季度``, ``second quarter of 2023``, ``Q2 2023`` and
``23Q2`` give ``q2023_2`` and ``q2``; a half is ``h2023_1`` and ``h1``, a fiscal year ``fy2023``. Texts come folded.
"""

from __future__ import annotations

import re

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_DAY, _YEAR = r"(\d{1,2})(?:st|nd|rd|th)?", r"((?:19|20)\d\d)"
_ENGLISH_DATE = re.compile(
    rf"\b{_MONTH}\.?\s+{_DAY}\b(?:,?\s+{_YEAR}\b)?|\b{_DAY}\s+(?:of\s+)?{_MONTH}\b\.?(?:,?\s+{_YEAR}\b)?"
)
_ENGLISH_MONTH = re.compile(rf"\b{_MONTH}\b\.?,?\s+(?:of\s+)?{_YEAR}\b")
_CHINESE_DATE = re.compile(r"(?:(\d{4})\s?年\s?)?(\d{1,2})\s?月(?:\s?(\d{1,2})\s?[日号])?")
_CHINESE_MONTH = re.compile(r"\d{4}\s?年\s?\d{1,2}\s?月(?!\s?\d{1,2}\s?[日号])")
# Courts write the day of a judgment in words: 二〇二三年八月二十三日 (folded, the round zero is 零).
_WRITTEN_DATE = re.compile(
    r"(?:([零一二三四五六七八九]{4})年)?(十[一二]?|[一二三四五六七八九])月"
    r"(?:(三十一?|二?十[一二三四五六七八九]?|[一二三四五六七八九])[日号])?"
)
_DASHED_DATE = re.compile(r"(?<![\d./-])((?:19|20)\d\d)([-/.])(\d{1,2})\2(\d{1,2})(?![\d./-]\d)")

_ORDER = {
    **dict(zip("一二三四", (1, 2, 3, 4), strict=True)),
    **{word: at for at, word in enumerate(("first", "second", "third", "fourth"), 1)},
    **{word: at for at, word in enumerate(("1st", "2nd", "3rd", "4th"), 1)},
    **{str(at): at for at in range(1, 5)},
    "上": 1,
    "下": 2,
}
_NTH = r"(first|second|third|fourth|1st|2nd|3rd|4th)"
_OF = r"(?:[\s,]+(?:of\s+)?(?:the\s+)?(?:fiscal\s+|financial\s+)?(?:years?\s+)?(?:fy\s?)?((?:19|20)\d\d)\b)?"
_SHORT = r"((?:19|20)\d\d|\d\d)"
_PARTS = {
    "q": (
        re.compile(rf"(?:\b{_YEAR}\s+)?\b{_NTH}[\s-]+(?:fiscal[\s-]+)?quarters?\b{_OF}"),
        re.compile(
            rf"(?<![\w.])(?:(?:fy)?{_SHORT}\s?年?\s?)?q([1-4])(?:[\s,]*['’]?(?:fy|fiscal)?\s?{_SHORT})?(?![\w])"
        ),
        re.compile(rf"(?<![\w.])()([1-4])q[\s']?{_SHORT}(?!\w)"),
        re.compile(
            r"(?:((?:19|20)\d\d|(?<!\d)\d\d)(?:财年|年度|财政年度|年)?的?)?(?:第([一二三四1-4])季|([一二三四])季(?=[度报]))"
        ),
    ),
    "h": (
        re.compile(rf"(?:\b{_YEAR}\s+)?\b(first|second|1st|2nd)[\s-]+half\b{_OF}"),
        re.compile(
            rf"(?<![\w.])(?:(?:fy)?{_SHORT}\s?年?\s?)?h([12])(?:[\s,]*['’]?(?:fy|fiscal)?\s?{_SHORT})?(?![\w])"
        ),
        re.compile(rf"(?<![\w.])()([12])h[\s']?{_SHORT}(?!\w)"),
        re.compile(r"(?:((?:19|20)\d\d)(?:财年|年度|年)?的?)?([上下])半年"),
    ),
}
_FISCAL = re.compile(
    r"\b(?:fiscal|financial)\s+(?:year\s+)?((?:19|20)\d\d)\b|\bfy\s?'?((?:19|20)\d\d|\d\d)\b|((?:19|20)\d\d)(?:财年|财政年度)"
)
_DATE_TERM = re.compile(r"d\d{4}(?:\d{4})?|m\d{6}|[qh](?:\d{4}_)?[1-4]|fy\d{4}")
_MAY_BE_PART = re.compile(r"quarter|half|季|半年|\dq|q[1-4]|h[12]|[12]h\d")
_MAY_BE_FISCAL = re.compile(r"fiscal|financial|fy|财[年政]")


def date_terms(folded: str) -> list[str]:
    """The terms of all dates and periods in a folded text, roughly in order; nothing for what is no date."""
    return [*_days(folded), *_parts_of_years(folded)]


def is_date_term(term: str) -> bool:
    """Whether a term stands for a day or period, so that no text has it as it is."""
    return _DATE_TERM.fullmatch(term) is not None


def without_months(terms: list[str]) -> list[str]:
    """The terms of a question that names a day: its month is no term of its own, the day says more."""
    months = {f"m{term[1:7]}" for term in terms if len(term) == 9 and re.fullmatch(r"d\d{8}", term)}
    return [term for term in terms if term not in months]


def periods(folded: str) -> list[tuple[str, tuple[str, ...]]]:
    """Months, quarters, halves and fiscal years as they are written, each with its terms, the most exact first."""
    found: list[tuple[str, tuple[str, ...]]] = []
    patterns = [pattern for several in _PARTS.values() for pattern in several]
    for pattern in (_ENGLISH_MONTH, _CHINESE_MONTH, *patterns, _FISCAL):
        for match in pattern.finditer(folded):
            terms = [term for term in date_terms(match.group()) if not re.fullmatch(r"d\d+", term)]
            if terms:
                found.append((match.group(), tuple(sorted(dict.fromkeys(terms), key=lambda t: (-len(t), t)))))
    return found


def _days(folded: str) -> list[str]:
    found: list[tuple[str, str, str]] = []
    if "月" in folded:
        found += _CHINESE_DATE.findall(folded)
        found += [_figures(*written) for written in _WRITTEN_DATE.findall(folded) if written[0] or written[2]]
    found += [(year, month, day) for year, _, month, day in _DASHED_DATE.findall(folded)]
    for month, day, year, day2, month2, year2 in _ENGLISH_DATE.findall(folded):
        found.append((year or year2, str(_number_of(month or month2)), day or day2))
    found += [(year, str(_number_of(month)), "") for month, year in _ENGLISH_MONTH.findall(folded)]
    terms: list[str] = []
    for year, month, day in found:
        if not 1 <= int(month) <= 12 or (day and not 1 <= int(day) <= 31):
            continue
        if day:
            terms.append(f"d{int(month):02}{int(day):02}")
            if year:
                terms.append(f"d{year}{int(month):02}{int(day):02}")
        if year:
            terms.append(f"m{year}{int(month):02}")
    return terms


def _parts_of_years(folded: str) -> list[str]:
    terms: list[str] = []
    if _MAY_BE_PART.search(folded):
        for letter, patterns in _PARTS.items():
            for pattern in patterns:
                for match in pattern.finditer(folded):
                    terms += _part(letter, [group for group in match.groups() if group])
    if _MAY_BE_FISCAL.search(folded):
        terms += [f"fy{_full(''.join(years))}" for years in _FISCAL.findall(folded)]
    return terms


def _part(letter: str, groups: list[str]) -> list[str]:
    """A quarter or half by what its pattern caught: the order, and before or after it the year."""
    order = next(
        (group for group in groups if group in _ORDER and not (group.isdigit() and len(group) > 1)), None
    )
    if order is None:
        return []
    year = next(
        (group for group in groups if group is not order and group.isdigit() and len(group) > 1), None
    )
    # “q2” itself is already a word of the text.
    bare = f"{letter}{_ORDER[order]}"
    return [bare, f"{letter}{_full(year)}_{_ORDER[order]}"] if year else [bare]


def _full(year: str) -> str:
    """A year of two digits is of this century."""
    return year if len(year) == 4 else f"20{year}"


def _number_of(month: str) -> int:
    return _MONTHS.index(month[:3]) + 1


def _figures(year: str, month: str, day: str) -> tuple[str, str, str]:
    """A date in Chinese numerals as one in figures."""
    digits = str.maketrans("零一二三四五六七八九", "0123456789")
    return year.translate(digits), str(_counted(month)), str(_counted(day)) if day else ""


def _counted(word: str) -> int:
    """二十三 is 23, 十 is 10."""
    tens, ten, ones = word.rpartition("十")
    figure = "零一二三四五六七八九".index
    return (10 * (figure(tens) if tens else 1) if ten else 0) + (figure(ones) if ones else 0)
