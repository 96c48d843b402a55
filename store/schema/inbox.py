"""What arrives: written down before it is acknowledged.

On SQLite it is a file of its own, `inbox.sqlite`, because an acknowledgement must not wait for a bulk writer
(measured beside an ingest: 6.5 s at the 99th percentile in one file, 2.7 ms in its own). On PostgreSQL it is
a table beside the others.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, String, Table, Text, UniqueConstraint

from store.columns import Instant
from store.schema.base import NAMING, Json

inbox_metadata = MetaData(naming_convention=NAMING)

inbox = Table(
    "inbox",
    inbox_metadata,
    # UUIDv7 as text: the idempotency key of everything that follows from this event.
    Column("id", String(36), primary_key=True),
    Column("kind", String(24), nullable=False),  # event, command, action, view, shortcut
    Column("team", String(32), nullable=False),
    # Every way in which the same thing can arrive twice, as one text a way; see `store/inbox.py`.
    Column("delivery_key", String(255), nullable=False),
    Column("content_key", String(255), nullable=True),
    Column("body", Json, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("state", String(12), nullable=False),  # new, queued, done, failed
    Column("attempts", Integer, nullable=False, default=0),
    Column("finished_at", Instant, nullable=True),
    Column("error", Text, nullable=True),
    UniqueConstraint("delivery_key"),
    UniqueConstraint("content_key"),
    Index(None, "state", "received_at"),
)

# The last sign of life of each process; here because it must not wait for a bulk writer either.
heartbeats = Table(
    "heartbeats",
    inbox_metadata,
    # "gateway-1", "worker-1": also the executor id under which a worker owns its jobs.
    Column("process", String(80), primary_key=True),
    Column("kind", String(16), nullable=False),  # gateway, worker
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", Instant, nullable=False),
    Column("beat_at", Instant, nullable=False),
)
