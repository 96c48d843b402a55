"""Lists that are shown, read again and compared (监控名单): the one door to watch lists; `loading` brings them in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from knowledge.watchlists.entry import ListEntry, differences, read_entry
from knowledge.watchlists.errors import UnknownList
from knowledge.watchlists.loading import Loaded, Loader
from store.clock import Clock
from store.engine import Databases, reading
from store.policy import Policy
from store.watchlists import ListState, ListVersion, Watchlists

__all__ = ["Change", "Delta", "Lists", "Loaded", "Standing"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a list stands today."""

    state: ListState
    #: The version in force; None where none was ever accepted.
    version: ListVersion | None
    #: Days since it was last fetched with success, and whether that is longer than policy allows.
    days: int | None
    is_old: bool


@dataclass(frozen=True, slots=True)
class Change:
    """An entry that reads otherwise: before, after, and the fields that differ."""

    before: ListEntry
    after: ListEntry
    #: Whether something changed that a decision on a hit rests on.
    matters: bool

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that differ."""
        return differences(self.before, self.after)


@dataclass(frozen=True, slots=True)
class Delta:
    """What differs between two versions of a list."""

    list: str
    old: int
    new: int
    added: tuple[ListEntry, ...]
    changed: tuple[Change, ...]
    removed: tuple[ListEntry, ...]


class Lists:
    """Every watch list of the house."""

    def __init__(self, databases: Databases, *, policy: Policy, clock: Clock) -> None:
        self._databases, self._policy, self._clock = databases, policy, clock

    def load(
        self,
        format: str,
        files: Sequence[Path],
        name: str | None = None,
        *,
        actor: str,
        accept: str | None = None,
    ) -> Loaded:
        """Make the files the version in force of the list `name` (the format's name where none is given).

        `accept` is a person's reason to take what would be refused as too small or too old. Raises UnknownList,
        ListUnreadable and ListRefused; the last two are in the ledger then, and nothing else has changed.
        """
        loader = Loader(self._databases, policy=self._policy, clock=self._clock)
        return loader.load(format, files, name or format, actor=actor, accept=accept)

    def show(self) -> list[Standing]:
        """Every list by name."""
        now = self._clock()
        with reading(self._databases.read) as connection:
            store = Watchlists(connection)
            return [self._standing(store, state, now) for state in store.all()]

    def in_force(self) -> dict[str, int]:
        """The version in force of each list that has one."""
        with reading(self._databases.read) as connection:
            return {state.name: state.version for state in Watchlists(connection).all() if state.version}

    def versions(self, name: str) -> list[ListVersion]:
        """The versions of a list, newest first; raises UnknownList."""
        with reading(self._databases.read) as connection:
            self._number(connection, name, None)
            return Watchlists(connection).versions(name)

    def entries(
        self, name: str, version: int | None = None, *, only: Sequence[str] | None = None
    ) -> Iterator[ListEntry]:
        """The entries of a version (the one in force where none is given); raises UnknownList.

        `only` gives entries by their numbers. The database is read while you go through them.
        """
        with reading(self._databases.read) as connection:
            number = self._number(connection, name, version)
            for stored in Watchlists(connection).entries(name, number, only):
                yield read_entry(stored.body)

    def entry(self, name: str, identity: str, version: int | None = None) -> ListEntry | None:
        """One entry by its number; None where the version has none such."""
        return next(self.entries(name, version, only=[identity]), None)

    def changed(self, name: str, old: int, new: int | None = None) -> Delta:
        """What differs from version `old` (0: nothing) to `new` (the one in force); raises UnknownList."""
        with reading(self._databases.read) as connection:
            last = self._number(connection, name, new)
            first = 0 if old == 0 else self._number(connection, name, old)
            if first > last:
                raise UnknownList(
                    f"version {first} of {name} is newer than version {last}; give the older one first"
                )
            rows = Watchlists(connection).changed(name, first, last)
        pairs = [
            (
                one and read_entry(one.body),
                other and read_entry(other.body),
                one and other and one.matter != other.matter,
            )
            for one, other in rows
        ]
        return Delta(
            list=name,
            old=first,
            new=last,
            added=tuple(after for before, after, _ in pairs if after and not before),
            changed=tuple(
                Change(before, after, bool(matters)) for before, after, matters in pairs if before and after
            ),
            removed=tuple(before for before, after, _ in pairs if before and not after),
        )

    def _standing(self, store: Watchlists, state: ListState, now: datetime) -> Standing:
        version = store.version(state.name, state.version) if state.version else None
        age = None if state.synced_at is None else now - state.synced_at
        days = None if age is None else max(0, age.days)
        is_old = age is not None and age >= self._policy.watchlists.stale_after(state.name)
        return Standing(state, version, days, is_old)

    def _number(self, connection: Connection, name: str, version: int | None) -> int:
        state = Watchlists(connection).find(name)
        if state is None or not state.version:
            raise UnknownList(
                f"there is no list {name[:60]}; `bonafide lists show` names those that are loaded"
            )
        if version is None:
            return state.version
        if not 1 <= version <= state.version:
            raise UnknownList(
                f"the list {name} has no version {version}; its versions are 1 to {state.version}"
            )
        return version
