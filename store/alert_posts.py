"""Where an alert is shown, so that every message of it can be drawn again from the record (预警消息)."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, Row, select

from store.identity import new_id
from store.schema.alert_posts import alert_posts


@dataclass(frozen=True, slots=True)
class AlertPost:
    """One message that shows an alert; `drawn` is the hash of what stands there, `drawings` how often it changed."""

    id: UUID
    alert_id: UUID
    team: str
    channel: str
    is_person: bool
    language: str
    note: str | None
    message_key: str
    drawing_key: str
    drawn: str
    drawings: int


class AlertPosts:
    """Remembers the messages of alerts on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, alert_id: UUID, *, hold: bool = False) -> list[AlertPost]:
        """The messages that show an alert, oldest first; `hold` keeps others from them until the commit."""
        query = select(alert_posts).where(alert_posts.c.alert_id == alert_id).order_by(alert_posts.c.id)
        if hold:
            query = query.with_for_update()
        return [_read(row) for row in self._connection.execute(query)]

    def at(self, alert_id: UUID, team: str, channel: str) -> AlertPost | None:
        """The first message of this alert in this place, or None."""
        return next(
            (each for each in self.of(alert_id) if (each.team, each.channel) == (team, channel)), None
        )

    def add(
        self,
        alert_id: UUID,
        team: str,
        channel: str,
        *,
        is_person: bool,
        language: str,
        key: str,
        drawn: str,
        note: str | None = None,
    ) -> None:
        """This alert is shown in this place from now on, by the message that is put under this key."""
        self._connection.execute(
            alert_posts.insert(),
            {
                "id": new_id(),
                "alert_id": alert_id,
                "team": team,
                "channel": channel,
                "is_person": is_person,
                "language": language,
                "note": note,
                "message_key": key,
                "drawing_key": key,
                "drawn": drawn,
                "drawings": 1,
            },
        )

    def mark_drawn(self, post: AlertPost, drawn: str, *, key: str) -> None:
        """It is drawn anew, by what is put under this key."""
        self._connection.execute(
            alert_posts.update()
            .where(alert_posts.c.id == post.id)
            .values(drawn=drawn, drawing_key=key, drawings=post.drawings + 1)
        )


def _read(row: Row) -> AlertPost:
    return AlertPost(**row._asdict())
