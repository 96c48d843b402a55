"""Tables of a page (表格): rows with labels and parents, columns with stacked headers, scale and title.

A table starts at a block of header lines and runs until the next block, so that sections of one statement
stay together. Cells belong to columns by their right edges, as figures are printed flush right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from knowledge.figures.amounts import scale_of, widen
from knowledge.figures.grid import Row, Table
from knowledge.figures.headers import head_columns
from knowledge.figures.lines import Line, LineKind, Segment, read_cell, read_lines

_SCALE_NOTE = re.compile(
    r"(?:\bin\b|[($¥€£]|\band\b|^|单位[:：]?)\s*(?:U\.?S\.?\s*)?(?:\$|¥|€|£|RMB|USD|HK\$)?\s*(?:and\s+shares?\s+)?(?:in\s+|dollars\s+in\s+|amounts\s+in\s+|"
    r"人民币)?(?P<word>thousands?|millions?|billions?|百万|千万|百萬|千|万|萬|亿|億)(?=\b|元|美元|港元|,|\))",
    re.IGNORECASE,
)
_SCALE_SIGN = re.compile(
    r"(?:[$€£¥]|US\$|A\$|HK\$|RMB|HKD|AUD|EUR|GBP)\s?'?000s?\b|'000s?\b|(?:[$€£]|US\$|A\$)\s?m\b"
)
_CURRENCY_NOTE = re.compile(r"US\$|HK\$|C\$|A\$|€|£|RMB|人民币|港元|美元|欧元|\$|¥")
_CURRENCY_OF = {
    "US$": "USD", "HK$": "HKD", "C$": "CAD", "A$": "AUD", "€": "EUR", "£": "GBP", "RMB": "CNY", "人民币": "CNY",
    "港元": "HKD", "美元": "USD", "欧元": "EUR", "$": "USD", "¥": "CNY",
}  # fmt: skip
_TITLE = re.compile(
    r"statements?\s+of|balance\s+sheets?|results\s+of\s+operations|reconciliation|subsidiar|\bplc\b|\binc\.|"
    r"^\(?unaudited\)?$|revenues?\s+-|-\s+revenues|selected|summary|financial\s+(?:data|highlights)|资产负债表|利润表|现金流量表|"
    r"exhibit\s+\d|sales\s+by|line\s+items|guidance|store\s+update|^assets$|^liabilities(?:\s+and.*)?$",
    re.IGNORECASE,
)
_MARK = re.compile(
    r"\s*\((?:[a-z]|\d{1,2}|[ivx]{2,4})\)(?:,?\s*\(?\d{1,2}\))*|(?<=\w)\s*[*†‡®™]+", re.IGNORECASE
)
_OPEN_END = re.compile(
    r"(?:\b(?:and|or|of|to|for|from|by|in|the|on|with|per|before|attributable|own)|[,/&–—-])$", re.I
)


def clean_label(text: str) -> str:
    """A label without footnote marks and leading dots."""
    return re.sub(r"\s*[.…]{3,}\s*$", "", _MARK.sub("", widen(text))).strip(" :：")


def read_scale(text: str) -> int | None:
    """The scale that a note names: ``($ in millions, except per share data)`` is 1,000,000."""
    text = widen(text).replace("’", "'").replace("‘", "'")
    match = _SCALE_NOTE.search(text)
    if match:
        return scale_of(match["word"])
    short = _SCALE_SIGN.search(text)
    return None if short is None else 1_000 if "000" in short.group() else 1_000_000


def read_tables(page_text: str) -> tuple[Table, ...]:
    """Every table of a page, in order."""
    lines = read_lines(page_text)
    tables: list[Table] = []
    block: list[Line] = []
    head: list[Line] = []
    pending: list[Line] = []
    for line in lines:
        if line.kind is not LineKind.DATA:
            pending.append(line)
            continue
        if not block or _parts(pending):
            if block:
                tables.append(_build(head, block))
            head, block = pending, [line]
        else:
            block += [*pending, line]
        pending = []
    if block:
        # A label may follow the last figures of the page.
        tables.append(_build(head, [*block, *pending[:2]]))
    return tuple(table for table in tables if table.columns and table.rows)


def _parts(pending: Sequence[Line]) -> bool:
    """Whether what stands between two rows starts a new table."""
    return any(
        line.kind is LineKind.HEADER or (line.kind is LineKind.PROSE and not line.text.rstrip().endswith(":"))
        for line in pending
    ) or (sum(line.kind is LineKind.BLANK for line in pending) > 3)


def _build(head: Sequence[Line], block: Sequence[Line]) -> Table:
    data = [line for line in block if line.kind is LineKind.DATA]
    edges = _columns([line.cells for line in data])
    left = min((start for start, _ in edges), default=0)
    headers, above = _split_head(head, left)
    inner = [line for line in head if line.number > headers[-1].number] if headers else []
    titles = [line for line in above if line.kind is not LineKind.BLANK][-8:]
    title = " · ".join(line.text.strip() for line in titles if line.kind is not LineKind.PROSE)
    lead = " ".join(line.text.strip() for line in titles if line.kind is LineKind.PROSE)
    texts = [segment.text for line in headers for segment in line.cells or line.label]
    notes = " ".join(texts)
    between = " ".join(line.text for line in inner)
    scale = read_scale(notes) or read_scale(between) or read_scale(title) or read_scale(lead)
    rows = _rows([line for line in inner if line.kind is LineKind.SINGLE], block, edges)
    cells = [cell.text for line in data for cell in line.cells]
    return Table(
        title=title,
        lead=lead,
        columns=head_columns(headers, edges, rows, title=title, lead=lead, is_title=_TITLE),
        rows=tuple(rows),
        scale=scale,
        currency=_currency(notes + " " + title + " " + lead, cells),
        first=data[0].number,
        notes=notes,
    )


def _currency(notes: str, cells: Sequence[str]) -> str | None:
    for text in (notes, *cells):
        match = _CURRENCY_NOTE.search(text)
        if match:
            return _CURRENCY_OF[match.group()]
    return None


def _split_head(head: Sequence[Line], left: int) -> tuple[list[Line], list[Line]]:
    """Header lines (those that reach over the columns) and the lines above them."""
    headers: list[Line] = []
    cut = len(head)
    blanks = 0
    for position in range(len(head) - 1, -1, -1):
        line = head[position]
        if line.kind is LineKind.BLANK:
            blanks += 1
            if headers and blanks > 1:
                break
            continue
        segments = line.cells or line.label
        over = max(segment.end for segment in segments) > left - 2
        wraps = position > 0 and head[position - 1].kind is LineKind.PROSE and segments[0].start < 12
        if line.kind is LineKind.PROSE or (
            line.kind is LineKind.SINGLE and (wraps or (headers and not over))
        ):
            break
        if over and not (len(segments) == 1 and _TITLE.search(segments[0].text)):
            headers.insert(0, line)
            cut = position
            blanks = 0
        elif headers:
            break
    return headers, list(head[:cut])


def _columns(rows: Sequence[Sequence[Segment]]) -> list[tuple[int, int]]:
    """The columns' spans from the cells' right edges."""
    cells = sorted((cell for row in rows for cell in row), key=lambda cell: cell.end)
    groups: list[list[Segment]] = []
    for cell in cells:
        if groups and cell.end - groups[-1][-1].end <= 2:
            groups[-1].append(cell)
        else:
            groups.append([cell])
    owner = {id(cell): row for row, line in enumerate(rows) for cell in line}
    merged: list[list[Segment]] = []
    for group in groups:
        last = merged[-1] if merged else None
        if last is not None:
            clash = {owner[id(cell)] for cell in last} & {owner[id(cell)] for cell in group}
            overlap = min(cell.start for cell in group) < max(cell.end for cell in last)
            apart = min(cell.end for cell in group) - max(cell.end for cell in last)
            if not clash and overlap and apart <= 6:
                last.extend(group)
                continue
        merged.append(list(group))
    return [(min(cell.start for cell in group), max(cell.end for cell in group)) for group in merged]


def _rows(inner: Sequence[Line], block: Sequence[Line], edges: Sequence[tuple[int, int]]) -> list[Row]:
    rows: list[Row] = []
    headings: list[tuple[int, str]] = []
    open_label: list[Line] = []
    lines = [*inner, *block]
    taken: set[int] = set()
    for position, line in enumerate(lines):
        if line.number in taken:
            continue
        if line.kind in (LineKind.SINGLE, LineKind.PROSE) and line.label:
            open_label.append(line)
            continue
        if line.kind is not LineKind.DATA:
            continue
        label, used = _label(line, open_label)
        after = lines[position + 1] if position + 1 < len(lines) else None
        beyond = lines[position + 2] if position + 2 < len(lines) else None
        if not line.label and used and after is not None and _continues(label, after, beyond):
            label += " " + after.label[0].text
            used = [*used, after]
            taken.add(after.number)
        for start, text in _headings([heading for heading in open_label if heading not in used]):
            headings = [(at, other) for at, other in headings if at < start]
            headings.append((start, clean_label(text)))
        open_label = []
        first = (used[0] if used and used[0].number < line.number else line).label
        indent = first[0].start if first else 0
        parents = tuple(text for at, text in headings if at <= indent)
        name = clean_label(label)
        total = bool(re.match(r"(?:total|net\s+total|合计|总计)\b", name, re.IGNORECASE))
        figures = {}
        for cell in line.cells:
            figure = read_cell(cell.text)
            column = min(range(len(edges)), key=lambda n: abs(edges[n][1] - cell.end))
            if figure is not None:
                figures[column] = figure
        numbers = tuple(sorted({line.number, *(other.number for other in used)}))
        rows.append(Row(name, parents, figures, numbers, indent, total))
        if total:
            closed = name.casefold().removeprefix("total").strip()
            at = next((n for n, (_, text) in enumerate(headings) if text.casefold() == closed), len(headings))
            headings = headings[:at]
    return rows


def _headings(lines: Sequence[Line]) -> list[tuple[int, str]]:
    """Headings with their indentation; one that runs over two lines is put together."""
    found: list[tuple[int, str]] = []
    for line in lines:
        text = line.label[0].text
        if found and (_OPEN_END.search(found[-1][1]) or found[-1][1].count("(") > found[-1][1].count(")")):
            found[-1] = (found[-1][0], f"{found[-1][1]} {text}")
        else:
            found.append((line.label[0].start, text))
    return found


def _label(line: Line, above: Sequence[Line]) -> tuple[str, list[Line]]:
    """The label of a row with those lines above that it continues."""
    label = " ".join(segment.text for segment in line.label)
    used: list[Line] = []
    for candidate in reversed(above):
        text = candidate.label[0].text
        near = candidate.number >= (used[0].number if used else line.number) - 1
        lower = bool(label) and (label[0].islower() or label[0] in "(&/")
        if (
            near
            and not text.endswith((":", "："))
            and (not label or _OPEN_END.search(text) or lower or text.count("(") > text.count(")"))
        ):
            label = f"{text} {label}".strip()
            used.insert(0, candidate)
        elif not used and not label and candidate.number >= line.number - 2:
            label = text
            used.insert(0, candidate)
        else:
            break
        if len(used) == 3:
            break
    return label, used


def _continues(label: str, after: Line, beyond: Line | None) -> bool:
    """Whether the line below figures without a label is the rest of the label above them."""
    if after.kind is not LineKind.SINGLE or not after.label or after.label[0].text.endswith(":"):
        return False
    if beyond is not None and beyond.kind is LineKind.DATA and not beyond.label:
        return False
    text = after.label[0].text
    return bool(_OPEN_END.search(label)) or text[0].islower() or label.count("(") > label.count(")")
