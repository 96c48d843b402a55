"""The rounds of monitoring (轮巡): alerts are posted, drawn again, reminded of, escalated, and told in a digest.

Everything is due by what the store says, so a round that was missed or killed is made up by the next, and nothing is
said twice: what is said has a key in the outbox. Where alerts may stand is asked of Slack before a transaction.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from bot.monitoring.digests import Digests
from bot.monitoring.refusals import Refusals
from bot.monitoring.routing import Way, way_of
from bot.monitoring.surface import Board, DrawDigest, Places
from prompts.phrasebook import Phrasebook
from store.alerts import Alert, Alerts, AlertState
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.policy.types import Policy

log = logging.getLogger(__name__)


class Rounds:
    """Brings alerts to people."""

    def __init__(
        self,
        databases: Databases,
        board: Board,
        places: Places,
        draw_digest: DrawDigest,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
        also: Callable[[], None] | None = None,
    ) -> None:
        """`also` is done in every round: what else shows suspicion is drawn again."""
        self._also = also
        self._databases = databases
        self._board = board
        self._places = places
        self._digests = Digests(databases, draw_digest, policy=policy, clock=clock)
        self._refusals = Refusals(databases, places, policy=policy, clock=clock)
        self._policy = policy
        self._section = policy.alerts
        self._clock = clock

    def go(self) -> None:
        """One round; cheap when nothing is due."""
        self._post()
        self._refusals.tell()
        self._redraw()
        if self._also is not None:
            self._also()
        self._wake()
        self._remind()
        self._digests.send()

    def _post(self) -> None:
        """Show what no message shows yet; what became worse since is shown once more, further down."""
        with reading(self._databases.read) as connection:
            waiting = Alerts(connection).unposted()
            entry = Customers(connection).entry
            ways = [
                way_of(self._section, alert, entry(alert.customer_id) if self._section.routes else {})
                for alert in waiting
            ]
        found: dict[Way, tuple[Any, ...]] = {}
        for alert, way in zip(waiting, ways, strict=True):
            if way not in found:
                found[way] = self._places.find(way.channels, way.roles, way.emails) if way.is_wanted else ()
            if found[way] or not way.is_wanted:
                self._show(alert, found[way])
        for way, spots in found.items():
            if way.is_wanted and not spots:
                named = ", ".join((*way.channels, *way.roles, *way.emails))
                log.warning("alerts for %s have nowhere to go; register the channel or name roles", named)

    def _show(self, alert: Alert, spots: tuple[Any, ...]) -> None:
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            held = alerts.by_id(alert.id, hold=True)
            # Where it became graver meanwhile, other places are meant: the next round finds them.
            if held is None or held.posted_at is not None or held.severity is not alert.severity:
                return
            now = self._clock()
            again = held.severity.value if held.drawn_at is not None else ""
            alerts.change(held, posted_at=now, drawn_at=now, stale=False)
            if again:
                self._board.redraw(connection, alert.id)
            for spot in spots:
                self._board.show(connection, alert.id, spot, again=again)

    def _redraw(self) -> None:
        before = self._clock() - timedelta(seconds=self._section.redraw_seconds)
        with reading(self._databases.read) as connection:
            stale = Alerts(connection).stale(before)
        for alert in stale:
            with unit_of_work(self._databases.write) as connection:
                Alerts(connection).change(alert, stale=False, drawn_at=self._clock())
                self._board.redraw(connection, alert.id)

    def _wake(self) -> None:
        """Alerts whose quiet time is over speak again."""
        with reading(self._databases.read) as connection:
            woken = Alerts(connection).snoozed(self._clock())
        for alert in woken:
            with unit_of_work(self._databases.write) as connection:
                Alerts(connection).change(alert, snoozed_until=None, stale=False, drawn_at=self._clock())
                self._board.redraw(connection, alert.id)

    def _remind(self) -> None:
        """Remind of what nobody has acknowledged, then escalate it."""
        now = self._clock()
        with reading(self._databases.read) as connection:
            waiting = Alerts(connection).waiting()
        for alert in waiting:
            if alert.snoozed_until is not None:
                continue
            since = alert.reminded_at or alert.at
            pause = timedelta(minutes=self._section.remind_minutes.get(alert.severity.value, 1440))
            if alert.reminders < self._section.reminders and now - since >= pause:
                self._again(alert)
            limit = timedelta(minutes=self._section.escalate_minutes.get(alert.severity.value, 10_080))
            if alert.escalated_at is None and now - alert.at >= limit:
                self._escalate(alert)

    def _again(self, alert: Alert) -> None:
        now = self._clock()
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            held = alerts.by_id(alert.id, hold=True)
            if held is None or held.state is not AlertState.OPEN or held.reminders != alert.reminders:
                return
            alerts.change(held, reminders=held.reminders + 1, reminded_at=now)
            self._say(
                connection, held, f"remind:{_since(held)}:{held.reminders + 1}", "slack_alerts.remind.again"
            )

    def _escalate(self, alert: Alert) -> None:
        """Bring it before others; ledger, messages and record in one transaction."""
        spots = self._places.find(self._section.escalate_channels, self._section.escalate_roles)
        now = self._clock()
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            # The ledger is held before the alert, as at the desk, so that nobody waits in a circle.
            alerts.take_turn()
            held = alerts.by_id(alert.id, hold=True)
            if held is None or held.escalated_at is not None or held.state is not AlertState.OPEN:
                return
            Ledger(connection, self._clock).append(
                actor=f"rule:{alert.rule}",
                action="alert.escalate",
                customer_id=alert.customer_id,
                subject=alert.code,
                detail={"policy": self._policy.version},
            )
            alerts.step(held, at=now, actor=None, act="escalate", after=held.state)
            alerts.change(held, escalated_at=now, stale=False, drawn_at=now)
            self._board.redraw(connection, alert.id)
            for spot in spots:
                self._board.show(connection, alert.id, spot)
            self._say(connection, held, f"escalate:{_since(held)}", "slack_alerts.remind.escalate")

    def _say(self, connection: Connection, alert: Alert, label: str, phrase: str) -> None:
        age = self._clock() - alert.opened_at
        self._board.remark(
            connection,
            alert.id,
            label,
            lambda book: book.say(phrase, code=alert.code, age=told_age(age, book)),
        )


def _since(alert: Alert) -> int:
    """What tells the reminders of one opening from those after the alert was opened again."""
    return int(alert.at.timestamp())


def told_age(age: timedelta, book: Phrasebook) -> str:
    """How long something has been so, in the unit that is read at a glance."""
    minutes = max(1, int(age.total_seconds() // 60))
    if minutes < 120:
        return book.count("slack_alerts.age.minutes", minutes)
    if minutes < 2880:
        return book.count("slack_alerts.age.hours", minutes // 60)
    return book.count("slack_alerts.age.days", minutes // 1440)
