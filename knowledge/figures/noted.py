"""Amounts that a note states of a thing in no lexicon (附注金额): “letters of credit of $37 million”.

Every word of the question has to stand in the section, and what is asked for right at the figure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.figures.amounts import Figure, scan_figures
from knowledge.figures.filings import Filing, Paragraph
from knowledge.figures.fitting import OUTLOOK
from knowledge.figures.items import normal, stem
from knowledge.figures.periods import Period, PeriodKind, find_dates, near, read_period
from knowledge.figures.questions import FigureQuery
from knowledge.figures.sentences import Hit, one, period_of, sentences

_SMALL = frozenset(("of", "the", "and", "a", "an", "in"))
_BEFORE = re.compile(
    r"^(?:the|our|its|their|total|aggregate|outstanding|a|an|of|and|with|in|company's|\w{3,}ed|\W*)$", re.I
)
_AT_ONCE = re.compile(r"^\s+(?:of|totaling|totalling|for)\s+(?:approximately\s+|about\s+)?$", re.IGNORECASE)
_STATED = re.compile(
    r"\b(?:was|were|is|are|totaled|totalled|amounted\s+to)\s+(?:approximately\s+|about\s+)?$", re.I
)
_TURNS = re.compile(
    r"\bincreas|\bdecreas|\bchange|\bexcept\b|\bexcluding\b|\bcompared\b|\bimpact\b|\bexpect|\bmay\b|\bwould\b|"
    r"\bup\s+to\b|\bmaximum\b|\blimit|\bauthori[sz]ed\b|\bavailable\b|\bpartially\b|\bnet\s+of\b|;",
    re.IGNORECASE,
)
_DIVIDEND = re.compile(
    r"\bdividends?,?\s+or\s+(?P<amount>(?:US)?\$\s?\d*\.\d+)\s+per\s+(?:common\s+|ordinary\s+)?share",
    re.IGNORECASE,
)
_BULLET = re.compile(r"[•▪●–\uf0b7]\s")
#: Others than those which a note is about cannot be told from them.
_OTHERS = re.compile(r"\b(?:other|another|remaining)\b|其他|其它|其余|另外", re.IGNORECASE)
_REACH = 160
_DAYS = 4


def find_noted(query: FigureQuery, wished: Period | None, filing: Filing) -> Hit | None:
    """The amount of money that a sentence states for the head word of a question, where all that do agree."""
    concepts = [ways for ways in query.qualifiers if ways != query.head] + [(word,) for word in query.soft]
    concepts = [ways for ways in concepts if not _within(query.head, ways)]
    if not query.head or not concepts or query.adjusted or query.outlook or query.outside:
        return None
    if _OTHERS.search(query.text):
        return None
    hits: list[Hit] = []
    for paragraph, start, sentence in sentences(filing):
        if OUTLOOK.search(sentence) or not _says(sentence, query.head):
            continue
        around = _section(paragraph, filing)
        if not all(_says(around, ways, loose=True) for ways in concepts):
            continue
        for figure, begin, end, period in _stated(sentence, query, wished, paragraph, filing):
            quote = paragraph.quote(start + begin, start + end)
            hits.append(Hit(figure, period, paragraph.page.page, quote, f"sentence on “{query.head[0]}”"))
    return one(hits, exact=True)


def _within(head: tuple[str, ...], ways: tuple[str, ...]) -> bool:
    """Whether a restriction is only a word of what is asked for itself."""
    return any(set(_stems(way)) <= set(_stems(own)) for way in ways for own in head if _stems(way))


def _stems(text: str) -> list[str]:
    return [stem(word) for word in normal(text).split() if word not in _SMALL]


def _says(text: str, ways: tuple[str, ...], *, loose: bool = False) -> bool:
    """Whether a text has one of the ways, by stems and without small words; loosely Brazilian is Brazil."""
    words = _stems(text)
    for way in ways:
        wanted = _stems(way)
        if not wanted or not way.isascii():
            continue
        if loose and len(wanted) == 1 and len(wanted[0]) >= 5:
            if any(word.startswith(wanted[0]) for word in words):
                return True
        elif any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1)):
            return True
    return False


def _section(paragraph: Paragraph, filing: Filing) -> str:
    """The paragraph with those before it on its page, up to the short line that heads them."""
    own = [entry for entry in filing.paragraphs if entry.page is paragraph.page]
    at = next((number for number, entry in enumerate(own) if entry is paragraph), 0)
    texts = [paragraph.text]
    for entry in reversed(own[:at]):
        texts.append(entry.text)
        if len(entry.text) < 80 and not entry.text.rstrip().endswith((".", ":", ";", ",")):
            break
    return " ".join(reversed(texts))


def _places(sentence: str, head: tuple[str, ...]) -> Iterator[tuple[int, int]]:
    """Where the head stands in a sentence, with words of the question before it or none of another matter."""
    for way in head:
        words = _stems(way)
        if not words or not way.isascii():
            continue
        between = r"\w*\W+(?:(?:of|the|and|in)\s+)?"
        for match in re.finditer(
            r"\b" + between.join(map(re.escape, words)) + r"\w{0,3}\b", sentence, re.IGNORECASE
        ):
            yield match.start(), match.end()


def _stated(
    sentence: str, query: FigureQuery, wished: Period | None, paragraph: Paragraph, filing: Filing
) -> Iterator[tuple[Figure, int, int, Period | None]]:
    for begin, end in _places(sentence, query.head):
        before = re.search(r"[^\s]+$", sentence[:begin].rstrip())
        token = before.group().strip('(),.:;“”"') if before else ""
        known = [*query.qualifiers, *((word,) for word in query.soft)]
        if token and not _BEFORE.match(token) and not any(_says(token, ways) for ways in known):
            continue
        after = sentence[end:]
        figures = [entry for entry in scan_figures(after) if entry[2].currency and not entry[2].is_percent]
        if not figures or figures[0][0] > _REACH:
            continue
        between = after[: figures[0][0]]
        if any(char.isdigit() for char in between) or _TURNS.search(between):
            continue
        if not _AT_ONCE.match(between) and not _STATED.search(between):
            continue
        if re.search(r"\brespectively\b", sentence, re.IGNORECASE):
            yield from _of_day(after, figures, wished, begin, end)
            continue
        if re.search(r"\b(?:and|or|to)\s+(?:US)?\$", after[figures[0][1] : figures[0][1] + 8]):
            continue
        period = period_of(sentence, paragraph, filing, strict=True)
        if _fits(wished, period, filing):
            yield figures[0][2], begin, end + figures[0][1], period


def _of_day(
    after: str, figures: list[tuple[int, int, Figure]], wished: Period | None, begin: int, end: int
) -> Iterator[tuple[Figure, int, int, Period | None]]:
    """“$609 million, $386 million and $731 million as of …, … and …, respectively”: the one of the day asked for."""
    days = find_dates(after[figures[-1][1] :])
    if wished is None or wished.kind is not PeriodKind.INSTANT or wished.end is None:
        return
    if len(days) != len(figures) or len(set(days)) != len(days):
        return
    for day, (_, _, figure) in zip(days, figures, strict=True):
        if near(day, wished.end, _DAYS):
            yield figure, begin, end + len(after), Period(PeriodKind.INSTANT, end=day)


def _fits(wished: Period | None, period: Period | None, filing: Filing) -> bool:
    if wished is None:
        last = filing.calendar.end
        return period is not None and period.end is not None and last is not None and period.end == last
    if period is None:
        return False
    if wished.kind is PeriodKind.INSTANT or period.kind is PeriodKind.INSTANT:
        ends = filing.calendar.complete(wished).end, filing.calendar.complete(period).end
        return (
            wished.kind is period.kind
            and ends[0] is not None
            and ends[1] is not None
            and near(ends[0], ends[1], _DAYS)
        )
    return filing.calendar.matches(wished, period)


def find_dividend(query: FigureQuery, wished: Period | None, filing: Filing) -> Hit | None:
    """“$4.6 billion of cash dividends, or $0.82 per share”: what was paid on a share in a period (每股股息)."""
    if query.qualifiers or wished is None:
        return None
    hits: list[Hit] = []
    for paragraph, start, sentence in sentences(filing):
        match = _DIVIDEND.search(sentence)
        if match is None or OUTLOOK.search(sentence) or re.search(r"\brespectively\b", sentence, re.I):
            continue
        figures = [entry for entry in scan_figures(match["amount"]) if entry[2].currency]
        period = period_of(sentence, paragraph, filing, strict=True) or _lead(paragraph, filing)
        if len(figures) != 1 or period is None or not _fits(wished, period, filing):
            continue
        quote = paragraph.quote(start + match.start(), start + match.end())
        hits.append(
            Hit(figures[0][2], period, paragraph.page.page, quote, "sentence on “dividends per share”")
        )
    return one(hits, exact=True)


def _lead(paragraph: Paragraph, filing: Filing) -> Period | None:
    """The period of the sentence with a colon that introduces the list which a paragraph is an entry of."""
    if not _BULLET.match(paragraph.text):
        return None
    own = [entry for entry in filing.paragraphs if entry.page is paragraph.page]
    at = next((number for number, entry in enumerate(own) if entry is paragraph), 0)
    for entry in reversed(own[:at]):
        if _BULLET.match(entry.text):
            continue
        # A comma after a year would make it part of a number.
        period = read_period(entry.text.replace(",", " ,")) if entry.text.rstrip().endswith(":") else None
        return filing.calendar.complete(period) if period is not None else None
    return None
