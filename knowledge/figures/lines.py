"""Lines of a page as segments with positions (行与列位), from layout spaces or from `` | `` between cells."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from knowledge.figures.amounts import Figure, read_figure, widen
from knowledge.figures.periods import end_date, read_length

_SEGMENT = re.compile(r"\S(?:.*?\S)??(?=\s{2,}|\t|$)")
_WIDE = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
_EMPTY_CELL = re.compile(r"^(?:n/?a|n\.a\.|nm|n/m|\*{1,3}|不适用|不適用)$", re.IGNORECASE)
_UNIT_CELL = re.compile(
    r"^(\(?[$€£¥]?\s?[\d,]+(?:\.\d+)?\)?)\s*(?:x|bps|pts|tons|lbs\.?|shares|stores|years)$", re.I
)
_YEAR = re.compile(r"^(?:FY\s?)?(?:19|20)\d{2}(?:\s*年(?:度)?)?(?:\s*\((?:\w|\d)\))*$", re.IGNORECASE)
_HEADER_WORDS = re.compile(
    r"^(?:\(?unaudited\)?|\(?audited\)?|total|oper\.?|change|%|%\s*change|change\s*%|\$\s*change|% incr\.?\s*/?|"
    r"\(decr\.?\)|increase|decrease|\(decrease\)|variance|year-over-year|本期|上期|期末余额|期初余额|附注|项目)$",
    re.IGNORECASE,
)
_MARK_ALONE = re.compile(r"^\(\d\)(?:\s?\(\d\))*$")
_PAGE_NUMBER = re.compile(r"^[-–\s]*(?:page\s+)?[A-Z]?-?\d{1,4}(?:\s*(?:of|/)\s*\d+)?[-–\s]*$", re.IGNORECASE)
_FLAT = r"\(?(?:[$€£¥]\s?)?\(?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:\s?\))?(?:\s?%)?\)?|(?:[$€£¥]\s?)?[—–](?:\s?%)?"
_FLAT_CELL = re.compile(_FLAT)
#: Characters at the end of a line in which its figures stand.
_LONGEST = 400
_DATES = re.compile(r"[A-Z][a-z]{2,8}\.?\s+\d{1,2},\s+(?:19|20)\d{2}")
_GAP = re.compile(r"[\d)%—]\s{2,}[$(\d—]")
_YEAR_ENDED = re.compile(r"\byears?\s+ended\b", re.IGNORECASE)
#: Where the columns of a delimited table stand: far to the right of any label.
_FIRST_COLUMN, _PITCH, _WIDTH = 1000, 40, 24


class LineKind(StrEnum):
    """What a line looks like by itself."""

    BLANK = "blank"
    DATA = "data"
    HEADER = "header"
    SINGLE = "single"
    PROSE = "prose"


@dataclass(frozen=True, slots=True)
class Segment:
    """A cell or a label with its place in characters of the page's grid."""

    text: str
    start: int
    end: int

    @property
    def center(self) -> float:
        """The middle."""
        return (self.start + self.end) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """One line: where it stands on the page, its kind, the label's segments and the cells' segments."""

    number: int
    kind: LineKind
    text: str
    label: tuple[Segment, ...] = ()
    cells: tuple[Segment, ...] = ()


def read_cell(text: str) -> Figure | None:
    """The figure of a cell; units such as ``tons`` and ``x`` behind it are left out."""
    unit = _UNIT_CELL.match(text)
    return read_figure(unit[1] if unit else text)


def is_cell(text: str) -> bool:
    """Whether a segment is a value cell, also an empty one such as ``N/A``."""
    return bool(_EMPTY_CELL.match(text)) or read_cell(text) is not None


def is_header_cell(text: str) -> bool:
    """Whether a segment can head a column: a year, a date, a length or a word such as Change."""
    text = widen(text).strip()
    if _YEAR.match(text) or _HEADER_WORDS.match(text):
        return True
    if len(text) > 60:
        return False
    named = re.fullmatch(r"[A-Za-z]{3,9}\.?\s+\d{1,2}\s*,?(?:\s+(?:19|20)\d{2})?", text)
    return bool(named) or end_date(text) is not None or read_length(text)[0] is not None


def read_lines(text: str) -> list[Line]:
    """The lines of a page with their kinds."""
    raw = text.split("\n")
    if sum(" | " in line for line in raw) >= 2:
        return _delimited(raw, [[cell.strip() for cell in line.split(" | ")] for line in raw])
    flat = [_flat_cells(line.strip()) for line in raw]
    rows = [cells for cells in flat if len(cells) > 2 and cells[0]]
    if len(rows) >= 4 and not any(_GAP.search(line.strip()) for line in raw):
        return _delimited(raw, _of_one_width(flat, rows))
    last = max((number for number, line in enumerate(raw) if line.strip()), default=-1)
    return [
        Line(number, LineKind.BLANK, line)
        if number == last and _PAGE_NUMBER.match(line.strip())
        else _layout(number, line)
        for number, line in enumerate(raw)
    ]


def _layout(number: int, text: str) -> Line:
    if not text.strip():
        return Line(number, LineKind.BLANK, text)
    segments = []
    for match in _SEGMENT.finditer(text.replace("\t", "    ").rstrip()):
        start = match.start() + len(_WIDE.findall(text[: match.start()]))
        segments.append(
            Segment(match.group(), start, start + len(match.group()) + len(_WIDE.findall(match.group())))
        )
    return _classify(number, text, segments)


def _classify(number: int, text: str, segments: list[Segment]) -> Line:
    first = next((n for n, segment in enumerate(segments) if is_cell(segment.text)), None)
    if first == 0 and len(segments) > 1 and _YEAR.match(segments[0].text):
        rest = segments[1:]
        if any(is_cell(s.text) and not is_header_cell(s.text) for s in rest):
            first = 1  # a year that labels the row
    numbers = [s for s in segments[first:] if is_cell(s.text)] if first is not None else []
    if first == 0 and len(numbers) > 1 and _MARK_ALONE.match(numbers[0].text):
        numbers = numbers[1:]  # the footnote mark of a label on the line above
    if numbers and all(_YEAR.match(s.text) for s in numbers):
        return Line(number, LineKind.HEADER, text, (), tuple(segments))
    if numbers and (len(segments) > 1 or segments[0].start > 20):
        return Line(number, LineKind.DATA, text, tuple(segments[:first]), tuple(numbers))
    if len(segments) > 1:
        return Line(number, LineKind.HEADER, text, (), tuple(segments))
    only = segments[0]
    if only.start < 12 and (
        len(only.text) > 95 or (len(only.text) > 45 and only.text.endswith((".", ":", "。")))
    ):
        return Line(number, LineKind.PROSE, text, (only,))
    return Line(number, LineKind.SINGLE, text, (only,))


def _flat_cells(text: str) -> list[str]:
    """The cells of a line whose columns are only one space apart, as other readers print tables."""
    if text and all(_YEAR.match(word) for word in text.split()):
        return text.split()
    dates = _DATES.findall(text)
    if len(dates) > 1 and not _DATES.sub("", text).strip():
        return [date.strip() for date in dates]
    cells: list[str] = []
    cut = len(text)
    # From the right, as far as figures follow each other: one pass, however long the line is.
    for match in reversed(list(_FLAT_CELL.finditer(text[-_LONGEST:]))):
        start, end = (at + max(len(text) - _LONGEST, 0) for at in match.span())
        if text[end:cut].strip() or (start and not text[start - 1].isspace()):
            break
        cells.insert(0, match.group().strip())
        cut = start
    label = text[:cut].strip()
    return [label, *cells] if len(cells) > 1 and any(char.isalpha() for char in label) else [text]


def _of_one_width(flat: list[list[str]], rows: list[list[str]]) -> list[list[str]]:
    """Only rows of the page's usual number of cells are sure to be a table's; others are left whole."""
    usual = Counter(len(cells) for cells in rows).most_common(1)[0][0]
    return [
        cells
        if len(cells) == usual or (len(cells) == usual - 1 and all(map(is_header_cell, cells)))
        else [" ".join(cells)]
        for cells in flat
    ]


def _delimited(raw: list[str], split: list[list[str]]) -> list[Line]:
    """Lines given as cells: header lines are set over the rightmost columns, as their first cell is blank."""
    widths = [len(cells) - 1 for cells in split if len(cells) > 1 and not all(map(is_header_cell, cells))]
    columns = max(widths, default=0)
    lines = []
    for number, (text, cells) in enumerate(zip(raw, split, strict=True)):
        filled = [cell for cell in cells if cell]
        if not filled:
            lines.append(Line(number, LineKind.BLANK, text))
        elif len(cells) == 1:
            lines.append(_alone(number, text, columns))
        elif len(cells) <= columns and (all(is_header_cell(c) or not is_cell(c) for c in filled)):
            span = columns / len(cells)
            placed = [Segment(cell, *_place((n + 0.5) * span - 0.5)) for n, cell in enumerate(cells) if cell]
            lines.append(Line(number, LineKind.HEADER, text, (), tuple(placed)))
        elif len(cells) == columns + 1:
            label = (Segment(cells[0], 0, min(len(cells[0]), 900)),) if cells[0] else ()
            placed = [Segment(cell, *_place(n)) for n, cell in enumerate(cells[1:]) if cell]
            values = [segment for segment in placed if is_cell(segment.text)]
            if values and not all(_YEAR.match(segment.text) for segment in values):
                lines.append(Line(number, LineKind.DATA, text, label, tuple(values)))
            else:
                lines.append(Line(number, LineKind.HEADER, text, (), label + tuple(placed)))
        else:
            # A row with fewer cells than columns does not say which are missing.
            lines.append(
                Line(number, LineKind.SINGLE, text, (Segment(cells[0], 0, min(len(cells[0]), 900)),))
            )
    return lines


def _alone(number: int, text: str, columns: int) -> Line:
    stripped = text.strip()
    heads = is_header_cell(stripped) or read_length(stripped)[0] is not None or _YEAR_ENDED.search(stripped)
    if columns and heads and len(stripped) < 80 and not stripped.endswith("."):
        return Line(number, LineKind.HEADER, text, (), (Segment(stripped, *_place((columns - 1) / 2)),))
    kind = LineKind.PROSE if len(stripped) > 160 else LineKind.SINGLE
    return Line(number, kind, text, (Segment(stripped, 0, min(len(stripped), 900)),))


def _place(column: float) -> tuple[int, int]:
    start = round(_FIRST_COLUMN + column * _PITCH)
    return start, start + _WIDTH
