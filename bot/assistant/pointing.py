"""Customers that are pointed at (指代): the second of a table, which of the two, the only one that was listed.

What is pointed at is written out by its name, so that everything after reads a question in which somebody is named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.assistant.counts import chinese_number
from bot.assistant.naming import Directory

#: So many customers of a table can be pointed at.
LISTED = 20
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_NTH = re.compile(
    r"第(?P<zh>[一二三四五六七八九十]{1,3}|\d{1,2})(?:家|名|位|个(?:客户|公司|企业)?)(?!来源|季度|证据)(?:客户|公司|企业)?"
    r"|(?P<last_zh>最后一(?:家|个|名)(?:客户|公司|企业)?)"
    rf"|\bthe\s+(?P<en>{'|'.join(_ORDINALS)}|last)(?=\s+(?:one|customer|client|company|firm)s?\b|['’]s|\W*$|\s+(?:pay|owe|is\b|has|have))"
    r"(?:\s+(?:one|customer|client|company|firm))?",
    re.IGNORECASE,
)
_ONE = re.compile(
    r"(?:这|那|该)(?:家|个)?(?:客户|公司|企业)|这家|那家|它|他们|其(?!他|中|它)"
    r"|\b(?:it|they|them|this (?:customer|company|firm|one))\b|\b(?P<own>its|their)\b",
    re.IGNORECASE,
)
_PAIR = re.compile(
    r"\b(?:of )?(?:the two|these two|the both|both of them|them)\b|(?:这|那)?(?:两家|两个|两者)|它们|他们",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\b(?:which|who|whose)\b|哪(?:家|个|一家)|谁", re.IGNORECASE)
_HAN = re.compile(r"[\u3400-\u9fff]")


def point(text: str, focus: Mapping[str, Any], directory: Directory) -> str:
    """The question with the names of those that it points at; unchanged where it points at nobody."""
    portfolio = focus.get("portfolio") or {}
    listed = _names(focus.get("listed") or (), directory)
    compared = _names(portfolio.get("codes") or (), directory) if portfolio.get("ask") == "compare" else []
    written = _written(text, listed, compared, alone=not focus.get("customers"))
    # The directory is read only for a text that points at somebody.
    return text if written == text or directory.read(text).mentions else written


def _written(text: str, listed: list[str], compared: list[str], *, alone: bool) -> str:
    """The text as if it named nobody; `alone` says that no customer was spoken of since the table."""
    if len(compared) > 1:
        return _pair(text, compared)
    if listed and (match := _NTH.search(text)):
        at = _place(match, len(listed))
        return text[: match.start()] + listed[at] + text[match.end() :] if at is not None else text
    if len(listed) == 1 and alone and (match := _ONE.search(text)):
        own = "'s" if match["own"] else ""
        return text[: match.start()] + listed[0] + own + text[match.end() :]
    return text


def _names(codes: Any, directory: Directory) -> list[str]:
    named = [directory.by_code(str(code)) for code in codes]
    return [each.name for each in named if each is not None]


def _place(match: re.Match[str], size: int) -> int | None:
    """Which of so many is meant, from 0; None where there are not so many."""
    if match["last_zh"] or (match["en"] or "").lower() == "last":
        return size - 1
    number = chinese_number(match["zh"]) if match["zh"] else _ORDINALS.index(match["en"].lower()) + 1
    return number - 1 if 0 < number <= size else None


def _pair(text: str, names: list[str]) -> str:
    """A question about those that were compared, with their names in it."""
    joined = ("和" if _HAN.search(text) else " and ").join(names)
    if match := _PAIR.search(text):
        of = "of " if match.group().lower().startswith("of ") else ""
        return text[: match.start()] + of + joined + text[match.end() :]
    return f"{text.rstrip(' ?？')} {joined}?" if _WHICH.search(text) else text
