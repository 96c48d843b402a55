"""A list from its files into the house (名单同步): read whole, held against the version in force, then written.

Whatever is wrong with the files, the version in force stays, the ledger says why, and `bonafide doctor` repeats it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID, uuid4

from sqlalchemy import Connection

from knowledge.watchlists.entry import written
from knowledge.watchlists.errors import ListRefused, ListUnreadable, UnknownList
from knowledge.watchlists.formats import FORMATS, READERS, read_list
from knowledge.watchlists.formats.shapes import Reading
from knowledge.watchlists.plausibility import refusal
from store.canonical import digest, mended
from store.clock import Clock
from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.policy import Policy
from store.watchlists import SLICE, ListVersion, Watchlists

_NAME = re.compile(r"^[a-z0-9][a-z0-9._-]{0,59}$")
_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did; `is_new` is False where the same files are in force already."""

    version: ListVersion
    is_new: bool


class Loader:
    """Loads one list at a time; two that load the same list do not disturb each other."""

    def __init__(self, databases: Databases, *, policy: Policy, clock: Clock) -> None:
        self._databases, self._policy, self._clock = databases, policy, clock

    def load(
        self, format: str, files: Sequence[Path], name: str, *, actor: str, accept: str | None = None
    ) -> Loaded:
        """As `Lists.load` says."""
        if format not in FORMATS:
            raise UnknownList(f"“{format}” is no format of a list; there are {', '.join(FORMATS)}")
        if not _NAME.match(name):
            raise UnknownList(
                f"“{name[:60]}” cannot be a list's name; use small letters, digits, - and _, at most 60"
            )
        paths = [Path(file) for file in files]
        try:
            return self.bring(format, paths, name, actor=actor, accept=accept)
        except (ListUnreadable, ListRefused) as wrong:
            with unit_of_work(self._databases.write) as connection:
                names = [path.name for path in paths]
                write_refusal(connection, self._clock, format, name, str(wrong), actor=actor, files=names)
            raise

    def bring(
        self, format: str, files: Sequence[Path], name: str, *, actor: str, accept: str | None = None
    ) -> Loaded:
        """The same without writing down a refusal: that is left to the caller."""
        described = _describe(files)
        sha256 = fingerprint(format, [file["sha256"] for file in described])
        if (known := self.recheck(name, sha256, actor)) is not None:
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

    def recheck(self, name: str, sha256: str, actor: str) -> ListVersion | None:
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

    def _slice(self, work: Callable[[Watchlists], _Result]) -> _Result:
        with unit_of_work(self._databases.write) as connection:
            return work(Watchlists(connection))


def write_refusal(
    connection: Connection,
    clock: Clock,
    format: str,
    name: str,
    because: str,
    *,
    actor: str,
    files: Sequence[str],
) -> None:
    """Write down that the last attempt was refused and why, which people are told; the version in force stays."""
    because = mended(because)[:1000]
    detail = {"format": format, "files": list(files), "because": because}
    Ledger(connection, clock).append(actor=actor, action="list.refused", subject=name, detail=detail)
    Watchlists(connection).refuse(name, format, clock(), because)


def fingerprint(format: str, hashes: Sequence[str]) -> str:
    """What tells the files of one version from those of another; also another reader makes another version."""
    return digest([READERS, format, sorted(hashes)])


def _describe(files: Sequence[Path]) -> list[dict[str, Any]]:
    """Name, size and hash of each file; raises ListUnreadable for one that cannot be read."""
    described = []
    for path in files:
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            described.append({"name": mended(path.name), "bytes": path.stat().st_size, "sha256": sha256})
        except OSError as wrong:
            raise ListUnreadable(f"{path.name} cannot be read: {wrong.strerror or wrong}") from None
    return described
