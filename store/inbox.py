"""The inbox: what arrives is written down before it is acknowledged (收件箱).

One arrival is one tiny transaction on the inbox's own engine. What was already there, by the delivery's key
or by the message's, is not written again. When the database cannot take it, `StoreBusy` is raised and the
arrival must not be acknowledged, so that Slack sends it again.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import StatementError

from store.arrivals import Arrival, ArrivalKind, ArrivalState, DeliveryUnreadable, event_keys
from store.canonical import mend
from store.clock import Clock
from store.engine import reading, unit_of_work
from store.identity import new_id
from store.schema.inbox import inbox

#: Rows that retention deletes in one transaction, so that no arrival waits for it.
_SLICE = 500


class Inbox:
    """The inbox of one installation; safe to use from many threads.

    `arrived` is set whenever something new was written down, to wake the thread that forwards it.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.arrived = threading.Event()
        # SQLite's own waiting for its one writer sleeps in growing steps; a lock of the process is fair.
        self._turn = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        insert = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert(inbox)
        # What comes back is the only thing that both databases tell alike: no row was written, no id.
        self._insert = insert.on_conflict_do_nothing().returning(inbox.c.id)

    def accept(self, body: Mapping[str, Any], clock: Clock) -> str | None:
        """Write down what Slack sent; the id of the new row, or None when it was already there.

        Raises `DeliveryUnreadable` for what has no shape of Slack's and `StoreBusy` when nothing was written.
        """
        keys = event_keys(body)
        return self.receive(keys.kind, keys.team, keys.delivery, keys.content, body, clock)

    def receive(
        self,
        kind: str,
        team: str,
        delivery_key: str,
        content_key: str | None,
        body: Mapping[str, Any],
        clock: Clock,
    ) -> str | None:
        """Write down one arrival under its keys; the id of the new row, or None when it was already there."""
        identity = str(new_id())
        row = {
            "id": identity,
            "kind": str(kind),
            "team": team,
            "delivery_key": delivery_key,
            "content_key": content_key,
            "body": mend(body),
            "received_at": clock(),
            "state": ArrivalState.NEW.value,
            "attempts": 0,
        }
        try:
            with self._writing() as connection:
                written = connection.execute(self._insert, row).first()
        except (StatementError, ValueError, TypeError, RecursionError) as wrong:
            raise DeliveryUnreadable("what arrived is not JSON that can be stored") from wrong
        if written is None:
            return None
        self.arrived.set()
        return identity

    def unqueued(self, limit: int = 100) -> list[Arrival]:
        """What has no job yet, in the order of arrival."""
        return self._list(ArrivalState.NEW, limit)

    def queued(self, limit: int = 1000, *, after: str = "") -> list[Arrival]:
        """What has a job that is not finished, in the order of arrival, from behind the id `after`."""
        return self._list(ArrivalState.QUEUED, limit, after=after)

    def mark_queued(self, ids: Iterable[str]) -> None:
        """These have a job; what is already finished stays so."""
        ids = list(ids)
        if ids:
            with self._writing() as connection:
                connection.execute(
                    update(inbox)
                    .where(inbox.c.id.in_(ids), inbox.c.state == ArrivalState.NEW.value)
                    .values(state=ArrivalState.QUEUED.value, attempts=inbox.c.attempts + 1)
                )

    def discard(self, ids: Iterable[str]) -> None:
        """These meant nothing to the bot: what people say to each other is not kept."""
        ids = list(ids)
        if ids:
            with self._writing() as connection:
                connection.execute(
                    delete(inbox).where(inbox.c.id.in_(ids), inbox.c.state == ArrivalState.NEW.value)
                )

    def finish(self, identity: str, clock: Clock, *, error: str | None = None) -> bool:
        """It is done, or failed with a reason; whether it was still open: what is finished once stays so."""
        state = ArrivalState.DONE if error is None else ArrivalState.FAILED
        with self._writing() as connection:
            finished = connection.execute(
                update(inbox)
                .where(
                    inbox.c.id == identity,
                    inbox.c.state.in_([ArrivalState.NEW.value, ArrivalState.QUEUED.value]),
                )
                .values(state=state.value, finished_at=clock(), error=error)
            )
        return finished.rowcount == 1

    def fail(self, identity: str, reason: str, clock: Clock) -> bool:
        """It failed for good; `reason` is for the doctor and never holds what somebody wrote."""
        return self.finish(identity, clock, error=reason)

    def get(self, identity: str) -> Arrival | None:
        """One arrival, or None when there is none of this id."""
        with self._reading() as connection:
            row = connection.execute(select(inbox).where(inbox.c.id == identity)).one_or_none()
        return None if row is None else _arrival(row)

    def counts(self) -> dict[str, int]:
        """How many arrivals are in each state; every state is there."""
        with self._reading() as connection:
            found = connection.execute(select(inbox.c.state, func.count()).group_by(inbox.c.state)).all()
        return {state.value: 0 for state in ArrivalState} | {row.state: row[1] for row in found}

    def oldest_open(self) -> datetime | None:
        """When the oldest unfinished arrival came; None when all is finished."""
        open_states = [ArrivalState.NEW.value, ArrivalState.QUEUED.value]
        with self._reading() as connection:
            return connection.execute(
                select(inbox.c.received_at)
                .where(inbox.c.state.in_(open_states))
                .order_by(inbox.c.received_at)
                .limit(1)
            ).scalar_one_or_none()

    def forget(self, before: datetime) -> int:
        """Delete what was finished before this instant, in slices; how many rows went.

        Keep at least a day: Slack sends again for about an hour, and a deleted key would let it in twice.
        """
        gone = 0
        while True:
            with self._writing() as connection:
                old = select(inbox.c.id).where(inbox.c.finished_at < before).limit(_SLICE)
                deleted = connection.execute(delete(inbox).where(inbox.c.id.in_(old))).rowcount
            gone += deleted
            if deleted < _SLICE:
                return gone

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with self._turn, unit_of_work(self._engine) as connection:
            yield connection

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        # On SQLite this engine begins every transaction as a writer, so reading takes its turn as well.
        with self._turn, reading(self._engine) as connection:
            yield connection

    def _list(self, state: ArrivalState, limit: int, *, after: str = "") -> list[Arrival]:
        with self._reading() as connection:
            rows = connection.execute(
                select(inbox)
                .where(inbox.c.state == state.value, inbox.c.id > after)
                .order_by(inbox.c.id)
                .limit(limit)
            ).all()
        return [_arrival(row) for row in rows]


def _arrival(row: Row[Any]) -> Arrival:
    fields = row._asdict()
    return Arrival(**fields | {"kind": ArrivalKind(row.kind), "state": ArrivalState(row.state)})
