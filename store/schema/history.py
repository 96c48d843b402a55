"""The one version table, and the things that the versions are versions of.

`subjects` gives every row of the outside world its identity (a customer, an invoice, a law suit); `versions`
keeps each state of it for good. Nothing is overwritten: `versions` is only ever appended to. A few columns of
the body are lifted beside it so that sums, filters and look-ups need no JSON.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, String, Table, Text, Uuid
from sqlalchemy import UniqueConstraint as Unique

from store.columns import Amount, Instant
from store.schema.base import Json, metadata

subjects = Table(
    "subjects",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("aggregate", String(32), nullable=False),
    # What the same row of the outside world is recognised by when it comes again.
    Column("natural_key", String(512), nullable=False),
    # The customer it belongs to; a customer belongs to itself.
    Column("customer_id", Uuid, nullable=True),
    Column("code", String(16), nullable=True, unique=True),
    Column("current_version", Uuid, nullable=True),
    Unique("aggregate", "natural_key"),
    Index(None, "customer_id", "aggregate"),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("subject_id", Uuid, ForeignKey("subjects.id"), nullable=False),
    Column("aggregate", String(32), nullable=False),
    Column("customer_id", Uuid, nullable=True),
    Column("number", Integer, nullable=False),
    # The dense ledger sequence under which it was recorded: "known at" is a comparison with it.
    Column("recorded_seq", BigInteger, nullable=False),
    Column("recorded_at", Instant, nullable=False),
    # Valid time as ISO text, as exact as known; None is "since ever" and "until further notice".
    Column("valid_from", String(10), nullable=True),
    Column("valid_to", String(10), nullable=True),
    Column("removed", Boolean, nullable=False, default=False),
    Column("body", Json, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("amount", Amount, nullable=True),
    Column("currency", String(3), nullable=True),
    Column("source", Text, nullable=False),
    Column("tier", String(20), nullable=False),
    Column("field_class", String(12), nullable=False),
    Column("observed_on", String(10), nullable=True),
    Column("url", Text, nullable=True),
    Column("actor", String(200), nullable=False),
    Column("cause", Text, nullable=False),
    Unique("subject_id", "number"),
    Index(None, "customer_id", "recorded_seq"),
    Index(None, "aggregate", "recorded_seq"),
)

#: Every name and identifier that a customer is looked up by, with a key for searching beside the name as given.
customer_names = Table(
    "customer_names",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("key", String(512), nullable=False, index=True),
    Column("kind", String(16), nullable=False),  # legal, short, former, english, brand, alias, uscc, lei, …
    Index(None, "customer_id"),
)

counters = Table(
    "counters",
    metadata,
    Column("kind", String(8), primary_key=True),
    Column("next", BigInteger, nullable=False),
)
