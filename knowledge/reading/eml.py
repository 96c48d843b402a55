"""E-mail: the message and what hangs on it, each part under its own name."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from knowledge.reading.errors import BrokenFile, EmptyFile, NoText, ReadingError
from knowledge.reading.language import detect_language
from knowledge.reading.shapes import Block, ReadDocument, ReadingLimits
from knowledge.reading.text import clean, decode

#: Attachments of attachments are read; what hangs on those is named in a warning only.
MAX_DEPTH = 2
#: Parts of one message beyond this number are not opened.
MAX_PARTS = 100

#: A header is cut here, in characters: the parser takes more than linear time, and no reader reads on.
MAX_HEADER = 4_000


class _BoundedHeaders(email.policy.EmailPolicy):
    """The default policy with headers of bounded length."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[:MAX_HEADER]


_HEADERS = (("Subject", "Subject"), ("From", "From"), ("To", "To"), ("Cc", "Cc"), ("Date", "Date"))


def read_eml(data: bytes, *, limits: ReadingLimits, depth: int = MAX_DEPTH) -> ReadDocument:
    """A message: the first block has subject, sender, receivers and date, then the body, then each attachment.

    Plain text is preferred to HTML. An attachment that cannot be read gives a warning, not an error. ``part`` in a
    locator is ``body`` or the attachment's name, parted by ``/`` where a message hangs on a message.
    """
    try:
        return _read_message(email.message_from_bytes(data, policy=_BoundedHeaders()), limits, depth)
    except RecursionError as error:
        raise BrokenFile("The message nests parts in parts without end; it was not opened.") from error


def _read_message(message: EmailMessage, limits: ReadingLimits, depth: int) -> ReadDocument:
    heads = {label: _header(message, name) for label, name in _HEADERS}
    said = "\n".join(f"{label}: {text}" for label, text in heads.items() if text)
    blocks = [Block(said, {"part": "body"})] if said else []
    warnings: list[str] = []
    blocks += _body(message, limits, warnings)
    for count, part in enumerate(_attachments(message), 1):
        if count > MAX_PARTS:
            warnings.append(f"The message has more than {MAX_PARTS} attachments; the rest was not opened.")
            break
        blocks += _attachment(part, count, limits, warnings, depth)
    if not blocks:
        raise EmptyFile("The message has no headers and no text; export it again from the mail program.")
    length = sum(len(block.text) for block in blocks)
    if length <= len(said) and not heads["Subject"] and not warnings:
        raise NoText("The message holds no text; export it again from the mail program.")
    body = "\n".join(block.text for block in blocks[1:] or blocks)
    return ReadDocument(
        tuple(blocks),
        heads["Subject"] or None,
        detect_language(body),
        "message/rfc822",
        published=_day(heads["Date"]),
        author=heads["From"] or None,
        warnings=tuple(warnings),
    )


def _header(message: EmailMessage, name: str) -> str:
    """A decoded header on one line; headers that the parser chokes on are taken as they stand."""
    try:
        value = message.get(name)
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        value = next((raw for key, raw in message.raw_items() if key.lower() == name.lower()), None)
    return " ".join(clean(str(value)).split()) if value else ""


def _day(said: str) -> str | None:
    try:
        return parsedate_to_datetime(said).date().isoformat()
    except (ValueError, TypeError, IndexError):
        return None


def _body(message: EmailMessage, limits: ReadingLimits, warnings: list[str]) -> list[Block]:
    from knowledge.reading.html import read_html
    from knowledge.reading.text import read_text

    for kind, reader in (("plain", read_text), ("html", read_html)):
        try:
            part = message.get_body(preferencelist=(kind,))
        except (AttributeError, KeyError, ValueError):
            part = None
        raw = _bytes(part) if part is not None else b""
        if not raw.strip():
            continue
        try:
            document = reader(raw, limits=limits)
        except ReadingError as error:
            warnings.append(f"The body could not be read: {error}")
            continue
        if document.blocks:
            warnings += document.warnings
            return [replace(block, locator={"part": "body", **block.locator}) for block in document.blocks]
    return []


def _attachments(message: EmailMessage) -> list[EmailMessage]:
    if not message.is_multipart():
        return []
    try:
        return list(message.iter_attachments())
    except (AttributeError, KeyError, ValueError):  # a damaged multipart
        return [part for part in message.walk() if part.get_filename()]


def _attachment(
    part: EmailMessage, count: int, limits: ReadingLimits, warnings: list[str], depth: int
) -> list[Block]:
    from knowledge.reading import Format, format_of, read

    kind = part.get_content_type()
    try:
        stated = part.get_filename()
    except (ValueError, IndexError, LookupError, TypeError):
        stated = None
    name = " ".join(clean(stated or "").split()) or f"attachment {count}"
    if depth <= 0:
        warnings.append(f"“{name}” hangs too deep in other messages and was not opened.")
        return []
    raw = _bytes(part)
    if kind.startswith(("image/", "audio/", "video/")) and not raw.startswith(b"%PDF"):
        return []  # logos and signatures; nothing to read and nothing to warn of
    try:
        found = format_of(raw, name=name, media_type=kind, limits=limits)[0] if raw.strip() else None
        if kind == "message/rfc822" or found is Format.EML:
            document = read_eml(raw, limits=limits, depth=depth - 1)
        else:
            document = read(raw, name=name, media_type=kind, limits=limits)
    except ReadingError as error:
        warnings.append(f"The attachment “{name}” was not read: {error}")
        return []
    warnings += document.warnings
    return [
        replace(block, locator={**block.locator, "part": _below(name, block)}) for block in document.blocks
    ]


def _below(name: str, block: Block) -> str:
    inner = block.locator.get("part")
    return name if inner in (None, "body") else f"{name}/{inner}"


def _bytes(part: EmailMessage) -> bytes:
    """The decoded bytes of a part; text is brought to UTF-8 by its declared charset where that holds."""
    if part.get_content_type() == "message/rfc822":
        inner = part.get_payload()
        return inner[0].as_bytes() if isinstance(inner, list) and inner else b""
    raw = part.get_payload(decode=True)
    if not isinstance(raw, bytes):
        return b""
    charset = part.get_content_charset()
    if part.get_content_maintype() == "text" and charset and charset not in ("us-ascii", "utf-8"):
        try:
            return raw.decode({"gb2312": "gb18030", "gbk": "gb18030"}.get(charset, charset)).encode()
        except (LookupError, ValueError):
            return decode(raw)[0].encode()
    return raw
