"""Of which period a question asks (所问期间): named, the latest, this year's or last year's, or its end."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from knowledge.figures.periods import Period, PeriodKind, end_date, read_length, read_period

LATEST = re.compile(
    r"\b(?:latest|most\s+recent|current|last)\s+(?:fiscal\s+|reported\s+)?(?P<k>quarter|year|half)|"
    r"最近一个?(?P<z>季度?|年|半年)|最新一?(?P<z2>季度?|年)",
    re.I,
)
PRIOR = re.compile(
    r"\byear[- ]ago\b|\bprior[- ]year\b|\bsame\s+(?:quarter|period)\s+(?:of\s+)?(?:the\s+)?last\s+year|"
    r"去年同期(?!.{0,4}(?:增|比|涨|跌|降))|上年同期(?!.{0,4}(?:增|比|涨|跌|降))",
    re.I,
)
AGAINST = re.compile(
    r"\b(?:vs\.?|versus|compared\s+(?:to|with)|against|from|over|"
    r"relative\s+to)\s+(?:the\s+|a\s+)?(?:year[- ]ago|prior[- ]year|previous\s+year|"
    r"last\s+year|year\s+before|same\s+"
    r"(?:quarter|period))[\w\s-]{0,30}?(?:quarter|period|year)?\b|\byear[- ](?:on|"
    r"over)[- ]year\b|\byoy\b|[与和跟较比]?(?:去年|上年)同期(?:相比|比)?|[与和跟较比](?:去年|上年)(?:相比|"
    r"比)?|同比",
    re.I,
)
#: Words that are relative to the document's own year or to today's, whichever the document is of.
THIS = re.compile(
    r"\bthis\s+(?:fiscal\s+|financial\s+)?(?P<k>year|quarter)\b|\b(?:current|"
    r"the)\s+fiscal\s+year\b|\bfull[- ]year\b|\bthe\s+(?:full\s+)?year\b(?!\s*\d|"
    r"\s+end|[- ]ago|\s+before)|今年|本财年|本财政年度|本年度?|当年|全年|全财年|本季度?|本年",
    re.I,
)
MONTH_END = re.compile(r"(?<![\d年])(?P<m>1[0-2]|[1-9])\s*月(?:底|末)")
_END_OF = re.compile(
    r"\b(?:at|as\s+of)\s+(?:the\s+)?end\s+of\b|\bend\s+of\b|\b(?:quarter|period|"
    r"year)[- ]end\b|期末|季度?末|年末|年底|季末",
    re.IGNORECASE,
)
PERIOD_WORDS = re.compile(
    r"(?:for|in|during|of|at|as of|on)?\s*(?:the\s+)?(?:(?:first|second|third|fourth|1st|2nd|3rd|4th|"
    r"three|six|nine|twelve|thirteen|"
    r"twenty-six|\d{1,2})[-\s]+)*(?:(?:fiscal|financial)[-\s]+)?(?:quarters?|half|months?|weeks?|years?|period)\b"
    r"(?:\s+(?:ended|ending))?(?:\s+on)?|"
    r"\bq[1-4]\b|\bh[12]\b|\b[1-4]q\d{2,4}\b|\bfy\s?'?\d{2,4}\b|\bfiscal(?:\s+year)?\b|"
    r"(?:19|20)\d{2}(?:[-/.]\d{1,2}[-/.]\d{1,2})?|"
    r"\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:\s+\d{1,2}(?:st|nd|rd|th)?)?,?\s*"
    r"(?=(?:19|20)\d{2}|$)|"
    r"截至|截止|第?[一二三四1-4]季度?|[上下]半(?:财)?年|半年度?|前?[三六九]个?(?:季度|月)|十二个月|"
    r"\d{1,2}\s*个?月(?:\d{1,2}\s*[日号])?|\d{1,2}\s*[日号]|财政?年度?|年度|年末|年",
    re.IGNORECASE,
)  # fmt: skip


def latest_kind(match: re.Match[str]) -> PeriodKind:
    """The length of the latest period that is asked for."""
    word = (match["k"] or match["z"] or match["z2"]).casefold()
    if word in ("half", "半年"):
        return PeriodKind.HALF
    return PeriodKind.YEAR if word in ("year", "年") else PeriodKind.QUARTER


def period_asked(text: str, today: date) -> tuple[Period | None, bool, bool]:
    """The period of a question, whether its end is meant, and whether its year is the present one.

    A quarter named without year has none, for the document to fill in.
    """
    if LATEST.search(text):
        return None, False, False
    at_end = bool(_END_OF.search(text))
    last = re.search(r"\blast\s+(?:fiscal\s+)?year\b|去年(?!同期)|上一?财年", text, re.IGNORECASE)
    this = THIS.search(text)
    period = read_period(text)
    if period is None:
        kind, number, year = read_length(re.sub(r"quarterly|季末|季度末|quarter[- ]end", " ", text))
        if kind is not None and (number is not None or year is not None):
            period = Period(kind, year=year, number=number)
    undated = period is None or (period.year is None and period.end is None)
    if last and undated:
        return replace(period or Period(PeriodKind.YEAR), year=today.year - 1), at_end, False
    if this and undated:
        short = period is None and re.search(r"\bquarter\b|季", this.group())
        if short:
            return None, at_end, False
        relative = bool(re.search(r"this|current|今|本|当", this.group(), re.I))
        return period or Period(PeriodKind.YEAR), at_end, relative
    if period is None or (period.kind is PeriodKind.INSTANT and period.end is None):
        return None, at_end, False
    if period.kind is PeriodKind.YEAR and period.end is None and _single_month(text):
        day = end_date(text)
        return (Period(PeriodKind.INSTANT, end=day) if day else period), at_end, False
    return period, at_end, False


def _single_month(text: str) -> bool:
    return bool(re.search(r"\d{1,2}\s*月(?!\s*(?:\d|至|到|-))", text))
