"""From a raw row to a body that the store can keep: validation, units, natural key. Pure, no database.

Bodies hold the columns of the contract as plain JSON values: decimals and dates as text, lists as lists, absent
values left out. A statement's items stay in the unit that its source printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pydantic import ValidationError

from knowledge.sources.columns import Columns
from knowledge.sources.dimensions import dimensions
from knowledge.sources.errors import RowInvalid
from knowledge.sources.kinds import STATEMENT_ITEMS, Kind
from knowledge.sources.tables import RawRow
from store.validation import plain_reason

#: Columns that say where a row comes from and do not belong to its body.
PROVENANCE = ("source", "observed_on", "url", "field_class", "tier", "customer")
#: The source of rows whose file names none.
DEFAULT_SOURCE = "import"
_UNITS = (1, 1_000, 1_000_000)
_NAME_KINDS = ("short", "former", "english", "brand", "alias")


@dataclass(frozen=True, slots=True)
class PreparedRow:
    """A row that can be recorded. `key` is its natural key without the customer; `extra` are unknown columns."""

    line: int
    customer: str | None
    key: tuple[str, ...]
    body: dict[str, Any]
    source: str
    observed_on: str | None
    url: str | None
    field_class: str | None
    tier: str | None
    amount: Decimal | None = None
    currency: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SetAside:
    """A row that was not taken, with its line and why."""

    line: int
    reason: str
    row: Mapping[str, Any]


def prepare(kind: Kind, rows: Iterable[RawRow]) -> Iterator[PreparedRow | SetAside]:
    """Each row as it can be recorded, or why it cannot."""
    known = {field.alias or name for name, field in kind.columns.model_fields.items()} - {"items"}
    seen: Counter[tuple[Any, ...]] = Counter()
    for raw in rows:
        if raw.error is not None:
            yield SetAside(raw.line, raw.error, raw.cells)
            continue
        try:
            row = _prepare_row(kind, raw, known)
        except RowInvalid as wrong:
            yield SetAside(raw.line, str(wrong), raw.cells)
            continue
        if kind.repeats:
            seen[row.customer, *row.key] += 1
            row = _numbered(row, seen[row.customer, *row.key])
        yield row


def _prepare_row(kind: Kind, raw: RawRow, known: set[str]) -> PreparedRow:
    cells = {name: value for name, value in raw.cells.items() if name in known}
    rest = {name: value for name, value in raw.cells.items() if name not in known}
    if kind.name == "statements":
        items = {
            name: rest.pop(name) for name in list(rest) if name in STATEMENT_ITEMS or name.startswith("x_")
        }
        cells["items"] = items
    try:
        columns = kind.columns.model_validate(cells)
    except ValidationError as wrong:
        raise RowInvalid(_explain(wrong)) from None
    body = _body(columns)
    _check(kind, body)
    provenance = {name: body.pop(name, None) for name in PROVENANCE}
    source = provenance["source"] or DEFAULT_SOURCE
    key = kind.key({**body, "source": source})
    return PreparedRow(
        line=raw.line,
        customer=provenance["customer"],
        key=tuple(str(part) for part in key),
        body=body,
        source=source,
        observed_on=provenance["observed_on"],
        url=provenance["url"],
        field_class=provenance["field_class"],
        tier=provenance["tier"],
        amount=_lifted(body),
        currency=body.get("currency"),
        valid_from=body.get("from"),
        valid_to=body.get("to"),
        extra={name: str(value) for name, value in rest.items()},
    )


def _body(columns: Columns) -> dict[str, Any]:
    body: dict[str, Any] = {}
    for name, column in type(columns).model_fields.items():
        value = getattr(columns, name)
        if value is None or value == [] or value == {}:
            continue
        body[name if name in PROVENANCE else column.alias or name] = value
    if "other_names" in body:
        body["other_names"] = [_other_name(entry) for entry in body["other_names"]]
    return {name: _plain(value) for name, value in body.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value.normalize() if value == value.to_integral_value() else value, "f")
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _other_name(entry: str) -> dict[str, str]:
    name, *rest = (part.strip() for part in entry.split("|"))
    kind = rest[0] if rest and rest[0] else "alias"
    if not name or kind not in _NAME_KINDS:
        raise RowInvalid(
            f"other_names: “{entry}” is name or name|kind|language, kind one of {', '.join(_NAME_KINDS)}"
        )
    named = {"name": name, "kind": kind}
    if len(rest) > 1 and rest[1]:
        named["language"] = rest[1]
    return named


def _check(kind: Kind, body: Mapping[str, Any]) -> None:
    """What no single column can tell."""
    if kind.name == "records" and body["dimension"] not in dimensions():
        raise RowInvalid(
            f"dimension: “{body['dimension']}” is not in the catalogue ({', '.join(dimensions())})"
        )
    if kind.name == "statements":
        if body.get("unit", 1) not in _UNITS:
            raise RowInvalid("unit: it is 1, 1000 or 1000000")
        if not body.get("items"):
            raise RowInvalid("no item of the statement has a value")
    if kind.name == "invoices" and body["due_on"] < body["issued_on"][: len(body["due_on"])]:
        raise RowInvalid(f"due_on: {body['due_on']} is before the invoice was issued, {body['issued_on']}")
    amount_without_currency = "amount" in body and "currency" not in body
    if amount_without_currency or ("registered_capital" in body and "currency" not in body):
        raise RowInvalid("currency: an amount needs its currency")


def _lifted(body: Mapping[str, Any]) -> Decimal | None:
    return Decimal(body["amount"]) if "amount" in body else None


def _numbered(row: PreparedRow, number: int) -> PreparedRow:
    from dataclasses import replace

    return row if number == 1 else replace(row, key=(*row.key, str(number)))


def _explain(wrong: ValidationError) -> str:
    parts = []
    for error in wrong.errors()[:5]:
        column = ".".join(str(part) for part in error["loc"]) or "row"
        parts.append(f"{column}: {plain_reason(error)}")
    return "; ".join(parts)
