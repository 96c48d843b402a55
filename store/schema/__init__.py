"""The tables, one file an aggregate; `metadata` holds them all."""

from __future__ import annotations

from store.schema import (
    alert_posts,
    alerts,
    answers,
    checks,
    delivery,
    documents,
    events,
    history,
    homes,
    ledger,
    lexical,
    model_calls,
    opinions,
    people,
    received,
    screening,
    screening_posts,
    watchlists,
)
from store.schema.base import metadata
from store.schema.inbox import inbox_metadata

__all__ = [
    "alert_posts",
    "alerts",
    "answers",
    "checks",
    "delivery",
    "documents",
    "events",
    "history",
    "homes",
    "inbox_metadata",
    "ledger",
    "lexical",
    "metadata",
    "model_calls",
    "opinions",
    "people",
    "received",
    "screening",
    "screening_posts",
    "watchlists",
]
