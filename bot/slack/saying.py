"""How the desks speak: one message an arrival, written down to be sent, however often its job runs.

What a person hears about their own click goes to them alone: as a note in the place where they clicked, which
nobody else sees, or in the direct message when it must not be lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from bot.slack.incoming import Incoming
from knowledge.reading.language import detect_language
from prompts.phrasebook import Phrasebook
from store.engine import Databases, unit_of_work
from store.outbox import Outbox
from store.people import Person

#: What every message carries: nothing in it is unfurled, for an unfurl is seen by the whole channel.
QUIET = {"unfurl_links": False, "unfurl_media": False}


class Voice:
    """Puts the messages of arrivals into the outbox."""

    def __init__(self, databases: Databases, *, clock: Callable[[], datetime]) -> None:
        self._databases = databases
        self._clock = clock

    def phrases(self, incoming: Incoming, person: Person | None = None) -> Phrasebook:
        """The sentences for this person: in the language of their words, else in their own, else English."""
        words = incoming.rest
        found = detect_language(words) if words and incoming.is_talk else None
        return Phrasebook.nearest(found or (person.language if person else None) or "en")

    def say(self, identity: str, place: Incoming, text: str, *, part: str = "") -> None:
        """Answer an arrival with a sentence where it came from; a person's own place is private."""
        with unit_of_work(self._databases.write) as connection:
            self.reply(connection, identity, place, {"text": text}, part=part)

    def reply(
        self,
        connection: Connection,
        identity: str,
        place: Incoming,
        message: Mapping[str, Any],
        *,
        part: str = "",
    ) -> None:
        """Put the answer to an arrival into the outbox; `part` tells several answers to one arrival apart.

        Let it be the last thing of the unit of work.
        """
        payload = {**message, **QUIET}
        if place.reply_thread and place.channel != place.user:
            payload["thread_ts"] = place.reply_thread
        channel = self.channel_of(place)
        key = f"reply:{identity}:{part}" if part else f"reply:{identity}"
        Outbox(connection).put(key, place.team, channel, "chat.postMessage", payload, now=self._clock())

    def channel_of(self, place: Incoming) -> str:
        """Where an answer to it stands; a person's id as the channel means the direct message with them."""
        return place.user if place.kind == "command" and not place.private else place.channel

    def whisper(self, connection: Connection, identity: str, place: Incoming, text: str) -> None:
        """Tell one person something about their click, where they clicked; nobody else sees it.

        Only for what may be lost: such a note cannot be found again after a crash.
        """
        payload: dict[str, Any] = {"text": text, "user": place.user}
        if place.thread_ts:
            payload["thread_ts"] = place.thread_ts
        private = place.channel == place.user
        method = "chat.postMessage" if private else "chat.postEphemeral"
        if private:
            payload = {"text": text, **QUIET}
        Outbox(connection).put(
            f"whisper:{identity}", place.team, place.channel, method, payload, now=self._clock()
        )
