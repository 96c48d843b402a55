"""Which Home tabs were opened, and what was drawn there last (主页)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects import postgresql, sqlite

from store.schema.answers import answers
from store.schema.history import versions
from store.schema.homes import homes
from store.schema.ledger import ledger_head


@dataclass(frozen=True, slots=True)
class Home:
    """The Home tab of one person; `drawn` is the hash of what stands there, `drawings` how often it was drawn."""

    team: str
    slack_user: str
    opened_at: datetime
    page: int
    drawn: str
    drawings: int


class Homes:
    """Remembers Home tabs on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, team: str, slack_user: str, at: datetime) -> Home:
        """Somebody has opened their Home: it begins at its first page and counts as not drawn."""
        lite = self._connection.dialect.name == "sqlite"
        insert = (sqlite if lite else postgresql).insert(homes)
        row = {"team": team, "slack_user": slack_user, "opened_at": at, "page": 1, "drawn": "", "drawings": 0}
        fresh = {"opened_at": at, "page": 1, "drawn": ""}
        self._connection.execute(
            insert.values(row).on_conflict_do_update(index_elements=["team", "slack_user"], set_=fresh)
        )
        found = self.get(team, slack_user)
        assert found is not None
        return found

    def get(self, team: str, slack_user: str, *, hold: bool = False) -> Home | None:
        """The Home of this person, None when it was never opened; `hold` keeps others from it until the commit."""
        query = select(homes).where(homes.c.team == team, homes.c.slack_user == slack_user)
        if hold:
            query = query.with_for_update()
        row = self._connection.execute(query).one_or_none()
        return None if row is None else _read(row)

    def opened_since(self, since: datetime) -> list[Home]:
        """The Homes that were opened since then, the newest first."""
        query = select(homes).where(homes.c.opened_at >= since).order_by(homes.c.opened_at.desc())
        return [_read(row) for row in self._connection.execute(query)]

    def turn(self, home: Home, page: int) -> None:
        """Go to a page."""
        self._update(home, page=page)

    def mark_drawn(self, home: Home, drawn: str) -> int:
        """This is drawn now; the number of the drawing, which grows by one each time."""
        number = home.drawings + 1
        self._update(home, drawn=drawn, drawings=number)
        return number

    def _update(self, home: Home, **values: Any) -> None:
        self._connection.execute(
            homes.update()
            .where(homes.c.team == home.team, homes.c.slack_user == home.slack_user)
            .values(**values)
        )


def customers_stamp(connection: Connection) -> int:
    """A number that grows whenever anything of a customer's own row changes."""
    newest = select(func.max(versions.c.recorded_seq)).where(versions.c.aggregate == "customers")
    return connection.execute(newest).scalar() or 0


def ledger_extent(connection: Connection) -> tuple[int, datetime | None]:
    """How many entries the ledger has, and when the last was written; the caller checks that it may be told."""
    row = connection.execute(select(ledger_head.c.seq, ledger_head.c.at)).one_or_none()
    return (0, None) if row is None or not row.seq else (row.seq, row.at)


def answers_given(connection: Connection) -> int:
    """How many answers were given in all."""
    return connection.execute(select(func.count()).select_from(answers)).scalar() or 0


def _read(row: Row[Any]) -> Home:
    return Home(row.team, row.slack_user, row.opened_at, row.page, row.drawn, row.drawings)
