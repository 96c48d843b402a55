"""What a model read beside the rules (第二读者): its opinions, what it proposes to file, and how far it has come."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, Uuid

from store.columns import Instant
from store.schema.base import Json, metadata

opinions = Table(
    "opinions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("purpose", String(24), nullable=False),  # events, wording
    # What it is about: document and customer, or a check and a language.
    Column("subject", String(120), nullable=False),
    Column("state", String(12), nullable=False),  # held, refused
    Column("reason", String(60), nullable=True),
    Column("document_id", Uuid, ForeignKey("documents.id"), nullable=True),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), nullable=True),
    # The most closed class of what was read for it.
    Column("field_class", String(12), nullable=False),
    # What the model said, and what the rule says of the same.
    Column("body", Json, nullable=False),
    Column("rule", Json, nullable=False),
    Column("model", String(120), nullable=False),
    Column("prompt", String(60), nullable=False),
    # The request whose calls stand in `model_calls`.
    Column("request", String(120), nullable=False),
    Column("at", Instant, nullable=False),
    UniqueConstraint("purpose", "subject", "model", "prompt"),
    Index(None, "document_id"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("state", String(12), nullable=False),  # proposed, accepted, rejected
    Column("kind", String(16), nullable=False),  # records, statements
    Column("document_id", Uuid, ForeignKey("documents.id"), nullable=False),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), nullable=False),
    Column("field_class", String(12), nullable=False),
    # The columns of the import, as they would be filed.
    Column("row", Json, nullable=False),
    # Where the document says so: the locator of a block, the line and the cell in it, the words.
    Column("locator", Json, nullable=False),
    Column("place", Json, nullable=False),
    Column("quote", Text, nullable=False),
    # What our own figure reader finds for the same.
    Column("beside", Json, nullable=False),
    # What makes it the same proposal when the document is read again.
    Column("digest", String(64), nullable=False),
    Column("model", String(120), nullable=False),
    Column("prompt", String(60), nullable=False),
    Column("request", String(120), nullable=False),
    Column("at", Instant, nullable=False),
    Column("decided_at", Instant, nullable=True),
    Column("decided_by", String(200), nullable=True),
    Column("reason", Text, nullable=True),
    # The version that was filed, where it was accepted.
    Column("version_id", Uuid, nullable=True),
    UniqueConstraint("document_id", "customer_id", "digest"),
    Index(None, "state", "at"),
)

#: How far a reader has come: the last document that it has done, in the order of their adding.
reader_cursors = Table(
    "reader_cursors",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("document_id", Uuid, nullable=True),
)
