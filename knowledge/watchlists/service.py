"""Lists that are loaded, refused, read again and compared (名单同步): the one door to watch lists.

A load reads the files whole, holds them against the version in force, and writes only what differs. Whatever is wrong
with the files, the version in force stays, the ledger says why, and `bonafide doctor` repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from knowledge.watchlists.entry import ListEntry, differences, read_entry, written
from knowledge.watchlists.errors import ListRefused, ListUnreadable, UnknownList, WatchlistError
from knowledge.watchlists.formats import FORMATS, READERS, read_list
from knowledge.watchlists.formats.shapes import Reading
from knowledge.watchlists.plausibility import refusal
from store.canonical import digest, mended
from store.clock import Clock
from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.policy import Policy
from store.watchlists import SLICE, ListState, ListVersion, Watchlists

_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]{0,59}$")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; `is_new` is False where the same files are in force already."""

    version: ListVersion
    is_new: bool


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
        name = name or format
        if format not in FORMATS:
            raise UnknownList(f"“{format}” is no format of a list; there are {', '.join(FORMATS)}")
        if not _NAME.match(name):
            raise UnknownList(
                f"“{name[:60]}” cannot be a list's name; use small letters, digits, - and _, at most 60"
            )
        try:
            return self._load(format, [Path(file) for file in files], name, actor, accept)
        except (ListUnreadable, ListRefused) as wrong:
            self._refuse(format, name, actor, files, wrong)
            raise

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

    def _load(self, format: str, files: list[Path], name: str, actor: str, accept: str | None) -> Loaded:
        described = _describe(files)
        sha256 = digest([READERS, format, sorted(file["sha256"] for file in described)])
        if (known := self._same(name, sha256, actor)) is not None:
            return Loaded(known, is_new=False)
        read = read_list(format, files, max_bytes=self._policy.watchlists.max_megabytes * 1_000_000)
        if _describe(files) != described:
            raise ListUnreadable(
                "a file was changed while it was read; wait until it is whole and load it again"
            )
        claim = uuid4()
        with unit_of_work(self._databases.write) as connection:
            state = Watchlists(connection).claim(name, format, claim)
        while self._slice(lambda store: store.take_back(name, claim)):
            pass
        with reading(self._databases.read) as connection:
            last = Watchlists(connection).version(name, state.version)
            held = Watchlists(connection).hashes(name, state.version)
        kept = {entry.id for entry in read.entries}
        removed = [identity for identity in held if identity not in kept]
        because = refusal(read, last, len(removed), self._policy.watchlists)
        if because and not (accept and accept.strip()):
            raise ListRefused(f"{because}; version {state.version} stays in force" if last else because)
        added, changed = self._write(name, claim, read, held, removed)
        version = ListVersion(
            list=name,
            version=state.version + 1,
            format=format,
            sha256=sha256,
            files=described,
            published=read.published and mended(read.published)[:40],
            label=read.label and mended(read.label)[:120],
            loaded_at=self._clock(),
            loaded_by=mended(actor)[:200],
            entries=len(read.entries),
            names=sum(len(entry.names) for entry in read.entries),
            added=added,
            changed=changed,
            removed=len(removed),
            problems=[mended(problem) for problem in read.problems],
            accepted=mended(f"{because} – {accept.strip()}")[:1000] if because and accept else None,
        )
        self._finish(claim, version, read)
        return Loaded(version, is_new=True)

    def _same(self, name: str, sha256: str, actor: str) -> ListVersion | None:
        """The version in force, where it was made of the very same files; that it was looked at is written down."""
        with unit_of_work(self._databases.write) as connection:
            store = Watchlists(connection)
            state = store.find(name)
            version = store.version(name, state.version) if state else None
            if version is None or version.sha256 != sha256:
                return None
            detail = {"version": version.version, "sha256": sha256}
            Ledger(connection, self._clock).append(
                actor=actor, action="list.checked", subject=name, detail=detail
            )
            store.synced(name, self._clock())
            return version

    def _write(
        self, name: str, claim: UUID, read: Reading, held: Mapping[str, str], removed: Sequence[str]
    ) -> tuple[int, int]:
        """Write what differs, slice by slice; how many entries are new and how many read otherwise."""
        added = changed = 0
        rows: list[dict[str, Any]] = []
        closed: list[str] = []

        def flush() -> None:
            self._slice(lambda store: store.write(name, claim, rows, closed))
            rows.clear()
            closed.clear()

        for entry in read.entries:
            body, content, matter = written(entry)
            before = held.get(entry.id)
            if before == content:
                continue
            added, changed = added + (before is None), changed + (before is not None)
            rows.append({"entry": entry.id, "body": body, "content": content, "matter": matter})
            closed += [entry.id] if before is not None else []
            if len(rows) >= SLICE:
                flush()
        for place in range(0, len(removed), SLICE):
            closed += removed[place : place + SLICE]
            flush()
        flush()
        return added, changed

    def _finish(self, claim: UUID, version: ListVersion, read: Reading) -> None:
        detail = {
            "version": version.version,
            "format": version.format,
            "files": [dict(file) for file in version.files],
            "published": version.published,
            "entries": version.entries,
            "added": version.added,
            "changed": version.changed,
            "removed": version.removed,
            "problems": read.problem_count,
            "accepted": version.accepted,
            "policy": self._policy.version,
        }
        with unit_of_work(self._databases.write) as connection:
            Ledger(connection, self._clock).append(
                actor=version.loaded_by, action="list.loaded", subject=version.list, detail=detail
            )
            Watchlists(connection).finish(claim, version)

    def _refuse(
        self, format: str, name: str, actor: str, files: Sequence[Path], wrong: WatchlistError
    ) -> None:
        because = mended(str(wrong))[:1000]
        detail = {"format": format, "files": [Path(file).name for file in files], "because": because}
        with unit_of_work(self._databases.write) as connection:
            Ledger(connection, self._clock).append(
                actor=actor, action="list.refused", subject=name, detail=detail
            )
            Watchlists(connection).refuse(name, format, self._clock(), because)

    def _slice(self, work: Any) -> Any:
        with unit_of_work(self._databases.write) as connection:
            return work(Watchlists(connection))

    def _standing(self, store: Watchlists, state: ListState, now: datetime) -> Standing:
        version = store.version(state.name, state.version) if state.version else None
        days = None if state.synced_at is None else max(0, (now - state.synced_at).days)
        is_old = days is not None and days > self._policy.watchlists.days_of(state.name)
        return Standing(state, version, days, is_old)

    def _number(self, connection: Any, name: str, version: int | None) -> int:
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


def _describe(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Name, size and hash of each file; raises ListUnreadable for one that cannot be read."""
    import hashlib

    described = []
    for path in files:
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            described.append({"name": mended(path.name), "bytes": path.stat().st_size, "sha256": sha256})
        except OSError as wrong:
            raise ListUnreadable(f"{path.name} cannot be read: {wrong.strerror or wrong}") from None
    return described
