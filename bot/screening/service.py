"""Screening as a service (名单筛查服务): a name or a customer against the lists, hits and what people decide of them.

For surfaces and questions:

- `screen_name(subject, viewer, request=…) -> Kept` (`subjects.named(…)` makes the subject), `screen_names(…)`,
  `screen_customer(customer_id, viewer, request=…)`: made once for one request; `Kept.told(language)` is the shape of
  the contract, with the decisions of today.
- `hits(viewer, states=…, customer_id=…)`, `hit(code, viewer)`, `history(code, viewer)`: hits, one hit, and its life.
- `decide(code, verdict, reason, viewer, request=…) -> Outcome`, `confirm(code, viewer, request=…) -> Outcome`.
- `owned(customer_id, viewer)`: which limits listed owners reach; `covered(customer_id, viewer)`: which version of each
  list a customer was compared with, when and by what; `progress(viewer)`: batches of re-screening.

Hits are suspicion: everything raises Forbidden in the same words, whether there is anything or not, unless the viewer
may screen (or, to read, may read the ledger) in a place that may hear suspicion.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.screening import decisions
from bot.screening.decisions import Result, Verdict
from bot.screening.errors import ReasonMissing
from bot.screening.keeping import Keeper, Look, order, summary, tenthousandths
from bot.screening.matching import Found, Roster, Rosters
from bot.screening.owned import owned_by_listed
from bot.screening.subjects import Subject, subjects_of
from bot.screening.telling import tell
from knowledge.watchlists.errors import UnknownList
from knowledge.watchlists.service import Lists
from store.access import FieldClass, Permission, Viewer, authorize
from store.canonical import plain
from store.dossier import read_dossier
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, UnknownSubject
from store.identity import new_id
from store.ledger import Ledger
from store.policy.types import Policy
from store.records import Dossier
from store.screening_batches import Batches, Covered, Progress
from store.screenings import Hit, Hits, HitState, HitStep, Screening, Screenings


@dataclass(frozen=True)
class Kept:
    """A screening with its hits as they stand today, the likeliest first."""

    screening: Screening
    hits: tuple[Hit, ...]

    @property
    def code(self) -> str:
        """Its code: S-12."""
        return self.screening.code

    def told(self, language: str) -> dict[str, Any]:
        """It in the shape of the contract."""
        return tell(self.screening, self.hits, language)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an act on a hit came to, and how the hit stands then."""

    result: Result
    hit: Hit


class ScreeningDesk:
    """Screens, and carries out what people decide."""

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
        versions = _chosen(roster, lists)
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
        versions = _chosen(roster, lists)
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
            return _shown(connection, screening)

    def screenings(self, customer_id: UUID, viewer: Viewer, limit: int = 20) -> list[Kept]:
        """The screenings of a customer that were asked for or that a change of it brought, newest first."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            found = Screenings(connection).of_customer(customer_id, limit)
            return [_shown(connection, each) for each in found]

    def hits(
        self,
        viewer: Viewer,
        *,
        states: Collection[HitState] = (),
        customer_id: UUID | None = None,
        list_: str | None = None,
        limit: int = 500,
    ) -> list[Hit]:
        """Hits by state, customer and list, the likeliest first; raises Forbidden."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            return Hits(connection).listed(states=states, customer_id=customer_id, list_=list_, limit=limit)

    def hit(self, code: str, viewer: Viewer) -> Hit:
        """One hit; raises Forbidden and UnknownSubject."""
        return self.history(code, viewer)[0]

    def history(self, code: str, viewer: Viewer) -> tuple[Hit, list[HitStep]]:
        """A hit and what happened to it, oldest first: who cleared it, why, on which version, what opened it again."""
        may_read(viewer)
        with reading(self._databases.read) as connection:
            hits = Hits(connection)
            hit = _known(hits.by_code(code), code)
            return hit, hits.steps(hit)

    def decide(
        self, code: str, verdict: Verdict | str, reason: str, viewer: Viewer, *, request: str | None = None
    ) -> Outcome:
        """Decide a hit: true, false or unsure, with a reason; False above policy's level waits for a second person.

        Raises Forbidden, UnknownSubject, ReasonMissing, and ValueError for a word that is no verdict.
        """
        actor, verdict = _person(viewer), Verdict(verdict)
        if not reason.strip():
            raise ReasonMissing("a decision needs a reason; say what you looked at and why it is so")
        level = tenthousandths(self._policy.screening.four_eyes_score)
        return self._act(
            code,
            actor,
            request,
            lambda hit, _: decisions.decide(hit.state, verdict, needs_two=hit.score >= level),
            action="hit.decided",
            act="decided",
            words=reason.strip(),
            said={"verdict": verdict.value},
        )

    def confirm(self, code: str, viewer: Viewer, *, request: str | None = None) -> Outcome:
        """Confirm as the second person that a hit is false; raises Forbidden and UnknownSubject."""
        actor = _person(viewer)
        return self._act(
            code,
            actor,
            request,
            lambda hit, proposed_by: decisions.confirm(hit.state, by=actor, proposed_by=proposed_by),
            action="hit.confirmed",
            act="confirmed",
        )

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
        return look(roster, versions, subjects, known, customer_id, self._policy.screening.threshold)

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
            return [
                _shown(connection, made[request])
                if request in made
                else self.write(
                    connection, request, subjects, each, dossier, viewer.actor, versions, roster, kind
                )
                for request, subjects, each, dossier in looks
            ]

    def write(
        self,
        connection: Connection,
        request: str,
        subjects: Sequence[Subject],
        each: Look,
        dossier: Dossier | None,
        actor: str,
        versions: Mapping[str, int],
        roster: Roster,
        kind: str,
    ) -> Kept:
        """Write one screening, its hits and its ledger entries; the caller has taken its turn."""
        now, section = self._clock(), self._policy.screening
        ledger, screenings = Ledger(connection, self._clock), Screenings(connection)
        (code,) = screenings.next_codes(1)
        compared = len(subjects) * roster.size(versions)
        detail = {
            "kind": kind,
            "lists": dict(versions),
            "subjects": len(subjects),
            "compared": compared,
            "found": [[found.list, found.entry.id, tenthousandths(found.score)] for found in each.found],
            "threshold": tenthousandths(section.threshold),
            "policy": self._policy.version,
            "program": program_version(),
        }
        if kind == "name":
            detail["subject"] = subjects[0].key
        entry = ledger.append(
            actor=actor, action="screened", customer_id=each.customer_id, subject=code, detail=detail
        )
        keeper = Keeper(connection, ledger, actor, now, self._policy.version)
        hits = order(keeper.keep(each, screening=code))
        owned: list[dict[str, Any]] = []
        if dossier is not None:
            whole = Hits(connection).of_customers([dossier.id])
            owned = owned_by_listed(dossier, whole, section, now.date())
        screening = Screening(
            id=new_id(),
            code=code,
            request=request,
            kind=kind,
            customer_id=each.customer_id,
            made_at=now,
            actor=actor,
            subjects=[
                plain({**subject.matter, "name": subject.name, "roles": subject.roles})
                for subject in subjects
            ],
            lists=dict(versions),
            threshold=tenthousandths(section.threshold),
            compared=compared,
            policy_version=self._policy.version,
            program_version=program_version(),
            body={"hits": [summary(hit) for hit in hits], "owned": owned},
            seq=entry.seq,
        )
        screenings.keep([screening])
        return Kept(screening, tuple(hits))

    def _act(
        self,
        code: str,
        actor: str,
        request: str | None,
        work: Callable[[Hit, str | None], decisions.Step],
        *,
        action: str,
        act: str,
        words: str = "",
        said: Mapping[str, Any] | None = None,
    ) -> Outcome:
        with unit_of_work(self._databases.write) as connection:
            Screenings(connection).take_turn()
            hits = Hits(connection)
            hit = _known(hits.by_code(code, hold=True), code)
            if request is not None and hits.done(request):
                return Outcome(Result.DONE, hit)
            step = work(hit, hit.by)
            if step.result not in (Result.DONE, Result.PROPOSED):
                return Outcome(step.result, hit)
            now = self._clock()
            entry = Ledger(connection, self._clock).append(
                actor=actor,
                action=action,
                customer_id=hit.customer_id,
                subject=hit.code,
                detail={
                    "before": hit.state.value,
                    "after": step.after.value,
                    "words": words,
                    **(said or {}),
                    "list": hit.list,
                    "list_version": hit.list_version,
                    "entry": hit.entry,
                    "score": hit.score,
                    "policy": self._policy.version,
                },
            )
            act = "proposed" if step.result is Result.PROPOSED else act
            hits.step(
                hit,
                at=now,
                actor=actor,
                act=act,
                after=step.after,
                seq=entry.seq,
                words=words,
                request=request,
            )
            # The second person's word leaves the first one's reason standing; both are in the history.
            changed = hits.change(hit, state=step.after.value, by=actor, at=now, reason=words or hit.reason)
            return Outcome(step.result, changed)


def look(
    roster: Roster,
    versions: Mapping[str, int],
    subjects: Sequence[Subject],
    known: Sequence[Hit],
    customer_id: UUID | None,
    threshold: float,
) -> Look:
    """Hold subjects against a roster, and weigh again what is known of them; reads nothing else."""
    found = [each for subject in subjects for each in roster.find(subject, threshold, versions)]
    seen = {(each.subject.key, each.list, each.entry.id) for each in found}
    by_key = {subject.key: subject for subject in subjects}
    weak: list[Found] = []
    left: list[tuple[Hit, int]] = []
    for hit in known:
        if (hit.subject, hit.list, hit.entry) in seen or hit.list not in versions:
            continue
        if not roster.has(hit.list, hit.entry):
            left.append((hit, versions[hit.list]))
        elif hit.state is not HitState.CLOSED and hit.subject in by_key:
            told = roster.weigh(by_key[hit.subject], hit.list, hit.entry)
            assert told is not None
            if told.score >= threshold:
                found.append(told)  # no candidate by its pieces, but still a hit
            else:
                weak.append(told)
    found.sort(key=lambda each: (-each.score, each.list, each.entry.id))
    return Look(customer_id, tuple(found), tuple(weak), tuple(left))


def may_screen(viewer: Viewer) -> None:
    """Raise Forbidden unless the viewer may screen and decide here."""
    authorize(viewer, Permission.SCREEN)
    if FieldClass.SUSPICION not in viewer.classes:
        raise Forbidden(f"the role {viewer.role.value} may not “{Permission.SCREEN.value}” here")


def may_read(viewer: Viewer) -> None:
    """Raise Forbidden unless the viewer may see hits here: who screens, and who reads the ledger."""
    if not viewer.may(Permission.READ_LEDGER):
        may_screen(viewer)


def program_version() -> str:
    """The version of the installed program."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("bonafide")
    except PackageNotFoundError:
        return "unknown"


def _person(viewer: Viewer) -> str:
    """The identity of the person who decides; a role is nobody who could answer for it. Raises Forbidden."""
    may_screen(viewer)
    if "@" not in viewer.actor:
        raise Forbidden("a hit is decided by a person: ask under your own e-mail address, not under a role")
    return decisions.identity(viewer.actor)


def _known(hit: Hit | None, code: str) -> Hit:
    if hit is None:
        raise UnknownSubject(f"there is no hit “{code}”; hits are called H-1, H-2 …")
    return hit


def _chosen(roster: Roster, lists: Sequence[str] | None) -> dict[str, int]:
    """The lists that are asked for with their versions; raises UnknownList."""
    if lists is None:
        return dict(roster.versions)
    if missing := [name for name in lists if name not in roster.versions]:
        raise UnknownList(
            f"there is no list {missing[0][:60]} to screen against; `bonafide lists show` names those that are loaded"
        )
    return {name: roster.versions[name] for name in lists}


def _shown(connection: Connection, screening: Screening) -> Kept:
    """A screening with its hits as they stand now, in the order in which they were found."""
    hits = Hits(connection)
    found = (hits.by_code(str(each["hit"])) for each in screening.body["hits"])
    return Kept(screening, tuple(hit for hit in found if hit is not None))
