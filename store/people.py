"""Who works here, and the places where they talk.

Persons come from the `users` import through history; this is the door to their projection. Channels are
registered by a person, with the highest class that may be said there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Insert, Row, Table, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from store.access import CEILINGS, FieldClass, Role
from store.identity import new_id
from store.schema.homes import preferences
from store.schema.people import channel_members, channels, users


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom the firm has registered."""

    id: UUID
    email: str
    role: Role
    name: str | None = None
    language: str | None = None
    slack_team: str | None = None
    slack_user: str | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A registered channel; `name` is as registered, usually with its #."""

    id: UUID
    team: str
    channel: str
    name: str
    ceiling: FieldClass
    registered_by: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Members:
    """Who sat in a channel when Slack was last asked."""

    members: tuple[str, ...]
    checked_at: datetime


class People:
    """Looks persons and channels up, and writes channels, on a connection."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def by_slack(self, team: str, user: str) -> Person | None:
        """The person with this Slack account."""
        return self._person((users.c.slack_team == team) & (users.c.slack_user == user))

    def by_email(self, email: str) -> Person | None:
        """The person with this address, however it is written."""
        return self._person(users.c.email == email.strip().lower())

    def everybody(self) -> list[Person]:
        """All persons by address."""
        return [_read_person(row) for row in self._connection.execute(_PERSONS.order_by(users.c.email))]

    def channel(self, team: str | None, reference: str) -> Channel | None:
        """The registered channel with this Slack id or name (with or without #), in any team when that is None.

        Where several fit, the one with the lowest ceiling: an answer must not say more than any of them allows.
        """
        name = reference.strip().removeprefix("#").lower()
        query = select(channels).where(
            (channels.c.channel == reference.strip()) | func.lower(channels.c.name).in_([name, f"#{name}"])
        )
        if team is not None:
            query = query.where(channels.c.team == team)
        found = [_read_channel(row) for row in self._connection.execute(query)]
        exact = [item for item in found if item.channel == reference.strip()]
        return min(exact or found, key=lambda item: len(CEILINGS[item.ceiling]), default=None)

    def channels(self) -> list[Channel]:
        """All registered channels by name."""
        query = select(channels).order_by(channels.c.name, channels.c.id)
        return [_read_channel(row) for row in self._connection.execute(query)]

    def register_channel(
        self, *, team: str, channel: str, name: str, ceiling: FieldClass, by: str, at: datetime
    ) -> Channel:
        """Register a channel, or change its name and ceiling; the caller writes the ledger entry."""
        here = (channels.c.team == team) & (channels.c.channel == channel)
        known = self._connection.execute(select(channels.c.id).where(here).with_for_update()).scalar()
        values = {"name": name, "ceiling": ceiling.value, "registered_by": by, "registered_at": at}
        if known is None:
            known = new_id()
            self._connection.execute(
                channels.insert(), {"id": known, "team": team, "channel": channel, **values}
            )
        else:
            self._connection.execute(channels.update().where(here), values)
        return Channel(known, team, channel, name, ceiling, by, at)

    def members(self, team: str, channel: str) -> Members | None:
        """Who sits in a channel as far as we know, and since when we know it; None when never asked."""
        query = select(channel_members).where(
            channel_members.c.team == team, channel_members.c.channel == channel
        )
        row = self._connection.execute(query).one_or_none()
        return None if row is None else Members(tuple(row.members), row.checked_at)

    def set_members(self, team: str, channel: str, members: Iterable[str], at: datetime) -> None:
        """Remember who sits in a channel, as Slack said at `at`."""
        here = (channel_members.c.team == team) & (channel_members.c.channel == channel)
        values = {"members": list(members), "checked_at": at}
        if not self._connection.execute(channel_members.update().where(here), values).rowcount:
            new = {"team": team, "channel": channel, **values}
            self._connection.execute(_insert_once(self._connection, channel_members), new)

    def forget_members(self, team: str, channel: str) -> None:
        """Somebody joined or left: Slack must be asked again."""
        self._connection.execute(
            delete(channel_members).where(
                channel_members.c.team == team, channel_members.c.channel == channel
            )
        )

    def _person(self, condition: Any) -> Person | None:
        row = self._connection.execute(_PERSONS.where(condition)).one_or_none()
        return None if row is None else _read_person(row)


def _insert_once(connection: Connection | Session, table: Table) -> Insert:
    """An insert that leaves a row alone that somebody else has just put there."""
    bind = connection.get_bind() if isinstance(connection, Session) else connection
    insert = postgresql.insert if bind.dialect.name == "postgresql" else sqlite.insert
    return insert(table).on_conflict_do_nothing()


#: Persons, in the language that they chose for themselves or else the one that the firm entered.
_PERSONS = select(users, preferences.c.language.label("chosen")).outerjoin(
    preferences, preferences.c.user_id == users.c.id
)


def _read_person(row: Row[Any]) -> Person:
    language = row.chosen or row.language
    return Person(row.id, row.email, Role(row.role), row.name, language, row.slack_team, row.slack_user)


def _read_channel(row: Row[Any]) -> Channel:
    return Channel(
        row.id,
        row.team,
        row.channel,
        row.name,
        FieldClass(row.ceiling),
        row.registered_by,
        row.registered_at,
    )
