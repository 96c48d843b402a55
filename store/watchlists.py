"""Watch lists in the store (监控名单): which versions there were, what stood in each, and what changed between two.

A new version is written in slices, each its own transaction, under a claim. Until `finish` nobody sees any of it, and
whoever claims the list next takes back what a killed load has left.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, delete, insert, or_, select, update

from store.errors import StoreBusy
from store.schema.watchlists import watchlist_entries as entries
from store.schema.watchlists import watchlist_versions as versions
from store.schema.watchlists import watchlists as lists

#: Rows of one transaction.
SLICE = 1000


@dataclass(frozen=True, slots=True)
class ListState:
    """How a list stands: the version in force (0: none yet), when it was last fetched, and the last refusal."""

    name: str
    format: str
    version: int
    synced_at: datetime | None
    refused_at: datetime | None
    refused_because: str | None


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One version of a list: where it came from, and how it differs from the version before it."""

    list: str
    version: int
    format: str
    sha256: str
    #: Name, bytes and sha256 of each file.
    files: Sequence[Mapping[str, Any]]
    published: str | None
    label: str | None
    loaded_at: datetime
    loaded_by: str
    entries: int
    names: int
    added: int
    changed: int
    removed: int
    problems: Sequence[str]
    accepted: str | None = None


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry as it reads from version `since` on, until before version `until`."""

    entry: str
    since: int
    until: int | None
    body: Mapping[str, Any]
    content: str
    matter: str


class Watchlists:
    """Lists, versions and entries on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self) -> list[ListState]:
        """Every list by name, also one of which no version was ever accepted."""
        return [_state(row) for row in self._connection.execute(select(lists).order_by(lists.c.name))]

    def find(self, name: str) -> ListState | None:
        """The list of this name."""
        row = self._connection.execute(select(lists).where(lists.c.name == name)).first()
        return _state(row) if row else None

    def versions(self, name: str) -> list[ListVersion]:
        """The versions of a list, newest first."""
        query = select(versions).where(versions.c.list == name).order_by(versions.c.version.desc())
        return [ListVersion(**row._asdict()) for row in self._connection.execute(query)]

    def version(self, name: str, number: int) -> ListVersion | None:
        """One version."""
        query = select(versions).where(versions.c.list == name, versions.c.version == number)
        row = self._connection.execute(query).first()
        return ListVersion(**row._asdict()) if row else None

    def hashes(self, name: str, version: int) -> dict[str, str]:
        """The content hash of each entry of a version."""
        query = select(entries.c.entry, entries.c.content).where(_in_version(name, version))
        return {row.entry: row.content for row in self._connection.execute(query)}

    def entries(self, name: str, version: int, only: Sequence[str] | None = None) -> Iterator[StoredEntry]:
        """The entries of a version by their numbers; `only` those of these numbers."""
        query = select(entries).where(_in_version(name, version)).order_by(entries.c.entry)
        if only is not None:
            query = query.where(entries.c.entry.in_(list(only)))
        with self._connection.execute(query, execution_options={"yield_per": SLICE}) as rows:
            for row in rows:
                yield _entry(row)

    def changed(self, name: str, old: int, new: int) -> list[tuple[StoredEntry | None, StoredEntry | None]]:
        """What differs between two versions, by entry: before and after; None where it was not there."""
        gone = self._rows(name, and_(entries.c.since <= old, entries.c.until > old, entries.c.until <= new))
        come = self._rows(
            name,
            and_(
                entries.c.since > old,
                entries.c.since <= new,
                or_(entries.c.until.is_(None), entries.c.until > new),
            ),
        )
        pairs = ((gone.get(entry), come.get(entry)) for entry in sorted(gone.keys() | come.keys()))
        # What was changed and changed back has not changed.
        return [(one, other) for one, other in pairs if not (one and other and one.content == other.content)]

    def _rows(self, name: str, condition: ColumnElement[bool]) -> dict[str, StoredEntry]:
        query = select(entries).where(entries.c.list == name, condition)
        return {row.entry: _entry(row) for row in self._connection.execute(query)}

    def claim(self, name: str, format: str, claim: UUID) -> ListState:
        """Begin to write a version; whoever was at it loses the claim. The list is made where it is new."""
        if self.find(name) is None:
            row = {"name": name, "format": format, "version": 0, "claim": claim}
            self._connection.execute(insert(lists), row)
        else:
            self._connection.execute(update(lists).where(lists.c.name == name).values(claim=claim))
        state = self.find(name)
        assert state is not None
        return state

    def take_back(self, name: str, claim: UUID) -> bool:
        """Undo one slice of what a load that did not end has left; whether there was any."""
        state = self._hold(name, claim)
        left = select(entries.c.entry, entries.c.since).where(
            entries.c.list == name, or_(entries.c.since > state.version, entries.c.until > state.version)
        )
        rows = self._connection.execute(left.limit(SLICE)).all()
        for row in rows:
            one = and_(entries.c.list == name, entries.c.entry == row.entry, entries.c.since == row.since)
            change = (
                delete(entries).where(one)
                if row.since > state.version
                else update(entries).where(one).values(until=None)
            )
            self._connection.execute(change)
        return bool(rows)

    def write(self, name: str, claim: UUID, rows: Sequence[Mapping[str, Any]], closed: Sequence[str]) -> None:
        """One slice of the next version: entries that are new or read otherwise, and entries whose old row ends.

        A row has entry, body, content and matter. Raises StoreBusy when another load has begun meanwhile.
        """
        number = self._hold(name, claim).version + 1
        if closed:
            ended = (
                update(entries)
                .where(
                    entries.c.list == name,
                    entries.c.entry == bindparam("ended"),
                    entries.c.since < number,
                    entries.c.until.is_(None),
                )
                .values(until=number)
            )
            self._connection.execute(ended, [{"ended": entry} for entry in closed])
        if rows:
            self._connection.execute(
                insert(entries), [{**row, "list": name, "since": number} for row in rows]
            )

    def finish(self, claim: UUID, version: ListVersion) -> None:
        """The version is whole and from now on in force; append the ledger's entry before."""
        self._hold(version.list, claim)
        row = {field: getattr(version, field) for field in ListVersion.__slots__}
        self._connection.execute(insert(versions), row)
        change = {
            "version": version.version,
            "format": version.format,
            "synced_at": version.loaded_at,
            "claim": None,
        }
        self._change(version.list, **change, refused_at=None, refused_because=None)

    def synced(self, name: str, at: datetime) -> None:
        """The list was fetched and had not changed."""
        self._change(name, synced_at=at, refused_at=None, refused_because=None)

    def refuse(self, name: str, format: str, at: datetime, because: str) -> None:
        """The last attempt was refused; the version in force stays."""
        if self.find(name) is None:
            self._connection.execute(insert(lists), {"name": name, "format": format, "version": 0})
        self._change(name, refused_at=at, refused_because=because)

    def _hold(self, name: str, claim: UUID) -> ListState:
        """The list, if the claim on it still stands; nobody else gets it before the commit."""
        mine = update(lists).where(lists.c.name == name, lists.c.claim == claim).values(claim=claim)
        if self._connection.execute(mine).rowcount != 1:
            raise StoreBusy(
                f"another load of the list {name} has begun meanwhile; nothing was changed by this one"
            )
        state = self.find(name)
        assert state is not None
        return state

    def _change(self, name: str, **values: Any) -> None:
        self._connection.execute(update(lists).where(lists.c.name == name).values(**values))


def _in_version(name: str, version: int) -> ColumnElement[bool]:
    return and_(
        entries.c.list == name,
        entries.c.since <= version,
        or_(entries.c.until.is_(None), entries.c.until > version),
    )


def _state(row: Row[Any]) -> ListState:
    return ListState(row.name, row.format, row.version, row.synced_at, row.refused_at, row.refused_because)


def _entry(row: Row[Any]) -> StoredEntry:
    return StoredEntry(row.entry, row.since, row.until, row.body, row.content, row.matter)
