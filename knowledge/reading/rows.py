"""Rows of a table to blocks of text, with the heads of the columns repeated in each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from knowledge.reading.errors import FileTooLarge
from knowledge.reading.shapes import Block

#: Rows in one block, heads not counted.
ROWS_PER_BLOCK = 40
#: A block of wide rows ends earlier, at about this many characters.
CHARACTERS_PER_BLOCK = 6_000
#: The row of heads is looked for among this many first rows; titles may stand above it.
_HEAD_WITHIN = 6

_NUMBER = re.compile(r"[-+(（]?[$¥€£￥]?\s*[\d.,]+\s*[%)）]?$")


def row_blocks(
    rows: Iterable[tuple[int, list[str]]],
    locator: Callable[[int], Mapping[str, int | str]],
    *,
    max_rows: int,
) -> Iterator[Block]:
    """Blocks of about forty rows; ``rows`` gives the number of each row and its cells.

    Empty rows are left out, but keep their number. Raises FileTooLarge past ``max_rows`` rows that hold something.
    """
    held: list[str] = []
    head: str | None = None
    start = length = seen = 0
    for number, cells in rows:
        line = join_cells(cells)
        if not line:
            continue
        seen += 1
        if seen > max_rows:
            raise FileTooLarge(
                f"The table has more than {max_rows:,} rows; split it, or import it as records."
            )
        if head is None and seen <= _HEAD_WITHIN and _is_head(cells):
            head = line
        if held and (len(held) > ROWS_PER_BLOCK or length > CHARACTERS_PER_BLOCK):
            yield Block("\n".join(held), locator(start), "table")
            held, length = ([head] if head else []), 0
            start = number
        if not held:
            start = number
        held.append(line)
        length += len(line) + 1
    if held:
        yield Block("\n".join(held), locator(start), "table")


def join_cells(cells: Iterable[str]) -> str:
    """One line of a row: cells parted by bars, empty cells kept between full ones and dropped at the end."""
    flat = [" ".join(cell.split()) for cell in cells]
    while flat and not flat[-1]:
        flat.pop()
    return " | ".join(flat)


def _is_head(cells: list[str]) -> bool:
    full = [cell.strip() for cell in cells if cell.strip()]
    return len(full) >= 2 and sum(bool(_NUMBER.match(cell)) for cell in full) <= len(full) / 3
