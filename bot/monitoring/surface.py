"""What monitoring asks of the surface that shows alerts to people (预警界面); `bot.slack` fulfils it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Connection

from prompts.phrasebook import Phrasebook
from store.access import Role
from store.people import Person


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
