"""The Home tabs that people have opened, and what they prefer (主页、偏好)."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table, Uuid

from store.columns import Instant
from store.schema.base import metadata

#: One row a person of a team: what of Home was shown to them last.
homes = Table(
    "homes",
    metadata,
    Column("team", String(32), primary_key=True),
    Column("slack_user", String(32), primary_key=True),
    Column("opened_at", Instant, nullable=False),
    Column("page", Integer, nullable=False),
    # A hash of what is shown, so that it is published again only when it has changed; "" before the first time.
    Column("drawn", String(64), nullable=False),
    Column("drawings", Integer, nullable=False),
    Index(None, "opened_at"),
)

#: What a person has chosen for themselves; a row of `users` says what the firm gave them.
preferences = Table(
    "preferences",
    metadata,
    Column("user_id", Uuid, primary_key=True),
    Column("language", String(8), nullable=True),
    # The hour of the daily digest in the firm's time zone; NULL: none was chosen; -1: none is wanted.
    Column("digest_hour", Integer, nullable=True),
)
