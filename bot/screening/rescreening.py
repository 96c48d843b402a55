"""Looking again when a list or a customer changes (增量筛查): only what changed is compared, in durable slices.

A new version of a list: what is new or reads otherwise is asked against the index of all customers and everybody behind
them. A customer whose names or parties changed: that customer is held against all lists. Both become batches whose
slices, of entries or of customers, are jobs of the background queue; what a slice does is in `slices`.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from bot.jobs import BACKGROUND
from bot.screening.comparison import Look
from bot.screening.keeping import Keeper
from bot.screening.matching import Roster
from bot.screening.service import ScreeningDesk
from bot.screening.slices import ACTOR, Slices
from bot.screening.subjects import Subject
from knowledge.watchlists.entry import ListEntry
from knowledge.watchlists.service import Lists
from store.dates import PartialDate
from store.engine import Databases, reading, unit_of_work
from store.hits import Hit, Hits
from store.ledger import Ledger
from store.policy.types import Policy
from store.screening_batches import Batches
from store.screenings import Screenings
from store.watching import any_after, changed_after

log = logging.getLogger(__name__)

JOB = "rescreen"
_CURSOR = "customers"
_ROWS = ("customers", "parties")
#: Changed rows that one look queues.
_CHANGES = 5_000
#: A slice that was given up so often is not tried again by itself; its batch stays unfinished in `progress`.
TRIES = 5


class Queue(Protocol):
    """Takes jobs; of the transaction that is given."""

    def enqueue(
        self, name: str, identity: str, *, queue: str = ..., connection: Connection | None = ...
    ) -> None:
        """Queue the job `name` for `identity`."""


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look queued: batches and their slices."""

    batches: int = 0
    slices: int = 0


class Rescreening:
    """Notices what changed, and cuts it into slices that are queued."""

    def __init__(
        self,
        databases: Databases,
        lists: Lists,
        desk: ScreeningDesk,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
        folder: Path | None = None,
    ) -> None:
        """`folder` keeps the index over the portfolio's names between processes."""
        self._databases, self._lists, self._desk = databases, lists, desk
        self._policy, self._clock = policy, clock
        self._slices = Slices(databases, lists, desk, policy=policy, clock=clock, folder=folder)

    def look(self, queue: Queue) -> Looked:
        """Queue whatever is to be looked at again; cheap when nothing changed. Several may look at once."""
        batches = slices = 0
        for step in (self._list_step, self._customer_step):
            while (made := step(queue)) is not None:
                batches, slices = batches + 1, slices + made
        self._retry(queue)
        return Looked(batches, slices)

    def run(self, identity: str) -> None:
        """Do the slice of a job; doing it twice is the same as once."""
        self._slices.do(UUID(identity.split(":")[1]))

    def given_up(self, identity: str) -> None:
        """The job of a slice has failed for good; a later look queues the slice anew."""
        with unit_of_work(self._databases.write) as connection:
            Batches(connection).fail(UUID(identity.split(":")[1]))

    def retry(self, queue: Queue) -> int:
        """Queue every slice that was given up, also for good; how many."""
        with unit_of_work(self._databases.write) as connection:
            Screenings(connection).take_turn()
            again = Batches(connection).again(None, limit=10_000)
            for each in again:
                queue.enqueue(JOB, each.job, queue=BACKGROUND, connection=connection)
        return len(again)

    def _list_step(self, queue: Queue) -> int | None:
        """Begin a batch for a list whose version in force no batch has brought yet; None when there is none."""
        versions = self._desk.rosters.versions()
        with reading(self._databases.read) as connection:
            due = _due(Batches(connection), versions)
        if due is None:
            return None
        # Between reading the delta and the transaction the list may move on: then the next batch brings the rest.
        name, old, new = due
        entries = self._differing(name, old, new)
        with unit_of_work(self._databases.write) as connection:
            Screenings(connection).take_turn()
            batches = Batches(connection)
            if _due(batches, versions) != due:
                return 0
            if batches.cursor(_CURSOR) is None:
                # Everybody who is here now is looked at by this batch; from now on changes count.
                batches.move(_CURSOR, batches.head())
            ledger = Ledger(connection, self._clock)
            _, made = batches.begin(
                "list",
                [entry.id for entry in entries],
                self._policy.screening.slice_entries,
                at=self._clock(),
                known_seq=batches.head(),
                list_=name,
                old=old,
                new=new,
            )
            left = Hits(connection).missing(name, new)
            detail = {
                "list_version": new,
                "from_version": old,
                "entries": len(entries),
                "left": len(left),
                "slices": len(made),
                "policy": self._policy.version,
            }
            ledger.append(actor=ACTOR, action="rescreening.began", subject=name, detail=detail)
            keeper = Keeper(connection, ledger, ACTOR, self._clock(), self._policy.version)
            for hit in left:
                keeper.leave(hit, new)
            known = Hits(connection).of_entries(name, [entry.id for entry in entries])
            self._free(keeper, name, new, entries, [hit for hit in known if hit.customer_id is None])
            for each in made:
                queue.enqueue(JOB, each.job, queue=BACKGROUND, connection=connection)
        log.info("list %s version %s: %s entries for %s slices", name, new, len(entries), len(made))
        return len(made)

    def _free(
        self, keeper: Keeper, name: str, version: int, entries: Sequence[ListEntry], hits: Sequence[Hit]
    ) -> None:
        """Free names that were found on entries that read otherwise now."""
        mine = {hit.entry for hit in hits}
        roster = Roster.of(name, version, [entry for entry in entries if entry.id in mine])
        for hit in hits:
            told = roster.weigh(_restored(hit), name, hit.entry)
            if told is not None:
                is_hit = told.score >= self._policy.screening.threshold
                keeper.keep(Look(None, (told,) if is_hit else (), () if is_hit else (told,)))

    def _customer_step(self, queue: Queue) -> int | None:
        """Begin a batch for customers whose names or parties changed; None when there are none."""
        with reading(self._databases.read) as connection:
            cursor = Batches(connection).cursor(_CURSOR)
            # Before the first list there is nothing to hold anybody against; its batch covers everybody.
            if cursor is None or not any_after(connection, cursor, _ROWS):
                return None
        with unit_of_work(self._databases.write) as connection:
            Screenings(connection).take_turn()
            batches = Batches(connection)
            rows = changed_after(connection, batches.cursor(_CURSOR) or 0, _ROWS, _CHANGES)
            if not rows:
                return None
            changed = list(dict.fromkeys(str(row.customer_id) for row in rows))
            size, seq = self._policy.screening.slice_customers, rows[-1].recorded_seq
            _, made = batches.begin("customers", changed, size, at=self._clock(), known_seq=seq)
            for each in made:
                queue.enqueue(JOB, each.job, queue=BACKGROUND, connection=connection)
            batches.move(_CURSOR, seq)
        return len(made)

    def _retry(self, queue: Queue) -> None:
        with reading(self._databases.read) as connection:
            if not Batches(connection).any_failed(TRIES):
                return
        with unit_of_work(self._databases.write) as connection:
            Screenings(connection).take_turn()
            for each in Batches(connection).again(TRIES):
                queue.enqueue(JOB, each.job, queue=BACKGROUND, connection=connection)

    def _differing(self, name: str, old: int, new: int) -> list[ListEntry]:
        """What is new or reads otherwise between two versions, and whatever known hits rest on that reads otherwise
        than when they were found: by hand, perhaps, at a version in between.
        """
        delta = self._lists.changed(name, old, new)
        entries = {each.id: each for each in (*delta.added, *(one.after for one in delta.changed))}
        with reading(self._databases.read) as connection:
            others = [each for each in Hits(connection).outdated(name, new) if each not in entries]
        for at in range(0, len(others), 500):
            entries |= {each.id: each for each in self._lists.entries(name, new, only=others[at : at + 500])}
        return [*entries.values()]


def _due(batches: Batches, versions: Mapping[str, int]) -> tuple[str, int, int] | None:
    """The first list whose version no batch has brought, unless a batch of it is under way: old and new version."""
    reached = batches.reached()
    for name, version in sorted(versions.items()):
        old = reached.get(name, 0)
        if old < version and not batches.under_way(name):
            return name, old, version
    return None


def _restored(hit: Hit) -> Subject:
    """The free name that a hit is of, as it was."""
    said: dict[str, Any] = dict(hit.matter)
    return Subject(
        key=hit.subject,
        names=tuple(dict.fromkeys((hit.name, *said["names"]))),
        kind=said["kind"],
        roles=tuple(hit.roles),
        birth_dates=tuple(PartialDate.parse(each) for each in said["birth_dates"]),
        nationalities=tuple(said["nationalities"]),
        countries=tuple(said.get("countries", ())),
        identifiers=tuple(said["identifiers"]),
    )
