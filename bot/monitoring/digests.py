"""The daily digest of alerts (每日摘要), for everybody who may see them at the hour of their choice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.monitoring.surface import DrawDigest
from store.access import Audience, Permission, Viewer
from store.alert_cursors import AlertCursors
from store.alerts import Alerts
from store.engine import Databases, reading, unit_of_work
from store.outbox import Outbox
from store.people import People, Person
from store.policy.types import Policy
from store.preferences import NO_DIGEST, Preferences


class Digests:
    """Tells people what is new since their last digest."""

    def __init__(
        self,
        databases: Databases,
        draw_digest: DrawDigest,
        *,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases, self._draw_digest = databases, draw_digest
        self._policy, self._section, self._clock = policy, policy.alerts, clock
        self._zone = ZoneInfo(self._section.time_zone)

    def send(self) -> None:
        """Everybody's digest at their hour, once a day; nothing where there is nothing to say."""
        local = self._clock().astimezone(self._zone)
        with reading(self._databases.read) as connection:
            chosen = Preferences(connection).everybody()
            told = AlertCursors(connection).cursors("digest:")
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
                self._send(person, local)

    def _send(self, person: Person, local: datetime) -> None:
        """Tell what is new since the last digest; that the day was looked at is kept, also when nothing was said."""
        now, name = self._clock(), _digest_of(person)
        with unit_of_work(self._databases.write) as connection:
            alerts = Alerts(connection)
            alerts.take_turn()
            cursors = AlertCursors(connection)
            last = self._instant(cursors.cursor(name))
            if last is not None and last.astimezone(self._zone).date() >= local.date():
                return
            cursors.move(name, int(now.timestamp()))
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


def _digest_of(person: Person) -> str:
    """The name of the cursor that keeps when this person's last digest was due."""
    return f"digest:{person.id.hex[-12:]}"
