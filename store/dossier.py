"""Reading the customer's file: as of a day, as known at a moment, as seen by a viewer.

Two statements a dossier: the versions with the ledger number they are read under, and the documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlalchemy.orm import Session

from store.access import FieldClass, Viewer
from store.canonical import decimal_text
from store.dates import PartialDate
from store.errors import StoreDamaged, UnknownSubject
from store.evidence import Evidence, EvidenceKind, Tier, record_id
from store.history import STATES
from store.masking import visible_body
from store.records import DocumentCard, Dossier, Origin, OtherName, Statement
from store.rows import BUILDERS, begins, ends, read_date
from store.schema.documents import document_customers, documents
from store.schema.history import subjects, versions
from store.schema.ledger import ledger, ledger_head


def read_dossier(
    connection: Connection | Session,
    customer_id: UUID,
    *,
    viewer: Viewer,
    as_of: PartialDate | None = None,
    known_at: datetime | None = None,
) -> Dossier:
    """The file of one customer.

    `as_of` leaves out what had not happened by the end of that day and shows states as they were then;
    `known_at` leaves out what was recorded later. Rows outside the viewer's classes are absent and personal
    fields are masked. Raises UnknownSubject when no customer with this key was known, removed or visible,
    StoreDamaged when a stored row cannot be read.
    """
    classes = viewer.classes
    now = as_of is None and known_at is None
    found = connection.execute(
        _CURRENT if now else _ALL,
        {"customer": customer_id} if now else {"customer": customer_id, "at": known_at},
    ).all()
    chosen = found if now else _choose(found, as_of)
    rows: dict[str, list[tuple[tuple[Any, ...], Any]]] = {}
    for row in chosen:
        if row.removed or row.field_class not in classes:
            continue
        body = visible_body(row.aggregate, row.body, classes)
        if row.aggregate in BUILDERS and _within(row.aggregate, body, as_of):
            rows.setdefault(row.aggregate, []).append((_order(row, body), _build(row, body)))
    profile = rows.pop("customers", None)
    if not profile:
        raise UnknownSubject("no such customer is known here")
    known_seq = found[0].known_seq or 0
    return Dossier(
        id=customer_id,
        code=found[0].code,
        profile=profile[0][1],
        as_of=as_of,
        known_at=known_at,
        known_seq=known_seq,
        documents=_documents(
            connection, customer_id, classes, as_of, None if known_at is None else known_seq
        ),
        **{name: _newest_first(listed) for name, listed in rows.items()},
    )


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


def dossier_evidence(row: Any, dossier: Dossier, *columns: str) -> Evidence:
    """`record_evidence` with the columns one by one."""
    return record_evidence(row, dossier, columns)


def _choose(found: Sequence[Row[Any]], as_of: PartialDate | None) -> list[Row[Any]]:
    """Of each subject the version that holds; `found` is sorted by subject and number, newest first."""
    chosen: dict[UUID, Row[Any]] = {}
    for row in found:
        if row.subject_id in chosen:
            continue
        if row.aggregate not in STATES or _covers(row, as_of):
            chosen[row.subject_id] = row
    return list(chosen.values())


def _covers(row: Row[Any], as_of: PartialDate | None) -> bool:
    if as_of is None:
        return row.valid_to is None
    day = as_of.last
    started = row.valid_from is None or read_date(row.valid_from).first <= day
    return started and (row.valid_to is None or read_date(row.valid_to).last >= day)


def _within(aggregate: str, body: Any, as_of: PartialDate | None) -> bool:
    if as_of is None:
        return True
    start, end = begins(aggregate, body), ends(aggregate, body)
    return (start is None or start.first <= as_of.last) and (end is None or end.last >= as_of.last)


def _build(row: Row[Any], body: Any) -> Any:
    origin = Origin(
        row.id,
        row.subject_id,
        row.number,
        row.recorded_at,
        row.recorded_seq,
        row.source,
        _TIERS[row.tier],
        _CLASSES[row.field_class],
        read_date(row.observed_on) if row.observed_on else None,
        row.url,
        row.actor,
        row.cause,
    )
    try:
        return BUILDERS[row.aggregate](origin, body)
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError) as wrong:
        raise StoreDamaged(
            f"version {row.id} of the {row.aggregate} of {row.code} cannot be read ({wrong}); "
            "import the row again or remove it"
        ) from wrong


def _order(row: Row[Any], body: Any) -> tuple[Any, ...]:
    own = begins(row.aggregate, body)
    return (own is not None, own.last if own else row.recorded_at.date(), row.recorded_seq, row.id)


def _newest_first(listed: list[tuple[tuple[Any, ...], Any]]) -> tuple[Any, ...]:
    return tuple(row for _, row in sorted(listed, key=lambda item: item[0], reverse=True))


def _documents(
    connection: Connection | Session,
    customer_id: UUID,
    classes: Set[FieldClass],
    as_of: PartialDate | None,
    known_seq: int | None,
) -> tuple[DocumentCard, ...]:
    given = {"customer": customer_id, "classes": [item.value for item in classes]}
    cards = []
    for row in connection.execute(_DOCUMENTS, given):
        if known_seq is not None and row.added_seq > known_seq:
            continue
        published = read_date(row.published) if row.published else None
        if as_of is not None and (published.first if published else row.added_at.date()) > as_of.last:
            continue
        cards.append(
            DocumentCard(
                id=row.id,
                sha256=row.sha256,
                external_id=row.external_id,
                title=row.title,
                source=row.source,
                tier=_TIERS[row.tier],
                field_class=_CLASSES[row.field_class],
                published=published,
                language=row.language,
                url=row.url,
                added_at=row.added_at,
            )
        )
    return tuple(cards)


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


_TIERS = {tier.value: tier for tier in Tier}
_CLASSES = {item.value: item for item in FieldClass}
_OWN_DATES = (
    *(
        "published_on",
        "filed_on",
        "issued_on",
        "paid_on",
        "period_end",
        "scored_on",
        "signed_on",
        "opened_on",
    ),
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

_COLUMNS = [
    versions.c[name]
    for name in (
        *("id", "subject_id", "aggregate", "number", "recorded_seq", "recorded_at", "valid_from", "valid_to"),
        *("removed", "body", "source", "tier", "field_class", "observed_on", "url", "actor", "cause"),
    )
]
_owner = select(subjects.c.code).where(subjects.c.id == bindparam("customer")).scalar_subquery().label("code")
_CURRENT = (
    select(*_COLUMNS, _owner, select(ledger_head.c.seq).scalar_subquery().label("known_seq"))
    .join(subjects, subjects.c.current_version == versions.c.id)
    .where(subjects.c.customer_id == bindparam("customer"))
)
_known = (
    select(func.max(ledger.c.seq))
    .where(
        (ledger.c.at <= bindparam("at", type_=ledger.c.at.type))
        | bindparam("at", type_=ledger.c.at.type).is_(None)
    )
    .scalar_subquery()
)
_ALL = (
    select(*_COLUMNS, _owner, _known.label("known_seq"))
    .where(versions.c.customer_id == bindparam("customer"), versions.c.recorded_seq <= _known)
    .order_by(versions.c.subject_id, versions.c.number.desc())
)
_DOCUMENTS = (
    select(documents)
    .join(document_customers, document_customers.c.document_id == documents.c.id)
    .where(
        document_customers.c.customer_id == bindparam("customer"),
        documents.c.field_class.in_(bindparam("classes", expanding=True)),
    )
    .order_by(documents.c.published.desc().nulls_last(), documents.c.added_at.desc(), documents.c.id.desc())
)
