"""Items and ratios of a financial statement (财务指标), each with the evidence that it stands on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from bot.assistant.replies.context import Context
from bot.assistant.wording import plain
from store.evidence import Evidence
from store.records import Statement


@dataclass(frozen=True, slots=True)
class Measure:
    """A value of one statement; unit is money, percent, ratio or count."""

    item: str
    statement: Statement
    value: Decimal
    unit: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Ratio:
    """A quotient of two items; `formula` is what stands in the evidence."""

    formula: str
    above: tuple[str, ...]
    below: str
    unit: str


RATIOS = {
    "debt_ratio": Ratio(
        "total_liabilities / total_assets * 100", ("total_liabilities",), "total_assets", "percent"
    ),
    "equity_ratio": Ratio("equity / total_assets * 100", ("equity",), "total_assets", "percent"),
    "current_ratio": Ratio(
        "current_assets / current_liabilities", ("current_assets",), "current_liabilities", "ratio"
    ),
    "quick_ratio": Ratio(
        "(current_assets - inventory) / current_liabilities",
        ("current_assets", "inventory"),
        "current_liabilities",
        "ratio",
    ),
    "gross_margin": Ratio("gross_profit / revenue * 100", ("gross_profit",), "revenue", "percent"),
    "operating_margin": Ratio(
        "operating_profit / revenue * 100", ("operating_profit",), "revenue", "percent"
    ),
    "net_margin": Ratio("net_income / revenue * 100", ("net_income",), "revenue", "percent"),
    "return_on_equity": Ratio("net_income / equity * 100", ("net_income",), "equity", "percent"),
    "return_on_assets": Ratio("net_income / total_assets * 100", ("net_income",), "total_assets", "percent"),
    "interest_cover": Ratio(
        "operating_profit / interest_expense", ("operating_profit",), "interest_expense", "ratio"
    ),
}

#: What can be had from two others when a source does not print it.
DERIVED = {
    "gross_profit": ("revenue", "cost_of_sales"),
    "total_liabilities": ("total_assets", "equity"),
    "equity": ("total_assets", "total_liabilities"),
}

#: Items that are true on a day and not over a stretch.
STOCKS = frozenset(
    [
        "total_assets",
        "current_assets",
        "cash",
        "receivables",
        "inventory",
        "fixed_assets",
        "total_liabilities",
        "current_liabilities",
        "long_term_debt",
        "retained_earnings",
        "equity",
        "market_value_of_equity",
        "employees",
        "debt_ratio",
        "equity_ratio",
        "current_ratio",
        "quick_ratio",
    ]
)

#: What "the financials" are when nothing is named.
KEY_ITEMS = ("revenue", "net_income", "total_assets", "debt_ratio", "current_ratio", "operating_cash_flow")


def measure(context: Context, item: str, statement: Statement) -> Measure | None:
    """One item or ratio of a statement; None when the statement does not give it."""
    if item in RATIOS:
        return _ratio(context, item, statement)
    if item in statement.items:
        evidence = context.cite(statement, "period_start", "period_end", "period_kind", "currency", item)
        unit = "count" if item == "employees" else "money"
        return Measure(item, statement, statement.items[item], unit, (evidence,))
    if item in DERIVED and all(part in statement.items for part in DERIVED[item]):
        left, right = DERIVED[item]
        evidence = context.cite(statement, "period_end", "period_kind", "currency", left, right)
        result = statement.items[left] - statement.items[right]
        inputs = [(name, evidence, statement.items[name]) for name in (left, right)]
        sum_ = context.calculate(f"{left} - {right}", inputs, result, statement.currency)
        return Measure(item, statement, result, "money", (sum_, evidence))
    return None


def _ratio(context: Context, item: str, statement: Statement) -> Measure | None:
    ratio = RATIOS[item]
    parts: list[tuple[str, Evidence, Decimal]] = []
    for name in (*ratio.above, ratio.below):
        found = measure(context, name, statement)
        if found is None:
            return None
        parts.append((name, found.evidence[-1], found.value))
    below = parts[-1][2]
    if not below:
        return None
    above = parts[0][2] - sum((value for _, _, value in parts[1:-1]), Decimal(0))
    factor = 100 if ratio.unit == "percent" else 1
    result = plain((above / below * factor).quantize(Decimal("0.0001")))
    end = str(statement.period_end)
    evidence = context.calculate(f"{ratio.formula} [{end}]", parts, result, ratio.unit)
    used = {used.id: used for _, used, _ in parts}.values()
    return Measure(item, statement, result, ratio.unit, (evidence, *used))


def written(context: Context, found: Measure) -> str:
    """The value with its unit, as people read it."""
    writers: dict[str, Callable[[], str]] = {
        "money": lambda: context.words.money(found.value, found.statement.currency),
        "percent": lambda: context.words.percent(found.value),
        "ratio": lambda: context.words.ratio(found.value),
        "count": lambda: context.words.number(found.value),
    }
    return writers[found.unit]()
