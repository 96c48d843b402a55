"""A further figure of a statement beside those that are there (报表合并). Pure.

A statement is one row; whoever files a single figure of it must not take the others away.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from store.canonical import decimal_text
from store.errors import RecordInvalid


def joined(present: Mapping[str, Any], further: Mapping[str, Any]) -> dict[str, Any]:
    """The statement with the further items, in the smaller of both units; raises RecordInvalid."""
    if present["currency"] != further["currency"]:
        raise RecordInvalid(
            f"currency: the statement is kept in {present['currency']}, this figure is in {further['currency']}"
        )
    unit = min(_unit(present), _unit(further))
    items = {**_in_unit(present, unit), **_in_unit(further, unit)}
    return {**present, **further, "unit": unit, "items": items}


def _unit(body: Mapping[str, Any]) -> int:
    return int(body.get("unit", 1))


def _in_unit(body: Mapping[str, Any], unit: int) -> dict[str, str]:
    factor = Decimal(_unit(body) // unit)
    return {name: decimal_text(Decimal(str(value)) * factor) for name, value in body["items"].items()}
