"""The background checks that were made (客户背调): kept whole, without a language."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Uuid

from store.columns import Instant
from store.schema.base import Json, metadata

checks = Table(
    "checks",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    # The arrival or call that asked for it: asked twice, made once.
    Column("request", String(120), nullable=False, unique=True),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), nullable=False),
    Column("made_at", Instant, nullable=False),
    Column("known_seq", BigInteger, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("status", String(8), nullable=False),
    Column("policy_version", String(32), nullable=False),
    Column("body", Json, nullable=False),
    Index(None, "customer_id", "made_at"),
)
