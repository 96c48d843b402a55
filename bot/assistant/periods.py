"""Stretches of time, and how questions speak of them (时间短语), in Chinese and English.

`read_times` finds every moment in a question (`moments.py`), joins them by the words around them — since,
between … and …, 以来, 截至 — and gives the stretch that is asked for, with the parts of the text that said so.
Two instants are kept apart from it: *as of* (what was true on a day) and *as known on* (what we knew on a day).
A day is a calendar day in UTC.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from bot.assistant.moments import Moment, find_moments
from bot.assistant.stretches import FIRST_DAY, Period


@dataclass(frozen=True, slots=True)
class Times:
    """What a question says about time; `cut` are the stretches of its text that said it."""

    period: Period | None = None
    as_of: date | None = None
    known_on: date | None = None
    cut: tuple[tuple[int, int], ...] = ()
    periods: tuple[Period, ...] = ()

    def rest(self, text: str) -> str:
        """The text without the words about time."""
        kept, at = [], 0
        for start, end in self.cut:
            kept.append(text[at:start])
            at = end
        return " ".join([*kept, text[at:]]).strip()


_KNOWN = re.compile(
    r"(?:as\s+(?:it\s+was\s+)?(?:known|recorded)(?:\s+to\s+us)?\s+(?:on|at|by|in)|as\s+we\s+knew(?:\s+it)?\s+(?:on|at|in)"
    r"|(?:known|recorded)\s+(?:as\s+of|by|on)|what\s+(?:we|did\s+we)\s+kn[eo]w\s+(?:on|by|in)|在?我们(?:当时)?(?:所)?(?:已)?知(?:道)?截至)\s*(?:the\s+)?$",
    re.IGNORECASE,
)
_KNOWN_AFTER = re.compile(
    r"^\s*(?:时|当时|当天|那时)?(?:我们)?(?:所|已|当时)?(?:已)?(?:知(?:道|晓|悉)?的?|已知的?)"
)
#: What did we know about Brightmere on 1 October; 10月1日我们对泠舟了解多少: the moment is that of our knowledge.
_KNOWN_FAR = re.compile(
    r"\b(?:what|how\s+much)\s+(?:did\s+)?we\s+kn[eo]w\b.{0,80}\b(?:on|by|in|at)\s*(?:the\s+)?$", re.IGNORECASE
)
_KNOWN_LATER = re.compile(
    r"^\s*(?:时|当时|那时|之前|为止)?[，,]?\s*我们(?:对|关于)?.{0,24}?(?:知道|了解|掌握)(?!到)"
)
_AS_OF = re.compile(r"(?:\bas\s+(?:of|at)(?:\s+the)?|截至到?|截止到?)\s*$", re.IGNORECASE)
_SINCE = re.compile(
    r"(?:\bsince|\bfrom|\bafter|\bstarting(?:\s+(?:in|from|on))?|自从?|从)\s*(?:the\s+)?$", re.IGNORECASE
)
_SINCE_AFTER = re.compile(
    r"^\s*(?:以来|至今|到现在|到目前(?:为止)?|以后|之后|起|开始|onwards?\b|until now\b|to date\b|till now\b)",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"(?:\bbefore|\buntil|\btill|\bup\s+to|\bby|\bprior\s+to)\s*(?:the\s+)?(?:end\s+of\s+)?$", re.IGNORECASE
)
_UNTIL_AFTER = re.compile(r"^\s*(?:以前|之前|前(?![一-龥])|为止)")
_BETWEEN = re.compile(
    r"^\s*(?:and|to|until|till|through|thru|—|–|-|~|到|至|和|与)\s*(?:the\s+)?$", re.IGNORECASE
)
_BETWEEN_BEFORE = re.compile(r"(?:\bbetween|\bfrom|从|自|在)\s*$", re.IGNORECASE)
_BETWEEN_AFTER = re.compile(r"^\s*(?:之间|期间|这段时间)")
_NEEDS_BEFORE = re.compile(r"\b(?:and)\b|和|与", re.IGNORECASE)
_LEADING = re.compile(r"(?:\b(?:in|during|for|on|over|of|within|at|the)\b|在|于)\s*$", re.IGNORECASE)


def read_times(text: str, *, today: date, before: Period | None = None) -> Times:
    """Read what a question says about time, relative to `today`; without a time phrase everything is None.

    `before` is the period that the conversation was about, for "the year before".
    """
    moments = find_moments(text, today=today, before=before)
    period: Period | None = None
    as_of = known_on = None
    cuts: list[tuple[int, int]] = []
    periods: list[Period] = []
    index = 0
    while index < len(moments):
        here = moments[index]
        before = text[: here.start]
        after = text[here.end :]
        following = moments[index + 1] if index + 1 < len(moments) else None
        joined = following and _joined(text, here, following)
        if joined and following:
            first, last = here.period, following.period
            found = Period(min(first.first, last.first), max(first.last, last.last), "span")
            head, tail = _BETWEEN_BEFORE.search(before), _BETWEEN_AFTER.match(text[following.end :])
            cuts.append((head.start() if head else here.start, following.end + (tail.end() if tail else 0)))
            periods.append(found)
            period = found if period is None else period
            index += 2
            continue
        index += 1
        start, end = here.start, here.end
        if _KNOWN_FAR.search(before) or _KNOWN_LATER.match(after):
            known_on = min(here.period.last, today)
        elif (mark := _KNOWN.search(before)) or (
            _AS_OF.search(before) and (mark_after := _KNOWN_AFTER.match(after))
        ):
            known_on = here.period.last
            start = mark.start() if mark else _start_of(_AS_OF, before, start)
            end = end if mark else end + mark_after.end()
        elif mark := _AS_OF.search(before):
            as_of, start = (
                min(here.period.last, today) if here.period.relative else here.period.last,
                mark.start(),
            )
            if later := re.match(r"\s*(?:为止|止)", after):
                end += later.end()
        else:
            found = here.period
            if mark := _SINCE_AFTER.match(after):
                end += mark.end()
                start = _start_of(_SINCE, before, start)
                found = Period(found.first, max(today, found.first), "since")
            elif mark := _SINCE.search(before):
                start = mark.start()
                found = Period(found.first, max(today, found.first), "since")
            elif mark := _UNTIL_AFTER.match(after):
                end += mark.end()
                found = _before(found)
            elif mark := _UNTIL.search(before):
                start = mark.start()
                said = mark.group().lower().lstrip()
                # Before the end of a month lies the month; before a month lies what came earlier.
                inclusive = said.startswith(("by", "up", "until", "till")) or "end of" in said
                found = Period(FIRST_DAY, found.last, "until") if inclusive else _before(found)
            periods.append(found)
            period = found if period is None else period
        start = _start_of(_LEADING, text[:start], start)
        cuts.append((start, end))
    return Times(period, as_of, known_on, tuple(cuts), tuple(periods))


def _before(period: Period) -> Period:
    day = date.fromordinal(max(FIRST_DAY.toordinal(), period.first.toordinal() - 1))
    return Period(FIRST_DAY, day, "until")


def _start_of(pattern: re.Pattern[str], before: str, otherwise: int) -> int:
    match = pattern.search(before)
    return match.start() if match else otherwise


def _joined(text: str, here: Moment, following: Moment) -> bool:
    """Whether two moments are the ends of one stretch; "2023 and 2024" are two years unless "between" is said."""
    between = _BETWEEN.match(text[here.end : following.start])
    if between is None:
        return False
    if _NEEDS_BEFORE.search(between.group()):
        before = re.search(r"between\s*(?:the\s+)?$", text[: here.start], re.IGNORECASE)
        return bool(before or _BETWEEN_AFTER.match(text[following.end :]))
    return True
