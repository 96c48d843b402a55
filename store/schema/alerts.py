"""Alerts (预警): what the rules raised, what happened to each, and how far the rules have looked."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
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

alerts = Table(
    "alerts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), nullable=False),
    Column("rule", String(60), nullable=False),
    Column("severity", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    # What the phrase of the rule names, as typed values; and the evidence in the shape of the contract.
    Column("values", Json, nullable=False),
    Column("evidence", Json, nullable=False),
    Column("stories", Json, nullable=False),
    Column("sources", Json, nullable=False),
    Column("items", Integer, nullable=False),
    Column("opened_at", Instant, nullable=False),
    Column("latest_at", Instant, nullable=False),
    Column("policy_version", String(32), nullable=False),
    # Who brought it into its state, when, and with which words.
    Column("by", String(200), nullable=True),
    Column("at", Instant, nullable=False),
    Column("reason", Text, nullable=False),
    Column("owner", String(200), nullable=True),
    Column("snoozed_until", Instant, nullable=True),
    Column("notes", Integer, nullable=False),
    # How it reached people: None until it was posted; whether a message shows less than the record.
    Column("posted_at", Instant, nullable=True),
    Column("stale", Boolean, nullable=False),
    Column("drawn_at", Instant, nullable=True),
    Column("reminded_at", Instant, nullable=True),
    Column("reminders", Integer, nullable=False),
    Column("escalated_at", Instant, nullable=True),
    Index(None, "customer_id", "rule", "state"),
    Index(None, "state", "severity"),
)

#: Each thing counts once towards an alert of a rule: an event, a version, an invoice that grew old.
alert_items = Table(
    "alert_items",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("alert_id", Uuid, ForeignKey("alerts.id"), nullable=False),
    Column("rule", String(60), nullable=False),
    Column("item", String(120), nullable=False),
    # The row of the outside world that it is a version of, by which a repair finds it.
    Column("subject_id", Uuid, nullable=True, index=True),
    Column("gone", Boolean, nullable=False),
    UniqueConstraint("rule", "item"),
    Index(None, "alert_id"),
)

#: What happened to an alert; `request` is the click that did it, which does it once.
alert_steps = Table(
    "alert_steps",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("alert_id", Uuid, ForeignKey("alerts.id"), nullable=False),
    Column("at", Instant, nullable=False),
    Column("actor", String(200), nullable=True),
    Column("act", String(16), nullable=False),
    Column("before", String(16), nullable=False),
    Column("after", String(16), nullable=False),
    Column("words", Text, nullable=False),
    Column("request", String(120), nullable=True, unique=True),
    Index(None, "alert_id", "at"),
)

#: How far each look has come: the ledger number of what was evaluated last, the day of the last sweep.
alert_cursors = Table(
    "alert_cursors",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
