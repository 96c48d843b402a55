"""From a question in free words (中文或英文) to what has to be found: item, period, restrictions, and want."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from knowledge.figures.amounts import widen
from knowledge.figures.items import Item, Lexicon, load_lexicon, stem
from knowledge.figures.periods import Period, PeriodKind, end_date, read_length, read_period, shift

_HAN = re.compile(r"[\u4e00-\u9fff]")
_ASKS = re.compile(
    r"\bhow\s+(?:much|many|large|big|high)\b|\bwhat(?:'s|\s+(?:is|was|were|are|percentage|did|does))\b|\bwhich\b.*\bfigure|多少|几|是什么|何|"
    r"\b(?:give|show|tell)\s+me\b|\?|？|率$",
    re.IGNORECASE,
)
_PERCENT_CHANGE = re.compile(
    r"\bby\s+what\s+per\s?cent|\bpercent(?:age)?\s+(?:change|increase|decrease|growth|decline)|"
    r"\bgrowth\s+rate\b|\bwhat\s+percent(?:age)?\s+did|"
    r"\byear[- ]over[- ]year\s+(?:growth|change)|\bhow\s+fast\b|"
    r"(?:同比|环比).{0,6}(?:增长|下降|变化|变动|增速|增幅|降幅|增减)|"
    r"增长率|增速|增幅|降幅|百分之几",
    re.IGNORECASE,
)
_CHANGE = re.compile(
    r"\b(?:change|increase|decrease|grow|grew|growth|decline|rise|fall|drop)\w*\b|增长了?|增加了?|减少了?|下降了?|变化|变动",
    re.I,
)
_SHARE_OF = re.compile(
    r"\bper\s?cent(?:age)?\s+of\b|\bproportion\b|\bshare\s+of\b|占.{0,12}(?:比|百分)", re.IGNORECASE
)
_LITERAL = re.compile(r"\bwhat\s+(?:is|was|were|are)\b|\bhow\s+much\b", re.IGNORECASE)
_HOW_MANY = re.compile(
    r"\bhow\s+many\s+(?:[a-z][\w'-]*\s+){0,5}?(?P<noun>[a-z][a-z-]*)"
    r"(?=\s+(?:did|does|do|has|have|had|was|were|is|are|will|in|of|at|on)\b|\s*\?|$)|多少\s*(?P<zh>家|股|个|名|人)",
    re.IGNORECASE,
)
_ADJUSTED = re.compile(
    r"\b(?:adjusted|non[- ]gaap|pro\s+forma|underlying|core)\b|调整后|经调整|非公认|非GAAP", re.IGNORECASE
)
_OUTLOOK = re.compile(
    r"\b(?:guidance|outlook|forecast|expects?|expected|estimate[sd]?)\b|指引|展望|预期|预计|预测",
    re.IGNORECASE,
)
_LATEST = re.compile(
    r"\b(?:latest|most\s+recent|current|last)\s+(?:fiscal\s+|reported\s+)?(?P<k>quarter|year|half)|"
    r"最近一个?(?P<z>季度?|年|半年)|最新一?(?P<z2>季度?|年)",
    re.I,
)
_PRIOR = re.compile(
    r"\byear[- ]ago\b|\bprior[- ]year\b|\bsame\s+(?:quarter|period)\s+(?:of\s+)?(?:the\s+)?last\s+year|"
    r"去年同期|上年同期",
    re.I,
)
_END_OF = re.compile(
    r"\b(?:at|as\s+of)\s+(?:the\s+)?end\s+of\b|\bend\s+of\b|期末|季度?末|年末|年底|季末", re.IGNORECASE
)
_PERIOD_WORDS = re.compile(
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


#: Short names of places and how tables print them.
_SAME = {
    "u.s": ("u.s.", "us", "united states"),
    "us": ("us", "u.s.", "united states"),
    "uk": ("uk", "u.k.", "united kingdom"),
    "u.k": ("uk", "u.k.", "united kingdom"),
    "emea": ("emea", "europe, middle east and africa"),
    "apac": ("apac", "asia pacific"),
}


#: Words with capitals side by side are one name: North America, Rigid Packaging.
_PROPER = re.compile(r"[A-Z][\w.&-]*(?:\s+(?:&\s+)?[A-Z][\w.&-]*)+")


class Want(StrEnum):
    """What is asked of an item: its value, its change, its change per cent, or a ratio of two items."""

    VALUE = "value"
    CHANGE = "change"
    PERCENT_CHANGE = "percent_change"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What a question asks for.

    ``items`` are keys of the lexicon, best first; ``qualifiers`` restrict to a segment, product or
    region, each one a set of ways in which a document may print it; ``noun`` is what is counted in a
    question with "how many". ``period`` is None where none is named, and then the document's latest is
    meant; ``latest`` names its length.
    """

    text: str
    items: tuple[str, ...] = ()
    period: Period | None = None
    qualifiers: tuple[tuple[str, ...], ...] = ()
    want: Want = Want.VALUE
    noun: str | None = None
    latest: PeriodKind | None = None
    adjusted: bool = False
    outlook: bool = False
    prior_year: bool = False
    at_end: bool = False
    words: frozenset[str] = frozenset()


def read_question(
    text: str, *, today: date, names: Sequence[str] = (), lexicon: Lexicon | None = None
) -> FigureQuery | None:
    """What a question asks for, or None where it does not ask for a figure.

    ``names`` are the names of the customer that the question is about; they are no restriction on the figure.
    ``today`` resolves "last year" and the like.
    """
    lexicon = lexicon or load_lexicon()
    text = " ".join(widen(text).replace("’", "'").split())
    if not text or len(text) > 600 or not _ASKS.search(text):
        return None
    rest = _without_names(text, names)
    found = lexicon.in_question(rest)
    how_many = _HOW_MANY.search(rest)
    words = content_words(_PERIOD_WORDS.sub(" ", _LATEST.sub(" ", rest)), lexicon)
    if not found and not how_many and (not _LITERAL.search(text) or len(words) < 2):
        return None
    items = sorted(found, key=lambda entry: entry[0] - entry[1])
    main = items[0][2] if items else None
    if (main is None or main.kind != "ratio") and _SHARE_OF.search(rest):
        return None
    period, at_end = _period(rest, today)
    latest = _LATEST.search(rest)
    noun = _noun(how_many, lexicon, rest) if how_many else None
    query = FigureQuery(
        text=text,
        items=(main.key,) if main else (),
        period=period,
        qualifiers=_qualifiers(rest, found, noun, lexicon),
        want=_want(rest, main),
        noun=noun,
        latest=_latest_kind(latest) if latest and period is None else None,
        adjusted=bool(_ADJUSTED.search(rest))
        or (main is not None and main.key in ("eps_adjusted", "adjusted_income")),
        outlook=bool(_OUTLOOK.search(rest)),
        prior_year=bool(_PRIOR.search(rest)),
        at_end=at_end,
        words=words,
    )
    return _adjusted_item(query)


def content_words(text: str, lexicon: Lexicon) -> frozenset[str]:
    """The stems of the words that carry meaning, of a question or of a label."""
    words = re.findall(r"[a-z][a-z&'-]*", widen(text).casefold().replace("’", "'"))
    return frozenset(
        stem(word.removesuffix("'s")) for word in words if word not in lexicon.ignored and len(word) > 1
    )


def _adjusted_item(query: FigureQuery) -> FigureQuery:
    swap = {"eps_diluted": "eps_adjusted", "net_income": "adjusted_income"}
    if query.adjusted and query.items and query.items[0] in swap:
        return replace(query, items=(swap[query.items[0]],))
    return query


def _without_names(text: str, names: Sequence[str]) -> str:
    for name in sorted(names, key=len, reverse=True):
        if not name.strip():
            continue
        escaped = re.escape(name.strip())
        pattern = escaped if _HAN.search(name) else rf"\b{escaped}(?:'s|'(?=\s))?(?![a-z])"
        text = re.sub(pattern, " ", text, flags=re.IGNORECASE)
    return text


def _want(text: str, main: Item | None) -> Want:
    if main is not None and main.kind == "ratio":
        return Want.RATIO
    if main is not None and main.kind == "rate":
        return Want.VALUE
    if _PERCENT_CHANGE.search(text):
        return Want.PERCENT_CHANGE
    return Want.CHANGE if _CHANGE.search(text) else Want.VALUE


def _latest_kind(match: re.Match[str]) -> PeriodKind:
    word = (match["k"] or match["z"] or match["z2"]).casefold()
    if word in ("half", "半年"):
        return PeriodKind.HALF
    return PeriodKind.YEAR if word in ("year", "年") else PeriodKind.QUARTER


def _period(text: str, today: date) -> tuple[Period | None, bool]:
    """The period of a question; a quarter named without year has none, for the document to fill in."""
    if _LATEST.search(text):
        return None, False
    at_end = bool(_END_OF.search(text))
    relative = re.search(
        r"(?P<last>\blast\s+year\b|去年(?!同期))|(?P<this>\bthis\s+year\b|今年)", text, re.IGNORECASE
    )
    period = read_period(text)
    if relative and (period is None or period.year is None) and (period is None or period.end is None):
        year = today.year - (1 if relative["last"] else 0)
        base = period or Period(PeriodKind.YEAR)
        return replace(base, year=year), at_end
    if period is None:
        kind, number, year = read_length(re.sub(r"quarterly", " ", text))
        if kind is not None and (number is not None or year is not None):
            return Period(kind, year=year, number=number), at_end
        return None, at_end
    if period.kind is PeriodKind.INSTANT and period.end is None:
        return None, at_end
    if period.kind is PeriodKind.YEAR and period.end is None and _single_month(text):
        day = end_date(text)
        return (Period(PeriodKind.INSTANT, end=day), at_end) if day else (period, at_end)
    return period, at_end


def _single_month(text: str) -> bool:
    return bool(re.search(r"\d{1,2}\s*月(?!\s*(?:\d|至|到|-))", text))


def _noun(match: re.Match[str], lexicon: Lexicon, text: str) -> str | None:
    if match["noun"]:
        return match["noun"].casefold()
    if match["zh"] == "股":
        return "shares"
    after = text[match.end() :]
    for han in sorted(lexicon.literal, key=len, reverse=True):
        if after.startswith(han):
            return lexicon.literal[han][0]
    return {"家": "stores", "名": "employees", "人": "employees"}.get(match["zh"])


def _qualifiers(
    text: str, found: Sequence[tuple[int, int, Item]], noun: str | None, lexicon: Lexicon
) -> tuple[tuple[str, ...], ...]:
    """Every word that is no item, no period and no small word: the figure must be the one that has them all."""
    kept = list(text)
    for start, end, _ in found:
        kept[start:end] = " " * (end - start)
    rest = "".join(kept)
    for pattern in (_ADJUSTED, _OUTLOOK, _PERCENT_CHANGE, _LATEST, _PRIOR):
        rest = pattern.sub(" ", rest)
    rest = re.sub(r"(?<=\d)\s*年\s*(?=\d)", "年", rest)
    rest = _PERIOD_WORDS.sub(" ", rest)
    ways: list[tuple[str, ...]] = []
    for han in sorted(lexicon.literal, key=len, reverse=True):
        if han in rest:
            english = lexicon.literal[han]
            if english[0] not in ("segment", noun):
                ways.append((han, *english))
            rest = rest.replace(han, " ")
    for han in lexicon.ignored_han:
        rest = rest.replace(han, " ")
    ways.extend((run,) for run in re.findall(r"[\u4e00-\u9fff]+", rest))
    for run in _PROPER.findall(rest):
        if not any(part.casefold() in lexicon.ignored for part in run.split()):
            ways.append((run.casefold(),))
            rest = rest.replace(run, " ")
    words = re.findall(r"[A-Za-z][\w&./-]*(?:'s)?", rest)
    for word in words:
        word = word.casefold().removesuffix("'s").strip("./-")
        if word and word not in lexicon.ignored and word not in ("segment", noun or "") and len(word) > 1:
            ways.append(_SAME.get(word, (word,)))
    return tuple(ways)


def previous_year(period: Period, today: date) -> Period:
    """The period a year before; one without a date or a year is counted from today."""
    if period.end is None and period.year is None:
        return replace(period, end=shift(today, -12))
    return period.back()
