"""The last sign of life of each process (心跳), in the inbox's database so that no bulk writer delays it.

Heartbeats use the machine's own clock, also where `BONAFIDE_NOW` stops the clock of everything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Row, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.engine import reading, unit_of_work
from store.schema.inbox import heartbeats


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """One process: its name ("worker-1"), kind ("gateway" or "worker"), host, process id and last beat in
    UTC.
    """

    process: str
    kind: str
    host: str
    pid: int
    started_at: datetime
    beat_at: datetime


class Heartbeats:
    """The heartbeats of one installation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = (sqlite if engine.dialect.name == "sqlite" else postgresql).insert

    def beat(self, heartbeat: Heartbeat) -> None:
        """Write down that this process lives."""
        values = {column.name: getattr(heartbeat, column.name) for column in heartbeats.columns}
        statement = self._insert(heartbeats).values(values)
        changed = {name: value for name, value in values.items() if name != "process"}
        with unit_of_work(self._engine) as connection:
            connection.execute(statement.on_conflict_do_update(index_elements=["process"], set_=changed))

    def stop(self, process: str) -> None:
        """Forget a process that ended in order, or whose work others have taken over."""
        with unit_of_work(self._engine) as connection:
            connection.execute(delete(heartbeats).where(heartbeats.c.process == process))

    def take_over(self, silent: Heartbeat, *, now: datetime) -> bool:
        """Claim the work of a silent process; True for one caller alone, for as long as a beat counts.

        Call `stop` when its work has been taken; a caller that dies before that leaves it to the next one.
        """
        mine = (heartbeats.c.process == silent.process) & (heartbeats.c.beat_at == silent.beat_at)
        with unit_of_work(self._engine) as connection:
            return connection.execute(update(heartbeats).where(mine).values(beat_at=now)).rowcount == 1

    def all(self) -> list[Heartbeat]:
        """Every process that is not known to have ended, in the order of names."""
        with reading(self._engine) as connection:
            rows = connection.execute(select(heartbeats).order_by(heartbeats.c.process)).all()
        return [_heartbeat(row) for row in rows]

    def silent(self, before: datetime, *, kind: str) -> list[Heartbeat]:
        """The processes of a kind whose last beat is older than `before`."""
        return [beat for beat in self.all() if beat.kind == kind and beat.beat_at < before]


def _heartbeat(row: Row[Any]) -> Heartbeat:
    return Heartbeat(**row._asdict())
