"""Background checks as they were made, by code, by request and by customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, or_, select
from sqlalchemy.orm import Session

from store.canonical import mend, plain
from store.codes import take_codes
from store.identity import new_id, read_code
from store.schema.checks import checks


@dataclass(frozen=True, slots=True)
class StoredCheck:
    """A check in the store; `body` has no language (see `bot/checks/telling.py`), `status` is the gravest outcome."""

    id: UUID
    code: str
    request: str
    customer_id: UUID
    made_at: datetime
    known_seq: int
    actor: str
    status: str
    policy_version: str
    body: Mapping[str, Any]


class Checks:
    """Keeps checks on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def save(
        self,
        body: Mapping[str, Any],
        *,
        request: str,
        customer_id: UUID,
        made_at: datetime,
        known_seq: int,
        actor: str,
        status: str,
        policy_version: str,
    ) -> StoredCheck:
        """Keep a check; the same `request` again gives the first. Append the ledger entry first: its lock makes two
        savers of one request wait for each other.
        """
        known = self.by_request(request)
        if known is not None:
            return known
        row = {
            "id": new_id(),
            "code": take_codes(self._connection, "B")[0],
            "request": request,
            "customer_id": customer_id,
            "made_at": made_at,
            "known_seq": known_seq,
            "actor": actor,
            "status": status,
            "policy_version": policy_version,
            "body": plain(mend(body)),
        }
        self._connection.execute(checks.insert(), row)
        return StoredCheck(**row)

    def by_code(self, code: str) -> StoredCheck | None:
        """The check `B-7` (also written b7)."""
        canonical = read_code(code, "B")
        return None if canonical is None else self._one(checks.c.code == canonical)

    def by_request(self, request: str) -> StoredCheck | None:
        """The check that this arrival or call asked for."""
        return self._one(checks.c.request == request)

    def latest(self, customer_id: UUID, *, before: StoredCheck | None = None) -> StoredCheck | None:
        """The newest check of a customer, or the newest that was made before another one.

        Keys are in the order of their making, so two checks of one moment (a clock that stands) have an order too.
        """
        query = select(checks).where(checks.c.customer_id == customer_id)
        if before is not None:
            same = and_(checks.c.made_at == before.made_at, checks.c.id < before.id)
            query = query.where(or_(checks.c.made_at < before.made_at, same))
        row = self._connection.execute(
            query.order_by(checks.c.made_at.desc(), checks.c.id.desc()).limit(1)
        ).first()
        return None if row is None else _read(row)

    def of_customer(self, customer_id: UUID, limit: int = 20) -> Sequence[StoredCheck]:
        """The checks of a customer, newest first."""
        query = select(checks).where(checks.c.customer_id == customer_id)
        query = query.order_by(checks.c.made_at.desc(), checks.c.id.desc()).limit(limit)
        return [_read(row) for row in self._connection.execute(query)]

    def last_made(self) -> dict[UUID, datetime]:
        """When each customer was last checked; those who never were are not in it."""
        query = select(checks.c.customer_id, func.max(checks.c.made_at)).group_by(checks.c.customer_id)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def newest(self, limit: int = 20) -> Sequence[StoredCheck]:
        """The newest checks of all customers."""
        query = select(checks).order_by(checks.c.made_at.desc(), checks.c.id.desc()).limit(limit)
        return [_read(row) for row in self._connection.execute(query)]

    def _one(self, condition: Any) -> StoredCheck | None:
        row = self._connection.execute(select(checks).where(condition)).one_or_none()
        return None if row is None else _read(row)


def _read(row: Row[Any]) -> StoredCheck:
    return StoredCheck(**row._asdict())
