"""What was sent to models and what it cost, and who wished an answer under way to stop (模型调用)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint, Uuid

from store.columns import Instant
from store.schema.base import Json, metadata

model_calls = Table(
    "model_calls",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The arrival or command that the call serves, and which call of it this is, from 1.
    Column("request", String(120), nullable=False),
    Column("number", Integer, nullable=False),
    Column("purpose", String(24), nullable=False),  # answer, events, extraction, wording
    Column("actor", String(200), nullable=False),
    Column("model", String(120), nullable=False),
    Column("prompts", Json, nullable=False),  # name → version and hash
    Column("at", Instant, nullable=False),
    # The messages that this call added; those of the calls before stand in their rows. Written before they are sent.
    Column("earlier", Integer, nullable=False),
    Column("sent", Json, nullable=False),
    # SHA-256 of the canonical JSON of everything that was sent; the ledger holds it too.
    Column("sha256", String(64), nullable=False),
    Column("finished_at", Instant, nullable=True),
    Column("outcome", String(16), nullable=False),  # pending, done, failed, stopped
    Column("error", String(80), nullable=True),
    Column("tokens_in", Integer, nullable=False, default=0),
    Column("tokens_out", Integer, nullable=False, default=0),
    Column("cost", BigInteger, nullable=False, default=0),  # millionths of the currency of policy
    UniqueConstraint("request", "number"),
    Index(None, "actor", "at"),
)

stop_wishes = Table(
    "stop_wishes",
    metadata,
    Column("conversation", String(200), primary_key=True),
    Column("asker", String(200), primary_key=True),
    Column("at", Instant, nullable=False),
)
