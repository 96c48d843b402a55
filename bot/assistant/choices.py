"""A message that is a number (序号): a source to open, “[2]” or 打开来源2, or one of the options that were offered."""

from __future__ import annotations

import re

from bot.assistant.counts import chinese_number

_SOURCE = re.compile(
    r"^\W*(?:(?:please\s+)?(?:open|show(?:\s+me)?|see|display)?\s*(?:the\s+)?(?:source|evidence|citation|reference|footnote)\s*"
    r"(?:no\.?|number|#)?\s*\[?(?P<a>\d{1,3})\]?|(?:open|show(?:\s+me)?)\s*(?:no\.?|number|#)?\s*\[?(?P<d>\d{1,3})\]?|\[(?P<b>\d{1,3})\]"
    r"|(?:请)?(?:打开|查看|看看|看一下|显示)?\s*(?:来源|证据|依据|出处|引用|第)\s*(?:第)?\[?(?P<c>\d{1,3}|[一二三四五六七八九十]{1,3})\]?\s*(?:条|个|号)?(?:来源|证据|依据|出处|引用)?"
    r"|(?:请)?(?:打开|查看)\s*\[?(?P<e>\d{1,3})\]?)(?:\s*please)?\W*$",
    re.IGNORECASE,
)
_OPTION = re.compile(
    r"^\W*(?:(?:option|number|no\.?|the|第|选|选择)\s*)?(\d{1,2}|[一二三四五六七八九])\s*(?:个|家|项|st|nd|rd|th)?(?:one)?\W*$",
    re.IGNORECASE,
)
_ORDINAL_OPTION = re.compile(r"^\W*(?:the\s+)?(first|second|third|fourth|last)(?:\s+one)?\W*$", re.IGNORECASE)


def read_source(text: str) -> int | None:
    """The number of the source that is to be opened."""
    match = _SOURCE.match(text)
    if match is None:
        return None
    return chinese_number(next(value for value in match.groupdict().values() if value))


def read_option(text: str) -> int | None:
    """The number of the option that is meant; -1 for the last."""
    if match := _OPTION.match(text):
        return chinese_number(match[1])
    if match := _ORDINAL_OPTION.match(text):
        return {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}[match[1].lower()]
    return None
