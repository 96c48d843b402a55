"""Files that people have sent and that wait for an answer: whose are they (收到的文件)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, UniqueConstraint, Uuid

from store.columns import Instant
from store.schema.base import Json, metadata

#: States: waiting → taking (the customer is chosen) → taken; waiting → discarded | expired. The bytes lie in the blob
#: folder under `sha256`, and go from there with a row that was not taken.
received_files = Table(
    "received_files",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    # The arrival that brought it, and its place among the files of that message.
    Column("arrival", String(64), nullable=False),
    Column("place", Integer, nullable=False),
    Column("team", String(32), nullable=False),
    Column("slack_user", String(32), nullable=False),
    Column("actor", String(320), nullable=False),
    Column("language", String(8), nullable=False),
    Column("name", String(300), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    # What was seen when it was read: parts, language, warnings, guesses.
    Column("seen", Json, nullable=False),
    Column("state", String(12), nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("customer_id", Uuid, nullable=True),
    Column("document_id", Uuid, nullable=True),
    UniqueConstraint("arrival", "place"),
    Index(None, "state", "received_at"),
    Index(None, "sha256"),
)
