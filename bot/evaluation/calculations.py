"""Calculations worked out again from their formula and inputs (复算).

A formula is arithmetic over the names of its inputs, a sum, count or average of them, a chain of shares, or the days
between two dates. What states a limit of policy, or counts what no input lists, cannot be worked out again: None.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal, DivisionByZero, InvalidOperation
from typing import Any

_CODE = re.compile(r"^C-\d+: ")
_FOLD = re.compile(r"^(sum|average|count)\(")
_MEAN_OF = re.compile(r"^average of (\d+) customers?: ")
_DAYS = re.compile(r"^(\d{4}-\d\d-\d\d) - (\d{4}-\d\d-\d\d)$")
_SHARES = re.compile(r"^[\d.]+%(?: [×+] [\d.]+%)*$")
_REMARK = re.compile(r"\s*(?:\[[^\]]*\]|\((?=[^()]*[^\d\s.()+*/-])[^()]*\))$")
_OPERATORS: dict[type, Any] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def agrees(calculation: Mapping[str, Any]) -> bool | None:
    """Whether a calculation comes to the result that it states, to its last place; None where nobody can tell."""
    result = Decimal(calculation["result"])
    inputs = [(str(part["name"]), Decimal(part["value"])) for part in calculation["inputs"]]
    worked = work_out(str(calculation["formula"]), inputs)
    if worked is None:
        return None
    exponent = result.as_tuple().exponent
    places = min(int(exponent), 0) if isinstance(exponent, int) else 0
    return abs(worked - result) <= Decimal(5).scaleb(places - 1)


def work_out(formula: str, inputs: Sequence[tuple[str, Decimal]]) -> Decimal | None:
    """The result of a formula over its inputs, or None."""
    plain = _CODE.sub("", formula)
    values = [value for _, value in inputs]
    if mean := _MEAN_OF.match(plain):
        return sum(values, Decimal(0)) / int(mean[1]) if len(values) == 1 and int(mean[1]) else None
    if fold := _FOLD.match(plain):
        return _folded(fold[1], inputs)
    if days := _DAYS.match(plain):
        return Decimal((date.fromisoformat(days[1]) - date.fromisoformat(days[2])).days)
    if _SHARES.match(plain):
        return _shares(plain)
    return _arithmetic(plain, inputs)


def _folded(kind: str, inputs: Sequence[tuple[str, Decimal]]) -> Decimal | None:
    values = [value for _, value in inputs]
    if not values:
        return None
    if kind == "count":
        listed = all(value == 1 for value in values)
        return Decimal(len(values)) if listed else None
    total = sum(values, Decimal(0))
    return total if kind == "sum" else total / len(values)


def _shares(formula: str) -> Decimal:
    total = Decimal(0)
    for chain in formula.split(" + "):
        share = Decimal(100)
        for part in chain.split(" × "):
            share *= Decimal(part.rstrip("%")) / 100
        total += share
    return total


def _arithmetic(formula: str, inputs: Sequence[tuple[str, Decimal]]) -> Decimal | None:
    for name, value in sorted(inputs, key=lambda item: len(item[0]), reverse=True):
        formula = formula.replace(name, f"({value:f})")
    formula = _REMARK.sub("", formula)
    # "amount - paid" takes every payment off: inputs named "paid 2026-05-06" stand for one word of the formula.
    paid = [value for name, value in inputs if name.startswith("paid ")]
    if paid:
        formula = re.sub(r"\bpaid\b", f"({sum(paid, Decimal(0)):f})", formula)
    try:
        return _evaluate(ast.parse(formula, mode="eval").body)
    except (SyntaxError, ValueError, InvalidOperation, DivisionByZero, RecursionError, MemoryError):
        return None


def _evaluate(node: ast.expr) -> Decimal:
    match node:
        case ast.Constant(value=int() | float()):
            return Decimal(str(node.value))
        case ast.UnaryOp(op=ast.USub()):
            return -_evaluate(node.operand)
        case ast.BinOp() if type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](_evaluate(node.left), _evaluate(node.right))
    raise ValueError("no arithmetic")
