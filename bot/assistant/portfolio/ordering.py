"""The order of a list that asks for none (排列): what a condition measures first, the worst of it at the top.

Amounts of different currencies are never set against each other: those of the most frequent currency come first.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from bot.assistant.portfolio.evaluate import Row
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.query import Not, Query, Test, tests_of
from bot.assistant.portfolio.totals import currencies, ranked

_RISING = frozenset({"lt", "le", "before"})


def worst_first(rows: Sequence[Row], query: Query) -> list[Row]:
    """The rows by the first condition that compares something, those without a value last; else as they come."""
    test = _leading(query)
    if test is None:
        return list(rows)
    if test.term.name == "contracts" and "ending" in test.term.detail:
        return sorted(rows, key=lambda row: _first_end(row, test))
    order = "low" if test.op in _RISING or unit_of(test.term) == "date" else "high"
    found: dict[str, Row] = {}
    for currency in currencies(rows, test.term) or [""]:
        for row, reading in ranked(rows, test.term, order, currency):
            if isinstance(reading.value, Decimal | date) and (reading.value or not currency):
                found.setdefault(row.card.code, row)
    for row in rows:
        # Something that was never done comes before what was done long ago.
        found.setdefault(row.card.code, row)
    ordered = list(found.values())
    if order == "low" and unit_of(test.term) == "date":
        never = [row for row in ordered if row.first(test.term) is None]
        return never + [row for row in ordered if row.first(test.term) is not None]
    return ordered


def _first_end(row: Row, test: Test) -> date:
    reading = row.first(test.term)
    ends = [used.row.ends_on.last for used in reading.used if used.row.ends_on] if reading else []
    return min(ends, default=date.max)


def _leading(query: Query) -> Test | None:
    for condition in query.where:
        if isinstance(condition, Not):
            continue
        for test in tests_of(condition):
            if test.op != "is" and unit_of(test.term) != "text":
                return test
    return None
