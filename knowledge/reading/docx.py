"""Word files: paragraphs and tables in document order, as a reader with all changes accepted would see them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from knowledge.reading.errors import BrokenFile, FileTooLarge, NoText
from knowledge.reading.language import detect_language
from knowledge.reading.rows import ROWS_PER_BLOCK, join_cells
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits
from knowledge.reading.text import BLOCK_CHARACTERS, clean

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_REMOVED = frozenset({f"{_W}del", f"{_W}moveFrom", _FALLBACK})
_BLANKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def read_docx(data: bytes, *, limits: ReadingLimits) -> ReadDocument:
    """A Word file; a locator names the first paragraph of its block, or the table and its first row.

    Tracked deletions, hidden text and text in white are not read; insertions are. Headers, footers and comments are
    left out. Raises BrokenFile, FileTooLarge and NoText.
    """
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import LxmlError

    try:
        document = docx.Document(io.BytesIO(data))
        blocks = tuple(_blocks(document.element.body, limits))
        stated = _stated(document)
    except (
        OpcError,
        LxmlError,
        KeyError,
        ValueError,
        AttributeError,
        zipfile.BadZipFile,
        zlib.error,
        OSError,
        EOFError,
    ) as error:
        raise BrokenFile(
            f"The Word file is damaged ({error}); open it in Word, save it again and send that."
        ) from error
    if not blocks:
        raise NoText("The Word file holds no text; if it holds pictures of pages, send it after OCR.")
    return ReadDocument(
        blocks,
        stated.get("title") or _first_heading(document),
        detect_language("\n".join(block.text for block in blocks)),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        published=stated.get("published"),
        author=stated.get("author"),
    )


def _stated(document: Document) -> dict[str, str | None]:
    properties = document.core_properties
    changed = properties.modified or properties.created
    author = properties.author or properties.last_modified_by
    # python-docx's own template says this of every file that it made.
    return {
        "title": clean(properties.title).strip() if properties.title else None,
        "author": clean(author).strip() if author and author != "python-docx" else None,
        "published": changed.date().isoformat() if changed and author != "python-docx" else None,
    }


def _first_heading(document: Document) -> str | None:
    for number, paragraph in enumerate(document.paragraphs):
        style = paragraph.style.name if paragraph.style is not None else ""
        if (
            style
            and style.startswith(("Title", "Heading", "标题"))
            and (text := _text_of(paragraph._p).strip())
        ):
            return text
        if number > 200:
            break
    return None


def _blocks(body: _Element, limits: ReadingLimits) -> Iterator[Block]:
    held: list[str] = []
    start = length = paragraphs = tables = 0
    for element in _content(body):
        if element.tag == f"{_W}p":
            paragraphs += 1
            text = _text_of(element).strip()
            heading = text and length >= BLOCK_CHARACTERS // 4 and _is_heading(element)
            if held and (heading or length >= BLOCK_CHARACTERS):
                yield Block("\n".join(held), {"paragraph": start})
                held, length = [], 0
            if text:
                start = start if held else paragraphs
                held.append(text)
                length += len(text)
            continue
        if held:
            yield Block("\n".join(held), {"paragraph": start})
            held, length = [], 0
        tables += 1
        yield from _table_blocks(element, tables, limits)
    if held:
        yield Block("\n".join(held), {"paragraph": start})


def _content(body: _Element) -> Iterator[_Element]:
    """Paragraphs and tables of the body, also those inside content controls and inserted stretches."""
    waiting = list(reversed(body))
    while waiting:
        element = waiting.pop()
        if element.tag in (f"{_W}p", f"{_W}tbl"):
            yield element
        elif element.tag not in _REMOVED and element.tag != f"{_W}sectPr":
            waiting.extend(reversed(element))


def _is_heading(paragraph: _Element) -> bool:
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    return style is not None and (style.get(f"{_W}val") or "").lower().startswith(
        ("heading", "title", "1", "2", "3")
    )


def _table_blocks(table: _Element, number: int, limits: ReadingLimits) -> Iterator[Block]:
    lines: list[tuple[int, str]] = []
    for row_number, row in enumerate(table.iter(f"{_W}tr"), 1):
        if row_number > limits.max_rows:
            raise FileTooLarge(f"A table has more than {limits.max_rows:,} rows; split the file.")
        if row.find(f"{_W}trPr/{_W}del") is not None:
            continue
        cells = (
            "\n".join(_text_of(paragraph) for paragraph in cell.iter(f"{_W}p"))
            for cell in row.iter(f"{_W}tc")
        )
        if line := join_cells(cells):
            lines.append((row_number, line))
    for at in range(0, len(lines), ROWS_PER_BLOCK):
        held = [line for _, line in lines[at : at + ROWS_PER_BLOCK]]
        if at:
            held.insert(0, lines[0][1])
        yield Block("\n".join(held), {"table": number, "row": lines[at][0]}, "table")


def _text_of(paragraph: _Element) -> str:
    parts: list[str] = []
    waiting: list[_Element] = list(reversed(paragraph))
    while waiting:
        element = waiting.pop()
        if element.tag in _REMOVED or (element.tag == f"{_W}r" and _is_hidden(element)):
            continue
        if element.tag == f"{_W}t":
            parts.append(element.text or "")
        elif element.tag in _BLANKS:
            parts.append(_BLANKS[element.tag])
        else:
            waiting.extend(reversed(element))
    return clean("".join(parts))


def _is_hidden(run: _Element) -> bool:
    """Marked as hidden, smaller than two points, or in white without a ground of its own."""
    properties = run.find(f"{_W}rPr")
    if properties is None:
        return False
    hidden = properties.find(f"{_W}vanish")
    if hidden is not None and hidden.get(f"{_W}val") not in ("0", "false", "off"):
        return True
    size, colour = properties.find(f"{_W}sz"), properties.find(f"{_W}color")
    if size is not None and (size.get(f"{_W}val") or "").isdigit() and int(size.get(f"{_W}val")) < 4:
        return True
    shaded = properties.find(f"{_W}shd") is not None or properties.find(f"{_W}highlight") is not None
    return colour is not None and (colour.get(f"{_W}val") or "").upper() == "FFFFFF" and not shaded
