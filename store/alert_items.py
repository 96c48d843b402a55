"""What alerts count (预警事项): each item once a rule, until what it stands on does not hold any more."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import Connection, func, select, update
from sqlalchemy.orm import Session

from store.identity import new_id
from store.schema.alerts import alert_items

if TYPE_CHECKING:
    from store.alerts import Draft


class AlertItems:
    """Items on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def counted(self, rule: str, items: Iterable[str]) -> set[str]:
        """Which of these items a rule has counted already."""
        wanted, found = list(items), set()
        for at in range(0, len(wanted), 500):
            query = select(alert_items.c.item).where(
                alert_items.c.rule == rule, alert_items.c.item.in_(wanted[at : at + 500])
            )
            found.update(self._connection.execute(query).scalars())
        return found

    def count(self, alert_id: UUID, *drafts: Draft) -> None:
        """Remember that items were counted towards the alert."""
        rows = [
            {
                "id": new_id(),
                "alert_id": alert_id,
                "rule": draft.rule,
                "item": draft.item,
                "subject_id": draft.subject_id,
                "gone": False,
            }
            for draft in drafts
        ]
        if rows:
            self._connection.execute(alert_items.insert(), rows)

    def repaired(self, subject_id: UUID) -> list[UUID]:
        """Take what a repaired record counted for as gone; the keys of the alerts that it counted towards."""
        here = (alert_items.c.subject_id == subject_id) & ~alert_items.c.gone
        touched = (
            self._connection.execute(select(alert_items.c.alert_id).where(here).distinct()).scalars().all()
        )
        if touched:
            self._connection.execute(update(alert_items).where(here).values(gone=True))
        return list(touched)

    def take_away(self, alert_id: UUID, subjects: Collection[UUID] | None = None) -> int:
        """Take items of an alert as gone, all or those of some subjects; how many still counted until now."""
        here = (alert_items.c.alert_id == alert_id) & ~alert_items.c.gone
        if subjects is None:
            return self._connection.execute(update(alert_items).where(here).values(gone=True)).rowcount
        known = self._connection.execute(select(alert_items.c.subject_id).where(here)).scalars()
        gone = set(known) & set(subjects)
        if not gone:
            return 0
        here &= alert_items.c.subject_id.in_(gone)
        return self._connection.execute(update(alert_items).where(here).values(gone=True)).rowcount

    def standing(self, alert_id: UUID) -> int:
        """How many of an alert's items still count."""
        query = select(func.count()).where(alert_items.c.alert_id == alert_id, ~alert_items.c.gone)
        return self._connection.execute(query).scalar_one()
