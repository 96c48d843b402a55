"""Reading the customer's file: as of a day, as known at a moment, as seen by a viewer.

Two statements a dossier: the versions with the ledger number they are read under, and the documents; a third
reads the risk events where there are documents.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from datetime import date, datetime
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from store.access import FieldClass, Viewer
from store.dates import PartialDate
from store.errors import NO_CUSTOMER, StoreDamaged, UnknownSubject
from store.events import dossier_events
from store.evidence import Tier
from store.history import STATES
from store.ledger import LAST_AT
from store.masking import visible_body
from store.quoting import record_evidence
from store.records import DocumentCard, Dossier, Origin
from store.rows import BUILDERS, begins, ends, read_date, span
from store.schema.documents import document_customers, documents
from store.schema.history import subjects, versions
from store.schema.ledger import ledger_head

__all__ = ["read_dossier", "record_evidence"]


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
    if now:
        result = connection.execute(_CURRENT, {"customer": customer_id})
    elif known_at is None:
        result = connection.execute(_ALL, {"customer": customer_id})
    else:
        result = connection.execute(_KNOWN_THEN, {"customer": customer_id, "at": known_at})
    found = [Version._make(row) for row in result]
    day = None if as_of is None else as_of.last
    rows = arrange(found if now else choose(found, day), classes, day)
    profile = rows.pop("customers", None)
    if not profile:
        raise UnknownSubject(NO_CUSTOMER)
    known_seq = found[0].known_seq
    then = None if known_at is None else known_seq
    cards = _documents(connection, customer_id, classes, day, then)
    return Dossier(
        id=customer_id,
        code=found[0].code,
        profile=profile[0],
        as_of=as_of,
        known_at=known_at,
        known_seq=known_seq,
        documents=cards,
        # An event stands in a document that is about the customer: without documents there is none to read.
        events=dossier_events(connection, customer_id, classes=classes, day=day, known_seq=then)
        if cards
        else (),
        **rows,
    )


def arrange(
    chosen: Iterable[Version], classes: Set[FieldClass], day: date | None
) -> dict[str, tuple[Any, ...]]:
    """The rows of one customer by aggregate, newest first, as far as these classes see them on that day.

    Choose first, then filter: a version that may not be seen must not be replaced by an older one that may.
    """
    rows: dict[str, list[tuple[tuple[Any, ...], Any]]] = {}
    for version in chosen:
        if version.removed or version.field_class not in classes or version.aggregate not in BUILDERS:
            continue
        body = visible_body(version.aggregate, version.body, classes)
        built, begin = build_row(version.aggregate, _origin(version), body, day, version.code)
        if built is not None:
            order = (begin or UNDATED, version.recorded_seq, version.id.int)
            rows.setdefault(version.aggregate, []).append((order, built))
    return {name: newest_first(listed) for name, listed in rows.items()}


class Version(NamedTuple):
    """A row of the statements below."""

    id: UUID
    subject_id: UUID
    aggregate: str
    number: int
    recorded_seq: int
    recorded_at: datetime
    valid_from: str | None
    valid_to: str | None
    removed: bool
    body: Any
    source: str
    tier: str
    field_class: str
    observed_on: str | None
    url: str | None
    actor: str
    cause: str
    code: str
    known_seq: int


def choose(found: Sequence[Version], day: date | None) -> list[Version]:
    """Of each subject the version that holds; `found` is sorted by subject, newest version first."""
    chosen: dict[UUID, Version] = {}
    ended: dict[UUID, Version] = {}
    for version in found:
        if version.subject_id in chosen:
            continue
        if version.aggregate not in STATES or _covers(version, day):
            chosen[version.subject_id] = version
        elif day is None:
            # All that is known of it has ended: its latest state is what we know.
            ended.setdefault(version.subject_id, version)
    return list((ended | chosen).values())


def _covers(version: Version, day: date | None) -> bool:
    """Whether a state holds on a day; without a day, whether it holds until further notice."""
    if day is None:
        return version.valid_to is None
    started = version.valid_from is None or span(version.valid_from)[0] <= day
    return started and (version.valid_to is None or span(version.valid_to)[1] >= day)


def _origin(version: Version) -> Origin:
    return Origin(
        version.id,
        version.subject_id,
        version.number,
        version.recorded_at,
        version.recorded_seq,
        version.source,
        _TIERS[version.tier],
        _CLASSES[version.field_class],
        read_date(version.observed_on) if version.observed_on else None,
        version.url,
        version.actor,
        version.cause,
    )


def build_row(
    aggregate: str, origin: Origin, body: Any, day: date | None, code: str | None
) -> tuple[Any, tuple[date, date] | None]:
    """The row, or None when it is not part of the picture of that day; and the span of its own date."""
    try:
        begin = begins(aggregate, body)
        if day is not None:
            end = ends(aggregate, body)
            if (begin is not None and begin[0] > day) or (end is not None and end[1] < day):
                return None, begin
        return BUILDERS[aggregate](origin, body), begin
    except (KeyError, ValueError, TypeError, AttributeError, ArithmeticError) as wrong:
        raise damaged(aggregate, origin, code, wrong) from wrong


def damaged(aggregate: str, origin: Origin, code: str | None, wrong: Exception) -> StoreDamaged:
    """That a stored row cannot be read, with what to do."""
    return StoreDamaged(
        f"version {origin.version} of the {aggregate} of {code} cannot be read ({wrong!r}); "
        "import the row again or remove it"
    )


def newest_first(listed: list[tuple[tuple[Any, ...], Any]]) -> tuple[Any, ...]:
    """Rows by their own date, what was recorded later first where it is the same."""
    listed.sort(key=itemgetter(0), reverse=True)
    return tuple(row for _, row in listed)


def _documents(
    connection: Connection | Session,
    customer_id: UUID,
    classes: Set[FieldClass],
    day: date | None,
    known_seq: int | None,
) -> tuple[DocumentCard, ...]:
    given = {"customer": customer_id, "classes": [item.value for item in classes]}
    cards = []
    for row in connection.execute(_DOCUMENTS, given):
        if known_seq is not None and row.added_seq > known_seq:
            continue
        published = read_date(row.published) if row.published else None
        if day is not None and (published.first if published else row.added_at.date()) > day:
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


#: The span of rows without a date of their own: they come last.
UNDATED = (date.min, date.min)
_TIERS = {tier.value: tier for tier in Tier}
_CLASSES = {item.value: item for item in FieldClass}

_head = select(ledger_head.c.seq).scalar_subquery().label("known_seq")
_then = LAST_AT.scalar_subquery().label("known_seq")
_code = select(subjects.c.code).where(subjects.c.id == bindparam("customer")).scalar_subquery().label("code")
_COLUMNS = [*(versions.c[name] for name in Version._fields[:-2]), _code]
_CURRENT = (
    select(*_COLUMNS, _head)
    .join(subjects, subjects.c.current_version == versions.c.id)
    .where(subjects.c.customer_id == bindparam("customer"))
)
_EVERY = versions.c.customer_id == bindparam("customer")
_ALL = select(*_COLUMNS, _head).where(_EVERY).order_by(versions.c.subject_id, versions.c.number.desc())
_KNOWN_THEN = (
    select(*_COLUMNS, _then)
    .where(_EVERY, versions.c.recorded_seq <= LAST_AT.scalar_subquery())
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
