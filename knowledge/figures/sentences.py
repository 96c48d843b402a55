"""Figures in sentences (句中数字): “net sales increased 12.3% to $2.6 billion”, “operates 858 warehouses”."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
_COUNTED = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NUMBER_WORDS = {
    word: number
    for number, word in enumerate(
        ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"],
        start=1,
    )
}
_IN_PLACE = re.compile(
    r"(?P<n>\d[\d,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?:\s+(?P<each>each)|\s+\w+)?\s+in\s+(?:the\s+)?(?P<places>.+?)"
    r"(?=,\s*(?:and\s+)?(?:\d|one\b|two\b|three\b|four\b|five\b|six\b|seven\b|eight\b|nine\b|ten\b|eleven\b|twelve\b)|\.\s|\.$|;|$)",
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


def find_in_sentences(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Hit | None:
    """The value that sentences state for an item and a period, where those that do agree."""
    hits: list[Hit] = []
    for paragraph, start, sentence in _sentences(filing):
        if _MIXED.search(sentence) or (OUTLOOK.search(sentence + paragraph.heading) and not query.outlook):
            continue
        if bool(ADJUSTED.search(sentence)) != query.adjusted and item.key not in (
            "eps_adjusted",
            "adjusted_income",
        ):
            continue
        if not all(_has(sentence, ways) for ways in query.qualifiers):
            continue
        for begin, end, found in lexicon.in_question(sentence):
            if found.key != item.key or not _is_whole(sentence, begin, query):
                continue
            hit = _stated(item, sentence, end)
            if hit is None:
                continue
            figure, at = hit
            period = _period_of(sentence[: _cut(sentence)], paragraph, filing)
            if period is None or (wished is not None and not _same(item, wished, period, filing)):
                continue
            quote = paragraph.quote(start + begin, start + at)
            hits.append(
                Hit(figure, period, paragraph.page.page, quote, f"sentence about “{sentence[begin:end]}”")
            )
    if wished is None:
        # Without a period in the question only the document's own current period will do.
        end = filing.calendar.end
        hits = [
            hit for hit in hits if end and hit.period and hit.period.end and near(hit.period.end, end, 11)
        ]
    return _one(hits)


def find_count(query: FigureQuery, wished: Period | None, filing: Filing) -> Hit | None:
    """How many of something a sentence says there are, where all sentences that say so agree."""
    noun = query.noun or ""
    hits: list[Hit] = []
    for paragraph, start, sentence in _sentences(filing):
        if OUTLOOK.search(sentence + paragraph.heading) or not _has(sentence, (noun,)):
            continue
        if not all(_has(sentence, ways) for ways in query.qualifiers):
            continue
        period = _period_of(sentence, paragraph, filing, strict=True)
        if wished is not None and (period is None or not _instant_same(wished, period, filing)):
            continue
        for figure, at in _counts(sentence, noun, query):
            quote = paragraph.quote(start, start + at)
            hits.append(Hit(figure, period, paragraph.page.page, quote, f"sentence that counts “{noun}”"))
    return _one(hits)


def _one(hits: list[Hit]) -> Hit | None:
    """The first hit, unless another says something else."""
    for other in hits[1:]:
        a, b = hits[0].figure, other.figure
        rounding = max(abs(a.value * a.scale), abs(b.value * b.scale)) * Decimal("0.01")
        if a.is_percent != b.is_percent or abs(a.value * a.scale - b.value * b.scale) > rounding:
            return None
    return hits[0] if hits else None


def _sentences(filing: Filing) -> Iterator[tuple[Paragraph, int, str]]:
    for paragraph in filing.paragraphs:
        for match in _SENTENCE.finditer(paragraph.text):
            if any(char.isdigit() for char in match.group()):
                yield paragraph, match.start(), match.group()


def _has(sentence: str, ways: tuple[str, ...]) -> bool:
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
    if any(_has(token, ways) for ways in query.qualifiers):
        return True
    return (
        bool(_FREE_WORD.match(token)) or before.endswith((",", ":", ".", "。", "，")) or not token.isascii()
    )


def _stated(item: Item, sentence: str, end: int) -> tuple[Figure, int] | None:
    """The figure that the words after an item give as its value."""
    for start, stop, figure in scan_figures(sentence[end:]):
        between = sentence[end : end + start]
        if len(between) > 110 or _COMPARES.search(between):
            return None
        if _is_year(sentence[end + start : end + stop], figure):
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


def _is_year(text: str, figure: Figure) -> bool:
    return (
        figure.currency is None and not figure.is_percent and "," not in text and 1900 <= figure.value <= 2100
    )


def _cut(sentence: str) -> int:
    match = _COMPARES.search(sentence)
    return match.start() if match else len(sentence)


def _period_of(text: str, paragraph: Paragraph, filing: Filing, *, strict: bool = False) -> Period | None:
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
        return _instant_same(wished, period, filing)
    return filing.calendar.matches(wished, period)


def _instant_same(wished: Period, period: Period, filing: Filing) -> bool:
    a, b = filing.calendar.complete(wished).end, filing.calendar.complete(period).end
    days = 4 if wished.kind is PeriodKind.INSTANT else 11
    return a is not None and b is not None and near(a, b, days)


def _counts(sentence: str, noun: str, query: FigureQuery) -> list[tuple[Figure, int]]:
    placed = list(_by_place(sentence, query))
    if placed:
        return placed
    figures = [
        (start, stop, figure)
        for start, stop, figure in scan_figures(sentence)
        if not figure.is_percent and figure.currency is None and not _is_year(sentence[start:stop], figure)
        and _counts_noun(sentence[stop : stop + 40], noun)
    ]  # fmt: skip
    if not figures:
        return []
    if not query.qualifiers:
        first = figures[0]
        head = sentence[: first[0]]
        # "including 590 in …" is a part of what was counted before it.
        return [] if re.search(r"including\s*$|of\s+which\s*$", head) else [(first[2], first[1])]
    best: list[tuple[int, int, Figure, int]] = []
    for number, (start, stop, figure) in enumerate(figures):
        last = figures[number - 1][1] if number else 0
        following = figures[number + 1][0] if number + 1 < len(figures) else len(sentence)
        before, after = sentence[max(last, start - 60) : start], sentence[stop : min(following, stop + 60)]
        after = re.split(r"\bincluding\b|\bof\s+which\b", after)[0]
        score = sum(_has(before + " " + after, ways) for ways in query.qualifiers)
        verbs = [word for word in normal(before).split() if word.endswith("ed")]
        counted = any(_has(verb, ways) for verb in verbs for ways in query.qualifiers)
        best.append((score + 3 * counted, score, figure, stop))
    top = max(entry[0] for entry in best)
    # Its verb, or at least half of what the question says, has to stand beside the figure itself.
    chosen = [
        (figure, stop)
        for total, score, figure, stop in best
        if total == top and (total > score or 2 * score >= len(query.qualifiers))
    ]
    return chosen[:1] if len({figure.value for figure, _ in chosen}) == 1 else []


def _counts_noun(after: str, noun: str) -> bool:
    """Whether the thing that is counted follows a figure, with no other figure or clause between."""
    words = normal(re.split(r"[,;()\d]", after)[0]).split()[:4]
    return stem(noun) in (stem(word) for word in words)


def _by_place(sentence: str, query: FigureQuery) -> Iterator[tuple[Figure, int]]:
    """“107 in Canada, …, four each in China and Spain”: the count of one place of a list."""
    if len(query.qualifiers) != 1:
        return
    for match in _IN_PLACE.finditer(sentence):
        places = [normal(place) for place in re.split(r",|\band\b", match["places"]) if place.strip()]
        if not any(normal(way) in places for way in query.qualifiers[0]):
            continue
        if len(places) > 1 and not match["each"]:
            continue
        word = match["n"].casefold()
        value = Decimal(_NUMBER_WORDS[word] if word in _NUMBER_WORDS else word.replace(",", ""))
        yield Figure(value), match.end()
