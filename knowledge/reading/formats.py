"""What kind of file some bytes are: by what is in them first, by name and stated type second."""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from enum import StrEnum
from pathlib import PurePosixPath

from knowledge.reading.errors import BrokenFile, EncryptedFile, FileTooLarge, UnknownFormat
from knowledge.reading.shapes import ReadingLimits


class Format(StrEnum):
    """The kinds of file that are read."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    HTML = "html"
    EML = "eml"
    CSV = "csv"
    JSONL = "jsonl"
    MARKDOWN = "md"
    TEXT = "txt"


_SUFFIXES = {
    ".pdf": Format.PDF,
    ".docx": Format.DOCX,
    ".docm": Format.DOCX,
    ".dotx": Format.DOCX,
    ".xlsx": Format.XLSX,
    ".xlsm": Format.XLSX,
    ".html": Format.HTML,
    ".htm": Format.HTML,
    ".xhtml": Format.HTML,
    ".eml": Format.EML,
    ".csv": Format.CSV,
    ".tsv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
    ".md": Format.MARKDOWN,
    ".markdown": Format.MARKDOWN,
    ".txt": Format.TEXT,
    ".text": Format.TEXT,
    ".log": Format.TEXT,
}
_MEDIA_TYPES = {
    "application/pdf": Format.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": Format.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": Format.XLSX,
    "text/html": Format.HTML,
    "application/xhtml+xml": Format.HTML,
    "message/rfc822": Format.EML,
    "text/csv": Format.CSV,
    "text/tab-separated-values": Format.CSV,
    "application/jsonl": Format.JSONL,
    "application/x-ndjson": Format.JSONL,
    "text/markdown": Format.MARKDOWN,
    "text/plain": Format.TEXT,
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_NOT_READ = (
    ((b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*", b"BM", b"\x00\x00\x01\x00"),
     "is a picture; send the document it was taken from, or a PDF with a text layer (after OCR)"),
    ((b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"BZh", b"\xfd7zXZ\x00", b"\x28\xb5\x2f\xfd"),
     "is an archive; unpack it and send the files in it"),
    ((b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"#!"), "is a program, and programs are not read"),
    ((b"{\\rtf",), "is RTF; save it as .docx and send that"),
    ((b"SQLite format 3\x00",), "is a database; export the table as CSV"),
    ((b"ID3", b"OggS", b"RIFF", b"fLaC"), "is sound or film; send a transcript"),
)  # fmt: skip
_OLD_OFFICE = {
    "WordDocument": "an old Word file (.doc); save it as .docx",
    "Workbook": "an old Excel file (.xls); save it as .xlsx",
    "PowerPoint Document": "an old presentation; export it as PDF",
    "__substg1.0_": "an Outlook message (.msg); save it as .eml",
}
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)[\s>]", re.I)
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]{1,60}):[ \t]?[^\n]*\n(?:[ \t]+[^\n]*\n)*")
_MAIL_HEADERS = frozenset(
    b"from to subject date received mime-version message-id return-path delivered-to content-type cc reply-to".split()
)
_MACHINE_HEADERS = frozenset(
    b"received mime-version message-id return-path delivered-to content-type".split()
)


def format_of(
    data: bytes, *, name: str, media_type: str | None, limits: ReadingLimits
) -> tuple[Format, Format | None]:
    """What the bytes are, and what name or media type claim they are (None if these say nothing).

    Raises UnknownFormat with advice, EncryptedFile, BrokenFile for a damaged container, and FileTooLarge for one
    that would unpack to more than the limit.
    """
    claimed = _SUFFIXES.get(PurePosixPath(name.lower()).suffix)
    claimed = claimed or _MEDIA_TYPES.get((media_type or "").split(";")[0].strip().lower())
    return _inside(data, name, claimed, limits), claimed


def _inside(data: bytes, name: str, claimed: Format | None, limits: ReadingLimits) -> Format:
    if b"%PDF-" in data[:1024] and not _is_page(data[:4096]):
        return Format.PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return _container(data, name, limits)
    if data.startswith(_OLE):
        raise _ole(data, name)
    for marks, advice in _NOT_READ:
        if data.startswith(marks) and not (len(marks[0]) < 4 and _texty(data)):
            raise UnknownFormat(f"“{name}” {advice}.")
    if data[4:8] == b"ftyp":
        raise UnknownFormat(f"“{name}” is sound or film; send a transcript.")
    if claimed in (Format.PDF, Format.DOCX, Format.XLSX) and not _texty(data):
        raise BrokenFile(f"“{name}” is damaged: it does not begin like a {claimed} file; send it again.")
    return _textual(data, name, claimed)


def _textual(data: bytes, name: str, claimed: Format | None) -> Format:
    head = data[:65_536].removeprefix(b"\xef\xbb\xbf")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        head = head.decode("utf-16", errors="ignore").encode()
    head = head.replace(b"\r\n", b"\n")
    if _is_page(head):
        return Format.HTML
    if _is_mail(head, claimed):
        return Format.EML
    if claimed in (Format.CSV, Format.MARKDOWN, Format.HTML, Format.JSONL):
        return claimed
    if _is_jsonl(head):
        return Format.JSONL
    if head.lstrip().startswith(b"<?xml"):
        raise UnknownFormat(
            f"“{name}” is XML; send the document as PDF or HTML, or load a list with its own command."
        )
    return Format.TEXT


def _is_page(head: bytes) -> bool:
    """Whether the first element is one of a page; comments before it are stepped over one by one, in linear time."""
    at = 0
    while True:
        while head[at : at + 1].isspace():
            at += 1
        mark = next(
            (end for start, end in ((b"<!--", b"-->"), (b"<?xml", b"?>")) if head.startswith(start, at)), None
        )
        if mark is None:
            return bool(_HTML.match(head, at))
        end = head.find(mark, at)
        if end < 0:
            return False
        at = end + len(mark)


def _texty(data: bytes) -> bool:
    head = data[:4_096]
    return not any(head.count(bytes([code])) for code in range(9)) or head.startswith(
        (b"\xff\xfe", b"\xfe\xff")
    )


def _is_mail(head: bytes, claimed: Format | None) -> bool:
    """Headers of a message at the very start; a memo typed with From, To and Subject is text unless it says .eml."""
    names: set[bytes] = set()
    at = 0
    while match := _HEADER.match(head, at):
        names.add(match[1].lower())
        at = match.end()
    known = names & _MAIL_HEADERS
    if claimed is Format.EML:
        return len(known) >= 1
    return len(known) >= 3 and bool(known & _MACHINE_HEADERS) and bool(known & {b"from", b"received"})


def _is_jsonl(head: bytes) -> bool:
    lines = [line for line in head.split(b"\n")[:4] if line.strip()]
    if len(head) >= 65_000 and len(lines) > 1:
        lines.pop()
    try:
        return bool(lines) and all(isinstance(json.loads(line), dict) for line in lines)
    except (ValueError, RecursionError):
        return False


def _container(data: bytes, name: str, limits: ReadingLimits) -> Format:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = {member.filename for member in members}
            if any(member.flag_bits & 1 for member in members):
                raise EncryptedFile(
                    f"“{name}” is protected by a password; save it without one and send it again."
                )
            expanded = sum(member.file_size for member in members)
            if expanded > limits.max_expansion:
                raise FileTooLarge(
                    f"“{name}” would unpack to {expanded // 2**20:,} MiB, and {limits.max_expansion // 2**20:,} MiB "
                    "is the limit; it was not opened."
                )
            kind = next(
                (
                    kind
                    for part, kind in (("word/document.xml", Format.DOCX), ("xl/workbook.xml", Format.XLSX))
                    if part in names
                ),
                None,
            )
            if kind and "[Content_Types].xml" in names:
                _refuse_entities(archive, members, name)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, ValueError) as error:
        raise BrokenFile(f"“{name}” is damaged or was cut short ({error}); send it again.") from error
    if kind is None or "[Content_Types].xml" not in names:
        raise UnknownFormat(f"“{name}” {_other_container(names)}.")
    return kind


def _other_container(names: set[str]) -> str:
    if any(part.startswith("ppt/") for part in names):
        return "is a presentation; export it as PDF and send that"
    if "xl/workbook.bin" in names:
        return "is a binary workbook (.xlsb); save it as .xlsx and send that"
    if "mimetype" in names and "content.xml" in names:
        return "is an OpenDocument file; save it as .docx, .xlsx or PDF and send that"
    return "is an archive; unpack it and send the files in it"


def _refuse_entities(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], name: str) -> None:
    """Office never writes a document type; one that is there is an attack on the parser."""
    for member in members:
        if member.filename.endswith((".xml", ".rels")):
            with archive.open(member) as part:
                head = part.read(2_048)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise BrokenFile(
                    f"“{name}” declares XML entities, which no office program does; it was not opened."
                )


def _ole(data: bytes, name: str) -> EncryptedFile | UnknownFormat:
    if "EncryptedPackage".encode("utf-16-le") in data:
        return EncryptedFile(f"“{name}” is protected by a password; save it without one and send it again.")
    marks = (mark for mark in _OLD_OFFICE if mark.encode("utf-16-le") in data)
    advice = _OLD_OFFICE.get(next(marks, ""), "an old Office file; save it as .docx, .xlsx or PDF")
    return UnknownFormat(f"“{name}” is {advice} and send that.")
