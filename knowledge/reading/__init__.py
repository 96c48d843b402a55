"""Reading: bytes to text that knows its page, sheet, paragraph or line.

    document = read(data, name="annual report 2023.pdf")

The kind of file is decided by its content, so a mislabelled file is read as what it is, with a warning.
"""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pathlib import PurePosixPath

from knowledge.reading.errors import (
    BrokenFile,
    EmptyFile,
    EncryptedFile,
    FileTooLarge,
    NoText,
    ReadingError,
    UnknownFormat,
)
from knowledge.reading.formats import Format, format_of
from knowledge.reading.language import Language, detect_language
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits

__all__ = [
    "Block",
    "BrokenFile",
    "EmptyFile",
    "EncryptedFile",
    "FileTooLarge",
    "Format",
    "Language",
    "NoText",
    "ReadDocument",
    "ReadingError",
    "ReadingLimits",
    "UnknownFormat",
    "detect_language",
    "format_of",
    "read",
]

# Readers are imported when their first file comes: each brings a heavy library.
_READERS = {
    Format.PDF: ("pdf", "read_pdf"),
    Format.DOCX: ("docx", "read_docx"),
    Format.XLSX: ("xlsx", "read_xlsx"),
    Format.HTML: ("html", "read_html"),
    Format.EML: ("eml", "read_eml"),
    Format.CSV: ("csv", "read_csv"),
    Format.JSONL: ("jsonl", "read_jsonl"),
    Format.MARKDOWN: ("text", "read_markdown"),
    Format.TEXT: ("text", "read_text"),
}
# Plain text under any of these names is nothing to warn about.
_TEXTUAL = frozenset({Format.TEXT, Format.MARKDOWN, Format.CSV, Format.JSONL})


def read(
    data: bytes,
    *,
    name: str,
    media_type: str | None = None,
    limits: ReadingLimits = ReadingLimits(),  # noqa: B008 - frozen
) -> ReadDocument:
    """Read a file; ``name`` is its file name, for its suffix, its title where it states none, and for messages.

    Raises a :class:`ReadingError`: EmptyFile, EncryptedFile, BrokenFile, FileTooLarge, UnknownFormat or NoText.
    """
    if len(data) > limits.max_bytes:
        raise FileTooLarge(
            f"“{name}” has {len(data) / 2**20:,.1f} MiB, and {limits.max_bytes / 2**20:,.1f} MiB is the limit; "
            "send the part that matters."
        )
    if not data.strip(b"\x00 \t\r\n\x0b\x0c\xef\xbb\xbf\xff\xfe"):
        raise EmptyFile(f"“{name}” is empty; check that the right file was sent.")
    kind, claimed = format_of(data, name=name, media_type=media_type, limits=limits)
    module, function = _READERS[kind]
    reader = getattr(import_module(f"{__name__}.{module}"), function)
    document: ReadDocument = reader(data, limits=limits)
    length = sum(len(block.text) for block in document.blocks)
    if length > limits.max_characters:
        raise FileTooLarge(
            f"“{name}” holds {length:,} characters, and {limits.max_characters:,} is the limit; "
            "send the part that matters."
        )
    if not any(block.text.strip() for block in document.blocks):
        raise NoText(f"“{name}” was opened and holds no text; if it is a scan, send it after OCR.")
    warnings = document.warnings
    if claimed and claimed is not kind and not {claimed, kind} <= _TEXTUAL:
        warnings = (
            f"“{name}” is named or sent as {claimed}, but is {kind}; it was read as {kind}.",
            *warnings,
        )
    title = (
        " ".join((document.title or "").split())[:300] or PurePosixPath(name.replace("\\", "/")).stem or None
    )
    return replace(document, title=title, warnings=warnings)
