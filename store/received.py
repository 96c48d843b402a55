"""Files that people have sent, until somebody has said whose they are (收到的文件).

    waiting ──▶ taking ──▶ taken
       └──▶ discarded | expired

Every step is a compare-and-set, so of two clicks one counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, exists, select, update

from store.canonical import mend
from store.codes import take_codes
from store.identity import new_id, read_code
from store.schema.documents import documents
from store.schema.received import received_files


class ReceivedState(StrEnum):
    """WAITING for an answer, TAKING as long as it is filed; the others are final."""

    WAITING = "waiting"
    TAKING = "taking"
    TAKEN = "taken"
    DISCARDED = "discarded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Received:
    """One file; `seen` is what was read from it, `size` in bytes, `actor` the e-mail address of the sender."""

    id: UUID
    code: str
    arrival: str
    place: int
    team: str
    slack_user: str
    actor: str
    language: str
    name: str
    media_type: str
    size: int
    sha256: str
    seen: Mapping[str, Any]
    state: ReceivedState
    received_at: datetime
    customer_id: UUID | None
    document_id: UUID | None


class ReceivedFiles:
    """Keeps received files on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        *,
        arrival: str,
        place: int,
        team: str,
        slack_user: str,
        actor: str,
        language: str,
        name: str,
        media_type: str,
        size: int,
        sha256: str,
        seen: Mapping[str, Any],
        at: datetime,
    ) -> Received:
        """Keep a file that waits for its customer; the same place of the same arrival again gives the first one."""
        known = self.of_arrival(arrival, place)
        if known is not None:
            return known
        row = {
            "id": new_id(),
            "code": take_codes(self._connection, "F")[0],
            "arrival": arrival,
            "place": place,
            "team": team,
            "slack_user": slack_user,
            "actor": actor,
            "language": language,
            "name": mend(name)[:300],
            "media_type": mend(media_type)[:120],
            "size": size,
            "sha256": sha256,
            "seen": mend(seen),
            "state": ReceivedState.WAITING.value,
            "received_at": at,
        }
        self._connection.execute(received_files.insert(), row)
        found = self._one(received_files.c.id == row["id"])
        assert found is not None
        return found

    def by_code(self, code: str) -> Received | None:
        """The file `F-3`."""
        canonical = read_code(code, "F")
        return None if canonical is None else self._one(received_files.c.code == canonical)

    def of_arrival(self, arrival: str, place: int) -> Received | None:
        """The file at this place of an arrival."""
        return self._one((received_files.c.arrival == arrival) & (received_files.c.place == place))

    def claim(self, received: Received, customer_id: UUID) -> bool:
        """Begin to file it with this customer; True also for who goes on with just that."""
        mine = (received_files.c.state == ReceivedState.WAITING.value) | (
            (received_files.c.state == ReceivedState.TAKING.value)
            & (received_files.c.customer_id == customer_id)
        )
        return self._move(received, mine, ReceivedState.TAKING, customer_id=customer_id)

    def take(self, received: Received, document_id: UUID) -> bool:
        """It is filed as this document; False when that was said before."""
        mine = received_files.c.state == ReceivedState.TAKING.value
        return self._move(received, mine, ReceivedState.TAKEN, document_id=document_id)

    def give_up(self, received: Received, state: ReceivedState) -> bool:
        """Nobody wants it (DISCARDED) or nobody has said whose it is (EXPIRED); False when it does not wait any more.

        Where its bytes are not needed otherwise (`is_needed`), they are to be removed after the commit.
        """
        return self._move(received, received_files.c.state == ReceivedState.WAITING.value, state)

    def overdue(self, before: datetime, limit: int = 100) -> list[Received]:
        """Files that have waited since before this instant, oldest first."""
        query = (
            select(received_files)
            .where(
                received_files.c.state == ReceivedState.WAITING.value, received_files.c.received_at < before
            )
            .order_by(received_files.c.received_at)
            .limit(limit)
        )
        return [_read(row) for row in self._connection.execute(query)]

    def is_needed(self, sha256: str) -> bool:
        """Whether a document or a file that may still be filed lies on these bytes."""
        wanted = exists().where(documents.c.blob == sha256)
        waiting = exists().where(
            received_files.c.sha256 == sha256,
            received_files.c.state.in_([ReceivedState.WAITING.value, ReceivedState.TAKING.value]),
        )
        return bool(self._connection.scalar(select(wanted | waiting)))

    def _move(self, received: Received, condition: Any, state: ReceivedState, **values: Any) -> bool:
        moved = self._connection.execute(
            update(received_files)
            .where(received_files.c.id == received.id, condition)
            .values(state=state.value, **values)
        )
        return moved.rowcount == 1

    def _one(self, condition: Any) -> Received | None:
        row = self._connection.execute(select(received_files).where(condition)).one_or_none()
        return None if row is None else _read(row)


def _read(row: Row[Any]) -> Received:
    return Received(**row._asdict() | {"state": ReceivedState(row.state)})
