"""A filing read once for many questions (财报): its calendar, its tables with their sections, its paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.figures.calendars import Calendar, read_calendar
from knowledge.figures.grid import Table
from knowledge.figures.items import stem
from knowledge.figures.lines import LineKind, read_lines
from knowledge.figures.periods import find_dates
from knowledge.figures.tables import read_tables

_SECTION = re.compile(
    r"^(?P<name>[A-Z][\w&,/ -]{1,40}?)\s+segment$|^(?P<whole>consolidated\b.{0,60}|results\s+of\s+operations.{0,60}|"
    r"note\s+\d+.{0,60}|"
    r"\d{1,2}\.\s+[A-Z].{0,50}|liquidity.{0,40}|segments?(?:\s+results)?.{0,30})$",
    re.IGNORECASE,
)
_LEAD_SEGMENT = re.compile(r"\bfor\s+(?:the|our)\s+(?P<name>[A-Z][\w&/ -]{1,40}?)\s+segment\b")


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of one page and where it stands."""

    text: str
    page: int
    document: str = ""


@dataclass(frozen=True, slots=True)
class PlacedTable:
    """A table on its page; ``scope`` is the segment that its section is about, in lower case, or empty."""

    table: Table
    page: PageText
    scope: str

    def quote(self, numbers: Sequence[int]) -> str:
        """The exact printed lines; those of a label and its figures with what stands between them."""
        lines = self.page.text.split("\n")
        if numbers and max(numbers) - min(numbers) <= 3:
            numbers = range(min(numbers), max(numbers) + 1)
        return "\n".join(lines[number].rstrip() for number in numbers)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text joined to one line, with the lines it came from and the short line above it."""

    text: str
    offsets: tuple[tuple[int, int], ...]
    heading: str
    page: PageText

    def quote(self, start: int, end: int) -> str:
        """The exact printed lines that a stretch of the paragraph stands on."""
        lines = self.page.text.split("\n")
        numbers = [number for at, number in self.offsets if at <= end]
        before = [number for at, number in self.offsets if at <= start]
        first = before[-1] if before else numbers[0]
        return "\n".join(lines[number].strip() for number in numbers if number >= first)


@dataclass(frozen=True, slots=True)
class Filing:
    """What one document holds, ready for questions."""

    document: str
    calendar: Calendar
    tables: tuple[PlacedTable, ...]
    paragraphs: tuple[Paragraph, ...]
    pages: tuple[PageText, ...] = ()
    dated: date | None = None
    words: frozenset[str] = frozenset()
    dollar: str = "USD"
    scale: int | None = None

    def has_word(self, word: str) -> bool:
        """Whether a word, by its stem, stands anywhere in the document."""
        return stem(word.casefold()) in self.words


def read_filings(pages: Sequence[PageText]) -> list[Filing]:
    """Group pages by document and read each once; pages of a document are taken in the order of their numbers."""
    documents: dict[str, list[PageText]] = {}
    for page in pages:
        documents.setdefault(page.document, []).append(page)
    return [_read(name, sorted(group, key=lambda page: page.page)) for name, group in documents.items()]


def _read(document: str, pages: Sequence[PageText]) -> Filing:
    tables: list[PlacedTable] = []
    paragraphs: list[Paragraph] = []
    scope = ""
    for page in pages:
        lines = page.text.split("\n")
        at = 0
        for table in read_tables(page.text):
            for line in lines[at : table.first]:
                scope = _scope(line.strip(), scope)
            at = table.first
            lead = _LEAD_SEGMENT.search(table.lead)
            tables.append(PlacedTable(table, page, lead["name"].casefold() if lead else scope))
        for line in lines[at:]:
            scope = _scope(line.strip(), scope)
        paragraphs += _paragraphs(page)
    words = frozenset(
        stem(word) for page in pages for word in set(re.findall(r"[a-z]+", page.text.casefold()))
    )
    whole = " ".join(page.text for page in pages)
    scales = Counter(placed.table.scale for placed in tables if placed.table.scale)
    usual = scales.most_common(1)[0] if scales else (None, 0)
    return Filing(
        document, read_calendar(page.text for page in pages), tuple(tables), tuple(paragraphs), tuple(pages),
        next((day for page in pages[:3] for day in find_dates(page.text)), None), words,
        _dollar(whole), usual[0] if usual[1] >= 3 else None,
    )  # fmt: skip


_PRESENTED = re.compile(
    r"(?:present|express|report|stat)\w*\s[^.]{0,90}?\b(?P<whose>Australian|Canadian|Hong\s+Kong|Singapore|New\s+Zealand|U\.?S\.?|United\s+States)\s+dollars?",
    re.IGNORECASE,
)
_ABN = re.compile(r"\b(?:ABN|ACN)\s*:?\s*\d{2,3}\s?\d{3}")
_DOLLARS = {"aus": "AUD", "can": "CAD", "hon": "HKD", "sin": "SGD", "new": "NZD"}


def _dollar(text: str) -> str:
    """The currency that a bare dollar sign stands for in a document."""
    match = _PRESENTED.search(text)
    if match:
        return _DOLLARS.get(match["whose"][:3].casefold(), "USD")
    return "AUD" if _ABN.search(text) else "USD"


def _scope(line: str, scope: str) -> str:
    match = _SECTION.match(line) if 0 < len(line) < 70 else None
    if match is None:
        return scope
    name = (match["name"] or "").casefold()
    return "" if re.search(r"\bby\b|reportable|operating|\bper\b|\beach\b|business", name) else name


def _paragraphs(page: PageText) -> list[Paragraph]:
    found: list[Paragraph] = []
    text, offsets, heading, last_short = "", [], "", ""
    for line in [*read_lines(page.text), None]:
        stripped = line.text.strip() if line is not None else ""
        bullet = bool(re.match(r"[•▪●–\uf0b7]\s", stripped))
        ends = line is None or line.kind in (LineKind.BLANK, LineKind.DATA) or len(line.cells) > 1 or bullet
        if ends and text:
            found.append(Paragraph(text, tuple(offsets), heading, page))
            if len(text) < 80:
                last_short = text
            text, offsets = "", []
        if line is not None and (not ends or bullet):
            if not text:
                heading = last_short
            offsets.append((len(text) + (1 if text else 0), line.number))
            text = f"{text} {stripped}" if text else stripped
    return found
