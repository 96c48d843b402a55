"""Splitting (切分): blocks into pieces of about one size, cut where a reader would cut."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.reading.shapes import Block

#: A Han character counts for this many Latin ones, because it says about as much.
HAN_WEIGHT = 1.6

#: No piece is measured longer than size times this; it lets one news article of 1,000 Han characters stay whole.
STRETCH = 1.78

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# Best cut first: after a paragraph, a line, a sentence, a clause, a space. A full stop only before a space, so that
# 1,234.50 and www.example.com stay whole.
_CUTS = tuple(
    re.compile(pattern)
    for pattern in (
        r"\n[^\S\n]*\n+",
        r"\n",
        r"[。！？；!?]+[”’」』）)\"']*|[.;](?=\s)",
        r"[，、：]|[,:](?=\s)",
        r"\s",
    )
)
_ROW_CUTS = _CUTS[1:2] + _CUTS[2:]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of one block: ``blocks[piece.block].text[piece.start : piece.end]``, offsets in characters."""

    block: int
    start: int
    end: int


def split(blocks: Sequence[Block], *, size: int = 900, overlap: int = 120) -> tuple[Piece, ...]:
    """Cut each block into pieces of about ``size`` Latin characters, overlapping by about ``overlap``.

    Pieces come in order, never span two blocks, start and end on something visible, and together hold every visible
    character. A text that is only a little longer than ``size`` stays one piece. Rows of tables are not overlapped.
    Raises ValueError when ``size`` is under 50 or ``overlap`` is more than half of it.
    """
    if size < 50 or not 0 <= overlap <= size // 2:
        raise ValueError(
            f"A size of at least 50 and an overlap of at most half of it, not {size} and {overlap}."
        )
    pieces: list[Piece] = []
    for number, block in enumerate(blocks):
        table = block.kind == "table"
        pieces += (
            Piece(number, start, end)
            for start, end in _spans(block.text, size=size, overlap=0 if table else overlap, table=table)
        )
    return tuple(pieces)


def measure(text: str) -> float:
    """The length of a text in Latin characters, Han characters counted by their weight."""
    return len(text) + (HAN_WEIGHT - 1) * len(_HAN.findall(text))


def _spans(text: str, *, size: int, overlap: int, table: bool) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    start, stop = _after_space(text, 0), len(text.rstrip())
    cuts = _ROW_CUTS if table else _CUTS
    while start < stop:
        end = _end(text, start, stop, size=size, cuts=cuts)
        shown = start + len(text[start:end].rstrip())
        spans.append((start, shown))
        if end >= stop:
            break
        following = _overlapped(text, start, end, overlap=overlap) if overlap else end
        start = _after_space(text, max(following, start + 1))
    return spans


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _reach(text: str, start: int, stop: int, budget: float) -> int:
    """How far from ``start`` a budget of Latin characters carries."""
    window = text[start : min(stop, start + int(budget))]
    if measure(window) <= budget:
        return start + len(window)
    spent = 0.0
    for offset, character in enumerate(window):
        spent += HAN_WEIGHT if _HAN.match(character) else 1.0
        if spent > budget:
            return start + max(offset, 1)
    return start + len(window)


def _end(text: str, start: int, stop: int, *, size: int, cuts: tuple[re.Pattern[str], ...]) -> int:
    """The end of the piece that starts here: the rest if it is short enough, else the best cut near the size."""
    longest = _reach(text, start, stop, size * STRETCH)
    if longest >= stop:
        return stop
    wanted = _reach(text, start, stop, size)
    earliest = start + max((wanted - start) // 2, 1)
    for cut in cuts:
        ends = [match.end() for match in cut.finditer(text, earliest, wanted)]
        if ends:
            return ends[-1]
    # No sign at all up to the size: look on a little, then cut between Han characters, and last of all anywhere.
    for at in range(wanted, longest):
        if _parts(text, at):
            return at
    for at in range(wanted, earliest, -1):
        if _parts(text, at):
            return at
    return wanted


def _parts(text: str, at: int) -> bool:
    """Whether a cut before ``text[at]`` is inside neither a word nor a number."""
    left, right = text[at - 1], text[at]
    if left.isspace() or right.isspace():
        return True
    inside = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.,%-_/@&'+$￥¥€£"
    if _HAN.match(left) and _HAN.match(right):
        return True
    return not (_joins(left, inside) and _joins(right, inside)) and not (left.isdigit() or right.isdigit())


def _joins(character: str, inside: str) -> bool:
    return character in inside or (character.isalnum() and not _HAN.match(character))


def _overlapped(text: str, start: int, end: int, *, overlap: int) -> int:
    """Where the next piece starts: after a sentence or space within the overlap before ``end``, else at ``end``."""
    earliest = max(start + 1, end - overlap)
    for cut in (_CUTS[2], _CUTS[3], _CUTS[4]):
        match = cut.search(text, earliest, end)
        if match and match.end() < end:
            return match.end()
    return end
