"""How fetching watch lists goes (名单同步): attempts, failures, who is at it, and how to ask what has changed.

A turn is held by the machine's own clock, like a heartbeat, also where `BONAFIDE_NOW` stops the clock of everything
else; whoever dies with it loses it when its time is over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from store.schema.watchlists import watchlist_syncs as syncs


@dataclass(frozen=True, slots=True)
class SyncState:
    """How fetching a list stands."""

    list: str
    #: The last attempt, and how many have failed one after the other.
    looked_at: datetime | None = None
    failures: int = 0
    #: What the last attempt failed of, “refused” or “unreachable”, and why.
    trouble: str | None = None
    because: str | None = None
    #: Which of the two people were told of.
    told: str | None = None
    not_before: datetime | None = None
    holder: UUID | None = None
    held_until: datetime | None = None
    #: The last files that came whole and what became of them.
    seen: Mapping[str, Any] | None = None


class ListSyncs:
    """The states on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(self, name: str) -> SyncState:
        """How the list stands; as new where it was never fetched."""
        row = self._connection.execute(select(syncs).where(syncs.c.list == name)).first()
        return SyncState(name) if row is None else SyncState(**row._asdict())

    def take(self, name: str, holder: UUID, *, now: datetime, until: datetime) -> bool:
        """Take the turn to fetch the list; False where somebody has it. `now` is the machine's own clock."""
        insert = (sqlite if self._connection.dialect.name == "sqlite" else postgresql).insert
        row = {"list": name, "failures": 0, "seen": {}}
        self._connection.execute(insert(syncs).values(row).on_conflict_do_nothing(index_elements=["list"]))
        free = or_(syncs.c.held_until.is_(None), syncs.c.held_until <= now)
        mine = update(syncs).where(syncs.c.list == name, free).values(holder=holder, held_until=until)
        return self._connection.execute(mine).rowcount == 1

    def settle(self, name: str, holder: UUID, **values: Any) -> bool:
        """Write what came of the turn and give it back; False where it had been lost, and nothing is written."""
        mine = update(syncs).where(syncs.c.list == name, syncs.c.holder == holder)
        done = self._connection.execute(mine.values(**values, holder=None, held_until=None))
        return done.rowcount == 1

    def give_back(self, holder: UUID) -> None:
        """Give back whatever turn somebody holds who was ended in order."""
        mine = update(syncs).where(syncs.c.holder == holder)
        self._connection.execute(mine.values(holder=None, held_until=None))
