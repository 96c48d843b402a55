"""The Home tabs that people have opened (主页)."""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, String, Table

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
