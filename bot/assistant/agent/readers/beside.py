"""What our own reader finds for the same figure (并列核对): agree, differ, or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from knowledge.figures import FigureQuery, Filing, PageText, Period, PeriodKind, find_figures, load_lexicon
from knowledge.figures.finder import FoundFigure
from store.canonical import decimal_text
from store.shelf import StoredBlock

AGREE, DIFFER, NONE = "agree", "differ", "none"
#: Two printings of one figure may differ by rounding, by no more than this part of it.
_ROUNDING = Decimal("0.002")
_KINDS = {"year": PeriodKind.YEAR, "half": PeriodKind.HALF, "quarter": PeriodKind.QUARTER}
_CONTEXT = frozenset({"period_end", "period_kind", "currency", "unit"})


def read_blocks(blocks: Sequence[StoredBlock], name: str) -> list[Filing]:
    """A document as the figure reader takes it, read once for all its figures."""
    from knowledge.figures import read_filings

    return read_filings(
        [PageText(block.text, int(block.locator.get("page") or block.ordinal + 1), name) for block in blocks]
    )


def beside(row: Mapping[str, Any], filings: Sequence[Filing]) -> dict[str, Any]:
    """What the rules read for the figure of a proposed statement row."""
    item = next(name for name in row if name not in _CONTEXT)
    found = _find(item, date.fromisoformat(row["period_end"]), row["period_kind"], filings)
    if found is None:
        return {"agreement": NONE}
    proposed = Decimal(row[item]) * int(row["unit"])
    same_money = found.currency in (None, row["currency"])
    near = abs(abs(found.amount) - abs(proposed)) <= abs(proposed) * _ROUNDING
    return {
        "agreement": AGREE if near and same_money else DIFFER,
        "amount": decimal_text(found.amount),
        "currency": found.currency,
        "page": found.page,
        "quote": found.quote,
    }


def _find(item: str, end: date, kind: str, filings: Sequence[Filing]) -> FoundFigure | None:
    known = _items().get(item)
    if known is None:
        return None
    key, sort = known
    period = Period(PeriodKind.INSTANT if sort == "balance" else _KINDS[kind], end=end)
    query = FigureQuery(text=key.replace("_", " "), items=(key,), period=period)
    return next(iter(find_figures(query, filings)), None)


@cache
def _items() -> dict[str, tuple[str, str]]:
    """Items of the import → key and kind in the lexicon of figures."""
    return {item.statement: (item.key, item.kind) for item in load_lexicon().items.values() if item.statement}
