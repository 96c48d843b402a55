"""The rounds of monitoring (轮巡): alerts are posted, drawn again, reminded of, escalated, and told in a digest.

Everything is due by what the store says, so a round that was missed or killed is made up by the next, and nothing is
said twice: what is said has a key in the outbox. Where alerts may stand is asked of Slack before a transaction.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.monitoring.routing import Way, way_of
from prompts.phrasebook import Phrasebook
from store.access import Audience, Permission, Role, Viewer
from store.alerts import Alert, Alerts, AlertState
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.outbox import Outbox
from store.people import People, Person
from store.policy.types import Policy
from store.preferences import NO_DIGEST, Preferences
from store.watchlists import ListState, Watchlists

log = logging.getLogger(__name__)


class Board(Protocol):
    """Shows alerts; every method is part of somebody's unit of work (`bot.slack.alerting`)."""

    def show(self, connection: Connection, alert_id: UUID, spot: Any, *, again: str = "") -> str:
        """Post an alert in a place."""

    def redraw(self, connection: Connection, alert_id: UUID) -> int:
        """Draw it again wherever it is shown."""

    def remark(
        self, connection: Connection, alert_id: UUID, label: str, say: Callable[[Phrasebook], str]
    ) -> None:
        """Say something in the thread of every message that shows it; once a label."""


class Places(Protocol):
    """Finds where alerts may stand; asks Slack, so never within a unit of work (`bot.slack.places`)."""

    def find(
        self, channels: Iterable[str], roles: Iterable[Role], emails: Iterable[str] = ()
    ) -> tuple[Any, ...]:
        """The places for these channels, roles and persons, always in one order: each is reserved until the commit,
        and who reserves several must not meet somebody who does it the other way round.
        """


#: Draws the digest of a person: the day, how many alerts are new and ended since the last one, how many are open.
DrawDigest = Callable[[Connection, Person, str, int, int, int], dict[str, Any]]


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
        self._draw_digest = draw_digest
        self._policy = policy
        self._section = policy.alerts
        self._clock = clock
        self._zone = ZoneInfo(self._section.time_zone)

    def go(self) -> None:
        """One round; cheap when nothing is due."""
        self._post()
        self._refused()
        self._redraw()
        if self._also is not None:
            self._also()
        self._wake()
        self._remind()
        self._digest()

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

    def _refused(self) -> None:
        """A list that was refused is told where grave alerts go, once a refusal: what stays in force grows old."""
        with reading(self._databases.read) as connection:
            told = Alerts(connection).cursors("refused:")
            refused = [
                (state, state.refused_at)
                for state in Watchlists(connection).all()
                if state.refused_at and told.get(_refusal_of(state)) != int(state.refused_at.timestamp())
            ]
        if not refused:
            return
        spots = self._places.find(self._section.channels.get("high", ()), self._section.roles.get("high", ()))
        for state, at in refused if spots else ():
            with unit_of_work(self._databases.write) as connection:
                alerts = Alerts(connection)
                alerts.take_turn()
                if alerts.cursor(_refusal_of(state)) == int(at.timestamp()):
                    continue
                alerts.move(_refusal_of(state), int(at.timestamp()))
                for spot in spots:
                    payload = {
                        "text": told_refusal(state, Phrasebook.nearest(spot.language)),
                        "unfurl_links": False,
                        "unfurl_media": False,
                    }
                    key = f"{_refusal_of(state)}:{int(at.timestamp())}:{spot.team}:{spot.channel}"
                    Outbox(connection).put(
                        key, spot.team, spot.channel, "chat.postMessage", payload, now=self._clock()
                    )

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

    def _digest(self) -> None:
        """Everybody's digest at their hour, once a day; nothing where there is nothing to say."""
        local = self._clock().astimezone(self._zone)
        with reading(self._databases.read) as connection:
            chosen = Preferences(connection).everybody()
            told = Alerts(connection).cursors("digest:")
            people = [each for each in People(connection).everybody() if self._may(each)]
        for person in people:
            preference = chosen.get(person.id)
            hour = (
                self._section.digest_hour
                if preference is None or preference.digest_hour is None
                else preference.digest_hour
            )
            if hour == NO_DIGEST or local.hour < hour or not person.slack_team or not person.slack_user:
                continue
            since = self._instant(told.get(_digest_of(person)))
            if since is None or since.astimezone(self._zone).date() < local.date():
                self._send_digest(person, local)

    def _send_digest(self, person: Person, local: datetime) -> None:
        """Tell what is new since the last digest; that the day was looked at is kept, also when nothing was said."""
        now, name = self._clock(), _digest_of(person)
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            alerts.take_turn()
            last = self._instant(alerts.cursor(name))
            if last is not None and last.astimezone(self._zone).date() >= local.date():
                return
            alerts.move(name, int(now.timestamp()))
            since = now - timedelta(days=1) if last is None else last
            open_ = sum(alerts.open_counts().values())
            new, closed = alerts.counts_since(since)
            if not open_ and not closed:
                return
            day = local.date().isoformat()
            message = self._draw_digest(connection, person, day, new, closed, open_)
            assert person.slack_team is not None and person.slack_user is not None
            key = f"digest:{person.id}:{day}"
            Outbox(connection).put(
                key, person.slack_team, person.slack_user, "chat.postMessage", message, now=now
            )

    @staticmethod
    def _instant(seconds: int | None) -> datetime | None:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)

    def _may(self, person: Person) -> bool:
        return Viewer(person.email, person.role, Audience.alone(), self._policy.rights).may(Permission.ALERTS)


def _since(alert: Alert) -> int:
    """What tells the reminders of one opening from those after the alert was opened again."""
    return int(alert.at.timestamp())


def _digest_of(person: Person) -> str:
    """The name of the cursor that keeps when this person's last digest was due."""
    return f"digest:{person.id.hex[-12:]}"


def _refusal_of(state: ListState) -> str:
    """The name of the cursor that keeps which refusal of a list was told last."""
    return f"refused:{hashlib.sha256(state.name.encode()).hexdigest()[:12]}"


def told_refusal(state: ListState, book: Phrasebook) -> str:
    """That a list was refused and why; words of a file are made harmless, for Slack would call people by them."""
    because = " ".join((state.refused_because or "").split())[:600].rstrip(".。")
    because = because.removesuffix(f"; version {state.version} stays in force")
    for character, harmless in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;")):
        because = because.replace(character, harmless)
    stands = (
        book.say("alerts.list_stands", version=state.version) if state.version else book["alerts.list_none"]
    )
    return book.say("alerts.list_refused", name=state.name, because=because, stands=stands)


def told_age(age: timedelta, book: Phrasebook) -> str:
    """How long something has been so, in the unit that is read at a glance."""
    minutes = max(1, int(age.total_seconds() // 60))
    if minutes < 120:
        return book.count("slack_alerts.age.minutes", minutes)
    if minutes < 2880:
        return book.count("slack_alerts.age.hours", minutes // 60)
    return book.count("slack_alerts.age.days", minutes // 1440)
