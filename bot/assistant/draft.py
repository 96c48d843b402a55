"""The draft of an answer: lines, each with the evidence that it stands on; and how it becomes markdown.

A line with evidence is a claim. Lines without evidence may only frame: headings, heads of tables, how to go on.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from bot.assistant.answer import Claim, Clarification
from bot.assistant.table import Table
from prompts.phrasebook import Phrasebook
from store.evidence import Evidence, EvidenceKind


class LineKind(StrEnum):
    """How a line is set."""

    LEAD = "lead"
    BULLET = "bullet"
    HEADING = "heading"
    COLUMNS = "columns"
    ROW = "row"
    QUOTE = "quote"
    NOTE = "note"


#: Lines that may stand without evidence because they frame and do not state.
FRAMES = frozenset({LineKind.HEADING, LineKind.COLUMNS, LineKind.NOTE})


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, list item, table row or quotation. `cells` are those of a row or of the head of a table.

    A quotation's `text` is the words of the document, unescaped; `after` says where they are from.
    """

    kind: LineKind
    text: str
    evidence: tuple[Evidence, ...] = ()
    cells: tuple[str, ...] = ()
    after: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What a reply proposes, before the guard has looked at it."""

    lines: tuple[Line, ...] = ()
    unknown: tuple[str, ...] = ()
    clarify: Clarification | None = None
    refused: str | None = None
    focus: dict[str, Any] = field(default_factory=dict)
    table: Table | None = None

    @property
    def claims(self) -> tuple[Line, ...]:
        """The lines that state something."""
        return tuple(line for line in self.lines if line.evidence)

    @property
    def claims_stated(self) -> tuple[Line, ...]:
        """The claims that answer, without remarks such as where was looked."""
        return tuple(line for line in self.claims if line.kind is not LineKind.NOTE)

    def joined(self, other: Draft) -> Draft:
        """Both drafts, one under the other."""
        return replace(
            self,
            lines=self.lines + other.lines,
            unknown=tuple(dict.fromkeys(self.unknown + other.unknown)),
            clarify=self.clarify or other.clarify,
            refused=self.refused or other.refused,
            focus={**self.focus, **other.focus},
            table=self.table or other.table,
        )


def lead(text: str, *evidence: Evidence) -> Line:
    """The sentence that answers."""
    return Line(LineKind.LEAD, text, evidence)


def bullet(text: str, *evidence: Evidence) -> Line:
    """One item of a list."""
    return Line(LineKind.BULLET, text, evidence)


def heading(text: str) -> Line:
    """The title of a part of the answer."""
    return Line(LineKind.HEADING, text)


def columns(*cells: str) -> Line:
    """The head of a table."""
    return Line(LineKind.COLUMNS, "", cells=cells)


def row(*cells: str, evidence: tuple[Evidence, ...], text: str) -> Line:
    """A row of a table; `text` is the same as a sentence."""
    return Line(LineKind.ROW, text, evidence, cells)


def quote(words: str, evidence: Evidence, *, after: str) -> Line:
    """The words of a document."""
    return Line(LineKind.QUOTE, words, (evidence,), after=after)


def note(text: str, *evidence: Evidence) -> Line:
    """A remark under the answer."""
    return Line(LineKind.NOTE, text, evidence)


@dataclass(frozen=True, slots=True)
class Rendered:
    """The finished parts of an answer."""

    text: str
    claims: tuple[Claim, ...]
    evidence: tuple[Evidence, ...]


def render(draft: Draft, book: Phrasebook, *, offer: bool) -> Rendered:
    """Markdown with citation marks in the order of first citation; the offer stands under every shared answer."""
    order: dict[str, Evidence] = {}
    claims: list[Claim] = []
    blocks: list[list[str]] = []
    previous: LineKind | None = None
    for line in _ordered(draft):
        for item in line.evidence:
            order.setdefault(item.id, item)
        marks = "".join(f"[{list(order).index(item.id) + 1}]" for item in _once(line.evidence))
        if line.evidence:
            claims.append(Claim(line.text, tuple(item.id for item in _once(line.evidence))))
        written = _written(line, marks)
        joins = {LineKind.BULLET: (LineKind.BULLET,), LineKind.ROW: (LineKind.COLUMNS, LineKind.ROW)}
        if blocks and previous in joins.get(line.kind, ()):
            blocks[-1].append(written)
        else:
            blocks.append([written])
        previous = line.kind
    if draft.clarify:
        blocks.append([escape(draft.clarify.question)])
        numbered = enumerate(draft.clarify.options, start=1)
        blocks.append([f"{number}. {escape(option.label)}" for number, option in numbered])
    if draft.unknown and draft.claims_stated:
        blocks.append(
            [f"**{book['answers.unknown.heading']}**", *(f"- {escape(item)}" for item in draft.unknown)]
        )
    elif draft.unknown:
        blocks = [[escape(item)] for item in draft.unknown] + blocks
    if offer:
        blocks.append([f"_{book['answers.offer']}_"])
    text = "\n\n".join("\n".join(block) for block in blocks)
    return Rendered(text, tuple(claims), tuple(order.values()))


def _ordered(draft: Draft) -> list[Line]:
    """What answers before where was looked in vain."""
    lines = _remarked_once(draft.lines)
    return sorted(lines, key=_in_vain) if draft.claims_stated else lines


def _remarked_once(lines: Sequence[Line]) -> list[Line]:
    """A remark that several parts under one heading make, such as their common source, stands under the last."""
    kept: list[Line] = []
    said: set[tuple[str, tuple[str, ...]]] = set()
    for line in reversed(lines):
        if line.kind is LineKind.HEADING:
            said.clear()
        remark = (line.text, tuple(item.id for item in line.evidence))
        if line.kind is LineKind.NOTE and remark in said:
            continue
        if line.kind is LineKind.NOTE:
            said.add(remark)
        kept.append(line)
    return kept[::-1]


def _in_vain(line: Line) -> bool:
    kinds = {item.kind for item in line.evidence}
    return line.kind is LineKind.NOTE and kinds == {EvidenceKind.SEARCH}


def _once(evidence: tuple[Evidence, ...]) -> tuple[Evidence, ...]:
    return tuple({item.id: item for item in evidence}.values())


def _written(line: Line, marks: str) -> str:
    text, tail = escape(line.text), f" {marks}" if marks else ""
    match line.kind:
        case LineKind.BULLET:
            return f"- {text}{tail}"
        case LineKind.HEADING:
            return f"**{text}**"
        case LineKind.COLUMNS:
            cells = [escape(cell) for cell in line.cells]
            return f"| {' | '.join(cells)} |\n|{' --- |' * len(cells)}"
        case LineKind.ROW:
            cells = [escape(cell) for cell in line.cells]
            return f"| {' | '.join([*cells[:-1], cells[-1] + tail])} |"
        case LineKind.QUOTE:
            return f"> {text}\n> — {escape(line.after)}{tail}"
        case _:
            return f"{text}{tail}"


_SPECIAL = re.compile(r"([\\`*_\[\]|~<>])")
_LINE_START = re.compile(r"^(\s*)(#{1,6}\s|[-+]\s|=+\s*$|\d+[.)]\s)")


def escape(text: str) -> str:
    """Text with what markdown would read as a sign written out, on one line: what a document says stays words."""
    flat = " ".join(text.split())
    flat = _SPECIAL.sub(r"\\\1", flat)
    return _LINE_START.sub(lambda match: match[1] + "\\" + match[2], flat)
