"""What is out of step (财务异常): items of the statements against revenue and the firm's own year before, and why.

The cause is the usual one for what else the same statements show; it is a place to begin asking, not a verdict.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.checks.notebook import Notebook, change, passed, text, unknown, warned
from bot.checks.result import Finding
from bot.dossier.yearly import years
from store.records import Statement

#: Items that should move with revenue, and whether more (1) or less (-1) than that is the worse.
_ITEMS: Mapping[str, int] = {"receivables": 1, "inventory": 1, "cash": -1, "operating_cash_flow": -1}


def check(book: Notebook) -> list[Finding]:
    """One finding an item that moved apart from revenue by more percentage points than policy allows."""
    found = years(book.dossier)
    if len(found) < 2 or found[-1].statement.currency != found[-2].statement.currency:
        return []
    before, after = found[-2].statement, found[-1].statement
    year = text(str(found[-1].year))
    compared = [item for item in _ITEMS if before.items.get(item) and item in after.items]
    if not compared or not all(each.items.get("revenue", 0) > 0 for each in (before, after)):
        used = [book.cite(each, "period_end", "revenue", *_ITEMS) for each in (before, after)]
        return [unknown("finance.anomaly", "checks.anomaly.untried", used, year=year)]
    growth = (after.items["revenue"] / before.items["revenue"] - 1) * 100
    out = [
        finding for item in compared if (finding := _compare(book, item, growth, before, after)) is not None
    ]
    if out:
        return out
    used = [book.cite(each, "period_end", "revenue", *compared) for each in (before, after)]
    return [passed("finance.anomaly", "checks.anomaly.none", used, year=year)]


def _compare(
    book: Notebook, item: str, growth: Decimal, before: Statement, after: Statement
) -> Finding | None:
    old, new = before.items[item], after.items[item]
    moved = (new - old) / abs(old) * 100
    apart = moved - growth
    if apart * _ITEMS[item] <= book.policy.out_of_step:
        return None
    used = [book.cite(each, "period_end", "currency", item, "revenue") for each in (before, after)]
    inputs = [
        (f"{name} {each.period_end.year}", ref, each.items[name])
        for name in (item, "revenue")
        for each, ref in zip((before, after), used, strict=True)
    ]
    formula = f"({item} change - revenue change) {after.period_end.year} * 100"
    worked = book.calculate(formula, inputs, apart.quantize(Decimal("0.1")), "percentage points")
    return warned(
        f"finance.anomaly_{item}",
        f"checks.anomaly.{cause(item, growth, after.items)}",
        [worked, *used],
        3,
        3,
        change=change(moved.quantize(Decimal("0.1"))),
        growth=change(growth.quantize(Decimal("0.1"))),
        year=text(str(after.period_end.year)),
    )


def cause(item: str, growth: Decimal, items: Mapping[str, Decimal]) -> str:
    """The likely cause of an item that is out of step, by what else the statement of the year shows."""
    loss = items.get("net_income", Decimal(0)) < 0
    if item == "receivables":
        return "receivables_growing" if growth > 0 else "receivables_slow"
    if item == "inventory":
        return "inventory_growing" if growth > 0 else "inventory_unsold"
    if loss:
        return f"{item}_loss"
    if item == "cash":
        return "cash_unearned" if items.get("operating_cash_flow", Decimal(0)) < 0 else "cash_spent"
    return "operating_cash_flow_growth" if growth > 0 else "operating_cash_flow_slow"
