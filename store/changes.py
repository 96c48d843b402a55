"""Reading history: what changed from version to version, who said so, and when we learned it (变更记录)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.orm import Session

from store.access import FieldClass, Viewer
from store.dates import PartialDate
from store.errors import NO_CUSTOMER, UnknownSubject
from store.evidence import Tier
from store.masking import visible_body
from store.schema.history import subjects, versions

#: Columns beside the body that are content too.
_ORIGIN = ("source", "observed_on", "url", "valid_from", "valid_to")
#: What a row is called by, tried in this order.
_CALLED = (
    *("legal_name", "name", "attribute", "invoice_number", "contract_number", "title", "record_number"),
    *("provider", "summary", "period_end", "paid_on", "email", "at"),
)

_CLASS = (
    select(versions.c.field_class)
    .join(subjects, subjects.c.current_version == versions.c.id)
    .where(subjects.c.id == bindparam("customer"))
)


@dataclass(frozen=True, slots=True)
class Change:
    """One column that changed; None is "not stated". Values are plain: text, numbers, lists."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class VersionStep:
    """One version of one row, and how it differs from the version before it.

    `called` names the row (an invoice's number, a person's name). The first version has every column as a
    change from None; a removal has `removed` set and no changes.
    """

    version_id: UUID
    subject_id: UUID
    aggregate: str
    called: str
    number: int
    changes: tuple[Change, ...]
    removed: bool
    recorded_at: datetime
    recorded_seq: int
    actor: str
    cause: str
    source: str
    tier: Tier
    field_class: FieldClass
    observed_on: PartialDate | None


def versions_of(
    connection: Connection | Session,
    customer_id: UUID,
    *,
    viewer: Viewer,
    since: datetime | None = None,
    until: datetime | None = None,
    aggregates: Iterable[str] | None = None,
    limit: int | None = None,
) -> list[VersionStep]:
    """The versions of a customer's rows recorded from `since` to before `until`, newest first.

    Rows and columns outside the viewer's classes are left out or masked as in the dossier; a version that
    differs in nothing that the viewer may see is left out too, so that it tells nothing. Raises UnknownSubject,
    as the dossier does, where the customer is unknown or hidden; a removed one still has its history.
    """
    classes = viewer.classes
    if connection.execute(_CLASS, {"customer": customer_id}).scalar() not in classes:
        raise UnknownSubject(NO_CUSTOMER)
    query = select(versions).where(versions.c.customer_id == customer_id)
    if until is not None:
        query = query.where(versions.c.recorded_at < until)
    if aggregates is not None:
        query = query.where(versions.c.aggregate.in_(list(aggregates)))
    before: dict[UUID, Row[Any]] = {}
    steps: list[VersionStep] = []
    for row in connection.execute(query.order_by(versions.c.subject_id, versions.c.number)):
        previous, before[row.subject_id] = before.get(row.subject_id), row
        if row.field_class not in classes or (since is not None and row.recorded_at < since):
            continue
        step = step_of(row, previous, classes)
        if step.changes or step.removed:
            steps.append(step)
    steps.sort(key=lambda step: (step.recorded_seq, step.version_id), reverse=True)
    return steps[:limit]


def step_of(row: Row[Any], previous: Row[Any] | None, classes: frozenset[FieldClass]) -> VersionStep:
    """How one version differs from the one before it, as far as these classes see both."""
    shown = _shown(row, classes)
    earlier = _shown(previous, classes) if previous is not None and _stands(previous, classes) else {}
    return VersionStep(
        version_id=row.id,
        subject_id=row.subject_id,
        aggregate=row.aggregate,
        called=next((str(shown[name]) for name in _CALLED if shown.get(name)), ""),
        number=row.number,
        changes=() if row.removed else _differences(earlier, shown),
        removed=row.removed,
        recorded_at=row.recorded_at,
        recorded_seq=row.recorded_seq,
        actor=row.actor,
        cause=row.cause,
        source=row.source,
        tier=Tier(row.tier),
        field_class=FieldClass(row.field_class),
        observed_on=PartialDate.parse(row.observed_on) if row.observed_on else None,
    )


def _stands(row: Row[Any], classes: frozenset[FieldClass]) -> bool:
    """Whether the viewer may compare with this version: a removed or hidden one says nothing."""
    return not row.removed and row.field_class in classes


def _shown(row: Row[Any], classes: frozenset[FieldClass]) -> dict[str, Any]:
    body = visible_body(row.aggregate, row.body, classes)
    return {**body, **{name: value for name in _ORIGIN if (value := getattr(row, name)) is not None}}


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Change, ...]:
    names = [*after, *(name for name in before if name not in after)]
    return tuple(
        Change(name, before.get(name), after.get(name))
        for name in names
        if before.get(name) != after.get(name)
    )
