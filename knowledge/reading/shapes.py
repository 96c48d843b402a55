"""The plain values that reading gives: blocks of text that know where they stand in the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

BlockKind = Literal["text", "table"]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of text with its place in the document.

    The locator holds whole numbers counted from 1, and names:

    ==================  =============================================
    pdf                 ``{"page": n}``
    xlsx                ``{"sheet": name, "row": first row}``
    csv                 ``{"row": first row}``
    txt, md, html       ``{"line": first line}``
    docx                ``{"paragraph": n}`` or ``{"table": n, "row": n}``
    eml                 ``{"part": "body" | attachment name, …}``
    ==================  =============================================

    A block of kind ``table`` has one row a line, cells joined by ``" | "``.
    """

    text: str
    locator: Mapping[str, int | str]
    kind: BlockKind = "text"


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """What a file says, in reading order.

    ``published`` (ISO date) and ``author`` are set only where the file's own metadata say so; ``warnings`` are
    sentences for people, such as that page 3 has no text layer.
    """

    blocks: tuple[Block, ...]
    title: str | None
    language: str
    media_type: str
    published: str | None = None
    author: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole text, blocks parted by a blank line."""
        return "\n\n".join(block.text for block in self.blocks)


@dataclass(frozen=True, slots=True)
class ReadingLimits:
    """How much of one file is accepted before it is refused; sizes in bytes, characters, pages and rows.

    ``max_expansion`` bounds the sum of the uncompressed members of a zip container (docx, xlsx), against bombs.
    """

    max_bytes: int = 100 * 1024 * 1024
    max_characters: int = 20_000_000
    max_pages: int = 5_000
    max_rows: int = 200_000
    max_expansion: int = 500 * 1024 * 1024
