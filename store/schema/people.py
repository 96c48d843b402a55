"""Who works here, and the places where they talk."""

from __future__ import annotations

from sqlalchemy import Column, String, Table, Text, UniqueConstraint, Uuid

from store.columns import Instant
from store.schema.base import Json, metadata

#: The projection of the newest version of each `users` row, for look-up by Slack id or e-mail.
users = Table(
    "users",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("email", String(254), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("name", Text, nullable=True),
    Column("slack_team", String(32), nullable=True),
    Column("slack_user", String(32), nullable=True),
    Column("language", String(8), nullable=True),
    UniqueConstraint("slack_team", "slack_user"),
)

#: Channels that a person registered, with the highest class that may be said there.
channels = Table(
    "channels",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("name", String(100), nullable=False),
    Column("ceiling", String(12), nullable=False),
    Column("registered_by", String(200), nullable=False),
    Column("registered_at", Instant, nullable=False),
    UniqueConstraint("team", "channel"),
)

#: Who sits in a channel, fed by Slack's member events and checked again after a while.
channel_members = Table(
    "channel_members",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("members", Json, nullable=False),
    Column("checked_at", Instant, nullable=False),
)
