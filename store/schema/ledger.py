"""The ledger: who did or saw what, when, on what ground. Appended to, never changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Uuid

from store.columns import Instant
from store.schema.base import Json, metadata

ledger = Table(
    "ledger",
    metadata,
    # Dense and in commit order: taken from the head row under its lock.
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("action", String(40), nullable=False),
    Column("customer_id", Uuid, nullable=True),
    Column("subject", String(200), nullable=True),
    Column("detail", Json, nullable=False),
    # SHA-256(0x00 ‖ canonical JSON), an RFC 6962 leaf; and the hash of the entry before it.
    Column("leaf", String(64), nullable=False),
    Column("previous", String(64), nullable=False),
    Column("chain", String(64), nullable=False),
    Index(None, "customer_id", "seq"),
    Index(None, "actor", "seq"),
    Index(None, "at"),
)

ledger_head = Table(
    "ledger_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, nullable=False),
    Column("at", Instant, nullable=False),
    Column("chain", String(64), nullable=False),
)
