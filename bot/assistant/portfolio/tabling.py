"""The whole table of a result (完整表格): one row a customer, one column a measure and currency."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.assistant.portfolio.citing import refs
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.evaluate import Row
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.totals import currencies
from bot.assistant.table import Cell, Table, TableColumn, TableRow
from store.access import Permission, Viewer

_KINDS = {
    "money": "money",
    "percent": "percent",
    "count": "count",
    "date": "date",
    **dict.fromkeys(("days", "ratio", "score"), "number"),
}


def table_of(
    rows: Sequence[Row],
    terms: Sequence[Term],
    words: Describing,
    *,
    title: str,
    limit: int,
    viewer: Viewer,
    notes: Sequence[str] = (),
) -> Table | None:
    """The rows as a table with at most `limit` rows; None for no rows."""
    if not rows:
        return None
    heads = [
        TableColumn(words.book["portfolio.file.code"]),
        TableColumn(words.book["portfolio.file.name_column"]),
    ]
    drawn: list[tuple[Term, str]] = []
    for term in terms:
        unit = unit_of(term)
        if unit == "money":
            for currency in currencies(rows, term):
                heads.append(TableColumn(f"{words.term(term)} [{currency}]", "money"))
                drawn.append((term, currency))
        else:
            heads.append(TableColumn(words.term(term), _KINDS.get(unit, "text")))
            drawn.append((term, ""))
    listed = [
        TableRow(
            (
                row.card.code,
                row.card.profile.legal_name,
                *(_cell(row, term, currency, words) for term, currency in drawn),
            ),
            refs(row),
        )
        for row in rows[:limit]
    ]
    told = list(notes)
    if len(rows) > limit:
        told.append(words.say("file.cut", number=limit))
    classes = tuple(sorted(item.value for item in viewer.classes))
    return Table(title, tuple(heads), tuple(listed), tuple(told), classes, viewer.may(Permission.EXPORT))


def _cell(row: Row, term: Term, currency: str, words: Describing) -> Cell:
    reading = row.first(term, currency)
    if reading is None:
        return None
    if isinstance(reading.value, str):
        return words.text(term, reading.value)
    if isinstance(reading.value, date):
        return reading.value
    value: Decimal = reading.value
    return (value, currency) if reading.unit == "money" else value
