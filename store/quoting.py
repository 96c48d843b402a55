"""Evidence of a row of a dossier (记录依据): its version, its origin, and the columns that matter as a quote."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from store.canonical import decimal_text
from store.evidence import Evidence, EvidenceKind, record_id
from store.records import Dossier, Origin, OtherName, Statement


def record_evidence(row: Any, dossier: Dossier, columns: Iterable[str]) -> Evidence:
    """Evidence of one row of a dossier; its quote is the given columns as `name: value` lines.

    `columns` are named as in the import contract, items of a statement by their own names; empty ones are
    left out.
    """
    origin: Origin = row.origin
    lines = [f"{name}: {text}" for name in columns if (text := _text(_column(row, name))) is not None]
    own = next((getattr(row, name) for name in _OWN_DATES if getattr(row, name, None)), None)
    date = origin.observed_on or own
    return Evidence(
        id=record_id(origin.version),
        kind=EvidenceKind.RECORD,
        source=origin.source,
        quote="\n".join(lines),
        tier=origin.tier,
        date=None if date is None else str(date)[:10],
        customer=dossier.code,
        title=dossier.profile.legal_name,
        url=origin.url,
        locator={"aggregate": _AGGREGATES[type(row).__name__], "version": origin.number},
        recorded_at=origin.recorded_at,
        field_class=origin.field_class,
    )


def _column(row: Any, name: str) -> Any:
    if isinstance(row, Statement) and name in row.items:
        return row.items[name]
    return getattr(row, {"from": "since", "to": "until"}.get(name, name), None)


def _text(value: Any) -> str | None:
    match value:
        case None | "" | ():
            return None
        case Decimal():
            return decimal_text(value)
        case OtherName():
            return value.name
        case tuple():
            return "; ".join(text for item in value if (text := _text(item)))
        case bool():
            return "yes" if value else "no"
    return str(value)


#: The dates that a row can have of its own, the one that says most of when it was published first.
_OWN_DATES = (
    "published_on",
    "filed_on",
    "issued_on",
    "paid_on",
    "period_end",
    "scored_on",
    "signed_on",
    "opened_on",
    "at",
)
_AGGREGATES = {
    "Profile": "customers",
    "Party": "parties",
    "Contact": "contacts",
    "Fact": "facts",
    "Statement": "statements",
    "Score": "scores",
    "Invoice": "invoices",
    "Payment": "payments",
    "Record": "records",
    "Contract": "contracts",
    "Case": "cases",
    "Note": "notes",
}
