"""Where hits are shown, so that every message of one can be drawn again from the record (命中消息)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select

from store.identity import new_id
from store.schema.screening import hit_steps, hits
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

    def newest_step(self) -> int:
        """The ledger's number of what happened last to any hit; 0 when nothing has."""
        return self._connection.execute(select(func.max(hit_steps.c.seq))).scalar() or 0

    def happened(self, after: int, until: int) -> list[str]:
        """The hits that some message shows and to which something happened between two numbers of the ledger."""
        query = (
            select(hits.c.code)
            .distinct()
            .join(hit_steps, hit_steps.c.hit_id == hits.c.id)
            .join(screening_post_hits, screening_post_hits.c.hit == hits.c.code)
            .where(hit_steps.c.seq > after, hit_steps.c.seq <= until)
            .order_by(hits.c.code)
        )
        return list(self._connection.execute(query).scalars())

    def add(self, post: ScreeningPost, shown: Iterable[str]) -> None:
        """This message stands from now on and shows these hits."""
        row = {name: getattr(post, name) for name in ScreeningPost.__slots__}
        self._connection.execute(screening_posts.insert(), row)
        self._link(post, shown)

    def mark_drawn(self, post: ScreeningPost, drawn: str, shown: Iterable[str], *, key: str) -> None:
        """It is drawn anew, by what is put under this key, and shows these hits."""
        self._link(post, shown)
        self._connection.execute(
            screening_posts.update()
            .where(screening_posts.c.id == post.id)
            .values(drawn=drawn, drawing_key=key, drawings=post.drawings + 1)
        )

    def _link(self, post: ScreeningPost, shown: Iterable[str]) -> None:
        """The message shows these hits too; what it showed once stays linked, for it may show it again."""
        mine = select(screening_post_hits.c.hit).where(screening_post_hits.c.post_id == post.id)
        known = set(self._connection.execute(mine).scalars())
        rows = [{"hit": hit, "post_id": post.id} for hit in dict.fromkeys(shown) if hit not in known]
        if rows:
            self._connection.execute(screening_post_hits.insert(), rows)


def new_post(
    shown: str, start: int, team: str, channel: str, language: str, *, key: str, drawn: str
) -> ScreeningPost:
    """A message that is about to be put under this key."""
    return ScreeningPost(new_id(), shown, start, team, channel, language, key, key, drawn, 1)
