"""CSV and its cousins: the separator is found out, rows come in blocks with their heads."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator

from knowledge.reading.errors import BrokenFile, EmptyFile
from knowledge.reading.language import detect_language
from knowledge.reading.rows import row_blocks
from knowledge.reading.shapes import ReadDocument, ReadingLimits
from knowledge.reading.text import decode


def read_csv(data: bytes, *, limits: ReadingLimits) -> ReadDocument:
    """A table of text; rows are counted from 1 with the heads as row 1.

    Raises EmptyFile, BrokenFile (a quote that is never closed) and FileTooLarge.
    """
    text, _ = decode(data)
    blocks = tuple(row_blocks(_rows(text), lambda row: {"row": row}, max_rows=limits.max_rows))
    if not blocks:
        raise EmptyFile("The table has no filled cell; check that the right file was sent.")
    return ReadDocument(blocks, None, detect_language(text), "text/csv")


def separator(text: str) -> str:
    """The sign between cells: the one that cuts most of the first lines into the same number of cells."""
    lines = text.split("\n", 60)[:60]
    if lines and lines[0].lower().startswith("sep=") and len(lines[0].strip()) == 5:
        return lines[0].strip()[4]
    best = (0.0, 0, ",")
    for sign in (",", "\t", ";", "|"):
        try:
            counts = Counter(len(row) for row in csv.reader(lines, delimiter=sign) if row)
        except csv.Error:
            continue
        width, times = max(counts.items(), key=lambda item: (item[1], item[0]), default=(1, 0))
        if width > 1:
            best = max(best, (times / sum(counts.values()), width, sign))
    return best[2]


def _rows(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator(text))
    try:
        yield from enumerate(reader, 1)
    except csv.Error as error:
        raise BrokenFile(
            f"The table breaks off at line {reader.line_num} ({error}); look for a quotation mark that is not closed."
        ) from error
