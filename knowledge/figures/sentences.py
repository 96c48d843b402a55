"""Figures in sentences (句中数字): “net sales increased 12.3% to $2.6 billion”, “operates 858 warehouses”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from knowledge.figures.amounts import Figure, scan_figures
from knowledge.figures.filings import Filing, Paragraph
from knowledge.figures.fitting import ADJUSTED, OUTLOOK
from knowledge.figures.items import Item, Lexicon, normal, stem
from knowledge.figures.periods import Period, PeriodKind, near, read_period
from knowledge.figures.questions import FigureQuery

_SENTENCE = re.compile(r".+?(?:(?<!\bU\.S)(?<!\bInc)(?<!\bNo)(?<!\bvs)[.。;；](?=\s|$|[\u4e00-\u9fff])|$)")
_STATES = re.compile(
    r"(?:\b(?:was|were|of|totaled|totalled|to|is|are|at|reached|amounted\s+to|equaled)|为|达到?|至|约)\s*(?:approximately\s+|about\s+)?$",
    re.I,
)
_COMPARES = re.compile(
    r"\bcompared\s+(?:to|with)\b|\bversus\b|\bvs\.?\b|\bfrom\b|\bas\s+against\b|\bup\s+from\b|上年同期|去年同期",
    re.I,
)
_MOVES = re.compile(
    r"(?:increase|decrease|decline|growth|reduction|change|rise|drop|impact|portion|percentage|%)s?\s+(?:in|of|from)\s+(?:the\s+|our\s+)?$",
    re.I,
)
_MIXED = re.compile(r"\brespectively\b|\bexcluding\b|\bpro\s+forma\b|分别", re.IGNORECASE)
_FREE_WORD = re.compile(
    r"^(?:the|our|its|in|and|total|consolidated|company|net|merchandise|quarter|half|months|year|reported|of|for|ended|fiscal|"
    r"(?:19|20)\d{2}|\W*|diluted|company's|\(?“?[a-z]{1,3}”?\)?)$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hit:
    """A figure of a sentence with its period, page and printed lines."""

    figure: Figure
    period: Period | None
    page: int
    quote: str
    because: str
    calculated: bool = False


def find_in_sentences(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Hit | None:
    """The value that sentences state for an item and a period, where those that do agree."""
    hits: list[Hit] = []
    for paragraph, start, sentence in sentences(filing):
        if _MIXED.search(sentence) or (OUTLOOK.search(sentence + paragraph.heading) and not query.outlook):
            continue
        if bool(ADJUSTED.search(sentence)) != query.adjusted and item.key not in (
            "eps_adjusted",
            "adjusted_income",
        ):
            continue
        # What a deal was about is said once, its price a sentence later.
        about = paragraph.text if item.kind == "event" else sentence
        if not all(has(about, ways) for ways in query.qualifiers):
            continue
        for begin, end, found in lexicon.in_question(sentence):
            if found.key != item.key or not _is_whole(sentence, begin, query):
                continue
            hit = _stated(item, sentence, end)
            if hit is None:
                continue
            figure, at = hit
            period = period_of(sentence[: _cut(sentence)], paragraph, filing)
            if item.kind == "event" and wished is None:
                quote = paragraph.quote(start + begin, start + at)
                hits.append(
                    Hit(figure, None, paragraph.page.page, quote, f"sentence about “{sentence[begin:end]}”")
                )
                continue
            if period is None or (wished is not None and not _same(item, wished, period, filing)):
                continue
            quote = paragraph.quote(start + begin, start + at)
            hits.append(
                Hit(figure, period, paragraph.page.page, quote, f"sentence about “{sentence[begin:end]}”")
            )
    if wished is None and item.kind != "event":
        # Without a period in the question only the document's own current period will do.
        end = filing.calendar.end
        hits = [
            hit for hit in hits if end and hit.period and hit.period.end and near(hit.period.end, end, 11)
        ]
    return one(hits)


_CHANGED = re.compile(
    r"^[^.;]{0,40}?\b(?P<way>increased|decreased|grew|rose|declined|fell|dropped|were\s+up|was\s+up|up|were\s+down|was\s+down|down)\b"
    r"\s*(?:by\s+)?(?:approximately\s+)?(?P<rest>[^.;]{0,60})",
    re.IGNORECASE,
)
_PART_OF_YEAR = re.compile(
    r"operational|constant[- ]currency|excluding|organic|pro\s+forma|comparable", re.IGNORECASE
)


def find_change(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Hit | None:
    """“Interest expense increased by $40 million, or 103%, for the three months ended …”: the per cent."""
    hits: list[Hit] = []
    for paragraph, start, sentence in sentences(filing):
        if _MIXED.search(sentence) or OUTLOOK.search(sentence) or _PART_OF_YEAR.search(sentence):
            continue
        if bool(ADJUSTED.search(sentence)) != query.adjusted and item.key not in (
            "eps_adjusted",
            "adjusted_income",
        ):
            continue
        if not all(has(sentence, ways) for ways in query.qualifiers):
            continue
        for begin, end, found in lexicon.in_question(sentence):
            if found.key != item.key or not _is_whole(sentence, begin, query):
                continue
            match = _CHANGED.match(sentence[end:])
            if match is None:
                continue
            figures = [entry for entry in scan_figures(match["rest"]) if entry[2].is_percent]
            before = match["rest"][: figures[0][0]] if figures else ""
            if not figures or _COMPARES.search(before) or len(before) > 40:
                continue
            period = period_of(sentence[: _cut(sentence)], paragraph, filing)
            if period is None or (wished is not None and not _same(item, wished, period, filing)):
                continue
            down = re.search(r"decreas|declin|fell|dropp|down", match["way"], re.IGNORECASE)
            figure = figures[0][2]
            figure = replace(figure, value=-abs(figure.value) if down else figure.value)
            quote = paragraph.quote(start + begin, start + end + match.start("rest") + figures[0][1])
            hits.append(
                Hit(figure, period, paragraph.page.page, quote, f"sentence on “{sentence[begin:end]}”")
            )
            break
    return one(hits)


def one(hits: list[Hit], *, exact: bool = False) -> Hit | None:
    """The most exactly printed of the hits, unless another says something else."""
    hits = sorted(hits, key=lambda hit: hit.figure.scale)
    for other in hits[1:]:
        a, b = hits[0].figure, other.figure
        rounding = max(abs(a.value * a.scale), abs(b.value * b.scale)) * Decimal("0" if exact else "0.01")
        if a.is_percent != b.is_percent or abs(a.value * a.scale - b.value * b.scale) > rounding:
            return None
    return hits[0] if hits else None


def sentences(filing: Filing) -> Iterator[tuple[Paragraph, int, str]]:
    """Every sentence with a figure in it, with its paragraph and where it begins there."""
    for paragraph in filing.paragraphs:
        for match in _SENTENCE.finditer(paragraph.text):
            if any(char.isdigit() for char in match.group()):
                yield paragraph, match.start(), match.group()


def has(sentence: str, ways: tuple[str, ...]) -> bool:
    """Whether a sentence has a word, by its stem."""
    words = normal(sentence).split()
    joined = " ".join(words)
    for way in ways:
        name = normal(way)
        if not name:
            continue
        if not name.isascii():
            if name in sentence:
                return True
        elif " " in name:
            if name in joined:
                return True
        elif any(stem(word) == stem(name) for word in words):
            return True
    return False


def _is_whole(sentence: str, begin: int, query: FigureQuery) -> bool:
    """Whether the item stands there for the whole company, or for what the question restricts it to."""
    before = sentence[:begin].rstrip()
    if _MOVES.search(sentence[:begin]):
        return False
    word = re.search(r"[^\s]+$", before)
    if word is None:
        return True
    token = word.group().strip('(),.:;“”"▪–-')
    if any(has(token, ways) for ways in query.qualifiers):
        return True
    return (
        bool(_FREE_WORD.match(token)) or before.endswith((",", ":", ".", "。", "，")) or not token.isascii()
    )


def _stated(item: Item, sentence: str, end: int) -> tuple[Figure, int] | None:
    """The figure that the words after an item give as its value."""
    for start, stop, figure in scan_figures(sentence[end:]):
        between = sentence[end : end + start]
        if len(between) > 110 or _COMPARES.search(between) or _ELSE.search(between):
            return None
        if is_year(sentence[end + start : end + stop], figure):
            continue
        if not _STATES.search(between) or re.search(r"\bby\s*$", between):
            continue
        percent = item.kind in ("rate", "ratio")
        if figure.is_percent != percent:
            continue
        if item.kind != "count" and not percent and figure.currency is None:
            continue
        return figure, end + stop
    return None


#: What makes the figure after an item another thing's: profit or loss, goodwill and other assets, a part of it.
_ELSE = re.compile(
    r"^\s*(?:or\s+loss|and\s+(?:other|loss|the|\w+\s+(?:assets|expenses|costs))|before\b|after\b|margins?\b|rates?\b|per\b|from\b|related\b|"
    r"impairment|attributable\s+to\s+non|as\s+a\s+percent|tax\b|benefit|guidance|growth|contribution)|\bimpairment\b|\bincluding\b|\bincludes\b|\bconsist|"
    r"\brelated\s+to\b|\bimpact\b|\bpartially\b|\bdue\s+to\b|\bdriven\b|\bbecause\b|\breflect|\boffset",
    re.IGNORECASE,
)


def is_year(text: str, figure: Figure) -> bool:
    """Whether a figure of a text is the number of a year."""
    return (
        figure.currency is None and not figure.is_percent and "," not in text and 1900 <= figure.value <= 2100
    )


def _cut(sentence: str) -> int:
    match = _COMPARES.search(sentence)
    return match.start() if match else len(sentence)


def period_of(text: str, paragraph: Paragraph, filing: Filing, *, strict: bool = False) -> Period | None:
    """The period that a text, its heading or its document gives a sentence."""
    period = read_period(text)
    if period is not None and (period.end is not None or period.year is not None):
        if (
            period.kind is PeriodKind.YEAR
            and period.end is None
            and not re.search(r"fiscal|full[- ]year|年", text, re.I)
        ):
            period = None
        else:
            return filing.calendar.complete(period)
    if period is None and not strict:
        period = read_period(paragraph.heading)
        if period is not None and (period.end is not None or period.year is not None):
            return filing.calendar.complete(period)
        return _sibling(paragraph, filing)
    return None


def _sibling(paragraph: Paragraph, filing: Filing) -> Period | None:
    """In a text on a first quarter alone there is no other period that a sentence without one could mean."""
    calendar = filing.calendar
    if calendar.number == 1 and calendar.end is not None:
        return calendar.complete(Period(PeriodKind.QUARTER, end=calendar.end))
    return None


def _same(item: Item, wished: Period, period: Period, filing: Filing) -> bool:
    if item.kind in ("balance", "count"):
        return instant_same(wished, period, filing)
    return filing.calendar.matches(wished, period)


def instant_same(wished: Period, period: Period, filing: Filing) -> bool:
    """Whether two periods end on about the same day."""
    a, b = filing.calendar.complete(wished).end, filing.calendar.complete(period).end
    days = 4 if wished.kind is PeriodKind.INSTANT else 11
    return a is not None and b is not None and near(a, b, days)
