"""Screenings (筛查): who was compared with which lists, when and by whom; what was found is in `hits`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.orm import Session

from store.canonical import mend, plain
from store.codes import take_codes
from store.identity import new_id, read_code
from store.schema.ledger import ledger_head
from store.schema.screening import screenings

#: Keys that one statement names.
_SLICE = 500


@dataclass(frozen=True, slots=True)
class Screening:
    """A screening as it was made; `body` is in the shape of the contract as it stood then."""

    id: UUID
    code: str
    request: str
    kind: str
    customer_id: UUID | None
    made_at: datetime
    actor: str
    subjects: Sequence[Mapping[str, Any]]
    lists: Mapping[str, int]
    threshold: int
    compared: int
    policy_version: str
    program_version: str
    body: Mapping[str, Any]
    seq: int


class Screenings:
    """Screenings on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def save(self, made: Iterable[Mapping[str, Any]]) -> list[Screening]:
        """Keep screenings: all columns but id and code. Append their ledger entries first."""
        rows = [dict(each) for each in made]
        for row, code in zip(rows, take_codes(self._connection, "S", len(rows)), strict=True):
            row |= {"id": new_id(), "code": code}
            row |= {name: plain(mend(row[name])) for name in ("subjects", "lists", "body")}
        if rows:
            self._connection.execute(screenings.insert(), rows)
        return [Screening(**row) for row in rows]

    def next_codes(self, count: int) -> list[str]:
        """Codes for screenings that are about to be saved with `keep`."""
        return take_codes(self._connection, "S", count)

    def keep(self, made: Sequence[Screening]) -> None:
        """Keep screenings that carry their codes already."""
        rows = []
        for each in made:
            row = {name: getattr(each, name) for name in Screening.__slots__}
            rows.append(row | {name: plain(mend(row[name])) for name in ("subjects", "lists", "body")})
        if rows:
            self._connection.execute(screenings.insert(), rows)

    def by_code(self, code: str) -> Screening | None:
        """The screening `S-12` (also written s12)."""
        canonical = read_code(code, "S")
        return None if canonical is None else self._one(screenings.c.code == canonical)

    def by_request(self, request: str) -> Screening | None:
        """The screening that this click or call asked for."""
        return self._one(screenings.c.request == request)

    def by_requests(self, requests: Collection[str]) -> dict[str, Screening]:
        """The screenings of many requests; those that were never made are left out."""
        wanted, found = list(requests), {}
        for at in range(0, len(wanted), _SLICE):
            query = select(screenings).where(screenings.c.request.in_(wanted[at : at + _SLICE]))
            found.update((row.request, _screening(row)) for row in self._connection.execute(query))
        return found

    def of_customer(self, customer_id: UUID, limit: int = 20) -> list[Screening]:
        """The screenings of a customer, newest first; what a new version of a list brought is in the batches."""
        query = select(screenings).where(screenings.c.customer_id == customer_id)
        query = query.order_by(screenings.c.made_at.desc(), screenings.c.id.desc()).limit(limit)
        return [_screening(row) for row in self._connection.execute(query)]

    def take_turn(self) -> None:
        """Keep other writers of hits away until the commit; they wait at the head of the ledger."""
        self._connection.execute(select(ledger_head.c.seq).with_for_update())

    def _one(self, condition: Any) -> Screening | None:
        row = self._connection.execute(select(screenings).where(condition)).one_or_none()
        return None if row is None else _screening(row)


def _screening(row: Row[Any]) -> Screening:
    return Screening(**row._asdict())
