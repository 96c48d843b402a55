"""Tables read by the day in a row or by the end in a column (变动表): goodwill of a segment, stores of a brand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from knowledge.figures.cells import FoundFigure, agree, found_in
from knowledge.figures.filings import Filing, PlacedTable
from knowledge.figures.fitting import OUTLOOK, covers, only_fillers
from knowledge.figures.grid import ColumnKind, Row
from knowledge.figures.items import Item, Lexicon, normal, stem
from knowledge.figures.periods import Period, PeriodKind, find_dates, near
from knowledge.figures.questions import FigureQuery

_BALANCE = re.compile(
    r"^(?:(?:opening|closing|ending|beginning)\s+)?balances?\b|^(?:期[初末])?余额", re.IGNORECASE
)
_SMALL = frozenset(
    ("balance", "balances", "as", "of", "at", "opening", "closing", "ending", "beginning", "segment")
)
_AT_END = re.compile(r"\bend\s+of\b|\bat\s+end\b|\bending\b|期末", re.IGNORECASE)
_MOVED = re.compile(
    r"\b(?:new|opened|closed|close|relocated|remodel\w*|acquired|sold|opening|closing)\b|"
    r"\bopen\s+(?:in|during)\b|新开|开了|关闭|关了|新增",
    re.IGNORECASE,
)
_DAYS = 4


def find_balance(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    """A balance in a table of its movements: the row gives the day, the column what the question restricts it to."""
    end = filing.calendar.complete(wished).end if wished is not None else filing.calendar.end
    if item.kind != "balance" or not query.qualifiers or end is None:
        return None
    found: list[FoundFigure] = []
    for placed in filing.tables:
        table = placed.table
        named = [entry.key for _, _, entry in lexicon.in_question(table.lead or table.title)]
        if named[:1] != [item.key] or OUTLOOK.search(table.title) or table.scale is None:
            continue
        for row in table.rows:
            days = find_dates(row.label)
            if not _BALANCE.match(row.label) or len(days) != 1 or not near(days[0], end, _DAYS):
                continue
            for column in table.columns:
                figure = row.figures.get(column.index)
                last = column.path[-1] if column.path else ""
                if figure is None or figure.is_nil or column.kind is not ColumnKind.VALUE:
                    continue
                if not _is_column_of(query, placed, column.index, last, column.words):
                    continue
                dated = replace(column, period=Period(PeriodKind.INSTANT, end=days[0]))
                one = found_in(item, placed, row, dated, 0.6, False, filing)
                found.append(replace(one, label=f"{item.labels[0]} ({last})"))
    return found[0] if found and all(agree(found[0], other) for other in found) else None


def _is_column_of(query: FigureQuery, placed: PlacedTable, index: int, last: str, words: str) -> bool:
    """Whether the words of one column alone, and of no other, meet the restrictions and say nothing else."""
    if not all(covers(words, ways) for ways in query.qualifiers) or covers(last, ("total",)):
        return False
    # A heading may stand over several columns; the one whose own name has something else is another's.
    rivals = [
        column
        for column in placed.table.columns
        if column.index != index
        and all(covers(column.words, ways) for ways in query.qualifiers)
        and not covers(column.path[-1] if column.path else "", ("total",))
    ]
    own = set(normal(last).split()) - _SMALL
    for ways in query.qualifiers:
        for way in ways:
            own -= set(normal(way).split())
    if own:
        return False
    return not any(_is_plain(query, column.path[-1] if column.path else "") for column in rivals)


def _is_plain(query: FigureQuery, last: str) -> bool:
    words = set(normal(last).split()) - _SMALL
    for ways in query.qualifiers:
        for way in ways:
            words -= set(normal(way).split())
    return not words


def find_row_count(query: FigureQuery, wished: Period | None, filing: Filing) -> FoundFigure | None:
    """How many of something a table has at the end of a period, in the row that the question names (门店表)."""
    noun = query.noun or ""
    if not query.qualifiers or _MOVED.search(query.text) or query.outside:
        return None
    found = list(_row_counts(query, noun, wished, filing))
    return found[0] if found and all(other.amount == found[0].amount for other in found) else None


def _row_counts(
    query: FigureQuery, noun: str, wished: Period | None, filing: Filing
) -> Iterator[FoundFigure]:
    item = Item(noun, "count", (noun,))
    for placed in filing.tables:
        for column in placed.table.columns:
            heading = " ".join(column.path)
            counted = stem(noun) in {stem(word) for word in normal(heading).split()}
            if not counted or not _AT_END.search(heading) or column.period is None:
                continue
            end = filing.calendar.complete(column.period).end
            asked = filing.calendar.complete(wished).end if wished is not None else filing.calendar.end
            if end is None or asked is None or not near(end, asked, _DAYS):
                continue
            for row in placed.table.rows:
                figure = row.figures.get(column.index)
                if figure is None or figure.is_percent or figure.currency or figure.value < 0:
                    continue
                if _is_row_of(query, row, item):
                    yield found_in(item, placed, row, column, 0.6, False, filing)


def _is_row_of(query: FigureQuery, row: Row, item: Item) -> bool:
    return all(covers(row.label, ways) for ways in query.qualifiers) and only_fillers(row.label, query, item)
