"""Where hits are shown, so that every message of one can be drawn again from the record (命中消息)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from store.identity import new_id
from store.schema.screening_posts import screening_post_hits, screening_posts


@dataclass(frozen=True, slots=True)
class ScreeningPost:
    """One message that shows hits from the one at `start` on; `drawn` is the hash of what stands there."""

    id: UUID
    shown: str
    start: int
    team: str
    channel: str
    language: str
    message_key: str
    drawing_key: str
    drawn: str
    drawings: int


class ScreeningPosts:
    """Remembers the messages of hits on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def by_key(self, key: str) -> ScreeningPost | None:
        """The message that was put under this key."""
        query = select(screening_posts).where(screening_posts.c.message_key == key)
        row = self._connection.execute(query).one_or_none()
        return None if row is None else ScreeningPost(**row._asdict())

    def showing(self, hit: str, *, hold: bool = False) -> list[ScreeningPost]:
        """The messages that show a hit, by their place; `hold` keeps others from them until the commit."""
        mine = select(screening_post_hits.c.post_id).where(screening_post_hits.c.hit == hit)
        query = select(screening_posts).where(screening_posts.c.id.in_(mine))
        query = query.order_by(screening_posts.c.team, screening_posts.c.channel, screening_posts.c.id)
        rows = self._connection.execute(query.with_for_update() if hold else query)
        return [ScreeningPost(**row._asdict()) for row in rows]

    def add(self, post: ScreeningPost, hits: Iterable[str]) -> None:
        """This message stands from now on and shows these hits."""
        row = {name: getattr(post, name) for name in ScreeningPost.__slots__}
        self._connection.execute(screening_posts.insert(), row)
        rows = [{"hit": hit, "post_id": post.id} for hit in dict.fromkeys(hits)]
        if rows:
            self._connection.execute(screening_post_hits.insert(), rows)

    def mark_drawn(self, post: ScreeningPost, drawn: str, *, key: str) -> None:
        """It is drawn anew, by what is put under this key."""
        self._connection.execute(
            screening_posts.update()
            .where(screening_posts.c.id == post.id)
            .values(drawn=drawn, drawing_key=key, drawings=post.drawings + 1)
        )


def new_post(
    shown: str, start: int, team: str, channel: str, language: str, *, key: str, drawn: str
) -> ScreeningPost:
    """A message that is about to be put under this key."""
    return ScreeningPost(new_id(), shown, start, team, channel, language, key, key, drawn, 1)
