"""What leaves: written down before it is sent, found again after a crash."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, Uuid

from store.columns import Instant
from store.schema.base import Json, metadata

#: States: pending → sending (committed before the post) → sent | unknown | failed; sending → pending when
#: reconciliation proves that it did not arrive.
outbox = Table(
    "outbox",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The same intention has the same key: decided twice, sent once.
    Column("key", String(200), nullable=False, unique=True),
    Column("team", String(32), nullable=False),
    Column("channel", String(32), nullable=False),
    # Order within a channel, taken in the transaction that decided it.
    Column("position", BigInteger, nullable=False),
    Column("method", String(40), nullable=False),
    Column("payload", Json, nullable=False),
    Column("state", String(12), nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("attempt_at", Instant, nullable=True),
    Column("not_before", Instant, nullable=True),
    Column("created_at", Instant, nullable=False),
    Column("sent_at", Instant, nullable=True),
    Column("ts", String(40), nullable=True),
    Column("error", Text, nullable=True),
    # The heads of all channels with something unsent, read from the backlog alone however much was sent before.
    Index(None, "state", "team", "channel", "position"),
    Index(None, "team", "channel", "position"),
)
