"""Lists fetched from their publishers (名单同步): when they are due, all files or none, and what came of it.

What is wrong with a publisher today must not be told anew every round: a failure that stays the same is written down
and told once. A publisher that cannot be reached is told of after a few attempts, for most are back by then.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any
from uuid import uuid4

from knowledge.sources.downloads import Download, Limits, Mark, fetch_together
from knowledge.sources.errors import NotWhole, Unreachable
from knowledge.watchlists.errors import ListRefused, ListUnreadable, UnknownList
from knowledge.watchlists.loading import Loaded, Loader, fingerprint, write_refusal
from store.canonical import digest, mended
from store.clock import Clock
from store.engine import Databases, reading, unit_of_work
from store.errors import StoreBusy
from store.list_syncs import ListSyncs, SyncState
from store.policy import Policy
from store.policy.screening import ListSource
from store.watchlists import ListState, ListVersion, Watchlists

#: Who fetches when nobody asked.
ACTOR = "rule:lists"
#: From so many failures in a row on, people are told that a publisher cannot be reached.
PATIENCE = 3
#: The kind of failure where what came was cut short, too large or not of one moment.
_BROKEN = "broken"
#: How long loading may take after fetching before another may begin.
_LOADING = timedelta(minutes=30)


class Outcome(StrEnum):
    """What came of fetching a list."""

    NEW = "new"
    UNCHANGED = "unchanged"
    #: Files came, and they cannot be the list.
    REFUSED = "refused"
    #: No files came.
    UNREACHABLE = "unreachable"
    #: Somebody else is at it.
    BUSY = "busy"


@dataclass(frozen=True, slots=True)
class Synced:
    """What came of fetching a list, and the version that is in force now."""

    list: str
    outcome: Outcome
    version: ListVersion | None
    because: str = ""


class Syncing:
    """Fetches the lists that policy names; several may, and each list is fetched by one at a time."""

    def __init__(self, databases: Databases, *, policy: Policy, clock: Clock, folder: Path) -> None:
        """`folder` takes what is fetched until it is loaded."""
        self._databases, self._policy, self._clock, self._folder = databases, policy, clock, folder
        self._holder = uuid4()
        self._loader = Loader(databases, policy=policy, clock=clock)

    def sources(self, *names: str) -> list[ListSource]:
        """The lists of these names, all without one; raises UnknownList."""
        known = {source.name: source for source in self._policy.watchlists.sources}
        for name in names:
            if name not in known:
                raise UnknownList(
                    f"policy does not say where the list {name[:60]} is fetched; name it under "
                    "[[watchlists.sources]]" + (f", where there are {', '.join(known)}" if known else "")
                )
        return [known[name] for name in names or known]

    def due(self) -> list[ListSource]:
        """The lists that are to be fetched now and that nobody is fetching."""
        with reading(self._databases.read) as connection:
            syncs = ListSyncs(connection)
            return [each for each in self.sources() if self._is_due(each, syncs.find(each.name))]

    def states(self) -> dict[str, SyncState]:
        """How fetching each list stands that policy names."""
        with reading(self._databases.read) as connection:
            return {each.name: ListSyncs(connection).find(each.name) for each in self.sources()}

    def sync(self, source: ListSource, *, actor: str, accept: str | None = None) -> Synced:
        """Fetch a list, due or not, and make it the version in force where it is new and can be the list.

        `accept` is a person's reason to take what would be refused. What goes wrong is in what is returned.
        """
        now = datetime.now(UTC)
        until = now + timedelta(seconds=self._policy.watchlists.fetch_seconds) + _LOADING
        with unit_of_work(self._databases.write) as connection:
            if not ListSyncs(connection).take(source.name, self._holder, now=now, until=until):
                return self._told(source, Outcome.BUSY)
        folder = self._folder / source.name
        try:
            shutil.rmtree(folder, ignore_errors=True)
            return self._sync(source, folder, actor, accept)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
            with unit_of_work(self._databases.write) as connection:
                ListSyncs(connection).give_back(self._holder)

    def _sync(self, source: ListSource, folder: Path, actor: str, accept: str | None) -> Synced:
        state, _ = self._standing(source.name)
        seen: Mapping[str, Any] = {} if accept else self._usable(source, state.seen or {})
        files: list[Download] | None = None
        try:
            files = self._fetch(source, folder, seen)
            if files is None:
                if not seen["refused"] and (same := self._loader.recheck(source.name, seen["sha256"], actor)):
                    return self._done(source, Loaded(same, is_new=False), seen)
                if seen["refused"]:
                    return self._failed(source, Outcome.REFUSED, seen["refused"], actor, seen=seen)
                files = self._fetch(source, folder, {}) or []
            sha256 = fingerprint(source.format, [file.sha256 for file in files])
            fresh = {
                "of": _origin(source),
                "marks": [[file.mark.etag, file.mark.modified] for file in files],
                "sha256": sha256,
                "refused": None,
            }
            if seen.get("refused") and seen["sha256"] == sha256:
                return self._failed(
                    source, Outcome.REFUSED, seen["refused"], actor, seen={**seen, "marks": fresh["marks"]}
                )
            paths = [file.path for file in files]
            try:
                loaded = self._loader.bring(source.format, paths, source.name, actor=actor, accept=accept)
            except (ListUnreadable, ListRefused) as wrong:
                refused = {**fresh, "refused": str(wrong), "under": self._ground(source.name)}
                return self._failed(source, Outcome.REFUSED, str(wrong), actor, seen=refused, files=files)
            return self._done(source, loaded, fresh)
        except Unreachable as wrong:
            return self._failed(source, Outcome.UNREACHABLE, str(wrong), actor, wait=wrong.wait_seconds)
        except NotWhole as wrong:
            return self._failed(source, Outcome.REFUSED, str(wrong), actor, kind=_BROKEN)
        except StoreBusy as busy:
            # Somebody loads the list by hand meanwhile, or the database is busy; the next round looks again.
            return self._told(source, Outcome.BUSY, str(busy))
        except Exception as fault:
            # A fault of ours must not fetch the list anew every minute.
            because = f"the program failed at it ({type(fault).__name__}); its log lines say more"
            self._failed(source, Outcome.REFUSED, because, actor)
            raise

    def _fetch(self, source: ListSource, folder: Path, seen: Mapping[str, Any]) -> list[Download] | None:
        watchlists = self._policy.watchlists
        limits = Limits(watchlists.max_megabytes * 1_000_000, watchlists.fetch_seconds)
        marks = [Mark(*each) for each in seen.get("marks", ())]
        return fetch_together(source.addresses, folder, limits, seen=marks)

    def _is_due(self, source: ListSource, state: SyncState) -> bool:
        if state.held_until is not None and state.held_until > datetime.now(UTC):
            return False
        if state.looked_at is None or (state.seen and state.seen.get("of") != _origin(source)):
            return True
        now = self._clock()
        pause = timedelta(hours=source.every_hours)
        if state.failures:
            doubled = min(state.failures - 1, 16)
            pause = min(pause, timedelta(minutes=self._policy.watchlists.retry_minutes * 2**doubled))
        return now >= max(state.looked_at + pause, state.not_before or state.looked_at)

    def _usable(self, source: ListSource, seen: Mapping[str, Any]) -> Mapping[str, Any]:
        """What is known of the last files, where it still says something about what is in force."""
        if seen.get("of") != _origin(source) or "sha256" not in seen:
            return {}
        if seen["refused"]:
            # Under another policy, or after another version, the same files may be right.
            return seen if seen["under"] == self._ground(source.name) else {}
        _, state = self._standing(source.name)
        version = self._version(source.name, state)
        return seen if version is not None and version.sha256 == seen["sha256"] else {}

    def _ground(self, name: str) -> str:
        _, state = self._standing(name)
        return digest([self._policy.version, state.version if state else 0])

    def _done(self, source: ListSource, loaded: Loaded, seen: Mapping[str, Any]) -> Synced:
        values = {"failures": 0, "trouble": None, "because": None, "told": None, "not_before": None}
        with unit_of_work(self._databases.write) as connection:
            ListSyncs(connection).settle(
                source.name, self._holder, looked_at=self._clock(), seen=dict(seen), **values
            )
        return Synced(source.name, Outcome.NEW if loaded.is_new else Outcome.UNCHANGED, loaded.version)

    def _failed(
        self,
        source: ListSource,
        outcome: Outcome,
        because: str,
        actor: str,
        *,
        kind: str = "",
        seen: Mapping[str, Any] | None = None,
        files: list[Download] | None = None,
        wait: int = 0,
    ) -> Synced:
        """Write down the failure; people are told of it (by `Watchlists.refuse`) where they do not know it yet."""
        kind, because = kind or outcome.value, mended(because)[:1000]
        state, standing = self._standing(source.name)
        # What is wrong with a file is one matter, that none comes whole or at all another, in whatever words.
        is_known = (
            standing is not None
            and standing.refused_at is not None
            and state.told == kind
            and (kind != Outcome.REFUSED or standing.refused_because == because)
        )
        failures, now = state.failures + 1, self._clock()
        is_told = is_known or outcome is Outcome.REFUSED or failures >= PATIENCE
        if seen is None and (state.seen or {}).get("of") != _origin(source):
            seen = {"of": _origin(source)}
        values: dict[str, Any] = {
            "looked_at": now,
            "failures": failures,
            "trouble": outcome.value,
            "because": because,
            "told": kind if is_told else state.told,
            "not_before": now + timedelta(seconds=wait) if wait else None,
            **({} if seen is None else {"seen": dict(seen)}),
        }
        names = [file.path.name for file in files or ()]
        # Both or neither: what is told without being written here as told would be told again.
        with unit_of_work(self._databases.write) as connection:
            if is_told and not is_known:
                write_refusal(
                    connection, self._clock, source.format, source.name, because, actor=actor, files=names
                )
            ListSyncs(connection).settle(source.name, self._holder, **values)
        return self._told(source, outcome, because)

    def _told(self, source: ListSource, outcome: Outcome, because: str = "") -> Synced:
        _, state = self._standing(source.name)
        return Synced(source.name, outcome, self._version(source.name, state), because)

    def _standing(self, name: str) -> tuple[SyncState, ListState | None]:
        with reading(self._databases.read) as connection:
            return ListSyncs(connection).find(name), Watchlists(connection).find(name)

    def _version(self, name: str, state: ListState | None) -> ListVersion | None:
        if state is None or not state.version:
            return None
        with reading(self._databases.read) as connection:
            return Watchlists(connection).version(name, state.version)


def _origin(source: ListSource) -> str:
    """Where the files come from, without the tokens that stand in the addresses."""
    return digest([source.format, *source.addresses])
