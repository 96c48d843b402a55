"""The messages that show hits: posted once an arrival, drawn again wherever a decided hit is shown (命中).

As with alerts everything goes through the outbox, and a drawing that nobody has tried to send yet is given newer words
instead of a second drawing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.slack.incoming import Incoming
from bot.slack.saying import QUIET
from bot.slack.screeningbook import ScreeningBook
from bot.slack.views.screening import hits_message
from prompts.phrasebook import Phrasebook
from store.alert_cursors import AlertCursors
from store.alerts import Alerts
from store.engine import Databases, reading, unit_of_work
from store.outbox import Outbox
from store.screening_posts import ScreeningPost, ScreeningPosts, new_post

#: The cursor that keeps up to which number of the ledger messages show what happened to hits.
_DRAWN = "hits:drawn"


class ScreeningBoard:
    """Shows hits; every method is part of somebody's unit of work and its last part."""

    def __init__(self, book: ScreeningBook, *, clock: Callable[[], datetime]) -> None:
        self._book = book
        self._clock = clock

    def show(
        self, connection: Connection, identity: str, place: Incoming, shown: str, start: int, language: str
    ) -> bool:
        """Post what is to be shown in answer to an arrival; False where there is no such thing. Once an arrival."""
        posts, key = ScreeningPosts(connection), f"screening:{identity}"
        if posts.by_key(key) is not None:
            return True
        card = self._book.card(connection, shown, start, language)
        if card is None:
            return False
        message = hits_message(card, Phrasebook.nearest(language))
        post = new_post(shown, start, place.team, place.channel, language, key=key, drawn=_hash(message))
        posts.add(post, [hit.code for hit in card.hits])
        payload = {**message, **QUIET}
        if place.reply_thread and place.channel != place.user:
            payload["thread_ts"] = place.reply_thread
        self._put(connection, post, key, "chat.postMessage", payload)
        return True

    def redraw(self, connection: Connection, hit: str) -> int:
        """Draw every message again that shows this hit; how many came out differently."""
        drawn = 0
        # Always in the same order of places: on PostgreSQL each is reserved until the commit.
        for post in ScreeningPosts(connection).showing(hit, hold=True):
            card = self._book.card(connection, post.shown, post.start, post.language)
            if card is None:
                continue
            message = hits_message(card, Phrasebook.nearest(post.language))
            if _hash(message) != post.drawn:
                self._change(connection, post, message, [each.code for each in card.hits])
                drawn += 1
        return drawn

    def catch_up(self, databases: Databases) -> None:
        """Draw again what shows a hit to which something happened elsewhere: a list that changed, a command."""
        with reading(databases.read) as connection:
            head = ScreeningPosts(connection).newest_step()
            last = AlertCursors(connection).cursor(_DRAWN, hold=False) or 0
        if head <= last:
            return
        with unit_of_work(databases.write) as connection:
            Alerts(connection).take_turn()
            cursors = AlertCursors(connection)
            last = cursors.cursor(_DRAWN) or 0
            changed = ScreeningPosts(connection).happened(last, head)
            cursors.move(_DRAWN, max(head, last))
            for hit in changed:
                self.redraw(connection, hit)

    def _change(
        self, connection: Connection, post: ScreeningPost, message: Mapping[str, Any], shown: Iterable[str]
    ) -> None:
        payload = {**message, "update_of": post.message_key}
        key = post.drawing_key
        waiting = key != post.message_key and Outbox(connection).rewrite(key, payload)
        if not waiting:
            key = f"{post.message_key}:{post.drawings + 1}"
            self._put(connection, post, key, "chat.update", payload)
        ScreeningPosts(connection).mark_drawn(post, _hash(message), shown, key=key)

    def _put(
        self, connection: Connection, post: ScreeningPost, key: str, method: str, payload: Mapping[str, Any]
    ) -> None:
        Outbox(connection).put(key, post.team, post.channel, method, payload, now=self._clock())


def _hash(message: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(message, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
