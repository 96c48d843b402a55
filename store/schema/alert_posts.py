"""The messages that show an alert (预警消息)."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Index, Integer, String, Table, Text, Uuid

from store.schema.base import metadata

#: One row a message that shows an alert: where it stands, and what was drawn there last.
alert_posts = Table(
    "alert_posts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("alert_id", Uuid, nullable=False),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    # A direct message with one person, whose Slack id is the channel.
    Column("is_person", Boolean, nullable=False),
    Column("language", String(8), nullable=False),
    # Why it stands here, where that is said under the alert.
    Column("note", Text, nullable=True),
    # The outbox keys of the message and of the newest drawing of it.
    Column("message_key", String(255), nullable=False, unique=True),
    Column("drawing_key", String(255), nullable=False),
    Column("drawn", String(64), nullable=False),
    Column("drawings", Integer, nullable=False),
    Index(None, "alert_id"),
)
