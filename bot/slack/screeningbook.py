"""Hits as the surface shows them: read from the record, with names of people and customers, in a language (命中)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.screening.owned import owned_by_listed
from bot.screening.telling import tell_change, tell_note, tell_owned
from bot.slack.views.alert_forms import Step
from bot.slack.views.screening import SHOWN, HitLine, HitsCard, ListLine, Reason
from prompts.phrasebook import Phrasebook
from store.access import Audience, Role, Viewer
from store.customers import Customers
from store.dossier import read_dossier
from store.errors import UnknownSubject
from store.hits import WAITING, Hit, Hits, HitStep
from store.people import People
from store.policy.types import Policy
from store.screenings import Screening, Screenings
from store.watchlists import Watchlists

#: What a message that is of no screening and of no customer shows: every hit that waits.
ALL_WAITING = "waiting"


class ScreeningBook:
    """Reads hits on the connection that it is given."""

    def __init__(self, policy: Policy, *, clock: Callable[[], datetime]) -> None:
        self._policy = policy
        self._clock = clock

    def card(self, connection: Connection, shown: str, start: int, language: str) -> HitsCard | None:
        """What a message shows: a screening (S-12), the hits of a customer (C-1024), or those that wait."""
        phrases = Phrasebook.nearest(language)
        if shown == ALL_WAITING:
            return self._waiting(connection, start, phrases)
        screening = Screenings(connection).by_code(shown)
        if screening is not None:
            return self._screening(connection, screening, start, phrases)
        try:
            customer = Customers(connection).by_code(shown)
        except UnknownSubject:
            return None
        hits = Hits(connection).listed(customer_id=customer.id)
        page = self._page(connection, hits, start, phrases, named=False)
        owned = self._owned(connection, customer.id, phrases)
        name = str(customer.legal_name)
        return HitsCard("customer", customer.code, name, page, len(hits), start, owned=owned)

    def hit(self, connection: Connection, code: str, language: str) -> HitLine | None:
        """The hit with this code."""
        hit = Hits(connection).by_code(code)
        return None if hit is None else self._line(connection, hit, Phrasebook.nearest(language))

    def needs_two(self, connection: Connection, code: str) -> bool:
        """Whether a second person has to confirm that it is not the one."""
        hit = Hits(connection).by_code(code)
        level = round(float(self._policy.screening.four_eyes_score) * 10_000)
        return hit is not None and (hit.score >= level or hit.state.value == "true")

    def steps(self, connection: Connection, code: str, language: str) -> list[Step]:
        """What happened to a hit, in order."""
        hits, phrases = Hits(connection), Phrasebook.nearest(language)
        hit = hits.by_code(code)
        return [self._step(connection, each, phrases) for each in hits.steps(hit)] if hit else []

    def waiting(self, connection: Connection) -> int:
        """How many hits wait for a decision."""
        return Hits(connection).count(WAITING)

    def who(self, connection: Connection, email: str | None) -> str | None:
        """The name of a person as people are shown; the address of somebody who is not registered any more."""
        if not email:
            return None
        person = People(connection).by_email(email)
        return (person and person.name) or email

    def _waiting(self, connection: Connection, start: int, phrases: Phrasebook) -> HitsCard:
        hits = Hits(connection)
        listed = hits.listed(states=WAITING, limit=start + SHOWN)
        page = self._page(connection, listed, start, phrases, named=True)
        return HitsCard(ALL_WAITING, "", "", page, hits.count(WAITING), start)

    def _screening(
        self, connection: Connection, screening: Screening, start: int, phrases: Phrasebook
    ) -> HitsCard:
        hits = Hits(connection)
        found = [hits.by_code(str(each["hit"])) for each in screening.body["hits"]]
        known = [hit for hit in found if hit is not None]
        owned: tuple[tuple[bool, str], ...] = ()
        if screening.customer_id is not None:
            owned = self._owned(connection, screening.customer_id, phrases)
        return HitsCard(
            "screening",
            screening.code,
            str(screening.subjects[0]["name"]),
            self._page(connection, known, start, phrases, named=False),
            len(known),
            start,
            lists=self._lists(connection, screening.lists),
            subjects=len(screening.subjects),
            compared=screening.compared,
            made_at=screening.made_at,
            owned=owned,
        )

    def _page(
        self, connection: Connection, hits: Sequence[Hit], start: int, phrases: Phrasebook, *, named: bool
    ) -> tuple[HitLine, ...]:
        shown = hits[start : start + SHOWN]
        return tuple(self._line(connection, hit, phrases, named=named) for hit in shown)

    def _lists(self, connection: Connection, versions: Mapping[str, int]) -> tuple[ListLine, ...]:
        store, now = Watchlists(connection), self._clock()
        lines = []
        for name, number in versions.items():
            version, state = store.version(name, number), store.find(name)
            day = "–" if version is None else (version.published or version.loaded_at.date().isoformat())
            synced = state.synced_at if state else None
            limit = self._policy.watchlists.stale_after(name)
            lines.append(ListLine(name, number, day[:10], synced is None or now - synced >= limit))
        return tuple(lines)

    def _owned(
        self, connection: Connection, customer_id: UUID, phrases: Phrasebook
    ) -> tuple[tuple[bool, str], ...]:
        """The limits that listed owners reach by what people have decided until now."""
        house = Viewer("rule:screening", Role.COMPLIANCE, Audience.alone(), self._policy.rights)
        try:
            dossier = read_dossier(connection, customer_id, viewer=house)
        except UnknownSubject:
            return ()
        hits = Hits(connection).of_customers([customer_id])
        told = owned_by_listed(dossier, hits, self._policy.screening, self._clock().date())
        return tuple((bool(each["certain"]), str(tell_owned(each, phrases)["text"])) for each in told)

    def _line(self, connection: Connection, hit: Hit, phrases: Phrasebook, *, named: bool = True) -> HitLine:
        name, code = _customer(connection, hit.customer_id) if named else ("", "")
        return HitLine(
            code=hit.code,
            state=hit.state.value,
            ours=hit.our_name or hit.name,
            roles=tuple(phrases.get(f"screening_desk.role.{role}", role) for role in hit.roles),
            list=hit.list,
            version=hit.list_version,
            entry=hit.entry,
            entry_name=hit.entry_name,
            matched=hit.matched,
            score=hit.score / 10_000,
            because=_reasons(hit.because, phrases),
            against=_reasons(hit.against, phrases),
            customer=name,
            customer_code=code,
            by=self.who(connection, hit.by),
            at=hit.at,
            reason=hit.reason,
        )

    def _step(self, connection: Connection, step: HitStep, phrases: Phrasebook) -> Step:
        what = phrases.get(f"screening_desk.act.{step.act}", step.act)
        if step.act == "decided":
            what = f"{what}: {phrases[f'slack_screening.state.{step.after}']}"
        words = step.words
        if step.fields:
            changed = phrases["slack_screening.and"].join(tell_change(each, phrases) for each in step.fields)
            words = phrases.say("slack_screening.step_fields", fields=changed)
        who = self.who(connection, step.actor) or phrases["slack_screening.house"]
        return Step(step.at, what, who, words)


def _reasons(notes: Sequence[Mapping[str, Any]], phrases: Phrasebook) -> tuple[Reason, ...]:
    told = (tell_note(note, phrases) for note in notes)
    return tuple(Reason(str(each["note"]), str(each["left"]), str(each["right"])) for each in told)


def _customer(connection: Connection, customer_id: UUID | None) -> tuple[str, str]:
    if customer_id is None:
        return "", ""
    try:
        customer: Any = Customers(connection).by_id(customer_id)
    except UnknownSubject:
        return "", ""
    return customer.legal_name, customer.code
