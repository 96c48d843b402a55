"""A table as a workbook (XLSX): typed cells that can be summed and sorted, and a sheet with the sources.

Text is never a formula: what begins with `=`, `+`, `-` or `@` was perhaps written by somebody who hopes that it is
run, so each text cell is marked as text and carries the quote prefix, which also outlives a copy to CSV. The same
table gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.reports.cells import WIDEST, Kind, Money, Value, clean, put, width_of
from prompts.phrasebook import Phrasebook

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.workbook import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

__all__ = ["Column", "Kind", "Money", "Row", "Value", "write_table"]

_SHEET_NAME = 31
_NARROWEST = 8
#: Zip archives and document properties want a date; without a clock of the caller's it is always this one.
_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its heading; `width` in characters overrules what its cells need."""

    title: str
    kind: Kind = Kind.TEXT
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row in the order of the columns, and the ids of the evidence that the row stands on."""

    cells: tuple[Value, ...]
    evidence: tuple[str, ...] = ()


def write_table(
    columns: Sequence[Column],
    rows: Sequence[Row | Sequence[Value]],
    title: str,
    notes: Sequence[str] = (),
    *,
    evidence: Sequence[Mapping[str, Any]] = (),
    language: str = "en",
    made_at: datetime | None = None,
) -> bytes:
    """The table as the bytes of an XLSX file.

    `notes` are lines about the whole (what was asked, as of when, what is unknown) and stand below the title on a
    sheet of their own; `evidence` is in the shape of `bot.assistant.answer.describe`, numbered by its order, and
    rows name it by `id`. Raises ValueError for a row with more or fewer cells than there are columns.
    """
    from openpyxl import Workbook

    words = Phrasebook.nearest(language)
    numbers = {str(item["id"]): place for place, item in enumerate(evidence, start=1)}
    workbook = Workbook()
    sheet = workbook.active
    sheet.title = _sheet_name(title, words["reports.sheet.table"])
    names = {"table": sheet.title, "sources": words["reports.sheet.sources"]}
    if names["sources"] == names["table"]:
        names["sources"] += " 2"
    with_sources = bool(evidence)
    heads = [*columns, Column(words["reports.sheet.sources"])] if with_sources else list(columns)
    _head(sheet, heads)
    for line, given in enumerate(rows, start=2):
        row = given if isinstance(given, Row) else Row(tuple(given))
        if len(row.cells) != len(columns):
            raise ValueError(
                f"row {line - 1} has {len(row.cells)} cells and the table {len(columns)} columns"
            )
        for place, (value, column) in enumerate(zip(row.cells, columns, strict=True), start=1):
            put(sheet.cell(line, place), value, column.kind)
        cited = sorted({numbers[ref] for ref in row.evidence if ref in numbers})
        if with_sources and cited:
            cell = sheet.cell(line, len(heads))
            put(cell, " ".join(f"[{number}]" for number in cited))
            _link(cell, names["sources"], cited[0] + 1)
    _finish(sheet, heads, len(rows) + 1)
    if with_sources:
        _sources(workbook.create_sheet(names["sources"]), evidence, words)
    if notes:
        _about(workbook.create_sheet(words["reports.sheet.about"]), title, notes)
    return _saved(workbook, title, made_at or _EPOCH)


def _head(sheet: Worksheet, columns: Sequence[Column]) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

    for place, column in enumerate(columns, start=1):
        cell = sheet.cell(1, place)
        put(cell, column.title)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F3A4D")
        cell.border = Border(bottom=Side("thin", color="1F3A4D"))
        right = column.kind in (Kind.NUMBER, Kind.COUNT, Kind.PERCENT, Kind.MONEY)
        cell.alignment = Alignment(horizontal="right" if right else "left", vertical="center", wrap_text=True)


def _sheet_name(title: str, otherwise: str) -> str:
    name = re.sub(r"[\[\]:*?/\\]|[\x00-\x1f]", " ", clean(title)).strip(" '")
    return " ".join(name.split())[:_SHEET_NAME].strip(" '") or otherwise


def _link(cell: Cell, sheet: str, line: int) -> None:
    from openpyxl.styles import Font
    from openpyxl.worksheet.hyperlink import Hyperlink

    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A{line}")
    cell.font = Font(color="1F5F8B", underline="single")


def _finish(sheet: Worksheet, columns: Sequence[Column], last: int) -> None:
    """The head stays in view, columns can be filtered and are as wide as what stands in them."""
    from openpyxl.utils import get_column_letter

    sheet.freeze_panes = "A2"
    if columns:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{max(last, 1)}"
    for place, column in enumerate(columns, start=1):
        shown = max((width_of(sheet.cell(line, place)) for line in range(1, last + 1)), default=0)
        fitting = min(max(shown + 2, _NARROWEST), WIDEST)
        sheet.column_dimensions[get_column_letter(place)].width = column.width or fitting
    sheet.print_title_rows = "1:1"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _sources(sheet: Worksheet, evidence: Sequence[Mapping[str, Any]], words: Phrasebook) -> None:
    keys = ("number", "kind", "title", "source", "tier", "date", "customer", "place", "quote", "url", "ref")
    columns = [Column(words[f"reports.sources.{key}"]) for key in keys]
    _head(sheet, columns)
    for number, item in enumerate(evidence, start=1):
        cells: tuple[Value, ...] = (
            number,
            words.get(f"reports.kind.{item.get('kind')}", str(item.get("kind") or "")),
            item.get("title"),
            item.get("source"),
            words.get(f"labels.tier.{item.get('tier')}", str(item.get("tier") or "")),
            item.get("date"),
            item.get("customer"),
            "; ".join(f"{name} {value}" for name, value in (item.get("locator") or {}).items()),
            item.get("quote"),
            item.get("url"),
            item.get("ref") or item["id"],
        )
        for place, value in enumerate(cells, start=1):
            put(sheet.cell(number + 1, place), value, Kind.COUNT if place == 1 else Kind.TEXT)
    _finish(sheet, columns, len(evidence) + 1)


def _about(sheet: Worksheet, title: str, notes: Sequence[str]) -> None:
    from openpyxl.styles import Font

    put(sheet.cell(1, 1), title)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for line, note in enumerate(notes, start=3):
        put(sheet.cell(line, 1), note)
    sheet.column_dimensions["A"].width = 100


def _saved(workbook: Workbook, title: str, made_at: datetime) -> bytes:
    """The bytes, with every date in them that of `made_at`: openpyxl stamps the moment of saving."""
    stamp = made_at.astimezone(UTC).replace(microsecond=0)
    workbook.properties.title = clean(title)[:250]
    workbook.properties.creator = "Bonafide"
    workbook.properties.created = stamp.replace(tzinfo=None)
    raw = io.BytesIO()
    workbook.save(raw)
    written = io.BytesIO()
    with (
        zipfile.ZipFile(raw) as source,
        zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for entry in source.infolist():
            data = source.read(entry.filename)
            if entry.filename == "docProps/core.xml":
                modified = f"{stamp:%Y-%m-%dT%H:%M:%SZ}</dcterms:modified>".encode()
                data = re.sub(rb"[^>]*</dcterms:modified>", modified, data)
            fresh = zipfile.ZipInfo(entry.filename, (max(stamp.year, 1980), *stamp.timetuple()[1:6]))
            fresh.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(fresh, data)
    return written.getvalue()
