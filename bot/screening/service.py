"""Screening as a service (名单筛查服务): a name or a customer against the lists.

For surfaces and questions:

- `screen_name(subject, viewer, request=…) -> Kept` (`subjects.named(…)` makes the subject), `screen_names(…)`,
  `screen_customer(customer_id, viewer, request=…)`: made once for one request; `Kept.told(language)` is the shape of
  the contract, with the decisions of today.
- `load(code, viewer)`, `screenings(customer_id, viewer)`: what was screened before.
- `owned(customer_id, viewer)`: which limits listed owners reach; `covered(customer_id, viewer)`: which version of each
  list a customer was compared with, when and by what; `progress(viewer)`: batches of re-screening.

Hits are suspicion: everything raises Forbidden in the same words, whether there is anything or not, unless the viewer
may screen (or, to read, may read the ledger) in a place that may hear suspicion. What people decide of hits is the
matter of `hits`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.screening.comparison import Look, chosen, compare
from bot.screening.matching import Roster, Rosters
from bot.screening.minutes import Kept, Minutes, shown
from bot.screening.owned import owned_by_listed
from bot.screening.rights import may_read, may_screen
from bot.screening.subjects import Subject, subjects_of
from knowledge.watchlists.service import Lists
from store.access import Viewer
from store.dossier import read_dossier
from store.engine import Databases, reading, unit_of_work
from store.errors import UnknownSubject
from store.hits import Hits
from store.identity import new_id
from store.policy.types import Policy
from store.records import Dossier
from store.screening_batches import Batches, Covered, Progress
from store.screenings import Screenings


class ScreeningDesk:
    """Screens, and shows what was screened."""

    def __init__(
        self,
        databases: Databases,
        lists: Lists,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
        folder: Path | None = None,
    ) -> None:
        """`folder` keeps the index of the lists' names, which is made again where it is missing."""
        self._databases, self._lists, self._folder = databases, lists, folder
        self._policy, self._clock = policy, clock

    @cached_property
    def rosters(self) -> Rosters:
        """The entries in force, kept between questions."""
        return Rosters(self._lists, self._policy.screening.lists, folder=self._folder)

    def screen_name(
        self,
        subject: Subject,
        viewer: Viewer,
        *,
        request: str | None = None,
        lists: Sequence[str] | None = None,
    ) -> Kept:
        """Hold a free name (`subjects.named(…)`) against the lists; the same `request` again gives the first.

        Raises Forbidden, and UnknownList for a list that is not loaded.
        """
        return self.screen_names([(subject, request)], viewer, lists=lists)[0]

    def screen_names(
        self,
        wanted: Sequence[tuple[Subject, str | None]],
        viewer: Viewer,
        *,
        lists: Sequence[str] | None = None,
    ) -> list[Kept]:
        """Many free names, each with its request, written down in one transaction; a few hundred at most."""
        may_screen(viewer)
        roster = self.rosters.current()
        versions = chosen(roster, lists)
        asked = [(subject, request or f"call:{new_id()}") for subject, request in wanted]
        looks = [
            (request, [subject], self._look(roster, versions, [subject], None), None)
            for subject, request in asked
        ]
        return self._keep(looks, viewer, versions, roster, kind="name")

    def screen_customer(
        self,
        customer_id: UUID,
        viewer: Viewer,
        *,
        request: str | None = None,
        lists: Sequence[str] | None = None,
    ) -> Kept:
        """Hold a customer and everybody behind it against the lists; the same `request` again gives the first.

        Raises Forbidden, UnknownSubject, and UnknownList for a list that is not loaded.
        """
        may_screen(viewer)
        request = request or f"call:{new_id()}"
        with reading(self._databases.read) as connection:
            dossier = read_dossier(connection, customer_id, viewer=viewer)
        roster = self.rosters.current()
        versions = chosen(roster, lists)
        subjects = self.subjects(dossier)
        look = self._look(roster, versions, subjects, customer_id)
        return self._keep([(request, subjects, look, dossier)], viewer, versions, roster, kind="customer")[0]

    def subjects(self, dossier: Dossier) -> list[Subject]:
        """Who of a customer is screened today."""
        section = self._policy.screening
        return subjects_of(
            dossier, roles=section.roles, owner_percent=section.owner_percent, day=self._clock().date()
        )

    def load(self, code: str, viewer: Viewer) -> Kept:
        """A screening by its code; raises Forbidden and UnknownSubject."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            screening = Screenings(connection).by_code(code)
            if screening is None:
                raise UnknownSubject(f"there is no screening “{code}”; screenings are called S-1, S-2 …")
            return shown(connection, screening)

    def screenings(self, customer_id: UUID, viewer: Viewer, limit: int = 20) -> list[Kept]:
        """The screenings of a customer that were asked for or that a change of it brought, newest first."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            found = Screenings(connection).of_customer(customer_id, limit)
            return [shown(connection, each) for each in found]

    def owned(self, customer_id: UUID, viewer: Viewer) -> list[dict[str, Any]]:
        """Which of policy's limits listed owners reach, by the hits of today: rule, sum, paths, hits, how certain."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            dossier = read_dossier(connection, customer_id, viewer=viewer)
            hits = Hits(connection).of_customers([customer_id])
        return owned_by_listed(dossier, hits, self._policy.screening, self._clock().date())

    def covered(self, customer_id: UUID, viewer: Viewer) -> list[Covered]:
        """Of each list the newest version that a customer was compared with; raises Forbidden."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            return Batches(connection).covered(customer_id)

    def progress(self, viewer: Viewer, limit: int = 20) -> list[Progress]:
        """The newest batches of re-screening and how far each has come; raises Forbidden."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            return Batches(connection).progress(limit)

    def _look(
        self,
        roster: Roster,
        versions: Mapping[str, int],
        subjects: Sequence[Subject],
        customer_id: UUID | None,
    ) -> Look:
        """What is found, and how the hits stand that are known of these subjects."""
        with reading(self._databases.read) as connection:
            known = Hits(connection).of_subjects([subject.key for subject in subjects])
        return compare(roster, versions, subjects, known, customer_id, self._policy.screening.threshold)

    def _keep(
        self,
        looks: Sequence[tuple[str, Sequence[Subject], Look, Dossier | None]],
        viewer: Viewer,
        versions: Mapping[str, int],
        roster: Roster,
        *,
        kind: str,
    ) -> list[Kept]:
        with unit_of_work(self._databases.write) as connection:
            screenings = Screenings(connection)
            screenings.take_turn()
            made = screenings.by_requests([request for request, *_ in looks])
            minutes = Minutes(connection, self._policy, self._clock, viewer.actor, kind, versions, roster)
            return [
                shown(connection, made[request])
                if request in made
                else minutes.write(request, subjects, each, dossier)
                for request, subjects, each, dossier in looks
            ]
