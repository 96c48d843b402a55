"""The figure that a document prints for an item and a period (查数): from statements first, then from
sentences.

Nothing is better than something wrong: where the period is not printed, where two places disagree, or where a
restriction of the question is not met, there is no answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal

from knowledge.figures.calendars import Calendar
from knowledge.figures.filings import Filing, PageText, PlacedTable, read_filings
from knowledge.figures.fitting import fits, is_plain, is_primary, kind_fits, printed_changes
from knowledge.figures.items import Item, Lexicon, load_lexicon
from knowledge.figures.periods import Period, PeriodKind, near
from knowledge.figures.questions import FigureQuery, Want, content_words
from knowledge.figures.sentences import find_count, find_in_sentences
from knowledge.figures.tables import Column, Row

_ORDER = (
    PeriodKind.INSTANT, PeriodKind.QUARTER, PeriodKind.WEEKS, PeriodKind.HALF, PeriodKind.NINE_MONTHS, PeriodKind.YEAR,
)  # fmt: skip
#: Two printings of one figure may differ by rounding; more than this part of it is a contradiction.
_ROUNDING = Decimal("0.002")
_DERIVED_DAYS = 11
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
class _Cell:
    found: FoundFigure
    placed: PlacedTable
    row: Row
    column: Column
    primary: bool


def find_figures(
    query: FigureQuery, pages: Sequence[PageText] | Sequence[Filing], *, lexicon: Lexicon | None = None
) -> list[FoundFigure]:
    """The figures that answer a question, best first; empty where no document clearly prints one.

    ``pages`` are page texts, or filings read before with :func:`~knowledge.figures.filings.read_filings`.
    """
    lexicon = lexicon or load_lexicon()
    filings = [entry for entry in pages if isinstance(entry, Filing)]
    filings += read_filings([entry for entry in pages if isinstance(entry, PageText)])
    found = [figure for filing in filings if (figure := _find(query, filing, lexicon)) is not None]
    return sorted(found, key=lambda figure: -figure.confidence)


def _find(query: FigureQuery, filing: Filing, lexicon: Lexicon) -> FoundFigure | None:
    if query.outlook:
        return None
    if not query.items:
        return _counted(query, filing) if query.noun else _literal(query, filing, lexicon)
    item = lexicon.items[query.items[0]]
    wished = _wish(query, filing.calendar)
    if item.kind == "ratio":
        return _ratio(query, item, wished, filing, lexicon)
    cell = _best(query, item, wished, filing, lexicon)
    if query.want is Want.VALUE:
        if cell is not None:
            return cell.found
        stated = _stated(query, item, wished, filing, lexicon)
        return stated or (_literal(query, filing, lexicon) if query.qualifiers else None)
    return _change(query, item, cell, filing, lexicon)


def _literal(query: FigureQuery, filing: Filing, lexicon: Lexicon) -> FoundFigure | None:
    """A line that is in no lexicon: its label has just the words of the question, no fewer and no more."""
    if query.want is not Want.VALUE or len(query.words) < 2:
        return None
    wished = _wish(query, filing.calendar)
    cells = list(_literal_cells(query, wished, filing, lexicon))
    if wished is None:
        cells = _latest(cells, query, filing.calendar)
    best = max(cells, key=lambda cell: cell.found.confidence, default=None)
    if best is None or any(not _agree(best.found, rival.found) for rival in cells):
        return None
    return best.found


def _literal_cells(
    query: FigureQuery, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Iterator[_Cell]:
    for placed in filing.tables:
        for row in placed.table.rows:
            if content_words(row.label, lexicon) != query.words:
                continue
            for column in placed.table.columns:
                figure = row.figures.get(column.index)
                if (
                    figure is None
                    or figure.is_nil
                    or column.period is None
                    or not is_plain(query, placed, row, column)
                ):
                    continue
                item = Item(
                    row.label, "balance" if column.period.kind is PeriodKind.INSTANT else "income", ()
                )
                if wished is not None and not _period_fits(
                    item, wished, column.period, filing.calendar, query
                ):
                    continue
                found = _found(item, placed, row, column, 0.55, False, filing)
                yield _Cell(found, placed, row, column, is_primary(placed.table))


def _counted(query: FigureQuery, filing: Filing) -> FoundFigure | None:
    hit = find_count(query, _wish(query, filing.calendar), filing)
    return _from_hit(hit, query.noun or "", filing) if hit else None


def _stated(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    if query.noun and item.kind == "count":
        hit = find_count(query, wished, filing)
    else:
        hit = find_in_sentences(query, item, wished, filing, lexicon)
    return _from_hit(hit, item.labels[0], filing) if hit else None


def _from_hit(hit, label: str, filing: Filing) -> FoundFigure:
    return FoundFigure(
        hit.figure.value, hit.figure.scale, hit.figure.currency, hit.figure.is_percent, hit.period, label, "",
        hit.page, filing.document, hit.quote, hit.because, 0.7,
    )  # fmt: skip


def _wish(query: FigureQuery, calendar: Calendar) -> Period | None:
    """The period asked for, with the year of the document's own calendar where the question names none."""
    wished = query.period
    if wished is None:
        if query.prior_year and calendar.end is not None and calendar.number is not None:
            return Period(PeriodKind.QUARTER, year=calendar.year, number=calendar.number).back()
        return None
    if wished.end is None and wished.year is None:
        if calendar.year is None or calendar.number is None:
            return wished
        late = wished.kind is PeriodKind.QUARTER and (wished.number or 0) > calendar.number
        wished = replace(wished, year=calendar.year - (1 if late else 0))
    if query.prior_year:
        wished = wished.back()
    return calendar.complete(wished)


def _best(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> _Cell | None:
    cells = list(_cells(query, item, wished, filing, lexicon))
    if not cells:
        return None
    if wished is None:
        cells = _latest(cells, query, filing.calendar)
    cells.sort(key=lambda cell: -cell.found.confidence)
    best = cells[0]
    for rival in cells[1:]:
        near_best = rival.found.confidence > best.found.confidence - 0.12
        weighty = rival.primary or not best.primary
        if near_best and weighty and not _agree(best.found, rival.found):
            return None
    return best


def _cells(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> Iterator[_Cell]:
    for order, placed in enumerate(filing.tables):
        table = placed.table
        primary = is_primary(table)
        for row in table.rows:
            if not row.label:
                continue
            for column in table.columns:
                figure = row.figures.get(column.index)
                if figure is None or column.period is None:
                    continue
                if (item.kind == "rate") != figure.is_percent or (figure.is_nil and figure.is_percent):
                    continue
                if wished is not None and not _period_fits(
                    item, wished, column.period, filing.calendar, query
                ):
                    continue
                if not _length_fits(item, column.period):
                    continue
                quality = fits(query, item, placed, row, column, lexicon)
                if quality is None:
                    continue
                confidence = 0.6 * quality + 0.2 * primary + 0.1 * kind_fits(item, table) - 0.00005 * order
                yield _Cell(
                    _found(item, placed, row, column, confidence, primary, filing),
                    placed,
                    row,
                    column,
                    primary,
                )


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


def _period_fits(item: Item, wished: Period, printed: Period, calendar: Calendar, query: FigureQuery) -> bool:
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
        return near(wished.end, printed.end, _SAME_DAYS)
    if wished.kind is PeriodKind.INSTANT and item.kind == "balance":
        return False
    return calendar.matches(wished, printed)


def _latest(cells: list[_Cell], query: FigureQuery, calendar: Calendar) -> list[_Cell]:
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


def _agree(a: FoundFigure, b: FoundFigure) -> bool:
    if a.is_percent != b.is_percent:
        return False
    size = max(abs(a.amount), abs(b.amount))
    return abs(a.amount - b.amount) <= size * _ROUNDING or (a.scale == b.scale == 1 and a.amount == b.amount)


def _found(
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
    if item.expense and value < 0 and (item.kind == "cash" or _prints_costs_negative(placed)):
        value = -value
        because += "; printed in brackets as a deduction"
    scale = placed.table.scale_for(row, figure)
    if (
        item.kind == "count"
        and figure.scale == 1
        and "share" not in f"{row.path} {placed.table.notes}".casefold()
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


def _ratio(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    """A ratio as printed, else worked out from its two items for one period."""
    printed = _best(query, replace(item, kind="rate"), wished, filing, lexicon)
    if printed is not None:
        return printed.found
    top = _best(query, lexicon.items[item.of[0]], wished, filing, lexicon)
    if top is None or top.found.period is None:
        return None
    base = _best(query, lexicon.items[item.of[1]], top.found.period, filing, lexicon)
    if base is None or base.found.amount == 0:
        return None
    a, b = top.found, base.found
    percent = item.key != "current_ratio"
    value = a.amount / b.amount * (100 if percent else 1)
    places = Decimal("0.1") if percent else Decimal("0.01")
    quote = a.quote if a.quote == b.quote else f"{a.quote}\n{b.quote}"
    formula = f"{a.label} {a.value:,f} / {b.label} {b.value:,f}"
    return replace(
        a, value=value.quantize(places, ROUND_HALF_UP), scale=1, currency=None, is_percent=percent,
        label=item.labels[0], quote=quote, because=f"calculated: {formula}", calculated=True,
        confidence=min(a.confidence, b.confidence) - 0.05,
    )  # fmt: skip


def _change(
    query: FigureQuery, item: Item, cell: _Cell | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    """The change against the year before: per cent as printed beside the value, else worked out."""
    if cell is None or cell.found.period is None:
        return None
    if query.want is Want.PERCENT_CHANGE:
        for column in printed_changes(cell.placed.table, cell.column):
            figure = cell.row.figures.get(column.index)
            if figure is not None and (figure.is_percent or "%" in " ".join(column.path)):
                return replace(
                    cell.found, value=figure.value, scale=1, currency=None, is_percent=True,
                    because=f"row “{cell.row.label}”, column “{' '.join(column.path)}”",
                )  # fmt: skip
    before = _best(query, item, cell.found.period.back(), filing, lexicon)
    if before is None:
        return None
    now, then = cell.found, before.found
    quote = now.quote if now.quote == then.quote else f"{now.quote}\n{then.quote}"
    if query.want is Want.CHANGE:
        value, scale = (now.amount - then.amount) / now.scale, now.scale
        return replace(
            now, value=value, scale=scale, quote=quote, calculated=True,
            because=f"calculated: {now.value:,f} - {then.amount / now.scale:,f}",
        )  # fmt: skip
    if then.amount <= 0:
        return None
    value = ((now.amount - then.amount) / then.amount * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)
    return replace(
        now, value=value, scale=1, currency=None, is_percent=True, quote=quote, calculated=True,
        because=f"calculated: ({now.value:,f} - {then.value:,f}) / {then.value:,f}",
    )  # fmt: skip
