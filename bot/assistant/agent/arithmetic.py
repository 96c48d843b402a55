"""Calculations that a model asks for (计算): by code, over figures that stand in evidence, never over others."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

from bot.assistant.agent.bench import Bench, Unusable
from bot.assistant.guard import holds_figure
from store.evidence import Evidence

_HUNDRED = Decimal(100)
_CURRENCY = re.compile(r"^currency: ([A-Z]{3})$", re.MULTILINE)
_UNIT = re.compile(r"[^\W\d_][\w/ -]{0,15}|%")
_MOST = 60


def _mean(values: Sequence[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


#: operation → (formula over named inputs, how many inputs at least and at most, the sum, whether it is a percentage)
_Operation = tuple[str, int, int, Callable[[Sequence[Decimal]], Decimal], bool]
OPERATIONS: dict[str, _Operation] = {
    "sum": (" + ", 1, _MOST, lambda values: sum(values, Decimal(0)), False),
    "difference": ("a - b", 2, 2, lambda values: values[0] - values[1], False),
    "ratio": ("a / b", 2, 2, lambda values: values[0] / values[1], False),
    "percent_of": ("a / b × 100", 2, 2, lambda values: values[0] / values[1] * _HUNDRED, True),
    "percent_change": (
        "(b - a) / |a| × 100",
        2,
        2,
        lambda values: (values[1] - values[0]) / abs(values[0]) * _HUNDRED,
        True,
    ),
    "product": ("a × b", 2, 2, lambda values: values[0] * values[1], False),
    "average": ("mean", 1, _MOST, _mean, False),
    "smallest": ("min", 1, _MOST, min, False),
    "largest": ("max", 1, _MOST, max, False),
    "count": ("count", 1, _MOST, lambda values: Decimal(len(values)), False),
}
#: Operations whose inputs must be of one currency.
_ALIKE = frozenset({"sum", "difference", "percent_change", "average", "smallest", "largest"})


def calculate(bench: Bench, operation: str, inputs: Sequence[tuple[str, str]], unit: str) -> dict[str, Any]:
    """Work out `operation` over (id of evidence, figure) pairs; every figure must stand in its evidence.

    Raises `Unusable` with what to do instead.
    """
    bench.step("calculate")
    if operation not in OPERATIONS:
        raise Unusable("no_operation", name=operation[:20], names=", ".join(OPERATIONS))
    formula, least, most, work, percent = OPERATIONS[operation]
    if not least <= len(inputs) <= most:
        raise Unusable("how_many", name=operation, least=least, most=most)
    used = [_input(bench, local, figure) for local, figure in inputs]
    currencies = {found[1] for item, _ in used if (found := _CURRENCY.search(item.quote))}
    if operation in _ALIKE and len(currencies) > 1:
        raise Unusable("currencies", names=", ".join(sorted(currencies)))
    values = [value for _, value in used]
    try:
        result = work(values)
    except (DivisionByZero, InvalidOperation, ZeroDivisionError):
        raise Unusable("zero") from None
    names = [chr(ord("a") + number) if most == 2 else f"#{number + 1}" for number in range(len(used))]
    written = " + ".join(names) if operation == "sum" else formula
    if operation in ("average", "smallest", "largest", "count"):
        written = f"{formula}({', '.join(names)})"
    customers = {item.customer for item, _ in used}
    stated = "rows" if operation == "count" else "%" if percent else _unit(unit, currencies)
    with bench.reading() as tools:
        evidence = tools.calculate(
            written,
            [(name, item, value) for name, (item, value) in zip(names, used, strict=True)],
            _rounded(result),
            stated,
            customer=customers.pop() if len(customers) == 1 else None,
        )
    return bench.show(evidence)


def _input(bench: Bench, local: str, figure: str) -> tuple[Evidence, Decimal]:
    item = bench.shown.get(local.strip().strip("[]"))
    if item is None:
        raise Unusable("no_evidence", id=local[:12])
    try:
        value = Decimal(figure.replace(",", "").replace("，", "").strip())
    except InvalidOperation:
        raise Unusable("no_number", text=figure[:30]) from None
    if not value.is_finite() or abs(value) > Decimal(10) ** 24:
        raise Unusable("no_number", text=figure[:30])
    if not holds_figure(item, f"{abs(value):f}"):
        raise Unusable("not_there", text=figure[:30], id=local[:12])
    return item, value


def _rounded(result: Decimal) -> Decimal:
    exact = result.quantize(Decimal("0.0001")) if abs(result) < Decimal(10) ** 20 else result
    return exact.normalize() if exact == exact.to_integral_value() and abs(exact) < 1 else exact


def _unit(unit: str, currencies: set[str]) -> str:
    if len(currencies) == 1:
        return currencies.pop()
    said = unit.strip()
    return said if _UNIT.fullmatch(said) else "number"
