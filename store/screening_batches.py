"""Re-screening in batches (增量筛查): a list's new version, or customers that changed, cut into slices.

A slice is one job and one transaction: its hits and its being done are written together, so that a worker that is
killed in the middle leaves nothing half done. One batch of a list is under way at a time, so that versions are looked
at in their order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update
from sqlalchemy.orm import Session

from store.identity import new_id
from store.schema.history import versions
from store.schema.ledger import ledger, ledger_head
from store.schema.screening import screening_batches as batches
from store.schema.screening import screening_cursors as cursors
from store.schema.screening import screening_slices as slices
from store.schema.screening import screenings


@dataclass(frozen=True, slots=True)
class Batch:
    """A look at many customers; of a list what differs between its versions `old` and `new`."""

    id: UUID
    kind: str
    list: str | None
    old: int
    new: int
    items: int
    known_seq: int
    began_at: datetime
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Slice:
    """Entries of the list by their numbers, or customers by their keys; `attempt` counts how often it was given up."""

    id: UUID
    batch_id: UUID
    items: Sequence[str]
    attempt: int
    state: str
    done_at: datetime | None
    compared: int
    found: int
    seq: int | None

    @property
    def job(self) -> str:
        """The id of the job that does it."""
        return f"rescreen:{self.id.hex}:{self.attempt}"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come."""

    batch: Batch
    slices: int
    done: int
    compared: int
    found: int


@dataclass(frozen=True, slots=True)
class Covered:
    """The newest version of a list that a customer was compared with, when, and under which screening or slice."""

    list: str
    version: int
    at: datetime
    by: str


class Batches:
    """Batches, slices and cursors on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def reached(self) -> dict[str, int]:
        """Of each list the version that the newest batch brings."""
        query = select(batches.c.list, func.max(batches.c.new)).where(batches.c.kind == "list")
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(batches.c.list))}

    def under_way(self, list_: str | None = None) -> list[Batch]:
        """Batches that have not ended, of one list or of all."""
        query = select(batches).where(batches.c.ended_at.is_(None)).order_by(batches.c.id)
        if list_ is not None:
            query = query.where(batches.c.list == list_)
        return [_batch(row) for row in self._connection.execute(query)]

    def begin(
        self,
        kind: str,
        items: Sequence[str],
        size: int,
        *,
        at: datetime,
        known_seq: int,
        list_: str | None = None,
        old: int = 0,
        new: int = 0,
    ) -> tuple[Batch, list[Slice]]:
        """Write a batch, its items cut into slices of so many; one without items has ended with that."""
        ended = None if items else at
        batch = Batch(new_id(), kind, list_, old, new, len(items), known_seq, at, ended)
        self._connection.execute(batches.insert(), {name: getattr(batch, name) for name in Batch.__slots__})
        made = [
            Slice(new_id(), batch.id, list(items[place : place + size]), 0, "waiting", None, 0, 0, None)
            for place in range(0, len(items), size)
        ]
        if made:
            rows = [{name: getattr(each, name) for name in Slice.__slots__} for each in made]
            self._connection.execute(slices.insert(), rows)
        return batch, made

    def slice(self, identity: UUID, *, hold: bool = False) -> tuple[Slice, Batch] | None:
        """A slice with its batch."""
        query = select(slices).where(slices.c.id == identity)
        row = self._connection.execute(query.with_for_update() if hold else query).one_or_none()
        if row is None:
            return None
        found = Slice(**row._asdict())
        batch = self._connection.execute(select(batches).where(batches.c.id == found.batch_id)).one()
        return found, _batch(batch)

    def finish(self, done: Slice, *, at: datetime, compared: int, found: int, seq: int) -> bool:
        """A slice is done; whether its batch has ended with it. Take your turn before."""
        self._connection.execute(
            update(slices)
            .where(slices.c.id == done.id)
            .values(state="done", done_at=at, compared=compared, found=found, seq=seq, items=[])
        )
        left = select(slices.c.id).where(slices.c.batch_id == done.batch_id, slices.c.state != "done")
        if self._connection.execute(left.limit(1)).first() is not None:
            return False
        self._connection.execute(update(batches).where(batches.c.id == done.batch_id).values(ended_at=at))
        return True

    def fail(self, identity: UUID) -> None:
        """The job of a slice was given up; a later look tries again."""
        waiting = (slices.c.id == identity) & (slices.c.state == "waiting")
        self._connection.execute(update(slices).where(waiting).values(state="failed"))

    def again(self, tries: int | None, limit: int = 20) -> list[Slice]:
        """Take slices that were given up, but not so often, for another try; they wait then, under a new job.

        Without `tries` however often they were.
        """
        failed = slices.c.state == "failed"
        if tries is not None:
            failed &= slices.c.attempt < tries
        rows = self._connection.execute(select(slices).where(failed).limit(limit)).all()
        for row in rows:
            change = update(slices).where(slices.c.id == row.id)
            self._connection.execute(change.values(state="waiting", attempt=row.attempt + 1))
        return [Slice(**{**row._asdict(), "state": "waiting", "attempt": row.attempt + 1}) for row in rows]

    def any_failed(self, tries: int) -> bool:
        """Whether a slice waits for another try."""
        failed = (slices.c.state == "failed") & (slices.c.attempt < tries)
        return self._connection.execute(select(slices.c.id).where(failed).limit(1)).first() is not None

    def lost(self, tries: int) -> dict[str | None, int]:
        """How many slices were given up for good, by list; None for those of customers that changed."""
        failed = (slices.c.state == "failed") & (slices.c.attempt >= tries)
        together = slices.join(batches, slices.c.batch_id == batches.c.id)
        query = select(batches.c.list, func.count()).select_from(together).where(failed)
        return {row[0]: row[1] for row in self._connection.execute(query.group_by(batches.c.list))}

    def progress(self, limit: int = 20) -> list[Progress]:
        """The newest batches and how far each has come."""
        newest = select(batches).order_by(batches.c.id.desc()).limit(limit)
        told = []
        for row in self._connection.execute(newest).all():
            query = select(
                func.count(),
                func.count(slices.c.done_at),
                func.coalesce(func.sum(slices.c.compared), 0),
                func.coalesce(func.sum(slices.c.found), 0),
            ).where(slices.c.batch_id == row.id)
            total, done, compared, found = self._connection.execute(query).one()
            told.append(Progress(_batch(row), total, done, int(compared), int(found)))
        return told

    def covered(self, customer_id: UUID) -> list[Covered]:
        """Of each list the newest version that this customer was compared with; a list that is missing: never."""
        born = (
            select(func.min(versions.c.recorded_seq))
            .where(versions.c.subject_id == customer_id, versions.c.number == 1)
            .scalar_subquery()
        )
        best: dict[str, Covered] = {}
        query = select(batches.c.list, batches.c.new, batches.c.ended_at, batches.c.id).where(
            batches.c.kind == "list", batches.c.ended_at.is_not(None), batches.c.known_seq >= born
        )
        for name, version, at, identity in self._connection.execute(query):
            _better(best, Covered(name, version, at, f"batch:{identity}"))
        mine = select(screenings.c.code, screenings.c.made_at, screenings.c.lists)
        for code, at, lists in self._connection.execute(mine.where(screenings.c.customer_id == customer_id)):
            for name, version in lists.items():
                _better(best, Covered(name, version, at, code))
        return [best[name] for name in sorted(best)]

    def customers_at(self, seq: int) -> int:
        """How many customers there were at this number of the ledger."""
        first = (versions.c.aggregate == "customers") & (versions.c.number == 1)
        query = select(func.count()).where(first, versions.c.recorded_seq <= seq)
        return self._connection.execute(query).scalar_one()

    def head(self) -> int:
        """The ledger's last number."""
        return self._connection.execute(select(ledger_head.c.seq)).scalar() or 0

    def mark(self, seq: int) -> str | None:
        """The ledger's chain value at a number: what was derived then is of this store; None where there is none."""
        return self._connection.execute(select(ledger.c.chain).where(ledger.c.seq == seq)).scalar()

    def cursor(self, name: str) -> int | None:
        """How far a look has come; None when it was never taken."""
        return self._connection.execute(select(cursors.c.seq).where(cursors.c.name == name)).scalar()

    def move(self, name: str, seq: int) -> None:
        """Write down how far a look has come."""
        moved = self._connection.execute(update(cursors).where(cursors.c.name == name).values(seq=seq))
        if not moved.rowcount:
            self._connection.execute(cursors.insert(), {"name": name, "seq": seq})


def _better(best: dict[str, Covered], found: Covered) -> None:
    known = best.get(found.list)
    if known is None or (found.version, found.at) > (known.version, known.at):
        best[found.list] = found


def _batch(row: Row[Any]) -> Batch:
    values: Mapping[str, Any] = row._asdict()
    return Batch(**values)
