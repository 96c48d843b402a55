"""From a question in free words (中文或英文) to what has to be found: item, period, restrictions, and want."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from knowledge.figures.amounts import widen
from knowledge.figures.asides import cited_document, leaves_out, without_asides, without_total
from knowledge.figures.asked import (
    AGAINST,
    LATEST,
    MONTH_END,
    PERIOD_WORDS,
    PRIOR,
    THIS,
    latest_kind,
    period_asked,
)
from knowledge.figures.items import Item, Lexicon, load_lexicon, stem
from knowledge.figures.nouns import HOW_MANY, noun_of, shared_noun
from knowledge.figures.periods import Period, PeriodKind
from knowledge.figures.shorthand import plain_text, without_names, written_out
from knowledge.figures.translation import head_of, translated

_ASKS = re.compile(
    r"\bhow\s+(?:much|many|large|big|high)\b|\bwhat(?:'s|\s+(?:is|was|were|are|percentage|did|does))\b|\bwhich\b.*\bfigure|多少|几|是什么|何|"
    r"\b(?:give|show|tell)\s+me\b|\?|？|率$",
    re.IGNORECASE,
)
#: Questions for reasons, persons, days, texts, and such as are answered with yes or no.
_NO_FIGURE = re.compile(
    r"\bwhy\b|\bwho(?:m|se)?\b|\bwhen\b|\bwhere\b|\bwhich\s+(?!.*\bfigure)|\bwhat\s+(?:date|day|reasons?|caused|drove|drives|factors|"
    r"happened|kind|type|risks?|does\s+.*\bmean)|\bon\s+what\s+date|\bhow\s+(?:does|do|did|is|are|was|were|has|have|can)\b(?!.*\b(?:change|grow|increase|"
    r"decrease|perform)\b)|\b(?:explain|describe|discuss|summari[sz]e|reasons?\s+for|causes?\s+of|due\s+to\s+what|definition|define)\b|"
    r"为什么|为何|原因|怎么会|谁|哪家|哪位|哪些|哪里|哪个|哪天|哪一天|何时|什么时候|什么原因|什么交易|如何看|怎么看|解释|说明一下|介绍|定义|是否|有没有|"
    r"^(?:did|does|do|is|are|was|were|has|have|had|can|could|will|would|should)\b(?!.*\b(?:tell|give|show)\s+me\b)",
    re.IGNORECASE,
)
_PERCENT_CHANGE = re.compile(
    r"\bby\s+what\s+(?:per\s?cent|%)|\bin\s+(?:%|per\s?cent)|\bwhat\s+%\s+(?!of\b)|\bhow\s+many\s+per\s?cent|%\s*(?:change|growth|increase|decrease|decline)|"
    r"\b(?:percent(?:age)?|%)\s+(?:up|down)|\b(?:grow|grew|rise|rose|fall|fell|drop|dropp?ed|increased?|decreased?|declined?|changed?)\b.{0,60}(?:\bper\s?cent|%)|"
    r"(?:涨|跌|升|降|增|减|变).{0,8}百分之|百分之.{0,6}(?:涨|跌|增|减|升|降)|(?:涨|跌)幅|"
    r"\bpercent(?:age)?\s+(?:change|increase|decrease|growth|decline)|"
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
    r"(?:\bper\s?cent(?:age)?|%)\s+of\b|\bproportion\b|\bshare\s+of\b|\bas\s+an?\s+(?:%|per\s?cent)|占.{0,16}(?:比|百分|几成|多少)|占比",
    re.IGNORECASE,
)
_LITERAL = re.compile(r"\bwhat\s+(?:is|was|were|are)\b|\bhow\s+much\b", re.IGNORECASE)
_ADJUSTED = re.compile(
    r"\b(?:adjusted|non[- ]gaap|pro\s+forma|underlying|core)\b|调整后|经调整|非公认|非\s*GAAP", re.IGNORECASE
)
_OUTLOOK = re.compile(
    r"\b(?:guidance|outlook|forecasts?|expects?|expected|expecting|projects|projected|anticipates?|guides?|guided|plans?\s+to|estimate[sd]?)\b|指引|展望|预期|预计|预测|预估",
    re.IGNORECASE,
)
#: How many of one thing a unit of another gives: two counts that no statement sets side by side.
_PER_EACH = re.compile(
    r"\bhow\s+many\s+(?:[\w&'-]+\s+){1,4}per\s|(?:每|一)股.{0,8}(?:换|兑).{0,6}(?:多少|几)", re.IGNORECASE
)
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
    SHARE = "share"


@dataclass(frozen=True, slots=True)
class FigureQuery:
    """What a question asks for.

    ``items`` are keys of the lexicon, best first; ``qualifiers`` restrict to a segment, product or
    region, each one a set of ways in which a document may print it; ``noun`` is what is counted in a
    question with "how many". ``period`` is None where none is named, and then the document's latest is
    meant; ``latest`` names its length. ``soft`` are words that restrict only where a table or sentence has
    them; ``base`` is the item of which a share is asked, ``month`` the end of a month without a year, ``this``
    that the year is this one, and ``asks`` whether the words put a question. ``cited`` is the date of the
    document that the question cites, ``outside`` that it asks for all but what the qualifiers name;
    ``head`` is the thing in no lexicon whose amount is asked for.
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
    soft: tuple[str, ...] = ()
    base: str | None = None
    month: int | None = None
    this: bool = False
    asks: bool = True
    cited: date | None = None
    outside: bool = False
    head: tuple[str, ...] = ()


#: Money that went out; "paid-in capital" did not.
_SPENT = re.compile(r"(?i)\b(?:pay|paid(?![\s-]in\b)|spen[dt]|spending)\b|支付了|花了|花费|购买了|投入了")


def read_question(
    text: str, *, today: date, names: Sequence[str] = (), lexicon: Lexicon | None = None
) -> FigureQuery | None:
    """What a question asks for, or None where it does not ask for a figure.

    ``names`` are the names of the customer that the question is about; they are no restriction on the figure.
    ``today`` resolves "last year" and the like.
    """
    lexicon = lexicon or load_lexicon()
    text = plain_text(text)
    if _PER_EACH.search(text):
        return None
    if not text or len(text) > 600 or _NO_FIGURE.search(without_names(text, names)):
        return None
    plain, cited = cited_document(without_names(text, names))
    rest = without_total(written_out(plain), lexicon)
    found = lexicon.in_question(rest)
    how_many = HOW_MANY.search(rest)
    words = content_words(PERIOD_WORDS.sub(" ", LATEST.sub(" ", rest)), lexicon)
    asks = bool(_ASKS.search(text))
    shared = shared_noun(rest, lexicon) if _SHARE_OF.search(rest) and not how_many and not found else None
    if (
        not found
        and not how_many
        and not shared
        and (not asks or not _LITERAL.search(text) or len(words) < 2)
        and not (re.search(r"(?:是|为|有)?多少\W*$", text) and head_of(PERIOD_WORDS.sub(" ", rest)))
    ):
        return None
    outside = leaves_out(rest)
    if outside and len({item.key for _, _, item in found}) > 1:
        return None  # net income without another item: nobody prints that
    main, base = _main(rest, found)
    if main is not None and main.kind == "balance" and _SPENT.search(rest):
        return None  # what was paid for something is not what stands in the balance sheet
    timed = AGAINST.sub(" ", rest)
    period, at_end, this = period_asked(timed, today)
    month = MONTH_END.search(timed)
    latest = LATEST.search(rest)
    noun = noun_of(how_many, lexicon, rest) if how_many else shared
    shares = main is not None and main.key == "shares_outstanding"
    said = without_asides(rest, main.key if main else None)
    qualifiers, soft = _qualifiers(said, found, noun, lexicon)
    query = FigureQuery(
        text=text,
        items=(main.key,) if main else (),
        period=None if month else period,
        qualifiers=qualifiers,
        want=_want(rest, main, noun),
        noun="shares" if shares else noun,
        latest=latest_kind(latest) if latest and period is None else None,
        adjusted=bool(_ADJUSTED.search(rest))
        or (main is not None and main.key in ("eps_adjusted", "adjusted_income")),
        outlook=bool(_OUTLOOK.search(rest)),
        prior_year=bool(PRIOR.search(timed)),
        at_end=at_end,
        words=words,
        soft=soft,
        base=base.key if base else None,
        month=int(month["m"]) if month and (period is None or period.end is None) else None,
        this=this,
        asks=asks,
        cited=cited,
        outside=outside,
        head=() if main or noun else head_of(PERIOD_WORDS.sub(" ", rest)),
    )
    return _adjusted_item(query)


def _main(text: str, found: Sequence[tuple[int, int, Item]]) -> tuple[Item | None, Item | None]:
    """The item that is asked for, and the one of which a share is asked."""
    items = [entry[2] for entry in sorted(found, key=lambda entry: entry[0] - entry[1])]
    share = _SHARE_OF.search(text)
    if not items:
        return None, None
    main = next((item for item in items if item.kind in ("ratio", "security")), items[0])
    if share is None or main.kind in ("ratio", "rate"):
        return main, None
    ordered = sorted(found, key=lambda entry: entry[0])
    if "占" in share.group():
        at = text.index("占", share.start())
        before = [item for start, _, item in ordered if start < at]
        after = [item for start, _, item in ordered if start >= at]
    else:
        at = share.end()
        before = [item for start, _, item in ordered if start < at]
        after = [item for start, _, item in ordered if start >= at]
        if not before and len(after) > 1:
            # "what percentage of net sales was SG&A"
            before, after = after[1:2], after[:1]
    base = after[0] if after else None
    return (before[-1] if before else base or main), base or main


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


def _want(text: str, main: Item | None, noun: str | None) -> Want:
    if main is not None and main.kind == "ratio":
        return Want.RATIO
    if main is not None and main.kind in ("rate", "security"):
        return Want.VALUE
    if _SHARE_OF.search(text):
        return Want.SHARE
    if _PERCENT_CHANGE.search(text):
        return Want.PERCENT_CHANGE
    return Want.CHANGE if _CHANGE.search(text) else Want.VALUE


#: Single characters that are the whole of a product; other single characters left over are small words.
_THINGS = frozenset("酒茶药车煤油气电水盐糖米纸铜铁钢金银铝锂硅鞋船港棉猪牛鸡鱼")
_BEFORE_THING = re.compile(
    r"\b(?:from|in|of|for|by|at|on|with|to|within|across)\s+(?:the\s+|its\s+|their\s+)?(?:\w+\s+)?$", re.I
)


_ADJACENT = re.compile(r"(?:\s+[A-Za-z&-]+){0,3}\s*\0")


def _qualifiers(
    text: str, found: Sequence[tuple[int, int, Item]], noun: str | None, lexicon: Lexicon
) -> tuple[tuple[tuple[str, ...], ...], tuple[str, ...]]:
    """Every word that is no item, no period and no small word: the figure must be the one that has them all.

    Second come words that stand apart from what is asked and may only be a way of asking.
    """
    kept = list(text)
    for start, end, _ in found:
        kept[start:end] = "\0" * (end - start)
    rest = "".join(kept)
    for pattern in (_ADJUSTED, _OUTLOOK, _PERCENT_CHANGE, _SHARE_OF, LATEST, PRIOR, AGAINST, THIS):
        rest = pattern.sub(lambda match: "\0" * match.group().count("\0") + " ", rest)
    rest = re.sub(r"(?<=\d)\s*年\s*(?=\d)", "年", rest)
    rest = PERIOD_WORDS.sub(" ", rest)
    ways: list[tuple[str, ...]] = []
    for han in sorted(lexicon.literal, key=len, reverse=True):
        if han in rest:
            english = lexicon.literal[han]
            if english[0] not in ("segment", noun):
                ways.append((han, *english))
            rest = rest.replace(han, " ")
    for han in lexicon.ignored_han:
        rest = rest.replace(han, " ")
    runs = re.findall(r"[\u4e00-\u9fff]+", rest)
    for run in runs:
        if len(run) > 1 or run in _THINGS:
            ways.extend(translated(run))
    for run in _PROPER.findall(rest):
        if not any(part.casefold() in lexicon.ignored for part in run.split()):
            ways.append((run.casefold(),))
            rest = rest.replace(run, " ")
    soft: list[str] = []
    for match in re.finditer(r"[A-Za-z][\w&./-]*(?:'s)?", rest):
        word = match.group().casefold().removesuffix("'s").strip("./-")
        if len(word) < 2 or word in lexicon.ignored or word in ("segment", "division", noun or ""):
            continue
        near_item = (
            _ADJACENT.match(rest[match.end() :])
            or _BEFORE_THING.search(rest[: match.start()])
            or rest[: match.start()].rstrip().endswith("\0")
        )
        if match.group().islower() and not near_item and word not in _SAME:
            soft.append(word)
        else:
            ways.append(_SAME.get(word, (word,)))
    return tuple(ways), tuple(soft)
