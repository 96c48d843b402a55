"""Screening (名单筛查): what was screened and when, hits with what became of them, and the batches of re-screening.

A hit is one subject (a party of a customer, or a free name) against one entry of a list; however often it is found
again, there is one row of it. `steps` tell its life, each with the ledger number that it stands under.
"""

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

from store.columns import Instant
from store.schema.base import Json, metadata

screenings = Table(
    "screenings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    # The click, line or slice that asked for it: asked twice, made once.
    Column("request", String(120), nullable=False, unique=True),
    # name, customer, or changed: a customer that changed and was looked at again without being asked.
    Column("kind", String(12), nullable=False),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), nullable=True),
    Column("made_at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    # What was compared: the subjects as they were.
    Column("subjects", Json, nullable=False),
    # List → version.
    Column("lists", Json, nullable=False),
    Column("threshold", Integer, nullable=False),  # in ten-thousandths, as every score
    # Subjects times entries that they were held against.
    Column("compared", BigInteger, nullable=False),
    Column("policy_version", String(32), nullable=False),
    Column("program_version", String(32), nullable=False),
    # What came of it, in the order of the score: hit code, state and score as they were then; and ownership.
    Column("body", Json, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Index(None, "customer_id", "made_at"),
)

hits = Table(
    "hits",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), nullable=True),
    # The customer and `firm` or a hash of the party's name; of a free name a hash of all that was said of it.
    Column("subject", String(80), nullable=False),
    Column("name", Text, nullable=False),
    Column("roles", Json, nullable=False),
    Column("list", String(60), nullable=False),
    Column("entry", String(200), nullable=False),
    # The version of the list in which the entry was last seen or, when the hit is closed, was gone.
    Column("list_version", Integer, nullable=False),
    Column("entry_name", Text, nullable=False),
    # The two names that were found alike, ours and the entry's.
    Column("our_name", Text, nullable=False),
    Column("matched", Text, nullable=False),
    Column("score", Integer, nullable=False),  # in ten-thousandths
    Column("because", Json, nullable=False),
    Column("against", Json, nullable=False),
    # What a decision rests on: our side as it was, and a hash of each side.
    Column("matter", Json, nullable=False),
    Column("subject_hash", String(64), nullable=False),
    Column("entry_hash", String(64), nullable=False),
    Column("state", String(12), nullable=False),
    # Who brought it into its state, when, with which words; None is the house itself.
    Column("by", String(200), nullable=True),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("latest_at", Instant, nullable=False),
    Column("policy_version", String(32), nullable=False),
    UniqueConstraint("subject", "list", "entry"),
    Index(None, "customer_id", "state"),
    Index(None, "list", "entry"),
    Index(None, "state", "score"),
)

hit_steps = Table(
    "hit_steps",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("hit_id", Uuid, ForeignKey("hits.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=True),
    # opened, reopened, decided, proposed, confirmed, closed
    Column("act", String(12), nullable=False),
    Column("before", String(12), nullable=False),
    Column("after", String(12), nullable=False),
    Column("words", Text, nullable=False),
    # What had changed, where something had: ["entry", "identifiers"].
    Column("fields", Json, nullable=False),
    Column("list_version", Integer, nullable=False),
    Column("score", Integer, nullable=False),
    Column("screening", String(16), nullable=True),
    Column("seq", BigInteger, nullable=False),
    Column("request", String(120), nullable=True, unique=True),
    Index(None, "hit_id", "at"),
    Index(None, "seq"),
)

#: A look at many customers: because a list has a new version, or because they changed.
screening_batches = Table(
    "screening_batches",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(12), nullable=False),  # list or customers
    Column("list", String(60), nullable=True),
    Column("old", Integer, nullable=False),
    Column("new", Integer, nullable=False),
    # How many entries differ, or how many customers.
    Column("items", Integer, nullable=False),
    # The ledger's number at its beginning: customers that were there by then are looked at.
    Column("known_seq", BigInteger, nullable=False),
    Column("began_at", Instant, nullable=False),
    Column("ended_at", Instant, nullable=True),
    UniqueConstraint("list", "new"),
    Index(None, "ended_at"),
)

#: A part of a batch that one job does in one transaction: some entries of the list, or some customers.
screening_slices = Table(
    "screening_slices",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("batch_id", Uuid, ForeignKey("screening_batches.id"), nullable=False),
    # Their numbers or keys; empty when it is done.
    Column("items", Json, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("state", String(8), nullable=False),  # waiting, failed, done
    Column("done_at", Instant, nullable=True),
    Column("compared", BigInteger, nullable=False),
    Column("found", Integer, nullable=False),
    Column("seq", BigInteger, nullable=True),
    Index(None, "batch_id", "state"),
)

#: How far a look has come: the ledger number of the last change of a customer that was queued.
screening_cursors = Table(
    "screening_cursors",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
