"""Shorthand of questions (简写) written out, as 23Q2 and 上半财年; names of customers taken out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.figures.amounts import widen

_HAN = re.compile(r"[\u4e00-\u9fff]")
_EDGE = re.compile(r"(?<=[\u4e00-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z%&])(?=[\u4e00-\u9fff])")
_LEGAL = re.compile(
    r"[\s,]+(?:plc|inc\.?|incorporated|corp\.?|corporation|co\.?|company|ltd\.?|limited|llc|n\.?v\.?|s\.?a\.?|ag|se|"
    r"group|holdings?|& co\.?)$|(?:股份有限公司|有限责任公司|有限公司|集团|公司)$",
    re.IGNORECASE,
)

#: What is written and what is meant; years of two digits belong to this century.
_WRITTEN_OUT: tuple[tuple[re.Pattern[str], str], ...] = (
    (
        re.compile(
            r"(?<![A-Za-z])(?:FY|fiscal\s+(?:year\s+)?)\s*'?(?:20)?(\d{2})\s*[-/,]?\s*([QH])([1-4])(?!\d)", re.I
        ),
        r" \2\3 FY20\1 ",
    ),
    (re.compile(r"(?<!\d)(20\d{2})\s*[-年/]?\s*([QH])([1-4])(?!\d)", re.I), r" \2\3 \1 "),
    (re.compile(r"(?<![\d.A-Za-z])'?(\d{2})\s*年?\s*([QH])([1-4])(?!\d)", re.I), r" \2\3 20\1 "),
    (re.compile(r"(?<![A-Za-z])([QH])([1-4])\s*[-/,]?\s*'?(20\d{2})(?!\d)", re.I), r" \1\2 \3 "),
    (re.compile(r"(?<![A-Za-z])([QH])([1-4])\s*[-/,]?\s*'?(\d{2})(?![\d%.,])", re.I), r" \1\2 20\3 "),
    (re.compile(r"(?<![\dA-Za-z])([1-4])\s*([QH])\s*(?:FY\s*)?'?(20\d{2})(?!\d)", re.I), r" \2\1 \3 "),
    (re.compile(r"(?<![\dA-Za-z])([1-4])\s*([QH])\s*(?:FY\s*)?'?(\d{2})(?!\d)", re.I), r" \2\1 20\3 "),
    (re.compile(r"(?<![A-Za-z])FY\s*'?(\d{2})(?!\d)", re.I), r" FY20\1 "),
    (re.compile(r"(?<![A-Za-z])FY\s*'?(20\d{2})(?!\d)", re.I), r" FY\1 "),
    (re.compile(r"(?<!\d)(\d{2})\s*财年"), r"20\1财年"),
    (re.compile(r"(?<!\d)(\d{2})年(?=\s*(?:第?[一二三四1-4]季|[上下]半|Q[1-4]|全年|年报|年度))"), r"20\1年"),
    (re.compile(r"([上下])半个?财年"), r"\1半年"),
    (
        re.compile(r"(20\d{2})\s*年\s*(\d{1,2})\s*月(?!\s*(?:\d|底|末|止|份?[到至]|-|~))"),
        r"\1年\2月末",
    ),
    (re.compile(r"\b(?:calendar\s+)?quarter\s+to\s+(?=[A-Z][a-z]{2})"), "quarter ended "),
    (
        re.compile(r"\b(months|weeks|quarter|half|year)\s+(?:to|through|till|until|ending)\s+(?=[A-Z][a-z]{2}|\d)"),
        r"\1 ended ",
    ),
)  # fmt: skip


def spaced(text: str) -> str:
    """The text with blanks between Chinese and Latin words."""
    return _EDGE.sub(" ", text)


def written_out(text: str) -> str:
    """A question with its shorthand of periods written out and blanks between Chinese and Latin words."""
    text = spaced(text)
    for pattern, full in _WRITTEN_OUT:
        text = pattern.sub(full, text)
    return " ".join(text.split())


def plain_text(text: str) -> str:
    """One line in half width with straight apostrophes."""
    return " ".join(widen(text).replace("’", "'").replace("‘", "'").split())


def ways_of_names(names: Sequence[str]) -> list[str]:
    """The names and their short forms without legal forms, longest first."""
    found: dict[str, None] = {}
    for name in names:
        name = plain_text(name)
        while name:
            found[name] = None
            shorter = _LEGAL.sub("", name).strip(" ,.&")
            if shorter == name or len(shorter) < 2:
                break
            name = shorter
    return sorted(found, key=len, reverse=True)


def without_names(text: str, names: Sequence[str]) -> str:
    """The text without the names of the customer, with what makes them genitive."""
    for name in ways_of_names(names):
        escaped = re.escape(name)
        pattern = escaped if _HAN.search(name) else rf"(?<![A-Za-z0-9&]){escaped}(?:'s|'(?=\s))?(?![a-z0-9&])"
        text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return " ".join(text.split())
