"""Counts in sentences and lists (句中计数): “operates 858 warehouses, including 107 in Canada”, and shares of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from knowledge.figures.amounts import Figure, scan_figures
from knowledge.figures.asides import asked_month
from knowledge.figures.filings import Filing, Paragraph
from knowledge.figures.fitting import OUTLOOK
from knowledge.figures.items import normal, stem
from knowledge.figures.periods import Period, near
from knowledge.figures.questions import FigureQuery
from knowledge.figures.sentences import Hit, has, instant_same, is_year, one, period_of, sentences

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


#: Words for one thing that is counted; a filing uses one of them.
_SAME_THINGS = (
    ("stores", "warehouses", "outlets", "shops", "clubs"),
    ("employees", "associates", "colleagues"),
)
_OPERATES = re.compile(
    r"\b(?:operat(?:es?|ed|ing)|employ(?:s|ed)?|had|has|have)\s+(?:a\s+total\s+of\s+|approximately\s+|about\s+)?$",
    re.IGNORECASE,
)


def find_count(query: FigureQuery, wished: Period | None, filing: Filing) -> Hit | None:
    """How many of something a sentence says there are, where all sentences that say so agree."""
    if query.outside:
        return _outside(query, wished, filing)
    noun = query.noun or ""
    for name in (
        noun,
        *(other for things in _SAME_THINGS if noun in things for other in things if other != noun),
    ):
        hits = list(_counted(name, query, wished, filing))
        # A sentence that says of which day it speaks weighs more than one that does not.
        hits = [hit for hit in hits if hit.period is not None and wished is not None] or hits
        if hits:
            return one(hits)
    return None


def find_share_of_count(query: FigureQuery, wished: Period | None, filing: Filing) -> Hit | None:
    """What per cent of a count lies in the places or kinds that a question names: two counts of one page."""
    part = find_count(query, wished, filing)
    whole = find_count(replace(query, qualifiers=()), wished, filing)
    if part is None or whole is None or part.page != whole.page or whole.figure.amount <= 0:
        return None
    if not query.qualifiers or part.figure.amount > whole.figure.amount:
        return None
    value = (part.figure.amount / whole.figure.amount * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    lines = dict.fromkeys([*whole.quote.split("\n"), *part.quote.split("\n")])
    because = f"calculated: {part.figure.value:,f} / {whole.figure.value:,f}"
    return Hit(Figure(value, is_percent=True), part.period, part.page, "\n".join(lines), because, True)


def _outside(query: FigureQuery, wished: Period | None, filing: Filing) -> Hit | None:
    """How many are elsewhere than in the places of a question (以外): all of them without those, of one page."""
    if not query.qualifiers:
        return None
    part = find_count(replace(query, outside=False), wished, filing)
    whole = find_count(replace(query, outside=False, qualifiers=(), soft=()), wished, filing)
    if part is None or whole is None or part.page != whole.page or part.figure.amount >= whole.figure.amount:
        return None
    value = whole.figure.amount - part.figure.amount
    lines = dict.fromkeys([*whole.quote.split("\n"), *part.quote.split("\n")])
    because = f"calculated: {whole.figure.value:,f} - {part.figure.value:,f}"
    return Hit(Figure(value), part.period, part.page, "\n".join(lines), because, True)


def _counted(noun: str, query: FigureQuery, wished: Period | None, filing: Filing) -> Iterator[Hit]:
    asked = replace(query, noun=noun)
    for paragraph, start, sentence in sentences(filing):
        if OUTLOOK.search(sentence + paragraph.heading) or not has(sentence, (noun,)):
            continue
        strict = all(has(sentence, ways) for ways in query.qualifiers) and all(
            has(sentence, (word,)) for word in query.soft if filing.has_word(word)
        )
        proper = not strict and [ways for ways in query.qualifiers if has(sentence, ways)]
        if not strict and not (proper and _same_matter(asked, sentence, paragraph, proper)):
            continue
        period = period_of(sentence, paragraph, filing, strict=True)
        if wished is not None and (
            not _day_fits(wished, filing)
            if period is None
            else not (instant_same(wished, period, filing) or _in_month(query, period))
        ):
            continue
        for figure, at in _counts(
            sentence, noun, asked if strict else replace(asked, qualifiers=tuple(proper))
        ):
            quote = paragraph.quote(start, start + at)
            yield Hit(figure, period, paragraph.page.page, quote, f"sentence that counts “{noun}”")


def _same_matter(
    query: FigureQuery, sentence: str, paragraph: Paragraph, proper: list[tuple[str, ...]]
) -> bool:
    """Whether a sentence that has only the names of a question is of its matter: the page has the other words.

    Only for stretches of time, which nothing else in a filing is counted in.
    """
    if query.noun not in ("years", "months", "days") or not any(
        " " in way for ways in proper for way in ways
    ):
        return False
    page = paragraph.page.text
    return all(has(page, ways) for ways in query.qualifiers)


def _day_fits(wished: Period, filing: Filing) -> bool:
    """Whether a sentence without a date, which holds on the day of the document, is of the day asked for."""
    end = filing.calendar.complete(wished).end
    days = [day for day in (filing.dated, filing.calendar.end) if day is not None]
    return end is not None and any(near(end, day, 31) for day in days[:1])


def _in_month(query: FigureQuery, period: Period) -> bool:
    """Whether a question that names a month and no day has a day of it."""
    month = asked_month(query.text)
    return month is not None and period.end is not None and (period.end.year, period.end.month) == month


def _counts(sentence: str, noun: str, query: FigureQuery) -> list[tuple[Figure, int]]:
    placed = list(_by_place(sentence, query))
    if placed:
        return placed
    figures = [
        (start, stop, figure)
        for start, stop, figure in scan_figures(sentence)
        if not figure.is_percent and figure.currency is None and not is_year(sentence[start:stop], figure)
        and _counts_noun(sentence[stop : stop + 40], noun, bool(query.qualifiers))
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
        score = sum(has(before + " " + after, ways) for ways in query.qualifiers)
        verbs = [word for word in normal(before).split() if word.endswith("ed")]
        counted = any(has(verb, ways) for verb in verbs for ways in query.qualifiers)
        best.append((score + 3 * counted, score, figure, stop))
    top = max(entry[0] for entry in best)
    # Its verb, or at least half of what the question says, has to stand beside the figure itself.
    chosen = [
        (figure, stop)
        for total, score, figure, stop in best
        if total == top and (total > score or 2 * score >= len(query.qualifiers))
    ]
    return chosen[:1] if len({figure.value for figure, _ in chosen}) == 1 else []


_MEASURES = frozenset(("square", "feet", "foot", "sq", "acres", "miles", "of", "the", "percent"))
_MOVED = frozenset(("new", "net", "additional", "more", "fewer", "remodel", "relocated", "closed", "opened"))


def _counts_noun(after: str, noun: str, asked_new: bool) -> bool:
    """Whether the thing that is counted follows a figure, with no other figure or clause between."""
    words = normal(re.split(r"[,;()\d]", after)[0]).split()[:4]
    words = words[: next((at + 1 for at, word in enumerate(words) if stem(word) == stem(noun)), 0)]
    if any(word in _MEASURES for word in words) or (not asked_new and any(word in _MOVED for word in words)):
        return False
    return stem(noun) in (stem(word) for word in words)


def _by_place(sentence: str, query: FigureQuery) -> Iterator[tuple[Figure, int]]:
    """“107 in Canada, …, four each in China and Spain”: the count of one place of a list, or of all in one entry."""
    if not query.qualifiers:
        return
    for match in _IN_PLACE.finditer(sentence):
        places = [normal(place) for place in re.split(r",|\band\b", match["places"]) if place.strip()]
        asked = [[normal(way) for way in ways] for ways in query.qualifiers]
        if not all(any(way in places for way in ways) for ways in asked):
            continue
        alone = len(places) == 1 or (bool(match["each"]) and len(asked) == 1)
        if not alone and not all(any(place in ways for ways in asked) for place in places):
            continue
        word = match["n"].casefold()
        value = Decimal(_NUMBER_WORDS[word] if word in _NUMBER_WORDS else word.replace(",", ""))
        yield Figure(value), match.end()
