"""Workbooks: each shown sheet in blocks of rows with the heads repeated, values as Excel last stored them."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from knowledge.reading.errors import BrokenFile, FileTooLarge, NoText
from knowledge.reading.language import detect_language
from knowledge.reading.rows import row_blocks
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits
from knowledge.reading.text import clean

if TYPE_CHECKING:
    from openpyxl.workbook import Workbook

#: A cell far to the right of all others makes every row that long; such rows are cut here.
MAX_COLUMNS = 512

_NO_VALUE = re.compile(rb"</f>\s*(?:<v\s*/>|<v></v>)?\s*</c>")


def read_xlsx(data: bytes, *, limits: ReadingLimits) -> ReadDocument:
    """A workbook; rows are counted from 1 as Excel shows them.

    Formulas give the value that was stored with them, errors such as ``#DIV/0!`` as they are; dates are ISO,
    percentages are written as shown. Hidden sheets are left out with a warning. Raises BrokenFile, FileTooLarge
    and NoText.
    """
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    broken = (InvalidFileException, KeyError, ValueError, TypeError, AttributeError, IndexError, SyntaxError)
    warnings: list[str] = []
    blocks: list[Block] = []
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            rows_left = limits.max_rows
            for sheet in workbook.worksheets:
                if sheet.sheet_state != "visible":
                    warnings.append(
                        f"The hidden sheet “{sheet.title}” was left out; show it in Excel to have it read."
                    )
                    continue
                rows_left = _read_sheet(sheet, blocks, limits, rows_left)
            title, author, published = _stated(workbook)
        finally:
            workbook.close()
    except (*broken, zipfile.BadZipFile, zlib.error, OSError, EOFError) as error:
        raise BrokenFile(
            f"The workbook is damaged ({error}); open it in Excel, save it again and send that."
        ) from error
    if not blocks:
        raise NoText("The workbook has no filled cell that is shown; check that the right file was sent.")
    if _has_formulas_without_value(data):
        warnings.append(
            "Some formulas have no stored value and read as empty; open the file in Excel and save it once."
        )
    return ReadDocument(
        tuple(blocks),
        title,
        detect_language("\n".join(block.text for block in blocks[:50])),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        published=published,
        author=author,
        warnings=tuple(warnings),
    )


def _read_sheet(sheet: object, blocks: list[Block], limits: ReadingLimits, rows_left: int) -> int:
    """Append the blocks of a sheet and return how many rows the rest of the workbook may have."""
    if hasattr(sheet, "reset_dimensions"):
        sheet.reset_dimensions()  # the stated size is often wrong and cuts rows off
    name = clean(sheet.title)
    seen = 0

    def rows() -> Iterator[tuple[int, list[str]]]:
        nonlocal seen
        for number, row in enumerate(sheet.iter_rows(), 1):
            cells = [
                _shown(cell.value, cell.number_format) if cell.value is not None else ""
                for cell in row[:MAX_COLUMNS]
            ]
            if any(cells):
                seen += 1
                yield number, cells

    try:
        blocks += row_blocks(rows(), lambda row: {"sheet": name, "row": row}, max_rows=rows_left)
    except FileTooLarge as error:
        raise FileTooLarge(
            f"The workbook has more than {limits.max_rows:,} rows; split it, or import it as records."
        ) from error
    return rows_left - seen


def _shown(value: object, number_format: str | None) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, int | float):
        percent = "%" in (number_format or "")
        return _plain(value * 100) + "%" if percent else _plain(value)
    return clean(str(value))


def _plain(value: float) -> str:
    """A number without exponent and without the dust of binary fractions (fifteen digits, as Excel keeps)."""
    if isinstance(value, int) or value != value or value in (float("inf"), float("-inf")):
        return str(value)
    text = format(Decimal(format(value, ".15g")), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _stated(workbook: Workbook) -> tuple[str | None, str | None, str | None]:
    properties = workbook.properties
    author = properties.creator if properties.creator != "openpyxl" else None
    changed = properties.modified or properties.created
    published = changed.date().isoformat() if changed and author else None
    return (clean(properties.title).strip() or None if properties.title else None), author, published


def _has_formulas_without_value(data: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sheets = [
            name for name in archive.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")
        ]
        return any(_NO_VALUE.search(archive.read(name)) for name in sheets[:20])
