"""Alerts as the surface shows them: read from the record, with names of people and customers, in a language (预警)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from bot.slack.saying import QUIET
from bot.slack.sources import Holding
from bot.slack.views.alert import AlertCard
from bot.slack.views.alert_forms import Step
from bot.slack.views.alert_list import LINES
from bot.slack.views.digest import digest_message
from bot.slack.views.home import DecisionLine
from prompts.phrasebook import Phrasebook
from store.alerts import Alert, Alerts, AlertStep
from store.customers import Customers
from store.errors import UnknownSubject
from store.people import People, Person

#: What an alert says and why it matters, in a language.
Tell = Callable[[Alert, str], tuple[str, str]]


class AlertBook:
    """Reads alerts on the connection that it is given."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell

    def card(self, connection: Connection, code: str, language: str) -> AlertCard | None:
        """The alert with this code; None when there is none."""
        alert = Alerts(connection).by_code(code)
        return alert and self._card(connection, alert, language)

    def card_of(self, connection: Connection, alert_id: UUID, language: str) -> AlertCard:
        """The alert with this key, which must be there."""
        alert = Alerts(connection).by_id(alert_id)
        if alert is None:
            raise UnknownSubject("there is no alert with this key")
        return self._card(connection, alert, language)

    def open_cards(
        self, connection: Connection, language: str, *, limit: int, offset: int = 0
    ) -> list[AlertCard]:
        """Those that are under way, the gravest and then the oldest first."""
        listed = Alerts(connection).listed(limit=limit, offset=offset)
        return [self._card(connection, alert, language) for alert in listed]

    def open_counts(self, connection: Connection) -> Mapping[str, int]:
        """How many are under way, by severity."""
        return Alerts(connection).open_counts()

    def decisions(self, connection: Connection, *, limit: int) -> list[DecisionLine]:
        """What people decided last, newest first."""
        return [
            DecisionLine(
                step.at,
                self.who(connection, step.actor) or "",
                step.after,
                alert.code,
                _customer(connection, alert.customer_id)[0],
                step.words,
            )
            for alert, step in Alerts(connection).decided(limit)
        ]

    def digest(
        self, connection: Connection, person: Person, day: str, new: int, closed: int, still_open: int
    ) -> dict[str, Any]:
        """The digest of a day for a person, in their language; the numbers are those since the last one."""
        phrases = Phrasebook.nearest(person.language or "en")
        cards = self.open_cards(connection, phrases.language, limit=LINES)
        return {**digest_message(day, new, closed, cards, still_open, phrases), **QUIET}

    def steps(self, connection: Connection, code: str, language: str) -> list[Step]:
        """What happened to an alert, in order."""
        alerts, phrases = Alerts(connection), Phrasebook.nearest(language)
        alert = alerts.by_code(code)
        return [self._step(connection, each, phrases) for each in alerts.steps(alert.id)] if alert else []

    def identity(self, connection: Connection, code: str) -> UUID | None:
        """The key of the alert with this code."""
        alert = Alerts(connection).by_code(code)
        return alert and alert.id

    def who(self, connection: Connection, email: str | None) -> str | None:
        """The name of a person as people are shown; the address of somebody who is not registered any more."""
        if not email:
            return None
        person = People(connection).by_email(email)
        return (person and person.name) or email

    def _card(self, connection: Connection, alert: Alert, language: str) -> AlertCard:
        what, why = self._tell(alert, language)
        name, code = _customer(connection, alert.customer_id)
        return AlertCard(
            code=alert.code,
            severity=alert.severity.value,
            state=alert.state.value,
            customer=name,
            customer_code=code,
            what=what,
            why=why,
            evidence=tuple(alert.evidence),
            items=alert.items,
            sources=len(alert.sources),
            opened_at=alert.opened_at,
            latest_at=alert.latest_at,
            by=self.who(connection, alert.by),
            at=alert.at,
            owner=self.who(connection, alert.owner),
            reason=alert.reason,
            snoozed_until=alert.snoozed_until,
            escalated=alert.escalated_at is not None,
            notes=alert.notes,
            hits="hit" in alert.values,
        )

    def _step(self, connection: Connection, step: AlertStep, phrases: Phrasebook) -> Step:
        what = phrases.get(f"slack_alerts.step.{step.act}", step.act)
        return Step(
            step.at, what, self.who(connection, step.actor) or phrases["slack_alerts.rule"], step.words
        )


def shelf(connection: Connection, code: str) -> Holding | None:
    """The evidence of the alert with this code, to be opened source by source."""
    alert = Alerts(connection).by_code(code)
    return alert and Holding(alert.code, tuple(alert.evidence))


def _customer(connection: Connection, customer_id: UUID) -> tuple[str, str]:
    try:
        customer: Any = Customers(connection).by_id(customer_id)
    except UnknownSubject:
        return "–", ""
    return customer.legal_name, customer.code
