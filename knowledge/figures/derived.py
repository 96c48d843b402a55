"""Figures worked out from printed ones (计算得出): ratios, shares of a whole, changes; each keeps what it stands on."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from knowledge.figures.cells import Cell, FoundFigure, agree, best_cell, found_in, latest, period_fits
from knowledge.figures.filings import Filing
from knowledge.figures.fitting import covers, only_fillers, printed_changes
from knowledge.figures.items import Item, Lexicon
from knowledge.figures.periods import Period
from knowledge.figures.questions import FigureQuery, Want
from knowledge.figures.sentences import Hit, find_change

_PERCENT_TABLE = re.compile(
    r"percent(?:age)?s?\s+of|%\s+of|\bmix\b|as\s+a\s+(?:percent|%)|占比|比重|百分比", re.IGNORECASE
)
_NO_SHARE = re.compile(
    r"compar|change|growth|increase|decrease|margin|rate|同比|变动|增减|增长", re.IGNORECASE
)

#: Where a statement does not print an item, two others of the same column make it: a minus b.
_MADE_OF = {
    "gross_profit": ("revenue", "cost_of_sales"),
    "total_liabilities": ("total_assets", "equity"),
}


def ratio(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    """A ratio as printed, else worked out from its two items for one period."""
    printed = best_cell(query, replace(item, kind="rate"), wished, filing, lexicon)
    if printed is not None:
        return printed.found
    base_item = lexicon.items[item.of[1]]
    top = part(query, lexicon.items[item.of[0]], wished, filing, lexicon)
    if top is None or top.period is None:
        return None
    beside = replace(filing, tables=tuple(placed for placed in filing.tables if placed.page.page == top.page))
    base = best_cell(query, base_item, top.period, beside, lexicon) or best_cell(
        query, base_item, top.period, filing, lexicon
    )
    if base is None:
        return None
    percent = item.key not in ("current_ratio", "quick_ratio", "equity_multiplier", "debt_to_equity")
    return _divided(top, base.found, item.labels[0], percent=percent)


def part(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    """An item as printed, or made of two others of one period."""
    cell = best_cell(query, item, wished, filing, lexicon)
    if cell is not None:
        return cell.found
    if item.key not in _MADE_OF:
        return None
    whole_key, less_key = _MADE_OF[item.key]
    pair = _beside(query, (lexicon.items[whole_key], lexicon.items[less_key]), wished, filing, lexicon)
    if pair is None:
        return None
    whole, less = pair
    a, b = whole.found, less.found
    amount = a.amount - (abs(b.amount) if item.key == "gross_profit" else b.amount)
    return replace(
        a, value=amount / a.scale, label=item.labels[0], quote=_joined(a, b), calculated=True,
        because=f"calculated: {a.label} {a.value:,f} - {b.label} {abs(b.value):,f}",
        confidence=min(a.confidence, b.confidence) - 0.05,
    )  # fmt: skip


def _beside(
    query: FigureQuery, items: tuple[Item, Item], wished: Period | None, filing: Filing, lexicon: Lexicon
) -> tuple[Cell, Cell] | None:
    """The cells of two items for one period on one page, from where the first is printed or the second."""
    for first, second in ((0, 1), (1, 0)):
        cell = best_cell(query, items[first], wished, filing, lexicon)
        if cell is None or cell.found.period is None:
            continue
        near = replace(
            filing, tables=tuple(placed for placed in filing.tables if placed.page == cell.placed.page)
        )
        other = best_cell(query, items[second], cell.found.period, near, lexicon)
        if other is not None:
            return (cell, other) if first == 0 else (other, cell)
    return None


def share(
    query: FigureQuery, item: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    """The part that something has of an item's total: as a table prints it per cent, else worked out."""
    base_item = lexicon.items[query.base] if query.base else item
    if item.key != base_item.key:
        return _share_of_items(query, item, base_item, wished, filing, lexicon)
    if not query.qualifiers:
        return None
    cells = list(_shares(query, base_item, wished, filing, lexicon))
    if wished is None:
        cells = latest(cells, query, filing.calendar)
    if cells:
        first = cells[0].found
        return first if all(agree(first, other.found) for other in cells) else None
    top = best_cell(query, item, wished, filing, lexicon)
    if top is None or top.found.period is None:
        return None
    base = best_cell(replace(query, qualifiers=()), base_item, top.found.period, filing, lexicon)
    if base is None:
        return None
    return _divided(top.found, base.found, f"{top.found.label} / {base.found.label}", percent=True)


def _share_of_items(
    query: FigureQuery, item: Item, base: Item, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    for ratio_item in lexicon.items.values():
        if ratio_item.of == (item.key, base.key):
            return ratio(query, ratio_item, wished, filing, lexicon)
    made = Item(
        f"{item.key}/{base.key}", "ratio", (f"{item.labels[0]} / {base.labels[0]}",), of=(item.key, base.key)
    )
    top = part(query, item, wished, filing, lexicon)
    if top is None or top.period is None:
        return None
    under = best_cell(query, base, top.period, filing, lexicon)
    return _divided(top, under.found, made.labels[0], percent=True) if under else None


def _shares(query: FigureQuery, base: Item, wished: Period | None, filing: Filing, lexicon: Lexicon):
    for placed in filing.tables:
        table = placed.table
        about = f"{table.title} {table.lead} {table.notes}"
        if not _PERCENT_TABLE.search(about):
            continue
        named = [item.key for _, _, item in lexicon.in_question(about)]
        if base.key not in named and not re.search(r"\bmix\b", about, re.IGNORECASE):
            continue
        for row in table.rows:
            if not all(
                covers(f"{row.label} {' '.join(row.parents)} {placed.scope}", ways)
                for ways in query.qualifiers
            ):
                continue
            named_here = any(covers(row.label, ways) for ways in query.qualifiers)
            # The mix of one segment is no share of the whole company's total.
            inside = placed.scope and not any(covers(placed.scope, ways) for ways in query.qualifiers)
            if not named_here or inside or not only_fillers(row.label, query, base):
                continue
            for column in table.columns:
                figure = row.figures.get(column.index)
                if figure is None or not figure.is_percent or column.period is None:
                    continue
                if _NO_SHARE.search(" ".join(column.path)) or _NO_SHARE.search(row.label):
                    continue
                if wished is not None and not period_fits(
                    base, wished, column.period, filing.calendar, query
                ):
                    continue
                found = found_in(base, placed, row, column, 0.7, False, filing)
                yield Cell(
                    replace(found, label=f"{row.label} (% of {base.labels[0]})"), placed, row, column, False
                )


def _divided(a: FoundFigure, b: FoundFigure, label: str, *, percent: bool) -> FoundFigure | None:
    if b.amount == 0:
        return None
    value = a.amount / b.amount * (100 if percent else 1)
    places = Decimal("0.1") if percent else Decimal("0.01")
    above = a.because.removeprefix("calculated: ") if a.calculated else f"{a.label} {a.value:,f}"
    formula = f"({above})" if a.calculated else above
    return replace(
        a, value=value.quantize(places, ROUND_HALF_UP), scale=1, currency=None, is_percent=percent, label=label,
        quote=_joined(a, b), because=f"calculated: {formula} / {b.label} {b.value:,f}", calculated=True,
        confidence=min(a.confidence, b.confidence) - 0.05,
    )  # fmt: skip


def _joined(a: FoundFigure, b: FoundFigure) -> str:
    """Both quotes, once, where they stand on one page; else the first."""
    lines = dict.fromkeys([*a.quote.split("\n"), *(b.quote.split("\n") if a.page == b.page else ())])
    return "\n".join(lines)


def change(
    query: FigureQuery, item: Item, cell: Cell | None, wished: Period | None, filing: Filing, lexicon: Lexicon
) -> FoundFigure | None:
    """The change against the year before: per cent as printed beside the value or in a sentence, else worked out."""
    percent = query.want is Want.PERCENT_CHANGE
    if percent and cell is not None:
        printed = {
            figure.value: column
            for column in printed_changes(cell.placed.table, cell.column)
            if (figure := cell.row.figures.get(column.index)) is not None
            and (figure.is_percent or "%" in " ".join(column.path))
        }
        for value, column in printed.items():
            return replace(
                cell.found, value=value, scale=1, currency=None, is_percent=True,
                because=f"row “{cell.row.label}”, column “{' '.join(column.path)}”",
            )  # fmt: skip
    if percent:
        hit = find_change(query, item, wished or (cell.found.period if cell else None), filing, lexicon)
        if hit is not None:
            return from_hit(hit, item.labels[0], filing)
    if cell is None or cell.found.period is None:
        return None
    before = best_cell(query, item, cell.found.period.back(), filing, lexicon)
    if before is None:
        return None
    now, then = cell.found, before.found
    quote = _joined(now, then)
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
        because=f"calculated: ({now.value:,f} - {then.amount / now.scale:,f}) / {then.amount / now.scale:,f}",
    )  # fmt: skip


def from_hit(hit: Hit, label: str, filing: Filing) -> FoundFigure:
    """A figure of a sentence or a line as a found figure."""
    return FoundFigure(
        hit.figure.value, hit.figure.scale, hit.figure.currency, hit.figure.is_percent, hit.period, label, "",
        hit.page, filing.document, hit.quote, hit.because, 0.7, hit.calculated,
    )  # fmt: skip
