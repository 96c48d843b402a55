"""Preparing a document: from bytes or text to rows, outside of any transaction.

The content address is the SHA-256 of the bytes; where the source gives an id of its own, of the id and the bytes
together, because a text that came under two ids must be found under both.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from knowledge.passages.splitting import split
from knowledge.passages.terms import index_terms
from knowledge.reading import Block, ReadDocument, ReadingLimits, detect_language, read
from knowledge.reading.errors import EmptyFile, ReadingError
from knowledge.reading.shapes import BlockKind
from knowledge.reading.text import clean
from store.access import FieldClass
from store.dates import PartialDate
from store.documents import BlockRow, DocumentRow, Link, PassageRow
from store.evidence import Tier
from store.identity import new_id
from store.schema.lexical import TITLE_MARK

#: What makes terms of a text: `index_terms` of some version.
Tokenise = Callable[[str], list[str]]

#: Titles that programs write into files without anybody having chosen them.
_UNTELLING = re.compile(
    r"(?i)\.(docx?|xlsx?|pdf|html?|indd)$|^(untitled|microsoft (word|excel)|document ?\d*$|无标题)"
)
#: A title with fewer letters than this is a number.
_LETTERS = 4
#: Files whose first words are a better title than their name.
_TOLD_BY_TEXT = frozenset({".txt", ".md", ".html", ".htm", ".eml"})
#: A title made from the text is cut to so many characters.
_TITLE = 80

#: A title that is stated is cut to so many.
_LONGEST_TITLE = 300

# What a news feed puts before the text: 2023-08-15 16:12，正文：原标题：
_STAMP = re.compile(
    r"^\s*(?:[\d\-年月日:：/. ]{4,24}[，,]?\s*正文[：:]|\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d)?[，,]?)?"
    r"\s*(?:原标题[：:]\s*)?"
)


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document that somebody brings: `data` as a file, or `text` as a source gave it; one of the two.

    `name` is a file name or a label for messages. `customers` are references as imports take them (code, key,
    USCC, LEI, exact legal name); `part_of` names the larger document that it is a page of.
    """

    name: str
    source: str
    data: bytes | None = None
    text: str | None = None
    title: str | None = None
    published: str | None = None
    url: str | None = None
    tier: Tier = Tier.UNKNOWN
    language: str | None = None
    field_class: FieldClass = FieldClass.INTERNAL
    external_id: str | None = None
    part_of: str | None = None
    customers: tuple[str, ...] = ()
    locator: Mapping[str, Any] = field(default_factory=dict)
    media_type: str | None = None
    kind: BlockKind = "text"


def content_address(document: NewDocument) -> str:
    """The hash under which the document is known; nothing is read for it."""
    content = (
        document.data if document.data is not None else clean(document.text or "").encode("utf-8", "replace")
    )
    if document.external_id is None:
        return hashlib.sha256(content).hexdigest()
    return hashlib.sha256(
        b"id\x00" + document.external_id.encode("utf-8", "replace") + b"\x00" + content
    ).hexdigest()


def prepare(
    document: NewDocument, *, sha256: str, links: tuple[Link, ...] = (), limits: ReadingLimits | None = None
) -> DocumentRow:
    """Read, split and tokenise; raises a ReadingError with one sentence when there is nothing to read."""
    seen = _read(document, limits or ReadingLimits())
    stated = one_line(document.title or telling(seen.title) or _file_title(document))[:_LONGEST_TITLE]
    published = document.published or (seen.published and _day(seen.published))
    headed = title_terms(stated, published or None)
    passages = []
    for piece in split(seen.blocks):
        terms = index_terms(seen.blocks[piece.block].text[piece.start : piece.end])
        passages.append(
            PassageRow(
                block=piece.block,
                start=piece.start,
                end=piece.end,
                length=len(terms),
                terms=lexical_row(headed, terms),
            )
        )
    return DocumentRow(
        id=new_id(),
        sha256=sha256,
        title=stated or made_title(seen.text) or document.name,
        source=one_line(document.source),
        tier=document.tier,
        field_class=document.field_class,
        language=document.language or seen.language,
        media_type=seen.media_type,
        size=len(document.data)
        if document.data is not None
        else len((document.text or "").encode("utf-8", "replace")),
        blocks=tuple(BlockRow(block.text, block.locator, block.kind) for block in seen.blocks),
        passages=tuple(passages),
        external_id=document.external_id and one_line(document.external_id),
        part_of=document.part_of and one_line(document.part_of),
        published=published or None,
        url=document.url and one_line(document.url),
        warnings=seen.warnings,
        customers=links,
    )


def title_terms(stated: str, published: str | None, tokenise: Tokenise = index_terms) -> list[str]:
    """The terms of a title that was given; the day of publication is found like a word of it: 3月18日的处罚."""
    return tokenise(f"{stated}\n{published or ''}")


def lexical_row(title: Sequence[str], body: Sequence[str]) -> str:
    """The terms of a passage as the store keeps them."""
    return f"{' '.join(title)} {TITLE_MARK} {' '.join(body)}".strip()


def one_line(text: str) -> str:
    """The text without line ends, doubled blanks and characters that cannot be seen."""
    return " ".join(clean(text).split())


def telling(title: str | None) -> str | None:
    """A title that a file states of itself, unless it is a number, a file's name or the name of a program's page."""
    if title is None or _UNTELLING.search(title):
        return None
    # A Han character says as much as a short word.
    if sum(_LETTERS // 2 if sign > "\u2e80" else 1 for sign in title if sign.isalpha()) < _LETTERS:
        return None
    return title


def _file_title(document: NewDocument) -> str:
    """The name of a file that says nothing better of itself, as people read it; nothing for a text of a feed."""
    if document.data is None or Path(document.name).suffix.lower() in _TOLD_BY_TEXT:
        return ""
    return " ".join(re.split(r"[_\s]+", Path(document.name).stem))


def made_title(text: str) -> str:
    """A title from the first sentence of a text that has none, without the date line of a news feed."""
    first = re.split(r"[\n。！？!?]|\.\s", _STAMP.sub("", text[:400], count=1).strip(), maxsplit=1)[0].strip()
    return first if len(first) <= _TITLE else first[: _TITLE - 1] + "…"


def _read(document: NewDocument, limits: ReadingLimits) -> ReadDocument:
    if document.data is not None:
        return read(document.data, name=document.name, media_type=document.media_type, limits=limits)
    text = clean(document.text or "")
    if not text.strip():
        raise EmptyFile(f"“{document.name}” has no text; check the source.")
    if len(text) > limits.max_characters:
        raise ReadingError(f"“{document.name}” holds {len(text):,} characters; send the part that matters.")
    block = Block(text, dict(document.locator), document.kind)
    return ReadDocument((block,), None, detect_language(text), document.media_type or "text/plain")


def _day(stated: str) -> str | None:
    try:
        return str(PartialDate.parse(stated[:10]))
    except ValueError:
        return None
