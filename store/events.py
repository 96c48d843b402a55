"""Risk events (风险事件): written with the document that tells them, read for dossiers, rules and stories.

An event inherits its document's field class. Documents that were added before there were events have none: they
are not read again by themselves; adding one under another id, or tying it to a further customer, classifies it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Integer, Select, bindparam, insert, select
from sqlalchemy.orm import Session

from store.access import FieldClass, Viewer
from store.evidence import Evidence, EvidenceKind, Tier, passage_id
from store.records import RiskEvent
from store.rows import read_date
from store.schema.documents import documents
from store.schema.events import risk_events
from store.schema.history import subjects


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event ready to be written; `start` and `quote` are a place in the block that `locator` names.

    `day` (ISO) is what stories are compared by; `marks` tell the matter again (see `knowledge.events.stories`).
    """

    id: UUID
    document_id: UUID
    customer_id: UUID
    kind: str
    severity: str
    status: str
    role: str
    words: tuple[str, ...]
    locator: Mapping[str, Any]
    start: int
    quote: str
    field_class: FieldClass
    published: str | None
    day: str
    marks: Mapping[str, Any]
    happened_on: str | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Leader:
    """The first event of a story, by which later ones are recognised; its id is the story's."""

    id: UUID
    customer_id: UUID
    kind: str
    day: str
    marks: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event as it is kept, with the customer that it is about."""

    customer_id: UUID
    customer: str
    event: RiskEvent


class Events:
    """The risk events of one connection; nothing is committed here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def leaders(self, customer_id: UUID, *, since: date, until: date, limit: int) -> list[Leader]:
        """The stories of a customer that began in these days, newest first, at most `limit`."""
        given = {
            "customer": customer_id,
            "since": since.isoformat(),
            "until": until.isoformat(),
            "limit": limit,
        }
        return [Leader(*row) for row in self._connection.execute(_LEADERS, given)]

    def told(self, document_ids: Collection[UUID]) -> set[tuple[UUID, UUID]]:
        """The pairs of document and customer of which events are kept already."""
        found: set[tuple[UUID, UUID]] = set()
        wanted = list(document_ids)
        for at in range(0, len(wanted), 500):
            query = (
                select(risk_events.c.document_id, risk_events.c.customer_id)
                .where(risk_events.c.document_id.in_(wanted[at : at + 500]))
                .distinct()
            )
            found.update((row.document_id, row.customer_id) for row in self._connection.execute(query))
        return found

    def add(
        self, rows: Iterable[tuple[EventRow, UUID]], *, added_at: datetime, added_seq: int, taxonomy: str
    ) -> None:
        """Write events, each with its story; `taxonomy` is the version that they were read by."""
        values = [_values(row, story, added_at, added_seq, taxonomy) for row, story in rows]
        if values:
            self._connection.execute(insert(risk_events), values)

    def events_after(self, seq: int, limit: int) -> list[StoredEvent]:
        """Events of all classes that were added after this ledger number, in order.

        About `limit` of them, but never only a part of those that were added under one number, so that the last
        `added_seq` is a cursor to go on from.
        """
        query = _SELECT.where(risk_events.c.added_seq > seq).order_by(
            risk_events.c.added_seq, risk_events.c.id
        )
        found = self._connection.execute(query.limit(limit)).all()
        if len(found) == limit:
            last = found[-1].added_seq
            rest = _SELECT.where(risk_events.c.added_seq == last).order_by(risk_events.c.id)
            found = [row for row in found if row.added_seq < last] + list(self._connection.execute(rest))
        return [_stored(row) for row in found]

    def of_customer(
        self,
        customer_id: UUID,
        *,
        viewer: Viewer,
        kinds: Collection[str] | None = None,
        since: date | None = None,
        limit: int = 500,
    ) -> list[StoredEvent]:
        """A customer's events within the viewer's classes, newest first by the day of their documents."""
        query = _SELECT.where(
            risk_events.c.customer_id == customer_id,
            risk_events.c.field_class.in_(sorted(item.value for item in viewer.classes)),
        )
        if kinds is not None:
            query = query.where(risk_events.c.kind.in_(sorted(kinds)))
        if since is not None:
            query = query.where(risk_events.c.day >= since.isoformat())
        query = query.order_by(risk_events.c.day.desc(), risk_events.c.id.desc()).limit(limit)
        return [_stored(row) for row in self._connection.execute(query)]


def dossier_events(
    connection: Connection | Session,
    customer_id: UUID,
    *,
    classes: Collection[FieldClass],
    day: date | None = None,
    known_seq: int | None = None,
) -> tuple[RiskEvent, ...]:
    """The events of a dossier, newest first: of documents out by `day`, of what had happened by then, as known then."""
    given = {"customer": customer_id, "classes": [item.value for item in classes]}
    # `day` is cut as exactly as it is known, so 2026-03 stands before any day of that month, as documents do.
    last = None if day is None else day.isoformat()
    found = [
        _stored(row).event
        for row in connection.execute(_OF_CUSTOMER, given)
        if (known_seq is None or row.added_seq <= known_seq) and (last is None or row.day <= last)
    ]
    return tuple(
        event for event in found if day is None or event.happened_on is None or event.happened_on.first <= day
    )


def events_of_all(
    connection: Connection | Session,
    *,
    classes: Collection[FieldClass],
    tiers: Collection[Tier],
    severities: Collection[str],
    day: date | None = None,
    known_seq: int | None = None,
) -> dict[UUID, tuple[RiskEvent, ...]]:
    """By customer, what documents of these tiers tell of it, newest first; `day` and `known_seq` as for a dossier."""
    given = {
        "classes": [item.value for item in classes],
        "tiers": [tier.value for tier in tiers],
        "severities": list(severities),
    }
    last = None if day is None else day.isoformat()
    found: dict[UUID, list[RiskEvent]] = {}
    for row in connection.execute(_OF_ALL, given):
        if (known_seq is not None and row.added_seq > known_seq) or (last is not None and row.day > last):
            continue
        stored = _stored(row)
        happened = stored.event.happened_on
        if day is None or happened is None or happened.first <= day:
            found.setdefault(stored.customer_id, []).append(stored.event)
    return {customer: tuple(events) for customer, events in found.items()}


def _values(row: EventRow, story: UUID, added_at: datetime, added_seq: int, taxonomy: str) -> dict[str, Any]:
    values: dict[str, Any] = {name: getattr(row, name) for name in EventRow.__dataclass_fields__}
    return values | {
        "story": story,
        "words": list(row.words),
        "locator": dict(row.locator),
        "field_class": row.field_class.value,
        # Those that follow are never compared with: only what leads keeps its marks.
        "marks": dict(row.marks) if story == row.id else None,
        "taxonomy": taxonomy,
        "added_at": added_at,
        "added_seq": added_seq,
    }


def _stored(row: Any) -> StoredEvent:
    locator = dict(row.locator)
    evidence = Evidence(
        id=passage_id(row.sha256, locator, row.quote),
        kind=EvidenceKind.PASSAGE,
        source=row.source,
        quote=row.quote,
        tier=_TIERS[row.tier],
        date=row.published,
        customer=row.code,
        external_id=row.external_id,
        title=row.title,
        url=row.url,
        locator=locator,
        recorded_at=row.added_at,
        field_class=_CLASSES[row.field_class],
    )
    event = RiskEvent(
        id=row.id,
        document_id=row.document_id,
        story=row.story,
        kind=row.kind,
        severity=row.severity,
        status=row.status,
        role=row.role,
        words=tuple(row.words),
        evidence=evidence,
        added_at=row.added_at,
        added_seq=row.added_seq,
        happened_on=read_date(row.happened_on) if row.happened_on else None,
        amount=row.amount,
        currency=row.currency,
    )
    return StoredEvent(row.customer_id, row.code, event)


_LEADERS = (
    select(*(risk_events.c[name] for name in Leader.__dataclass_fields__))
    .where(
        risk_events.c.customer_id == bindparam("customer"),
        risk_events.c.day >= bindparam("since"),
        risk_events.c.day <= bindparam("until"),
        risk_events.c.story == risk_events.c.id,
    )
    .order_by(risk_events.c.day.desc(), risk_events.c.id.desc())
    .limit(bindparam("limit", type_=Integer))
)
_TIERS = {tier.value: tier for tier in Tier}
_CLASSES = {item.value: item for item in FieldClass}
_OWN: Sequence[Any] = [column for column in risk_events.columns if column.name not in ("marks", "taxonomy")]
_SELECT: Select[Any] = (
    select(
        *_OWN,
        *(documents.c[name] for name in ("sha256", "source", "tier", "external_id", "title", "url")),
        subjects.c.code,
    )
    .join(documents, documents.c.id == risk_events.c.document_id)
    .join(subjects, subjects.c.id == risk_events.c.customer_id)
)
_OF_CUSTOMER = _SELECT.where(
    risk_events.c.customer_id == bindparam("customer"),
    risk_events.c.field_class.in_(bindparam("classes", expanding=True)),
).order_by(risk_events.c.day.desc(), risk_events.c.id.desc())
_OF_ALL = _SELECT.where(
    risk_events.c.field_class.in_(bindparam("classes", expanding=True)),
    risk_events.c.severity.in_(bindparam("severities", expanding=True)),
    documents.c.tier.in_(bindparam("tiers", expanding=True)),
).order_by(risk_events.c.day.desc(), risk_events.c.id.desc())
