"""Ratios of a statement (财务比率): debt, liquidity, cover of interest and cash flow against the limits of policy."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from bot.checks.notebook import (
    Notebook,
    failed,
    label,
    listed,
    on,
    passed,
    percent,
    ratio,
    unknown,
    warned,
)
from bot.checks.result import Finding
from store.records import Statement

#: Ratios with what they are of, and whether more is better.
RATIOS = (
    ("debt_ratio", "total_liabilities / total_assets * 100", ("total_liabilities",), "total_assets", False),
    (
        "current_ratio",
        "current_assets / current_liabilities",
        ("current_assets",),
        "current_liabilities",
        True,
    ),
    (
        "interest_cover",
        "operating_profit / interest_expense",
        ("operating_profit",),
        "interest_expense",
        True,
    ),
    (
        "cash_flow",
        "operating_cash_flow / current_liabilities",
        ("operating_cash_flow",),
        "current_liabilities",
        True,
    ),
)


def ratios(book: Notebook, latest: Statement) -> Iterator[Finding]:
    """Each ratio of a statement against the two limits of policy; unknown where an item of it is missing."""
    items = latest.items
    for name, formula, above, below, more in RATIOS:
        absent = [item for item in (*above, below) if item not in items]
        if absent or not items[below]:
            used = [book.cite(latest, "period_end", *above, below)]
            what = listed(*(label(f"item.{item}") for item in absent or [below]))
            yield unknown(
                f"finance.{name}",
                "checks.ratio.missing",
                used,
                name=label(f"item.{name}") if name != "cash_flow" else label("check.cash_flow"),
                what=what,
            )
            continue
        cited = book.cite(latest, "period_end", "currency", *above, below)
        value = items[above[0]] / items[below] * (100 if formula.endswith("100") else 1)
        value = value.quantize(Decimal("0.01"))
        worked = book.calculate(
            f"{formula} [{latest.period_end}]",
            [(item, cited, items[item]) for item in (*above, below)],
            value,
            "percent" if formula.endswith("100") else "ratio",
        )
        limit: tuple[Decimal, Decimal] = getattr(book.policy, name)
        said = {
            "name": label("check.cash_flow") if name == "cash_flow" else label(f"item.{name}"),
            "value": percent(value) if formula.endswith("100") else ratio(value),
            "warn": percent(limit[0]) if formula.endswith("100") else ratio(limit[0]),
            "date": on(latest.period_end),
        }
        bad = (value < limit[1], value < limit[0]) if more else (value > limit[1], value > limit[0])
        if bad[0]:
            yield failed(
                f"finance.{name}", f"checks.ratio.{'low' if more else 'high'}", [worked, cited], 4, 4, **said
            )
        elif bad[1]:
            yield warned(
                f"finance.{name}", f"checks.ratio.{'low' if more else 'high'}", [worked, cited], 3, 3, **said
            )
        else:
            yield passed(f"finance.{name}", "checks.ratio.fine", [worked, cited], **said)
