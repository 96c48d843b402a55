"""Single moments in a question: a day, a month, a quarter, a year, "the last three months", 民国113年.

Every form is tried at every place of the text; the longest match at the leftmost place wins.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.assistant.momentforms import UNITS, Reader, forms
from bot.assistant.stretches import Period, back


@dataclass(frozen=True, slots=True)
class Moment:
    """A place in the text that names a stretch of time."""

    start: int
    end: int
    period: Period


_BEFORE_THAT = re.compile(
    r"(?:上一个?|前一个?|再前一个?|再往前一个?|之前的?那?一?个?|此前一个?)(?P<zh>年度?|季度?|月)(?!\d)"
    r"|\bthe\s+(?P<en>year|quarter|month)\s+before(?:\s+that)?\b|\b(?:the\s+)?(?:previous|preceding|prior)\s+(?P<en2>year|quarter|month)\b",
    re.IGNORECASE,
)


def find_moments(text: str, *, today: date, before: Period | None = None) -> list[Moment]:
    """All moments of a text, from left to right, none overlapping another.

    `before` is the period that was talked about: "the year before" is the year before it.
    """
    if before is not None and (match := _BEFORE_THAT.search(text)):
        unit = UNITS[(match["zh"] or match["en"] or match["en2"]).lower().removesuffix("度")]
        return [Moment(match.start(), match.end(), back(before, unit))]
    found: list[Moment] = []
    taken = 0
    for place in sorted(_matches(text), key=lambda match: (match[0].start(), -match[0].end())):
        match, read = place
        if match.start() < taken:
            continue
        try:
            period = read(match, today)
        except (ValueError, OverflowError):  # 31 February, month 13, year 0: not a moment
            continue
        if period is not None and period.first <= period.last:
            found.append(Moment(match.start(), match.end(), period))
            taken = match.end()
    return found


def _matches(text: str) -> list[tuple[re.Match[str], Reader]]:
    return [(match, read) for pattern, read in forms() for match in pattern.finditer(text)]
