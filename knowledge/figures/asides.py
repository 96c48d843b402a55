"""Asides of questions (附带说法): the document that is cited, the total that an item is part of, what is left out."""

from __future__ import annotations

import re
from datetime import date

from knowledge.figures.items import Lexicon
from knowledge.figures.periods import find_dates

_DOCUMENT = (
    r"press\s+release|news\s+release|release|announcement|statement|form\s+(?:8|10|6)-?[kq]|(?:8|10|6)-?[kq]"
    r"|filing|report"
)
_DATED_DOCUMENT = r"公告|新闻稿|通告|声明|披露文件|文件|8-?K(?:报告|表格|文件)?|报告"
_CITED = re.compile(
    rf"\b(?:according\s+to|as\s+(?:stated|said|reported|disclosed)\s+in|based\s+on|per|in)\s+(?:the|its|their|a)?\s*"
    rf"(?P<d1>[A-Z][a-z]{{2,8}}\.?\s+\d{{1,2}},?\s+(?:19|20)\d{{2}})\s*,?\s+(?:{_DOCUMENT})(?:'s)?\b,?"
    rf"|\b(?:according\s+to|as\s+(?:stated|said|reported|disclosed)\s+in|based\s+on|per|in)\s+(?:the|its|their|a)?\s*"
    rf"(?:{_DOCUMENT})\s+(?:of|dated|from|published\s+on|issued\s+on)\s+(?P<d2>[A-Z][a-z]{{2,8}}\.?\s+\d{{1,2}},?\s+(?:19|20)\d{{2}}),?"
    rf"|(?:根据|依据|按照|按|据|在|于)?\s*(?:其|公司)?\s*(?P<d3>(?:19|20)\d{{2}}\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}\s*[日号])\s*"
    rf"(?:发布|发出|披露|公布|提交)?\s*的?\s*(?:那份)?(?:{_DATED_DOCUMENT})\s*(?:中|里|上)?(?:显示|称|所述|披露)?\s*[,，、]?",
    re.IGNORECASE,
)
_INCLUDED = re.compile(
    r"\b(?:is|are|was|were|that\s+is)?\s*(?:included|recorded|reported|recognized|presented)\s+(?:with)?in\s+"
    r"(?P<of>[^?]{3,60}?)(?=\s+(?:for|during|as\s+of|at|in)\b|\s*[?,]|$)",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"\b(?:the|its|their|reported|total|consolidated|gaap|line|item)\b|\(\s*gaap\s*\)", re.IGNORECASE
)
_OUTSIDE = re.compile(
    r"\boutside(?:\s+of)?\b|\b(?:other\s+than|excluding|except(?:\s+for)?|not\s+counting|beyond|without)\b|"
    r"以外|之外|除了?(?=[^,，。?？]{2,40}?外)",
    re.IGNORECASE,
)
_BUYING = re.compile(
    r"\b(?:buy|buying|bought|repurchas(?:e|ed|ing))\b(?:\s+back)?(?:\s+(?:its|their|the))?(?:\s+own)?(?:\s+common)?"
    r"(?:\s+(?:stock|shares?))?(?:\s+back)?|\bof\s+(?:its\s+)?(?:stock|shares?)\s+repurchases?\b|回购|股票|股份",
    re.IGNORECASE,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_ALONE = re.compile(
    r"(?P<y>20\d{2})\s*年\s*(?P<m>1[0-2]|[1-9])\s*月(?!\s*\d)|"
    r"\bin\s+(?P<m2>(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*)\.?,?\s+(?P<y2>20\d{2})\b",
    re.IGNORECASE,
)


def cited_document(text: str) -> tuple[str, date | None]:
    """The question without the document that it cites by its date (根据…日的公告), and that date."""
    for match in _CITED.finditer(text):
        days = find_dates(match["d1"] or match["d2"] or match["d3"])
        if days:
            return f"{text[: match.start()]} {text[match.end() :]}".strip(), days[0]
    return text, None


def without_total(text: str, lexicon: Lexicon) -> str:
    """The question without the item that what is asked is included in, where another is asked before it."""
    match = _INCLUDED.search(text)
    if match is None or not lexicon.in_question(text[: match.start()]):
        return text
    named = " ".join(_SMALL.sub(" ", match["of"]).split())
    whole = [found for found in lexicon.in_question(named) if found[0] == 0 and found[1] == len(named)]
    return f"{text[: match.start()]} {text[match.end() :]}" if whole else text


def leaves_out(text: str) -> bool:
    """Whether a question asks for what is outside of a place (以外)."""
    return bool(_OUTSIDE.search(text))


def without_asides(text: str, main: str | None) -> str:
    """The question without the words that leave out, and without what its item says already."""
    text = _OUTSIDE.sub(lambda match: " " * len(match.group()), text)
    if main == "average_repurchase_price":
        text = _BUYING.sub(lambda match: " " * len(match.group()), text)
    return text


def asked_month(text: str) -> tuple[int, int] | None:
    """The year and month of a question that names a month and no day (2023年8月)."""
    match = _MONTH_ALONE.search(text)
    if match is None:
        return None
    if match["y"]:
        return int(match["y"]), int(match["m"])
    return int(match["y2"]), _MONTHS.index(match["m2"][:3].casefold()) + 1
