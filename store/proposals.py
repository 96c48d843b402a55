"""What a model proposes to file from a document (提议): kept until a person accepts or rejects it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import Session

from store.access import FieldClass
from store.canonical import mend, plain
from store.codes import take_codes
from store.identity import new_id, read_code
from store.schema.ledger import ledger_head
from store.schema.opinions import proposals

PROPOSED, ACCEPTED, REJECTED = "proposed", "accepted", "rejected"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One proposed row: `row` holds the columns of the import, `place` the line and cell within the block.

    `beside` is what our own reader finds for the same; `digest` what makes it the same proposal again.
    """

    kind: str
    document_id: UUID
    customer_id: UUID
    field_class: FieldClass
    row: Mapping[str, Any]
    locator: Mapping[str, Any]
    place: Mapping[str, Any]
    quote: str
    beside: Mapping[str, Any]
    digest: str
    model: str
    prompt: str
    request: str
    at: datetime
    state: str = PROPOSED
    code: str = ""
    decided_at: datetime | None = None
    decided_by: str | None = None
    reason: str | None = None
    version_id: UUID | None = None


class Proposals:
    """Keeps proposals on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def take_turn(self) -> None:
        """Keep other decisions away until the commit; they wait at the head of the ledger, which they write too."""
        self._connection.execute(select(ledger_head.c.seq).with_for_update())

    def add(self, found: Collection[Proposal]) -> list[Proposal]:
        """Keep what is new and give everything as it is kept: what was proposed or decided before stays as it is.

        Append the ledger entry first: its lock makes two who read one document wait for each other.
        """
        kept = []
        for proposal in found:
            same = (
                (proposals.c.document_id == proposal.document_id)
                & (proposals.c.customer_id == proposal.customer_id)
                & (proposals.c.digest == proposal.digest)
            )
            known = self._one(same)
            if known is None:
                row = {name: getattr(proposal, name) for name in Proposal.__dataclass_fields__}
                row |= {name: plain(mend(dict(row[name]))) for name in ("row", "locator", "place", "beside")}
                row |= {
                    "id": new_id(),
                    "code": take_codes(self._connection, "X")[0],
                    "field_class": proposal.field_class.value,
                }
                self._connection.execute(proposals.insert(), row)
                known = self._one(same)
                assert known is not None
            kept.append(known)
        return kept

    def by_code(self, code: str, *, hold: bool = False) -> Proposal | None:
        """The proposal `X-7` (also written x7)."""
        canonical = read_code(code, "X")
        return None if canonical is None else self._one(proposals.c.code == canonical, hold=hold)

    def listed(
        self,
        classes: Collection[FieldClass],
        *,
        states: Collection[str] = (PROPOSED,),
        customer_id: UUID | None = None,
        limit: int = 500,
    ) -> list[Proposal]:
        """Proposals from documents that may be seen, oldest first."""
        query = select(proposals).where(
            proposals.c.field_class.in_(sorted(level.value for level in classes)),
            proposals.c.state.in_(sorted(states)),
        )
        if customer_id is not None:
            query = query.where(proposals.c.customer_id == customer_id)
        query = query.order_by(proposals.c.at, proposals.c.id).limit(limit)
        return [_read(row) for row in self._connection.execute(query)]

    def decide(
        self, code: str, state: str, *, by: str, at: datetime, reason: str, version_id: UUID | None = None
    ) -> None:
        """Write down a person's decision on what is still proposed."""
        values = {
            "state": state,
            "decided_at": at,
            "decided_by": by,
            "reason": reason,
            "version_id": version_id,
        }
        self._connection.execute(
            proposals.update().where(proposals.c.code == code, proposals.c.state == PROPOSED), values
        )

    def counts(self) -> dict[str, int]:
        """How many there are, by state."""
        query = select(proposals.c.state, func.count()).group_by(proposals.c.state)
        return {row[0]: row[1] for row in self._connection.execute(query)}

    def _one(self, condition: Any, *, hold: bool = False) -> Proposal | None:
        query = select(proposals).where(condition)
        row = self._connection.execute(query.with_for_update() if hold else query).one_or_none()
        return None if row is None else _read(row)


def _read(row: Row[Any]) -> Proposal:
    values = {name: getattr(row, name) for name in Proposal.__dataclass_fields__}
    return Proposal(**{**values, "field_class": FieldClass(row.field_class)})
