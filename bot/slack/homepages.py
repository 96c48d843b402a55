"""What each person's Home shows, read with their own rights (主页内容)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import TYPE_CHECKING, Any, Protocol
from uuid import UUID

from bot.slack.directory import Directory
from bot.slack.identifiers import Pointer
from bot.slack.views.home import (
    ALERTS_A_PAGE,
    AUTOMATIC,
    CHECKS_SHOWN,
    CUSTOMERS_A_PAGE,
    DECISIONS_SHOWN,
    DIGEST,
    LANGUAGE,
    NEVER,
    UNCHECKED_SHOWN,
    CheckLine,
    CustomerLine,
    DecisionLine,
    HomePage,
    LedgerLine,
    Suggestion,
)
from knowledge.names.keys import has_han
from prompts.phrasebook import LANGUAGES, Phrasebook
from store.access import FieldClass, Permission, Role, Viewer
from store.checks import Checks
from store.engine import Databases, reading
from store.homes import answers_given, customers_stamp, ledger_extent
from store.people import Person
from store.portfolio import read_portfolio
from store.preferences import NO_DIGEST, Preferences
from store.records import Dossier

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.slack.views.alert import AlertCard

#: The questions that are suggested to each role, by word.
_SUGGESTED = {
    Role.SALES: ("who", "payments", "news"),
    Role.RISK: ("payments", "suits", "missing"),
    Role.COMPLIANCE: ("looks", "changed"),
    Role.AUDITOR: ("looks", "changed"),
}


class AlertPages(Protocol):
    """What Home shows of alerts."""

    def open_cards(
        self, connection: Connection, language: str, *, limit: int, offset: int = 0
    ) -> list[AlertCard]:
        """The open alerts, the gravest and then the oldest first."""
        ...

    def open_counts(self, connection: Connection) -> Mapping[str, int]:
        """How many are open, by severity."""
        ...

    def decisions(self, connection: Connection, *, limit: int) -> list[DecisionLine]:
        """What was decided last."""
        ...


@dataclass(frozen=True, slots=True)
class _Entry:
    """A customer as Home lists it."""

    id: UUID
    code: str
    name: str
    owner: str
    stage: str
    industry: str


class HomePages:
    """Reads what Home shows; safe to use from many threads."""

    def __init__(
        self,
        databases: Databases,
        directory: Directory,
        *,
        clock: Callable[[], datetime],
        alerts: AlertPages | None = None,
        digest_hour: int | None = None,
        check_days: int = 365,
        waiting_hits: Callable[[Connection], int] | None = None,
    ) -> None:
        """`digest_hour` holds for whoever has chosen none; a check is due again after `check_days`."""
        self._databases = databases
        self._directory = directory
        self._clock = clock
        self._alerts = alerts
        self._waiting_hits = waiting_hits
        self._check_days = timedelta(days=check_days)
        self._digest_hour = digest_hour
        #: Customers by who may see what, with the stamp that they were listed under.
        self._listed: dict[frozenset[FieldClass], tuple[int, tuple[_Entry, ...]]] = {}

    def page(self, connection: Connection, person: Person, number: int) -> HomePage:
        """Home of this person, turned to this page."""
        viewer, phrases = self._viewer(person), Phrasebook.nearest(person.language or "en")
        listed = self._customers(connection, viewer)
        mine = [each for each in listed if each.owner and each.owner in _called(person)]
        parts: dict[str, Any] = {}
        if viewer.may(Permission.ALERTS) and self._alerts is not None:
            parts |= self._about_alerts(connection, number, phrases.language)
            if viewer.may(Permission.READ_LEDGER):
                parts["decisions"] = tuple(self._alerts.decisions(connection, limit=DECISIONS_SHOWN))
        if self._waiting_hits is not None and viewer.may(Permission.SCREEN):
            parts["waiting_hits"] = self._waiting_hits(connection)
        if viewer.may(Permission.CHECK):
            parts |= self._about_checks(connection, listed, phrases)
        if viewer.may(Permission.READ_LEDGER):
            parts["ledger"] = self._about_ledger(connection)
        if person.role is Role.SALES or mine:
            start = (number - 1) * CUSTOMERS_A_PAGE
            lines = (_line(each, phrases) for each in mine[start : start + CUSTOMERS_A_PAGE])
            parts |= {"customers": tuple(lines), "customer_count": len(mine)}
        chosen = Preferences(connection).of(person.id)
        hour = self._digest_hour if chosen.digest_hour is None else chosen.digest_hour
        return HomePage(
            name=person.name or person.email,
            role=person.role.value,
            questions=_suggestions(person, mine or list(listed), phrases),
            page=number,
            language=chosen.language,
            digest_hour=None if hour == NO_DIGEST else hour,
            takes_digest=viewer.may(Permission.ALERTS),
            **parts,
        )

    def question(self, pointer: Pointer, person: Person) -> str | None:
        """The words of a suggested question about the customer that is pointed at; None where there is none."""
        phrases = Phrasebook.nearest(person.language or "en")
        viewer = self._viewer(person)
        with reading(self._databases.read) as connection:
            listed = self._customers(connection, viewer)
        entry = next((each for each in listed if each.code == pointer.code), None)
        key = f"home.question.{pointer.choice}"
        return phrases.say(key, name=entry.name) if entry and key in phrases else None

    def prefer(self, connection: Connection, person: Person, what: str, value: str) -> None:
        """Keep what somebody has chosen on their Home; a value that is no choice changes nothing."""
        preferences = Preferences(connection)
        if what == LANGUAGE and value in (AUTOMATIC, *LANGUAGES):
            preferences.choose_language(person.id, None if value == AUTOMATIC else value)
        elif what == DIGEST and value == NEVER:
            preferences.choose_digest(person.id, NO_DIGEST)
        elif what == DIGEST and value.isdecimal() and int(value) <= 23:
            preferences.choose_digest(person.id, int(value))

    def _about_alerts(self, connection: Connection, number: int, language: str) -> dict[str, Any]:
        assert self._alerts is not None
        counts = self._alerts.open_counts(connection)
        offset = (number - 1) * ALERTS_A_PAGE
        cards = self._alerts.open_cards(connection, language, limit=ALERTS_A_PAGE, offset=offset)
        return {"alerts": tuple(cards), "open_alerts": counts}

    def _about_checks(
        self, connection: Connection, listed: tuple[_Entry, ...], phrases: Phrasebook
    ) -> dict[str, Any]:
        """The newest checks, and the customers whose check is due: the never checked first, then the oldest."""
        checks = Checks(connection)
        last, by_id = checks.last_made(), {each.id: each for each in listed}
        fresh = self._clock() - self._check_days
        due = [each for each in listed if each.stage != "former" and last.get(each.id, fresh) <= fresh]
        due.sort(key=lambda each: (each.id in last, last.get(each.id, fresh)))
        made = [
            CheckLine(each.code, _line(by_id[each.customer_id], phrases), each.status, each.made_at)
            for each in checks.newest(CHECKS_SHOWN)
            if each.customer_id in by_id
        ]
        return {
            "checks": tuple(made),
            "unchecked": tuple(_line(each, phrases) for each in due[:UNCHECKED_SHOWN]),
            "unchecked_count": len(due),
        }

    def _about_ledger(self, connection: Connection) -> LedgerLine:
        entries, last_at = ledger_extent(connection)
        return LedgerLine(entries, last_at, answers_given(connection))

    def _viewer(self, person: Person) -> Viewer:
        return self._directory.viewer(person, team=person.slack_team or "", channel="", private=True)

    def _customers(self, connection: Connection, viewer: Viewer) -> tuple[_Entry, ...]:
        """Every customer that the viewer may see; read again only when one of them has changed."""
        stamp = customers_stamp(connection)
        known = self._listed.get(viewer.classes)
        if known is None or known[0] != stamp:
            listed = tuple(_entry(dossier) for dossier in read_portfolio(connection, (), viewer=viewer))
            known = self._listed[viewer.classes] = (stamp, listed)
        return known[1]


def _entry(dossier: Dossier) -> _Entry:
    profile = dossier.profile
    return _Entry(
        dossier.id,
        dossier.code,
        profile.legal_name,
        (profile.owner or "").strip().casefold(),
        profile.stage or "",
        profile.industry or "",
    )


def _called(person: Person) -> set[str]:
    """What the owner of a customer may be written as, when it is this person."""
    return {each.strip().casefold() for each in (person.email, person.name) if each}


def _line(entry: _Entry, phrases: Phrasebook) -> CustomerLine:
    stage = phrases.get(f"home.stage.{entry.stage}", entry.stage)
    return CustomerLine(entry.code, entry.name, tuple(note for note in (stage, entry.industry) if note))


def _suggestions(person: Person, customers: list[_Entry], phrases: Phrasebook) -> tuple[Suggestion, ...]:
    """One question to each of the first customers with a name in this language, as the role asks them."""
    fitting = [each for each in customers if has_han(each.name) is (phrases.language == "zh")]
    asked = zip(_SUGGESTED.get(person.role, ()), cycle((fitting or customers)[:3]), strict=False)
    return tuple(
        Suggestion(phrases.say(f"home.question.{word}", name=each.name), each.code, word)
        for word, each in asked
    )
