"""What a table is made of (表格的构成): columns with their periods, rows with their headings, the scale of a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from knowledge.figures.amounts import Figure
from knowledge.figures.periods import Period

_PER_SHARE = re.compile(r"per\s+(?:\w+\s+)*(?:share|ads)|\beps\b|每股", re.IGNORECASE)


class ColumnKind(StrEnum):
    """What a column holds: values, per cents of a base, or changes between periods."""

    VALUE = "value"
    PERCENT = "percent"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its headers from the top, the period they name, and the words left over (``United States``)."""

    index: int
    path: tuple[str, ...]
    kind: ColumnKind
    period: Period | None
    words: str


@dataclass(frozen=True, slots=True)
class Row:
    """A row: its label without footnote marks, the headings above it, its figures by column, and its lines."""

    label: str
    parents: tuple[str, ...]
    figures: dict[int, Figure]
    numbers: tuple[int, ...]
    indent: int
    total: bool = False

    @property
    def path(self) -> str:
        """Headings and label as one text."""
        return " / ".join((*self.parents, self.label))


@dataclass(frozen=True, slots=True)
class Table:
    """A table with what stands above it: ``title`` (short lines) and ``lead`` (the sentence that introduces it)."""

    title: str
    lead: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    scale: int | None
    currency: str | None
    first: int
    notes: str

    def scale_for(self, row: Row, figure: Figure) -> int:
        """The scale of one cell: per share figures and per cents are in single units."""
        if figure.is_percent or _PER_SHARE.search(row.path):
            return 1
        return figure.scale if figure.scale != 1 else self.scale or 1
