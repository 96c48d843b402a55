"""The ledger (台账): who did or saw what, when, on what ground; every later change of it shows.

Each entry has a dense sequence number, taken under the lock of the head row, so numbers follow the order of
commits on both databases and "known at" is a comparison of numbers. Its leaf is an RFC 6962 leaf hash of its
canonical JSON; its chain value covers the entry before it (`store.proof` checks both). Whoever holds the head
row's lock is the only writer of history until the commit: keep the transaction short.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import Session

from store.access import Permission, Viewer, authorize
from store.canonical import mend, mended, plain
from store.clock import Clock
from store.errors import StoreDamaged
from store.merkle import chain_hash, leaf_hash
from store.proof import Verification, canonical_entry, verify
from store.schema.ledger import ledger, ledger_head

__all__ = ["Entry", "Ledger", "Verification", "read", "sequence_at", "verify"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: `subject` names what it is about (a code, a document's hash), `detail` is plain JSON."""

    seq: int
    at: datetime
    actor: str
    action: str
    customer_id: UUID | None
    subject: str | None
    detail: Mapping[str, Any]
    leaf: str
    chain: str


class Ledger:
    """Appends entries on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session, clock: Clock) -> None:
        self._connection = connection
        self._clock = clock

    def append(
        self,
        *,
        actor: str,
        action: str,
        detail: Mapping[str, Any],
        customer_id: UUID | None = None,
        subject: str | None = None,
    ) -> Entry:
        """Write one entry and give it back with its number; its time never lies before the entry before it.

        `action` is a short verb phrase (`answer`, `import`, `channel.register`). Text is kept in NFC; raises
        ValueError for floats in `detail`, StoreDamaged when the ledger has lost its head.
        """
        head = self._connection.execute(select(ledger_head).with_for_update()).one_or_none()
        if head is None:
            raise StoreDamaged("the ledger has lost its head row; restore the database from a backup")
        seq, at = head.seq + 1, max(self._clock(), head.at)
        content = {
            "actor": mended(actor)[:200],
            "action": mended(action),
            "subject": None if subject is None else mended(subject)[:200],
            "detail": plain(mend(detail)),
        }
        leaf = leaf_hash(canonical_entry(seq=seq, at=at, customer_id=customer_id, **content))
        chain = chain_hash(head.chain, leaf)
        self._connection.execute(
            ledger.insert(),
            {
                "seq": seq,
                "at": at,
                "customer_id": customer_id,
                **content,
                "leaf": leaf,
                "previous": head.chain,
                "chain": chain,
            },
        )
        moved = ledger_head.update().where(ledger_head.c.id == head.id)
        self._connection.execute(moved, {"seq": seq, "at": at, "chain": chain})
        return Entry(seq=seq, at=at, customer_id=customer_id, leaf=leaf, chain=chain, **content)


def read(
    connection: Connection | Session,
    *,
    viewer: Viewer,
    customer_id: UUID | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    actions: Iterable[str] | None = None,
    subject: str | None = None,
    limit: int = 200,
) -> list[Entry]:
    """The newest entries first, at most `limit`, from `since` to before `until`.

    Raises Forbidden, in the same words whether there is anything or not, unless the viewer may read the
    ledger and the audience may hear suspicion.
    """
    authorize(viewer, Permission.READ_LEDGER)
    query = select(ledger).order_by(ledger.c.seq.desc()).limit(limit)
    if customer_id is not None:
        query = query.where(ledger.c.customer_id == customer_id)
    if since is not None:
        query = query.where(ledger.c.at >= since)
    if until is not None:
        query = query.where(ledger.c.at < until)
    if actions is not None:
        query = query.where(ledger.c.action.in_(list(actions)))
    if subject is not None:
        query = query.where(ledger.c.subject == subject)
    return [
        Entry(
            seq=row.seq,
            at=row.at,
            actor=row.actor,
            action=row.action,
            customer_id=row.customer_id,
            subject=row.subject,
            detail=row.detail,
            leaf=row.leaf,
            chain=row.chain,
        )
        for row in connection.execute(query)
    ]


def sequence_at(connection: Connection | Session, instant: datetime) -> int:
    """The number of the last entry at or before `instant`; 0 before the first."""
    return connection.execute(LAST_AT, {"at": instant}).scalar() or 0


#: The number of the last entry at or before :at. Times never go back, so the index on them gives it at once.
LAST_AT = (
    select(ledger.c.seq)
    .where(ledger.c.at <= bindparam("at", type_=ledger.c.at.type))
    .order_by(ledger.c.at.desc(), ledger.c.seq.desc())
    .limit(1)
)
