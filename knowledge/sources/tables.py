"""Rows of a CSV, XLSX or JSONL file with the line each stands on.

A cell is text, a number or a list as the file gives it; empty cells are left out. Numbers never pass through a
float where the format allows it: JSON numbers are read as `Decimal`.
"""

from __future__ import annotations

import csv
import io
import json
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zipfile import BadZipFile, ZipFile

from knowledge.sources.errors import FileUnusable, RowInvalid

#: A file of rows larger than this is refused: it is most likely not a table of customers.
MAX_BYTES = 512 * 1024 * 1024

#: What openpyxl raises for a workbook that is broken in one of its parts (SyntaxError is that of XML).
_DAMAGED = (
    *(BadZipFile, zlib.error, EOFError, OSError, SyntaxError, RuntimeError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError),
)

#: What a byte that is no UTF-8 was read as.
_STRAY = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row: its line in the file (from 1) and its cells by column; or why it cannot be read."""

    line: int
    cells: dict[str, Any]
    error: str | None = None


def read_rows(path: Path) -> Iterator[RawRow]:
    """The rows of `path` in order; raises FileUnusable when it is no table at all."""
    if path.is_dir():
        raise FileUnusable(f"{path} is a folder; name the file in it")
    if not path.is_file():
        raise FileUnusable(f"there is no file {path}")
    size = path.stat().st_size
    if size == 0:
        raise FileUnusable(f"{path.name} is empty")
    if size > MAX_BYTES:
        raise FileUnusable(f"{path.name} has {size:,} bytes; at most {MAX_BYTES:,} are read, split it")
    try:
        with path.open("rb") as file:
            head = file.read(8)
    except OSError as wrong:
        raise FileUnusable(f"{path.name} cannot be read ({wrong.strerror})") from None
    if head.startswith(b"PK\x03\x04"):
        return _read_xlsx(path)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise FileUnusable(
            f"{path.name} is an old or an encrypted Excel file; save it as XLSX without a password"
        )
    if head.startswith(b"%PDF"):
        raise FileUnusable(f"{path.name} is a PDF; `bonafide ingest` takes documents, import takes tables")
    lines = path.suffix.lower() in (".jsonl", ".ndjson", ".json")
    text = _decode(path, lines=lines)
    if not text.strip():
        raise FileUnusable(f"{path.name} is empty")
    if text.lstrip()[:1] == "<":
        raise FileUnusable(f"{path.name} is a web page or XML; save the table as CSV or XLSX")
    if lines or text.lstrip()[:1] == "{":
        return _read_jsonl(text)
    return _read_csv(path.name, text)


def _decode(path: Path, *, lines: bool) -> str:
    """The text of a file; in one of `lines` a line that is no text is left to be set aside alone."""
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    if lines and data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{":
        return data.decode("utf-8-sig", "surrogateescape")
    raise FileUnusable(f"{path.name} is neither text in UTF-8, UTF-16 or GB 18030 nor an XLSX file")


def _read_jsonl(text: str) -> Iterator[RawRow]:
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        if _STRAY.search(content):
            yield RawRow(line, {}, "not text in UTF-8; save the file as UTF-8")
            continue
        try:
            row = json.loads(content, parse_float=Decimal, parse_constant=_refuse_constant)
        except (json.JSONDecodeError, RowInvalid) as wrong:
            yield RawRow(line, {}, f"not a JSON object: {wrong}")
            continue
        except (RecursionError, ValueError):
            yield RawRow(line, {}, "not a JSON object: nested too deep, or with an endless number")
            continue
        if not isinstance(row, dict):
            yield RawRow(line, {}, "not a JSON object but a " + type(row).__name__)
            continue
        yield RawRow(
            line, {str(key).strip(): value for key, value in row.items() if value not in (None, "", [])}
        )


def _refuse_constant(name: str) -> Any:
    raise RowInvalid(f"{name} is not a number")


def _read_csv(name: str, text: str) -> Iterator[RawRow]:
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [cell.strip() for cell in next(reader)]
    except (csv.Error, StopIteration) as wrong:
        raise FileUnusable(f"{name}: the first line names no columns ({wrong})") from None
    if len(set(filter(None, header))) != len([cell for cell in header if cell]):
        raise FileUnusable(f"{name}: two columns have the same name in the first line")
    while True:
        before = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as wrong:
            yield RawRow(before, {}, f"broken CSV: {wrong}")
            return
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            yield RawRow(
                before, {}, f"{len(cells)} cells under {len(header)} columns; is a {delimiter!r} unquoted?"
            )
            continue
        yield RawRow(
            before,
            {key: cell.strip() for key, cell in zip(header, cells, strict=False) if key and cell.strip()},
        )


def _read_xlsx(path: Path) -> Iterator[RawRow]:
    from openpyxl import load_workbook

    try:
        with ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MAX_BYTES:
            raise FileUnusable(
                f"{path.name} would unpack to {unpacked:,} bytes; at most {MAX_BYTES:,} are read"
            )
        book = load_workbook(path, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        rows = sheet.iter_rows(values_only=True)
        header = [str(cell).strip() if cell is not None else "" for cell in next(rows, ())]
    except _DAMAGED as wrong:
        raise FileUnusable(
            f"{path.name} cannot be read as XLSX ({wrong}); open it, save it again and import that"
        ) from None
    if not any(header):
        raise FileUnusable(f"{path.name}: the first line of the sheet {sheet.title} names no columns")
    line = 1
    while True:
        line += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except _DAMAGED as wrong:
            yield RawRow(line, {}, f"the sheet is damaged from here on, no later line was read ({wrong})")
            return
        row = {
            key: _plain(cell)
            for key, cell in zip(header, cells, strict=False)
            if key and cell not in (None, "")
        }
        if row:
            yield RawRow(line, row)


def _plain(cell: Any) -> Any:
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time().isoformat() == "00:00:00" else cell.isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        # Excel keeps doubles and shows fifteen digits; the shortest text that reads back is what was typed.
        return Decimal(repr(cell)).quantize(Decimal(1)) if cell.is_integer() else Decimal(repr(cell))
    return cell.strip() if isinstance(cell, str) else cell
