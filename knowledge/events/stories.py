"""Stories (同一事件): which events tell the same matter, so that copies and rewrites count once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from store.dates import PartialDate
from store.events import EventRow, Events, Leader

#: Days on both sides within which two texts can tell the same matter, and stories that are looked at for it.
WINDOW = 30
LOOK_BACK = 200


def marks_of(text: str) -> Mapping[str, Any]:
    """What tells the matter of a text again."""
    return {"text": text[:80]}


def assign(rows: Sequence[EventRow], store: Events) -> list[tuple[EventRow, UUID]]:
    """Each event with its story: one that is there already, or its own."""
    told: list[tuple[EventRow, UUID]] = []
    known: dict[UUID, list[Leader]] = {}
    for row in rows:
        if row.customer_id not in known:
            mine = [other for other in rows if other.customer_id == row.customer_id]
            days = [PartialDate.parse(other.day).first for other in mine]
            known[row.customer_id] = store.leaders(
                row.customer_id,
                {other.kind for other in mine},
                since=min(days) - timedelta(WINDOW),
                until=max(days) + timedelta(WINDOW),
                limit=LOOK_BACK,
            )
        leaders = known[row.customer_id]
        same = next((one for one in leaders if one.kind == row.kind and one.marks == row.marks), None)
        if same is None:
            leaders.append(Leader(row.id, row.customer_id, row.kind, row.day, row.marks))
        told.append((row, same.id if same else row.id))
    return told
