"""A table beside an answer (附表): columns, rows and what each row stands on, whole where the text shows only its head.

It is kept with the answer as plain JSON, so that a file can be made of it later; amounts keep their currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from store.canonical import decimal_text

#: What a cell holds: text, a number, an amount with its currency, a date, or nothing.
Cell = str | Decimal | tuple[Decimal, str] | date | None


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column by its heading; kind is text, number, count, percent, money or date."""

    title: str
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class TableRow:
    """The cells of a row, and the ids of the evidence that it stands on."""

    cells: tuple[Cell, ...]
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A whole table; `classes` are the field classes of whoever asked: nobody with fewer may have the file."""

    title: str
    columns: tuple[TableColumn, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    #: Whether whoever asked may have it as a file.
    export: bool = False

    def as_json(self) -> dict[str, Any]:
        """The table as plain JSON: numbers as text, dates in ISO, amounts as [amount, currency]."""
        return {
            "title": self.title,
            "columns": [{"title": column.title, "kind": column.kind} for column in self.columns],
            "rows": [
                {"cells": [_plain(cell) for cell in row.cells], "evidence": list(row.evidence)}
                for row in self.rows
            ],
            "notes": list(self.notes),
            "classes": list(self.classes),
            "export": self.export,
        }


def read_table(kept: Mapping[str, Any]) -> Table:
    """The table that `as_json` wrote down."""
    columns = tuple(TableColumn(column["title"], column["kind"]) for column in kept["columns"])
    rows = tuple(
        TableRow(
            tuple(_cell(cell, column.kind) for cell, column in zip(row["cells"], columns, strict=True)),
            tuple(row["evidence"]),
        )
        for row in kept["rows"]
    )
    return Table(
        kept["title"], columns, rows, tuple(kept["notes"]), tuple(kept["classes"]), kept.get("export", False)
    )


def _plain(cell: Cell) -> Any:
    match cell:
        case Decimal():
            return decimal_text(cell)
        case date():
            return cell.isoformat()
        case (Decimal() as amount, currency):
            return [decimal_text(amount), currency]
    return cell


def _cell(cell: Any, kind: str) -> Cell:
    if cell is None or kind == "text":
        return cell
    if kind == "money":
        return Decimal(cell[0]), cell[1]
    return date.fromisoformat(cell) if kind == "date" else Decimal(cell)
