"""The cells of statements that are what a question asks (报表取数): item, period and restrictions, best first."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal

from knowledge.figures.amounts import Figure
from knowledge.figures.calendars import Calendar
from knowledge.figures.filings import Filing, PlacedTable
from knowledge.figures.fitting import fits, is_primary, kind_fits
from knowledge.figures.grid import Column, Row
from knowledge.figures.items import Item, Lexicon
from knowledge.figures.periods import Period, PeriodKind, near, shift
from knowledge.figures.questions import FigureQuery

_ORDER = (
    PeriodKind.INSTANT, PeriodKind.QUARTER, PeriodKind.WEEKS, PeriodKind.HALF, PeriodKind.NINE_MONTHS, PeriodKind.YEAR,
)  # fmt: skip
#: Two printings of one figure may differ by rounding; more than this part of it is a contradiction.
_ROUNDING = Decimal("0.002")
_DERIVED_DAYS = 11
_MONTH_DAYS = 11
#: From this size on a figure in a table without a scale is in single units.
_SURELY_WHOLE = 50_000_000
#: Costs that are costs, however a statement prints them; of others a negative one is an income.
_COSTS = frozenset((
    "interest_expense", "cost_of_sales", "sga", "research_and_development", "advertising", "selling_expense",
))  # fmt: skip
_SAME_DAYS = 4


@dataclass(frozen=True, slots=True)
class FoundFigure:
    """A figure with its evidence: document, page, table and the exact printed lines.

    ``value`` is in ``scale``; costs that a statement prints in brackets because it deducts them are
    given without the sign. ``calculated`` is true where it was worked out from printed figures, and
    ``because`` says how.
    """

    value: Decimal
    scale: int
    currency: str | None
    is_percent: bool
    period: Period | None
    label: str
    table: str
    page: int
    document: str
    quote: str
    because: str
    confidence: float
    calculated: bool = False

    @property
    def amount(self) -> Decimal:
        """The value in single units."""
        return self.value * self.scale


@dataclass(frozen=True, slots=True)
class Cell:
    """A found figure with the place of its cell."""

    found: FoundFigure
    placed: PlacedTable
    row: Row
    column: Column
    primary: bool


def wish(query: FigureQuery, calendar: Calendar) -> Period | None:
    """The period asked for, with the year of the document's own calendar where the question names none."""
    wished = query.period
    if wished is None and query.month is not None:
        return _month_end(query.month, calendar.end)
    if wished is None:
        if query.prior_year and calendar.end is not None and calendar.number is not None:
            return Period(PeriodKind.QUARTER, year=calendar.year, number=calendar.number).back()
        if query.at_end and calendar.end is not None:
            return Period(PeriodKind.INSTANT, end=calendar.end)
        return None
    if wished.end is None and wished.year is None:
        if calendar.year is None or calendar.number is None:
            return wished
        late = wished.kind is PeriodKind.QUARTER and (wished.number or 0) > calendar.number
        wished = replace(wished, year=calendar.year - (1 if late else 0))
    if query.prior_year:
        wished = wished.back()
    return calendar.complete(wished)


def _month_end(month: int, until: date | None) -> Period | None:
    """The last end of a month that the document can speak of; weeks may end some days before it."""
    if until is None:
        return Period(PeriodKind.INSTANT)
    last = shift(date(until.year, month, 28), 0)
    last = shift(last.replace(day=1), 1) - timedelta(days=1)
    if last > until + timedelta(days=_MONTH_DAYS):
        last = shift(date(until.year - 1, month, 1), 1) - timedelta(days=1)
    return Period(PeriodKind.INSTANT, end=last)


def best_cell(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Cell | None:
    cells = list(_cells(query, item, wished, filing, lexicon))
    if not cells:
        return None
    if wished is None:
        cells = latest(cells, query, filing.calendar)
    cells.sort(key=lambda cell: -cell.found.confidence)
    best = cells[0]
    for rival in cells[1:]:
        near_best = rival.found.confidence > best.found.confidence - 0.12
        weighty = rival.primary or not best.primary
        if near_best and weighty and not agree(best.found, rival.found):
            return None
    return best


def _cells(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Iterator[Cell]:
    for order, placed in enumerate(filing.tables):
        table = placed.table
        primary = is_primary(table)
        for row in table.rows:
            if not row.label:
                continue
            for column in table.columns:
                figure = row.figures.get(column.index)
                if figure is None or column.period is None or _scale_unknown(item, placed, figure, filing):
                    continue
                if (item.kind == "rate") != figure.is_percent or (figure.is_nil and figure.is_percent):
                    continue
                if wished is not None and not period_fits(
                    item, wished, column.period, filing.calendar, query
                ):
                    continue
                if not _length_fits(item, column.period):
                    continue
                quality = fits(query, item, placed, row, column, lexicon)
                if quality is None:
                    continue
                confidence = 0.6 * quality + 0.2 * primary + 0.1 * kind_fits(item, table) - 0.00005 * order
                yield Cell(
                    found_in(item, placed, row, column, confidence, primary, filing),
                    placed,
                    row,
                    column,
                    primary,
                )


def _scale_unknown(item: Item, placed: PlacedTable, figure: Figure, filing: Filing) -> bool:
    """Whether nobody can say if a table counts in single units, thousands or millions; or it counts in cents."""
    table = placed.table
    if item.kind == "share":
        return bool(re.search(r"\bcents?\b|\bpence\b", f"{table.notes} {table.title}", re.IGNORECASE))
    if figure.is_percent or item.kind in ("rate", "count") or figure.scale != 1:
        return False
    return table.scale is None and filing.scale is not None and abs(figure.value) < _SURELY_WHOLE


def _length_fits(item: Item, printed: Period) -> bool:
    """Balances stand at a date, or under a bare year; flows belong to a stretch of time."""
    if item.kind == "count" or item.key in ("cash", "restricted_cash_total"):
        return True
    bare_year = printed.kind is PeriodKind.YEAR and printed.end is None
    return (
        printed.kind is PeriodKind.INSTANT or bare_year
        if item.kind == "balance"
        else (printed.kind is not PeriodKind.INSTANT)
    )


def period_fits(item: Item, wished: Period, printed: Period, calendar: Calendar, query: FigureQuery) -> bool:
    if printed.kind is PeriodKind.INSTANT and wished.kind is not PeriodKind.INSTANT:
        if item.kind not in ("balance", "count"):
            return False
        end = calendar.complete(wished).end
        if end is None and wished.kind is PeriodKind.YEAR and printed.end is not None:
            return printed.end.year == wished.year
        return end is not None and printed.end is not None and near(end, printed.end, _DERIVED_DAYS)
    if wished.kind is PeriodKind.INSTANT and printed.kind is PeriodKind.INSTANT:
        if wished.end is None or printed.end is None:
            return False
        days = _MONTH_DAYS if query.month is not None else _SAME_DAYS
        return near(wished.end, printed.end, days)
    if wished.kind is PeriodKind.INSTANT and item.kind == "balance":
        return False
    return calendar.matches(wished, printed)


def latest(cells: list[Cell], query: FigureQuery, calendar: Calendar) -> list[Cell]:
    """The cells of the document's latest period, of the shortest length that the best statement prints."""
    if query.latest is not None:
        cells = [
            c for c in cells if c.found.period and c.found.period.kind in (query.latest, PeriodKind.INSTANT)
        ]
    if any(cell.primary for cell in cells):
        kinds = {cell.found.period.kind for cell in cells if cell.primary and cell.found.period}
        cells = [cell for cell in cells if cell.found.period and cell.found.period.kind in kinds]
    dated = [(cell, _rank(calendar.complete(cell.found.period))) for cell in cells if cell.found.period]
    if not dated:
        return []
    top = max(rank for _, rank in dated)
    return [cell for cell, rank in dated if rank == top]


def _rank(period: Period) -> tuple[int, int]:
    end = period.end.toordinal() if period.end else (period.year or 0) * 366 + (period.number or 4) * 91
    return end, -_ORDER.index(period.kind)


def agree(a: FoundFigure, b: FoundFigure) -> bool:
    if a.is_percent != b.is_percent:
        return False
    size = max(abs(a.amount), abs(b.amount))
    return abs(a.amount - b.amount) <= size * _ROUNDING or (a.scale == b.scale == 1 and a.amount == b.amount)


def found_in(
    item: Item,
    placed: PlacedTable,
    row: Row,
    column: Column,
    confidence: float,
    primary: bool,
    filing: Filing,
) -> FoundFigure:
    figure = row.figures[column.index]
    value = figure.value
    because = f"row “{row.label}”, column “{' '.join(column.path)}”"
    if (
        item.expense
        and value < 0
        and (item.kind == "cash" or item.key in _COSTS or _prints_costs_negative(placed))
    ):
        value = -value
        because += "; printed in brackets as a deduction"
    scale = placed.table.scale_for(row, figure)
    if (
        item.kind == "count"
        and figure.scale == 1
        and not item.key.startswith("shares_")
        and "share" not in row.path.casefold()
    ):
        scale = 1
    currency = None if figure.is_percent or item.kind == "count" else figure.currency or placed.table.currency
    title = " · ".join(part for part in placed.table.title.split(" · ")[-3:] if part)
    return FoundFigure(
        value, scale, currency, figure.is_percent, filing.calendar.complete(column.period), row.label,
        title or placed.table.lead[-120:], placed.page.page, filing.document, placed.quote(row.numbers), because,
        min(confidence, 0.99),
    )  # fmt: skip


def _prints_costs_negative(placed: PlacedTable) -> bool:
    """Whether the statement deducts: most rows called cost or expense are negative in it."""
    costs = [
        figure.value
        for row in placed.table.rows
        if any(word in row.label.casefold() for word in ("cost of", "expenses", "成本"))
        for figure in row.figures.values()
        if not figure.is_percent
    ]
    return bool(costs) and sum(value < 0 for value in costs) > 0.6 * len(costs)
