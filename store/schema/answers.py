"""What was asked and what was answered, kept whole, and the thread of a conversation."""

from __future__ import annotations

from sqlalchemy import Column, Index, String, Table, Text, UniqueConstraint, Uuid

from store.columns import Instant
from store.schema.base import Json, metadata

answers = Table(
    "answers",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    # The id of the inbox row (or of the command-line call) that it answers: asked twice, answered once.
    Column("request", String(120), nullable=False, unique=True),
    Column("conversation", String(200), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=False),
    Column("role", String(16), nullable=False),
    Column("audience", String(120), nullable=False),
    Column("question", Text, nullable=False),
    Column("body", Json, nullable=False),  # the answer in the shape of doors.md
    Column("focus", Json, nullable=False),  # what a follow-up may refer to
    Index(None, "conversation", "at"),
)

feedback = Table(
    "feedback",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("answer_id", Uuid, nullable=False, index=True),
    Column("actor", String(200), nullable=False),
    Column("verdict", String(8), nullable=False),  # good, bad
    Column("reason", Text, nullable=True),
    Column("at", Instant, nullable=False),
    UniqueConstraint("answer_id", "actor"),
)
