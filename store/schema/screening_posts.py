"""The messages that show hits (命中消息): which, where, and what was drawn there last."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table, Uuid

from store.schema.base import metadata

#: One row a message; `shown` is what it is of: a screening, a customer, everything that waits.
screening_posts = Table(
    "screening_posts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("shown", String(40), nullable=False),
    Column("start", Integer, nullable=False),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("language", String(8), nullable=False),
    # The outbox keys of the message and of the newest drawing of it.
    Column("message_key", String(255), nullable=False, unique=True),
    Column("drawing_key", String(255), nullable=False),
    Column("drawn", String(64), nullable=False),
    Column("drawings", Integer, nullable=False),
)

#: Which hits a message shows.
screening_post_hits = Table(
    "screening_post_hits",
    metadata,
    Column("hit", String(16), primary_key=True),
    Column("post_id", Uuid, ForeignKey("screening_posts.id"), primary_key=True),
)
