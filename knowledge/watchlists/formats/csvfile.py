"""CSV files of lists, read strictly: a broken quote, a NUL or a row that is too short stops the reading.

A list that is read nearly right is worse than one that is refused, so nothing is guessed but the encoding: UTF-8
(with or without a mark), UTF-16 with its mark, and where no byte of it is UTF-8 the old encoding that the format
names.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from knowledge.watchlists.errors import ListUnreadable
from knowledge.watchlists.formats.shapes import clean

#: What the old programs of the American Treasury end a file with.
_END_MARK = "\x1a"


def read_text(path: Path, *, fallback: str = "cp1252") -> str:
    """The text of a file; raises ListUnreadable for an empty file and for bytes that are no text."""
    try:
        data = path.read_bytes()
    except OSError as wrong:
        raise ListUnreadable(f"{path.name} cannot be read: {wrong.strerror or wrong}") from None
    if not data.strip():
        raise ListUnreadable(f"{path.name} is empty; fetch it again")
    text = _decode(data, path.name, fallback)
    if (place := text.find("\x00")) >= 0:
        line = text.count("\n", 0, place) + 1
        raise ListUnreadable(
            f"{path.name}, line {line}: a NUL stands in it; the file is damaged, fetch it again"
        )
    return text


def _decode(data: bytes, name: str, fallback: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16")
        except UnicodeDecodeError:
            raise ListUnreadable(f"{name} is UTF-16 that breaks off; fetch it again") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        # Signs of UTF-8 before the fault: it is UTF-8 and damaged, and another encoding would only make it nonsense.
        if data[: wrong.start].isascii():
            try:
                return data.decode(fallback)
            except UnicodeDecodeError:
                pass
        line = data.count(b"\n", 0, wrong.start) + 1
        raise ListUnreadable(
            f"{name}, line {line}: the byte 0x{data[wrong.start]:02X} is no text in UTF-8; the file is damaged or cut "
            "short, fetch it again or save it as UTF-8"
        ) from None


def read_rows(
    path: Path, *, delimiter: str = ",", fallback: str = "cp1252"
) -> Iterator[tuple[int, list[str]]]:
    """Rows with the line on which each ends; blank lines are passed over."""
    yield from rows_of(read_text(path, fallback=fallback), path.name, delimiter=delimiter)


def rows_of(text: str, name: str, *, delimiter: str = ",") -> Iterator[tuple[int, list[str]]]:
    """The same for text that is there already."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if row and row != [_END_MARK] and any(cell.strip() for cell in row):
                yield reader.line_num, row
    except csv.Error as wrong:
        raise ListUnreadable(
            f"{name}, line {reader.line_num}: {_plain(str(wrong))}; the file is damaged or cut short, fetch it again"
        ) from None


def _plain(wrong: str) -> str:
    if "unexpected end of data" in wrong:
        return "a quotation mark is opened and never closed"
    if "expected after" in wrong:
        return "a quotation mark is closed in the middle of a cell"
    if "field larger" in wrong:
        return "a cell is longer than any cell of a list (a quotation mark may be missing)"
    return wrong


class Row:
    """One row by the names of its columns; what is taken is gone, so that the rest can be kept."""

    __slots__ = ("_cells", "line")

    def __init__(self, line: int, cells: dict[str, tuple[str, str]]) -> None:
        self.line, self._cells = line, cells

    def take(self, *names: str) -> str:
        """The cell of the first of these columns that is filled; the others of them are left for `rest`."""
        for name in names:
            found = self._cells.get(key_of(name))
            if found is not None and found[1]:
                del self._cells[key_of(name)]
                return found[1]
        return ""

    def rest(self) -> list[tuple[str, str]]:
        """What nobody took, by the columns' own names."""
        return [(title, value) for title, value in self._cells.values() if value]


class Table:
    """A CSV file with a row of column names."""

    def __init__(
        self,
        path: Path,
        *,
        required: Sequence[str | tuple[str, ...]],
        delimiter: str | None = ",",
        fallback: str = "cp1252",
        nothing: frozenset[str] = frozenset(),
    ) -> None:
        """`required` columns must be there (of a tuple, one); `nothing` are cells that mean empty.

        Lines before the names of the columns go to `preamble`. Raises ListUnreadable when a column is missing.
        """
        self.name = path.name
        text = read_text(path, fallback=fallback)
        if delimiter is None:
            head = text.lstrip().split("\n", 1)[0]
            delimiter = max(",;\t", key=head.count)
        self._rows = rows_of(text, path.name, delimiter=delimiter)
        self._nothing = nothing
        self.preamble: list[list[str]] = []
        self.columns = self._find_columns(required)

    def _find_columns(self, required: Sequence[str | tuple[str, ...]]) -> list[str]:
        missing: list[str] = []
        for _ in range(5):
            _, row = next(self._rows, (0, []))
            keys = {key_of(cell) for cell in row}
            wanted = [(each,) if isinstance(each, str) else each for each in required]
            lacking = [names[0] for names in wanted if not keys & {key_of(name) for name in names}]
            if not lacking:
                return [clean(cell) for cell in row]
            if not missing or len(lacking) < len(missing):
                missing = lacking
            self.preamble.append(row)
        raise ListUnreadable(
            f"{self.name} has changed in format: no row with the columns {', '.join(missing)} is among its first lines"
        )

    def __iter__(self) -> Iterator[Row]:
        width = len(self.columns)
        keys: list[str] = []
        for column in self.columns:  # of two columns of one name the second is kept under a name of its own
            key = key_of(column)
            keys.append(key if key not in keys else f"{key} {len(keys)}")
        for line, cells in self._rows:
            if len(cells) < width or any(cell.strip() for cell in cells[width:]):
                raise ListUnreadable(
                    f"{self.name}, line {line}: {len(cells)} cells where the columns are {width}; "
                    "the file is damaged or cut short, fetch it again"
                )
            yield Row(
                line,
                {
                    key: (column, "" if (value := clean(cell)).casefold() in self._nothing else value)
                    for key, column, cell in zip(keys, self.columns, cells, strict=False)
                },
            )


def key_of(column: str) -> str:
    """A column's name without case, spaces and signs: `D.O.B` is `dob`."""
    return re.sub(r"[\W_]+", "", column).casefold()
