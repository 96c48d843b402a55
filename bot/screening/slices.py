"""One slice of re-screening (增量筛查切片): entries of a list against everybody, or customers against all lists.

A slice compares without a lock and writes its hits, its ledger entry and that it is done in one transaction, so a
worker that is killed in the middle loses and doubles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from bot.screening.comparison import Look, compare
from bot.screening.crowd import Crowd
from bot.screening.keeping import Keeper
from bot.screening.matching import Roster
from bot.screening.minutes import Minutes
from bot.screening.service import ScreeningDesk
from bot.screening.subjects import Subject, identifier_of
from bot.version import program_version
from knowledge.watchlists.circumstances import bare
from knowledge.watchlists.entry import ListEntry
from knowledge.watchlists.service import Lists
from store.access import Audience, Role, Viewer
from store.engine import Databases, reading, unit_of_work
from store.hits import Hit, Hits
from store.ledger import Ledger
from store.policy.types import Policy
from store.portfolio import read_portfolio
from store.records import Dossier
from store.screening_batches import Batch, Batches, Slice
from store.screenings import Screenings

#: Who looks when nobody asked.
ACTOR = "rule:rescreening"
#: Customers that one statement reads.
_AMONG = 500


class Slices:
    """Does one slice at a time, by its key."""

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
        self._crowd = Crowd(databases, policy.screening.threshold, folder=folder)

    @property
    def viewer(self) -> Viewer:
        """The house itself sees everything."""
        return Viewer(ACTOR, Role.COMPLIANCE, Audience.alone(), self._policy.rights)

    def do(self, key: UUID) -> None:
        """Do the slice of this key; doing it twice is the same as once."""
        with reading(self._databases.read) as connection:
            found = Batches(connection).slice(key)
        if found is None or found[0].state == "done":
            return
        part, batch = found
        if batch.kind == "list":
            self._list(part, batch)
        else:
            self._customers(part)

    def _list(self, part: Slice, batch: Batch) -> None:
        assert batch.list is not None
        entries = list(self._lists.entries(batch.list, batch.new, only=part.items))
        roster = Roster.of(batch.list, batch.new, entries)
        looks = self._compare(batch.list, roster, entries)
        with unit_of_work(self._databases.write) as connection:
            Screenings(connection).take_turn()
            batches = Batches(connection)
            present = batches.slice(part.id, hold=True)
            if present is None or present[0].state == "done":
                return
            now, ledger = self._clock(), Ledger(connection, self._clock)
            compared = len(entries) * batches.customers_at(batch.known_seq)
            entry = ledger.append(
                actor=ACTOR,
                action="screened",
                subject=batch.list,
                detail={
                    "kind": "delta",
                    "lists": {batch.list: batch.new},
                    "from_version": batch.old,
                    "entries": len(entries),
                    "known_seq": batch.known_seq,
                    "compared": compared,
                    "slice": str(part.id),
                    "policy": self._policy.version,
                    "program": program_version(),
                },
            )
            keeper = Keeper(connection, ledger, ACTOR, now, self._policy.version)
            for each in looks:
                keeper.keep(each)
            found = keeper.opened + keeper.reopened
            batches.finish(part, at=now, compared=compared, found=found, seq=entry.seq)

    def _compare(self, list_: str, roster: Roster, entries: list[ListEntry]) -> list[Look]:
        """The customers beside some entries: whoever is near one of them, and whoever had a hit on one."""
        near = self._crowd.near(entries)
        with reading(self._databases.read) as connection:
            known: dict[UUID, list[Hit]] = {}
            for hit in Hits(connection).of_entries(list_, [entry.id for entry in entries]):
                if hit.customer_id is not None:
                    known.setdefault(hit.customer_id, []).append(hit)
            among = sorted({*near, *known})
            looks = []
            for at in range(0, len(among), _AMONG):
                part = among[at : at + _AMONG]
                for dossier in read_portfolio(connection, ["parties"], viewer=self.viewer, among=part):
                    mine = known.get(dossier.id, ())
                    looks.append(self._beside(list_, roster, dossier, near.get(dossier.id, {}), mine))
        return [each for each in looks if each.found or each.weak]

    def _beside(
        self,
        list_: str,
        roster: Roster,
        dossier: Dossier,
        near: Mapping[str, set[str]],
        known: Sequence[Hit],
    ) -> Look:
        """One customer: those of its subjects that bear a near name or number, and those of its known hits."""
        subjects = {subject.key: subject for subject in self._desk.subjects(dossier)}
        pairs = {
            (key, entry)
            for entry, like in near.items()
            for key, subject in subjects.items()
            if not like.isdisjoint((*subject.names, *_numbers(subject)))
        }
        had = {(hit.subject, hit.entry) for hit in known if hit.subject in subjects}
        threshold = self._policy.screening.threshold
        found, weak = [], []
        for key, entry in sorted(pairs | had):
            told = roster.weigh(subjects[key], list_, entry)
            if told is not None and told.score >= threshold:
                found.append(told)
            elif told is not None and (key, entry) in had:
                weak.append(told)
        return Look(dossier.id, tuple(found), tuple(weak))

    def _customers(self, part: Slice) -> None:
        """Each customer of a slice against every list in force: a screening of its own."""
        roster = self._desk.rosters.current()
        versions = dict(roster.versions)
        among = [UUID(each) for each in part.items]
        looks = []
        with reading(self._databases.read) as connection:
            for dossier in read_portfolio(connection, ["parties"], viewer=self.viewer, among=among):
                subjects = self._desk.subjects(dossier)
                known = Hits(connection).of_subjects([subject.key for subject in subjects])
                threshold = self._policy.screening.threshold
                looks.append(
                    (dossier, subjects, compare(roster, versions, subjects, known, dossier.id, threshold))
                )
        with unit_of_work(self._databases.write) as connection:
            Screenings(connection).take_turn()
            batches = Batches(connection)
            present = batches.slice(part.id, hold=True)
            if present is None or present[0].state == "done":
                return
            compared = found = seq = 0
            minutes = Minutes(connection, self._policy, self._clock, ACTOR, "changed", versions, roster)
            for dossier, subjects, each in looks:
                request = f"{part.id.hex}:{dossier.id.hex}"
                kept = minutes.write(request, subjects, each, dossier)
                compared += kept.screening.compared
                found, seq = found + len(kept.hits), kept.screening.seq
            batches.finish(part, at=self._clock(), compared=compared, found=found, seq=seq)


def _numbers(subject: Subject) -> list[str]:
    return [bare(identifier_of(number).number) for number in subject.identifiers]
