"""From words with positions to text that keeps the page's layout (版面还原).

Running prose becomes clean, single-spaced lines. Tables keep their columns apart by two spaces or more, at
positions in proportion to the page, so that numbers stand under their headers. Coordinates are points with
y growing upwards. Nothing here knows PDF; the words may come from any source that has boxes.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_NUMBER = re.compile(r"^[($€£¥￥+\-–—−]*\d[\d,.]*[)%]*$|^[-–—−]+%?$|^\(?[$€£¥￥]$|^N/?[AM]$|^\*+$")
_CURRENCY_ALONE = re.compile(r"^(?:US|HK|A|C)?[$€£¥￥]\s?\(?$|^\($")
_TAIL_ALONE = re.compile(r"^(?:\)|%|\)\s?%|\)\s?pts|pts)(?:\s?\(\w{1,2}\))*$")
_BULLET = re.compile(r"^(?:[•▪●○◦■□–—·*§►➢\uf0b7]|\(?(?:[a-zA-Z]|[ivxIVX]{1,4}|\d{1,2})[.)]|\(\w{1,2}\))$")
_MARK = re.compile(r"^(?:\(?\w{1,2}\)?,?)+$|^[®™*†‡]+$")
_HAN = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uff60]")
_LETTERS = re.compile(r"[^\W\d_]{2,}")


@dataclass(frozen=True, slots=True)
class Word:
    """A run of characters without space, with its box.

    ``base`` is its baseline, ``em`` the font's height, ``spaced`` whether the file has a space before it.
    """

    text: str
    x0: float
    x1: float
    base: float
    em: float
    spaced: bool = True


@dataclass(frozen=True, slots=True)
class Segment:
    """Words of one line that stand together: a cell, or a whole line of prose."""

    text: str
    x0: float
    x1: float

    @property
    def is_number(self) -> bool:
        """Whether it reads as a figure, which columns align at its right edge."""
        return not _LETTERS.search(self.text) and any(c.isdigit() or c in "—–-" for c in self.text)


@dataclass(frozen=True, slots=True)
class Line:
    """One visual line: its segments from left to right."""

    segments: tuple[Segment, ...]
    base: float
    em: float

    @property
    def x0(self) -> float:
        """The left edge."""
        return self.segments[0].x0

    @property
    def x1(self) -> float:
        """The right edge."""
        return self.segments[-1].x1


def lay_out(words: Sequence[Word]) -> str:
    """The page's text in reading order, columns of prose one after the other and tables in their columns."""
    if not words:
        return ""
    parts = (_render(_lines(part)) for part in _parts(words))
    return "\n\n".join(part for part in parts if part.strip())


def _rows(words: Iterable[Word]) -> list[list[Word]]:
    """Words grouped into visual lines from the top; raised and lowered small marks join their line."""
    rows: list[list[Word]] = []
    marks: list[Word] = []
    words = list(words)
    body = statistics.median(word.em for word in words) if words else 0
    for word in sorted(words, key=lambda word: (-word.base, word.x0)):
        if rows and abs(rows[-1][0].base - word.base) < 0.35 * min(rows[-1][0].em, word.em):
            rows[-1].append(word)
        elif word.em < 0.87 * body and _MARK.match(word.text):
            marks.append(word)
        else:
            rows.append([word])
    for mark in marks:
        home = min(rows, key=lambda row: _strangeness(mark, row), default=None)
        if home is None or _strangeness(mark, home) > 1:
            rows.append([mark])
        else:
            home.append(mark)
    rows.sort(key=lambda row: -row[0].base)
    merged: list[list[Word]] = []
    for row in rows:
        # The label and the figures of one table row may sit on baselines some points apart.
        if merged and merged[-1][0].base - row[0].base < 0.6 * row[0].em and _beside(merged[-1], row):
            merged[-1] += row
        else:
            merged.append(row)
    return [sorted(row, key=lambda word: word.x0) for row in merged]


def _beside(a: Sequence[Word], b: Sequence[Word]) -> bool:
    """Whether two lines leave each other's width free."""
    spans = sorted([(word.x0, word.x1, 0) for word in a] + [(word.x0, word.x1, 1) for word in b])
    return all(
        after[0] - before[1] > 2 for before, after in itertools.pairwise(spans) if before[2] != after[2]
    )


def _strangeness(mark: Word, row: Sequence[Word]) -> float:
    """How little a raised or lowered mark belongs to a line: above 1 it does not."""
    rise = (mark.base - row[0].base) / row[0].em
    if not -0.35 < rise < 0.75:
        return 9.0
    gap = min(max(mark.x0 - word.x1, word.x0 - mark.x1) for word in row) / row[0].em
    return abs(rise) + max(gap, 0.0) / 1.5


def _parts(words: Sequence[Word]) -> list[Sequence[Word]]:
    """The page cut where a clear gutter parts two columns of prose; anything else stays one part."""
    left, right = min(word.x0 for word in words), max(word.x1 for word in words)
    rows = _rows(words)
    if len(rows) < 12:
        return [words]
    best: tuple[int, int, float] | None = None
    width = right - left
    for step in range(15):
        gutter = left + width * (0.33 + 0.34 * step / 14)
        start = 0
        for end in range(len(rows) + 1):
            if end < len(rows) and not any(word.x0 - 3 < gutter < word.x1 + 3 for word in rows[end]):
                continue
            if end - start >= 12 and (best is None or end - start > best[1] - best[0]):
                band = [word for row in rows[start:end] for word in row]
                if _is_prose([word for word in band if word.x1 < gutter]) and _is_prose(
                    [word for word in band if word.x0 > gutter]
                ):
                    best = (start, end, gutter)
            start = end + 1
    if best is None:
        return [words]
    start, end, gutter = best
    band = [word for row in rows[start:end] for word in row]
    parts = [
        [word for row in rows[:start] for word in row],
        [word for word in band if word.x1 < gutter],
        [word for word in band if word.x0 > gutter],
        [word for row in rows[end:] for word in row],
    ]
    return [part for part in parts if part]


def _is_prose(words: Sequence[Word]) -> bool:
    """Whether one side of a gutter is running text and not a column of labels or figures."""
    if not words:
        return False
    rows = _rows(words)
    numbers = sum(bool(_NUMBER.match(word.text)) for word in words)
    width = max(word.x1 for word in words) - min(word.x0 for word in words)
    full = sum(row[-1].x1 - row[0].x0 > 0.7 * width for row in rows)
    letters = sum(len(word.text) for word in words) / len(rows)
    return len(rows) >= 6 and numbers < 0.12 * len(words) and full > 0.5 * len(rows) and letters > 18


def _lines(words: Sequence[Word]) -> list[Line]:
    lines = []
    for row in _rows(words):
        em = max(word.em for word in row)
        segments = _join_cells(_segments(row, em), em)
        lines.append(Line(tuple(segments), row[0].base, em))
    return lines


def _segments(row: Sequence[Word], em: float) -> list[Segment]:
    """The line cut where a gap is too wide for a space between words."""
    gaps = [b.x0 - a.x1 for a, b in itertools.pairwise(row)]
    numbers = sum(bool(_NUMBER.match(word.text)) for word in row)
    # A justified line of prose has wide gaps everywhere; a line of a table has a few wide ones.
    usual = statistics.median(gaps) if len(gaps) >= 6 and numbers < 0.3 * len(row) else 0.0
    wide = min(max(0.85 * em, 2.2 * usual), 1.5 * em)
    segments: list[list[Word]] = [[row[0]]]
    for a, b, gap in zip(row, row[1:], gaps, strict=False):
        figures = bool(_NUMBER.match(a.text)) and bool(_NUMBER.match(b.text))
        starts_cell = bool(_CURRENCY_ALONE.match(b.text)) and a.text[-1:] in "0123456789)%"
        if gap > (0.55 * em if figures else wide) or starts_cell:
            segments.append([b])
        else:
            segments[-1].append(b)
    return [Segment(_spell(words), words[0].x0, words[-1].x1) for words in segments]


def _spell(words: Sequence[Word]) -> str:
    text = words[0].text
    for a, b in itertools.pairwise(words):
        close = b.text[0] == ")" or (not b.spaced and b.x0 - a.x1 < 0.06 * a.em)
        han = _HAN.match(b.text) and _HAN.match(a.text[-1])
        text += b.text if close or (han and b.x0 - a.x1 < 0.9 * a.em) else " " + b.text
    return text


def _join_cells(segments: list[Segment], em: float) -> list[Segment]:
    """Currency signs, closing brackets and per cent signs go back to the number of their cell."""
    joined: list[Segment] = []
    for segment in segments:
        last = joined[-1] if joined else None
        if last is not None and _TAIL_ALONE.match(segment.text) and last.text[-1:].isdigit():
            space = "" if segment.text[0] == ")" else " " if segment.x0 - last.x1 > 0.15 * em else ""
            joined[-1] = Segment(last.text + space + segment.text, last.x0, segment.x1)
        elif last is not None and segment.text == "%" and last.text[-1:] in "—–-)":
            joined[-1] = Segment(f"{last.text} %", last.x0, segment.x1)
        elif last is not None and _CURRENCY_ALONE.match(last.text) and segment.is_number:
            space = "" if last.text.endswith("(") else " "
            joined[-1] = Segment(last.text + space + segment.text, last.x0, segment.x1)
        elif (
            last is not None
            and len(joined) == 1
            and _BULLET.match(last.text)
            and _LETTERS.search(segment.text)
            and segment.x0 - last.x1 < 4 * em
        ):
            joined[-1] = Segment(f"{last.text} {segment.text}", last.x0, segment.x1)
        else:
            joined.append(segment)
    return joined


def _render(lines: list[Line]) -> str:
    if not lines:
        return ""
    tabular = _tabular(lines)
    unit = _unit(line for line, flag in zip(lines, tabular, strict=True) if flag)
    origin = min((line.x0 for line, flag in zip(lines, tabular, strict=True) if flag), default=0.0)
    pitch = _pitch(lines)
    out: list[str] = []
    for number, (line, flag) in enumerate(zip(lines, tabular, strict=True)):
        if number and lines[number - 1].base - line.base > 1.55 * pitch:
            out.append("")
        if flag:
            out.append(_row(line, origin, unit))
        else:
            out.append(" ".join(segment.text for segment in line.segments))
    return "\n".join(text.rstrip() for text in out)


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance of one line to the next."""
    steps = [a.base - b.base for a, b in itertools.pairwise(lines)]
    steps = [step for step in steps if step > 0]
    return max(statistics.median(steps), 1.1 * statistics.median(line.em for line in lines)) if steps else 1e9


def _tabular(lines: Sequence[Line]) -> list[bool]:
    """Which lines belong to a table: those of several segments, and short ones close to such a line."""
    many = [len(line.segments) > 1 for line in lines]
    left, right = min(line.x0 for line in lines), max(line.x1 for line in lines)
    flags = []
    for number, line in enumerate(lines):
        near = any(many[max(0, number - 3) : number + 4])
        short = line.x1 - line.x0 < 0.6 * (right - left) or line.x0 > left + 0.4 * (right - left)
        flags.append(many[number] or (near and short))
    return flags


def _unit(lines: Iterable[Line]) -> float:
    """Points to one character of the output: narrow enough that almost every cell fits its place."""
    widths = sorted(
        (segment.x1 - segment.x0) / _cells(segment.text)
        for line in lines
        for segment in line.segments
        if len(segment.text) > 3
    )
    return max(widths[len(widths) // 5], 1.0) if widths else 5.0


def _cells(text: str) -> int:
    """Columns of a fixed-width screen that the text takes; Han characters take two."""
    return len(text) + len(_HAN.findall(text))


def _row(line: Line, origin: float, unit: float) -> str:
    text = ""
    taken = 0
    for segment in line.segments:
        width = _cells(segment.text)
        start = round((segment.x1 - origin) / unit) - width if segment.is_number else 0
        if not segment.is_number:
            start = round((segment.x0 - origin) / unit)
        start = max(start, taken + 2 if taken else 0)
        text += " " * (start - taken) + segment.text
        taken = start + width
    return text
