"""How far each look of monitoring has come (监控游标): over versions, events, hits, and what was told to whom."""

from __future__ import annotations

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from store.schema.alerts import alert_cursors


class AlertCursors:
    """Cursors on a connection inside somebody's unit of work; whoever moves one takes the turn of `Alerts` first."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def cursor(self, name: str, *, hold: bool = True) -> int | None:
        """How far a look has come, held until the commit unless it is only read; None when it was never taken."""
        query = select(alert_cursors.c.seq).where(alert_cursors.c.name == name)
        return self._connection.execute(query.with_for_update() if hold else query).scalar()

    def cursors(self, beginning: str) -> dict[str, int]:
        """The cursors whose names begin so."""
        query = select(alert_cursors).where(alert_cursors.c.name.startswith(beginning, autoescape=True))
        return {row.name: row.seq for row in self._connection.execute(query)}

    def move(self, name: str, seq: int) -> None:
        """Write down how far a look has come."""
        moved = self._connection.execute(
            update(alert_cursors).where(alert_cursors.c.name == name).values(seq=seq)
        )
        if not moved.rowcount:
            self._connection.execute(alert_cursors.insert(), {"name": name, "seq": seq})
