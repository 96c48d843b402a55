"""Office files of the demo, made when it is laid out: a report as DOCX and a sheet as XLSX.

Both formats are ZIP archives that carry the time of saving; it is replaced by the given day, so that
the same day gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date

CORE = "docProps/core.xml"
STAMP = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms)")


def render_docx(markdown: str, *, title: str, saved_on: date) -> bytes:
    """A Word document from headings (``#``, ``##``), ``-`` lists, pipe tables and paragraphs of Markdown."""
    from docx import Document

    document = Document()
    document.core_properties.title = title
    document.core_properties.author = "Demo"
    table: list[list[str]] = []
    for line in [*markdown.splitlines(), ""]:
        if line.startswith("|"):
            cells = [cell.strip() for cell in line.strip("|").split("|")]
            if not all(re.fullmatch(r":?-+:?", cell) for cell in cells):
                table.append(cells)
            continue
        if table:
            _add_table(document, table)
            table = []
        if line.startswith("#"):
            marks, _, heading = line.partition(" ")
            document.add_heading(heading, level=len(marks) - 1)
        elif line.startswith("- "):
            document.add_paragraph(line[2:], style="List Bullet")
        elif line.strip():
            document.add_paragraph(line)
    buffer = io.BytesIO()
    document.save(buffer)
    return _freeze_archive(buffer.getvalue(), saved_on)


def render_xlsx(text: str, *, title: str, saved_on: date) -> bytes:
    """A workbook of one sheet from CSV: a title row, a head row, then rows whose amounts become numbers."""
    from openpyxl import Workbook
    from openpyxl.styles import Font

    workbook = Workbook()
    workbook.properties.title = title
    workbook.properties.creator = "Demo"
    sheet = workbook.active
    sheet.title = "Ageing"
    for row in csv.reader(io.StringIO(text)):
        sheet.append([_read_cell(cell) for cell in row])
    for row in sheet.iter_rows(min_row=1, max_row=2):
        for cell in row:
            cell.font = Font(bold=True)
    for column in range(1, sheet.max_column + 1):
        letter = sheet.cell(row=2, column=column).column_letter
        sheet.column_dimensions[letter].width = 42 if column == 1 else 20
    for row in sheet.iter_rows(min_row=3):
        for cell in row:
            if isinstance(cell.value, float):
                cell.number_format = "#,##0.00"
    sheet.freeze_panes = "B3"
    buffer = io.BytesIO()
    workbook.save(buffer)
    return _freeze_archive(buffer.getvalue(), saved_on)


def _add_table(document, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]))
    table.style = "Table Grid"
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _read_cell(text: str) -> str | float | None:
    if re.fullmatch(r"-?\d+(\.\d+)?", text):
        return float(text)
    return text or None


def _freeze_archive(content: bytes, saved_on: date) -> bytes:
    """The same archive with every time stamp set to midnight of ``saved_on``."""
    stamp = f"{saved_on.isoformat()}T00:00:00Z".encode()
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            body = source.read(name)
            if name == CORE:
                body = STAMP.sub(rb"\g<1>" + stamp + rb"\g<2>", body)
            entry = zipfile.ZipInfo(name, (saved_on.year, saved_on.month, saved_on.day, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, body)
    return buffer.getvalue()
