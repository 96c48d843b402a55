"""Alerts in Slack: posted where they may stand, drawn again wherever they are shown, reminded of in a thread (预警).

Everything goes through the outbox, in the transaction that decided it: a message has the key of its alert and place, a
drawing that nobody has tried to send yet is given newer words instead of a second drawing, so a storm of items costs
one change of each message.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from bot.slack.saying import QUIET
from bot.slack.views.alert import AlertCard, alert_message
from bot.slack.views.forms import small
from bot.slack.views.limits import escape
from prompts.phrasebook import Phrasebook
from store.alert_posts import AlertPost, AlertPosts
from store.outbox import Outbox

if TYPE_CHECKING:
    from bot.slack.places import Spot

#: Reads an alert as its message shows it, in a language.
ReadCard = Callable[[Connection, UUID, str], AlertCard]


class AlertBoard:
    """Shows alerts; every method is part of somebody's unit of work and its last part."""

    def __init__(self, read_card: ReadCard, *, clock: Callable[[], datetime]) -> None:
        self._read_card = read_card
        self._clock = clock

    def show(self, connection: Connection, alert_id: UUID, spot: Spot, *, again: str = "") -> str:
        """Post an alert in a place; the key of the message. Where it stands already, nothing happens.

        With `again` (an arrival) it is posted once more, further down, for somebody who asks to see it.
        """
        posts = AlertPosts(connection)
        known = posts.at(alert_id, spot.team, spot.channel)
        if known is not None and not again:
            return known.message_key
        phrases = Phrasebook.nearest(spot.language)
        note = _note(spot, phrases)
        message = self._draw(connection, alert_id, spot.language, note)
        key = f"alert:{alert_id}:{spot.team}:{spot.channel}" + (f":{again}" if again else "")
        if any(post.message_key == key for post in posts.of(alert_id)):
            return key
        posts.add(
            alert_id,
            spot.team,
            spot.channel,
            is_person=spot.is_person,
            language=spot.language,
            key=key,
            drawn=_hash(message),
            note=note,
        )
        self._put(connection, key, spot.team, spot.channel, "chat.postMessage", {**message, **QUIET})
        return key

    def redraw(self, connection: Connection, alert_id: UUID) -> int:
        """Draw an alert again wherever it is shown; how many messages came out differently."""
        drawn = 0
        # Always in the same order of places: on PostgreSQL each is reserved until the commit.
        posts = AlertPosts(connection).of(alert_id, hold=True)
        for post in sorted(posts, key=lambda each: (each.team, each.channel)):
            message = self._draw(connection, alert_id, post.language, post.note)
            if _hash(message) != post.drawn:
                self._change(connection, post, message)
                drawn += 1
        return drawn

    def remark(
        self, connection: Connection, alert_id: UUID, label: str, say: Callable[[Phrasebook], str]
    ) -> None:
        """Say something in the thread of every message that shows an alert; the same label says it once."""
        posts = AlertPosts(connection).of(alert_id)
        for post in sorted(posts, key=lambda each: (each.team, each.channel)):
            payload = {"text": say(Phrasebook.nearest(post.language)), "thread_of": post.message_key, **QUIET}
            key = f"{post.message_key}:{label}"
            self._put(connection, key, post.team, post.channel, "chat.postMessage", payload)

    def _change(self, connection: Connection, post: AlertPost, message: Mapping[str, Any]) -> None:
        payload = {**message, "update_of": post.message_key}
        key = post.drawing_key
        waiting = key != post.message_key and Outbox(connection).rewrite(key, payload)
        if not waiting:
            key = f"{post.message_key}:{post.drawings + 1}"
            self._put(connection, key, post.team, post.channel, "chat.update", payload)
        AlertPosts(connection).mark_drawn(post, _hash(message), key=key)

    def _draw(
        self, connection: Connection, alert_id: UUID, language: str, note: str | None
    ) -> dict[str, Any]:
        phrases = Phrasebook.nearest(language)
        message = alert_message(self._read_card(connection, alert_id, phrases.language), phrases)
        if note:
            message["blocks"].append(small(note))
        return message

    def _put(
        self,
        connection: Connection,
        key: str,
        team: str,
        channel: str,
        method: str,
        payload: Mapping[str, Any],
    ) -> None:
        Outbox(connection).put(key, team, channel, method, payload, now=self._clock())


def _note(spot: Spot, phrases: Phrasebook) -> str | None:
    """Why the alert stands in a direct message instead of the channel that policy names."""
    if not spot.instead:
        return None
    return phrases.say("slack_alerts.instead", channel=escape(spot.instead), because=phrases[spot.because])


def _hash(message: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(message, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
