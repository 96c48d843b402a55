"""What changed since somebody looked (增量): the current versions that were recorded after a ledger number.

Rules look at these and at nothing else. A slice never ends within one ledger number, so its last number is a cursor.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, and_, bindparam, false, func, select
from sqlalchemy.orm import Session

from store.schema.history import subjects, versions


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """A row as it is now, and as it was when the last look saw it; `body` is plain JSON.

    Where no look saw it yet, `before` is its first version (None where that is the present one) and `stood` is False.
    """

    version_id: UUID
    subject_id: UUID
    aggregate: str
    customer_id: UUID
    number: int
    recorded_seq: int
    recorded_at: datetime
    removed: bool
    body: Mapping[str, Any]
    before: Mapping[str, Any] | None
    source: str
    tier: str
    field_class: str
    observed_on: str | None
    url: str | None
    stood: bool = False
    before_removed: bool = False


_BEFORE = versions.alias("before")
_OLDER = versions.alias("older")
_LAST_SEEN = (
    select(func.max(_OLDER.c.number))
    .where(_OLDER.c.subject_id == versions.c.subject_id, _OLDER.c.recorded_seq <= bindparam("seen"))
    .correlate(versions)
    .scalar_subquery()
)
_SELECT = (
    select(
        versions.c.id.label("version_id"),
        *(
            versions.c[name]
            for name in (
                *(
                    "subject_id",
                    "aggregate",
                    "customer_id",
                    "number",
                    "recorded_seq",
                    "recorded_at",
                    "removed",
                ),
                *("body", "source", "tier", "field_class", "observed_on", "url"),
            )
        ),
        _BEFORE.c.body.label("before"),
        func.coalesce(_BEFORE.c.removed, false()).label("before_removed"),
        func.coalesce(_BEFORE.c.recorded_seq <= bindparam("seen"), false()).label("stood"),
    )
    .join(subjects, subjects.c.current_version == versions.c.id)
    .outerjoin(
        _BEFORE,
        and_(
            _BEFORE.c.subject_id == versions.c.subject_id,
            _BEFORE.c.number < versions.c.number,
            _BEFORE.c.number == func.coalesce(_LAST_SEEN, 1),
        ),
    )
)


def changed_after(
    connection: Connection | Session, seq: int, aggregates: Iterable[str], limit: int
) -> list[ChangedRow]:
    """About `limit` rows that were recorded after this number, in order; all of those of the last number."""
    query = _SELECT.where(
        versions.c.recorded_seq > seq,
        versions.c.aggregate.in_(sorted(aggregates)),
        versions.c.customer_id.is_not(None),
    ).order_by(versions.c.recorded_seq, versions.c.id)
    found = connection.execute(query.limit(limit), {"seen": seq}).all()
    if len(found) == limit:
        last = found[-1].recorded_seq
        rest = _SELECT.where(versions.c.recorded_seq == last, versions.c.aggregate.in_(sorted(aggregates)))
        found = [row for row in found if row.recorded_seq < last] + list(
            connection.execute(
                rest.where(versions.c.customer_id.is_not(None)).order_by(versions.c.id), {"seen": seq}
            )
        )
    return [ChangedRow(**row._asdict()) for row in found]


def any_after(connection: Connection | Session, seq: int, aggregates: Iterable[str]) -> bool:
    """Whether anything was recorded after this number; costs next to nothing."""
    query = select(versions.c.id).where(
        versions.c.recorded_seq > seq,
        versions.c.aggregate.in_(sorted(aggregates)),
        versions.c.customer_id.is_not(None),
    )
    return connection.execute(query.limit(1)).first() is not None


def score_before(connection: Connection | Session, row: ChangedRow) -> Mapping[str, Any] | None:
    """The body of the same provider's newest earlier score for the customer; a score is a row a day of its own."""
    query = select(versions.c.body).join(subjects, subjects.c.current_version == versions.c.id)
    query = query.where(
        versions.c.customer_id == row.customer_id, versions.c.aggregate == "scores", ~versions.c.removed
    )
    mine = (str(row.body.get("provider")), str(row.body.get("scored_on") or ""))
    earlier = [
        body
        for body in connection.execute(query).scalars()
        if str(body.get("provider")) == mine[0] and str(body.get("scored_on") or "") < mine[1]
    ]
    return max(earlier, key=lambda body: str(body.get("scored_on") or ""), default=None)
