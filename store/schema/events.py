"""Risk events (风险事件): what documents say that is adverse to a customer, written when a document is added."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from store.columns import Amount, Instant
from store.schema.base import Json, metadata

risk_events = Table(
    "risk_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("document_id", Uuid, ForeignKey("documents.id"), nullable=False),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), nullable=False),
    # The first event of a story leads it: its story is its own id.
    Column("story", Uuid, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("status", String(12), nullable=False),
    Column("role", String(12), nullable=False),
    Column("words", Json, nullable=False),
    Column("happened_on", String(10), nullable=True),
    Column("amount", Amount, nullable=True),
    Column("currency", String(3), nullable=True),
    # Where the document says so: the locator of a block, and a stretch of its text from `start`.
    Column("locator", Json, nullable=False),
    Column("start", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    # Inherited from the document, so that rights and time are tested on this row.
    Column("field_class", String(12), nullable=False),
    Column("published", String(10), nullable=True),
    # The day that stories are compared by: of publication, else of adding.
    Column("day", String(10), nullable=False),
    # What tells a story's leader again: case numbers, sums, a sketch of the wording; None for those that follow.
    Column("marks", Json, nullable=True),
    Column("taxonomy", String(32), nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("added_seq", BigInteger, nullable=False),
    # One document says of one customer one thing of a kind: adding it again adds nothing.
    UniqueConstraint("document_id", "customer_id", "kind"),
    Index(None, "customer_id", "kind", "day"),
    Index(None, "added_seq"),
)
