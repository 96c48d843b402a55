"""Column headers (表头): stacked lines over the columns, merged into a path and read as a period."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import replace

from knowledge.figures.amounts import widen
from knowledge.figures.grid import Column, ColumnKind, Row
from knowledge.figures.lines import Line, Segment, is_header_cell
from knowledge.figures.periods import Period, PeriodKind, read_length, read_period

_CHANGE = re.compile(
    r"\bchange\b|\bincr\b|\bdecr\b|\bincrease\b|\bvariance\b|%\s*of\b|\boper\.|year[- ]over[- ]year|"
    r"\byoy\b|增减|变动|同比",
    re.IGNORECASE,
)
_LOCAL = re.compile(r"change|incr|decr|oper\.?$|^total$|variance|^%", re.IGNORECASE)
_NOISE = re.compile(
    r"\(?\b(?:un)?audited\)?|\b(?:three|six|nine|twelve|first|second|third|fourth|\d{1,2})[-\s]+(?:months?|weeks?|quarters?|half)\b|"
    r"\b(?:fiscal|financial)\b|\b(?:years?|months?|weeks?|quarters?|period|ended|ending|end|as|of|at|on|the|for|in|and|except|per|"
    r"shares?|data|amounts?|dollars?|millions?|thousands?|billions?|restated|unless|otherwise|stated|note)\b|"
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?|(?<!\d)(?:19|20)\d{2}(?!\d)|\b\d{1,2}\b|[^\w%]+|年度?|月|日|末|底|止|截至|单位|百万元|元",
    re.IGNORECASE,
)
_ANY_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_YEARS_LISTED = re.compile(r",?\s*\b(?:and\s+)?(?:19|20)\d{2}\b")
_SCALE_TEXT = re.compile(
    r"^\(?\s*(?:\$|shares|dollars|amounts|in\b|millions|thousands|unaudited|单位|人民币)", re.IGNORECASE
)


def head_columns(
    headers: Sequence[Line],
    edges: Sequence[tuple[int, int]],
    rows: Sequence[Row],
    *,
    title: str,
    lead: str,
    is_title: re.Pattern[str],
) -> tuple[Column, ...]:
    """The columns with their header paths, kinds and periods."""
    paths: list[list[str]] = [[] for _ in edges]
    left = min((start for start, _ in edges), default=0)
    for line in headers:
        # A header may end left of the flush right figures below it; a heading of the labels
        # stands further left.
        segments = [
            s
            for s in (line.cells or line.label)
            if s.end > left - 2 or (s.start > 0.6 * left and is_header_cell(s.text))
        ]
        segments = [s for s in segments if not _SCALE_TEXT.match(s.text) and not is_title.search(s.text)]
        for column, text in _assign(segments, edges):
            paths[column].append(text)
    periods = [_period(path, title, lead) for path in paths]
    columns = []
    for index, path in enumerate(paths):
        text = " ".join(path)
        figures = [row.figures[index] for row in rows if index in row.figures]
        percents = sum(figure.is_percent for figure in figures)
        kind = ColumnKind.VALUE
        if _CHANGE.search(text):
            kind = ColumnKind.CHANGE
        elif percents > 0.7 * len(figures) and any(
            not row.figures[other].is_percent
            for row in rows
            for other in row.figures
            if other != index and index in row.figures
        ):
            kind = ColumnKind.PERCENT
        words = " ".join(_NOISE.sub(" ", widen(text)).split()).casefold()
        columns.append(Column(index, tuple(path), kind, periods[index], words))
    return tuple(columns)


def _assign(segments: Sequence[Segment], edges: Sequence[tuple[int, int]]) -> list[tuple[int, str]]:
    """Which column each header of one line stands over; a header may span several."""
    if not segments:
        return []
    if len(segments) == len(edges):
        return [
            (index, segment.text) for index, segment in enumerate(sorted(segments, key=lambda s: s.start))
        ]
    centers = [(start + end) / 2 for start, end in edges]
    pitch = min((b - a for a, b in itertools.pairwise(centers)), default=20.0)
    found = []
    for index, center in enumerate(centers):
        segment = min(
            segments, key=lambda s: max(s.start - center, center - s.end, 0) + abs(s.center - center) / 100
        )
        distance = max(segment.start - center, center - segment.end, 0)
        if _LOCAL.search(segment.text):
            reach = 0.45 * pitch
        elif len(segments) >= len(edges):
            reach = pitch
        else:
            reach = 1e9
        if distance <= reach and _between(segment, center, segments):
            found.append((index, segment.text))
    return found


def _between(segment: Segment, center: float, segments: Sequence[Segment]) -> bool:
    """Whether no other header of the line stands nearer by its middle when spans are equal."""
    nearest = min(segments, key=lambda s: abs(s.center - center))
    if nearest is segment or segment.start <= center <= segment.end:
        return True
    return not _LOCAL.search(nearest.text) and abs(nearest.center - center) > 0.6 * abs(
        segment.center - center
    )


def _period(path: Sequence[str], title: str, lead: str) -> Period | None:
    if any(re.fullmatch(r"(?:FY\s?)?(?:19|20)\d{2}\D{0,4}", part.strip()) for part in path):
        # "Second-Quarter 2023 and 2022" over a column headed 2022: the column's own year counts.
        path = [_YEARS_LISTED.sub(" ", part) if len(_ANY_YEAR.findall(part)) > 1 else part for part in path]
    text = " ".join(path)
    period = read_period(text)
    if period is None and not text:
        return read_period(title) if read_length(title)[0] else None
    if period is None:
        return None
    bare = (
        period.kind is PeriodKind.YEAR
        and period.end is None
        and not re.search(r"fiscal|years?\b|FY|财", text, re.I)
    )
    dated = period.kind is PeriodKind.INSTANT and not re.search(
        r"balance\s+sheet|financial\s+position", title, re.I
    )
    if bare or dated:
        kind, number, _ = read_length(title)
        if kind is None and not re.search(r"\bas (?:of|at)\b|\bbalance", f"{title} {lead}", re.IGNORECASE):
            kind, number, _ = _lead_length(lead)
        if kind is not None and (bare or number is None):
            return replace(period, kind=kind, number=number)
        years = re.search(r"\byears?\s+ended\b\s+(?P<rest>.{3,20})", f"{title} {lead}", re.IGNORECASE)
        if bare and years:
            named = read_period(f"year ended {years['rest']} {period.year}")
            return named if named and named.end else period
    return period


def _lead_length(lead: str) -> tuple[PeriodKind | None, int | None, int | None]:
    """The length that a sentence above a table names, if it names just one."""
    if re.search(r"\band\s+(?:six|nine|twelve)\s+months|respectively", lead, re.IGNORECASE):
        return None, None, None
    match = re.search(
        r"\b(?:three|six|nine|twelve)\s+months\s+ended|\b\d{2}\s+weeks\s+ended", lead, re.IGNORECASE
    )
    return read_length(match.group()) if match else (None, None, None)


__all__ = ["head_columns", "is_header_cell"]
