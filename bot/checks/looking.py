"""Looking at the lists for a check (核查中的筛查): screens the customer once a request, and reads what people decided.

Hits that this look did not find again, but that are not over either, count too: they are the customer's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from bot.checks.screened import ComparedList, ListedHit, ListedOwnership, Screened
from store.access import Viewer
from store.engine import Databases, reading
from store.errors import Forbidden
from store.evidence import record_id
from store.hits import Hit, Hits, HitState
from store.people import People
from store.policy.types import Policy
from store.watchlists import Watchlists

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from bot.screening.minutes import Kept
    from bot.screening.service import ScreeningDesk

#: Holds a customer against the lists for a check that this request asked for; None for who may not screen.
Look = Callable[[UUID, Viewer, str], Screened | None]


class Looking:
    """Screens for checks, on the desk that people screen at."""

    def __init__(
        self,
        databases: Databases,
        desk: Callable[[], ScreeningDesk],
        *,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases, self._desk = databases, desk
        self._policy, self._clock = policy, clock

    def look(self, customer_id: UUID, viewer: Viewer, request: str) -> Screened | None:
        """The screening of this request, made now or found again, with the decisions of this moment."""
        key = f"check:{hashlib.sha256(request.encode()).hexdigest()[:40]}"
        try:
            kept = self._desk().screen_customer(customer_id, viewer, request=key)
            owned = self._desk().owned(customer_id, viewer)
        except Forbidden:
            return None
        with reading(self._databases.read) as connection:
            hits = Hits(connection).of_customers([customer_id])
            known = [hit for hit in hits if hit.state is not HitState.CLOSED]
            known.sort(key=lambda hit: (-hit.score, hit.code))
            return Screened(
                code=kept.code,
                made_at=kept.screening.made_at,
                subjects=len(kept.screening.subjects),
                lists=self._lists(connection, kept),
                hits=tuple(_hit(connection, hit) for hit in known),
                owned=tuple(_ownership(each) for each in owned),
            )

    def _lists(self, connection: Connection, kept: Kept) -> tuple[ComparedList, ...]:
        store, now = Watchlists(connection), self._clock()
        compared = []
        for name, number in sorted(kept.screening.lists.items()):
            version, state = store.version(name, number), store.find(name)
            day = "–" if version is None else (version.published or version.loaded_at.date().isoformat())
            synced = state.synced_at if state is not None else None
            limit = self._policy.watchlists.stale_after(name)
            compared.append(ComparedList(name, number, day[:10], synced is None or now - synced >= limit))
        return tuple(compared)


def _hit(connection: Connection, hit: Hit) -> ListedHit:
    person = People(connection).by_email(hit.by) if hit.by else None
    return ListedHit(
        key=record_id(hit.id),
        code=hit.code,
        state=hit.state.value,
        ours=hit.our_name or hit.name,
        list=hit.list,
        version=hit.list_version,
        entry=hit.entry,
        entry_name=hit.entry_name,
        matched=hit.matched,
        score=Decimal(hit.score).scaleb(-4),
        at=hit.latest_at,
        by=(person and person.name) or hit.by or "",
        on=hit.at.astimezone(UTC).date() if hit.by else None,
        reason=hit.reason,
    )


def _ownership(told: dict[str, Any]) -> ListedOwnership:
    return ListedOwnership(
        rule=str(told["rule"]),
        certain=bool(told["certain"]),
        owners=tuple(told["owners"]),
        hits=tuple(told["hits"]),
        percent=Decimal(told["percent"]) if "percent" in told else None,
        limit=Decimal(told["limit"]) if "limit" in told else None,
    )
