"""What the worker does with an arrival: understand it, answer it, and write the message down to be sent.

The answer, its ledger entry and the outgoing message are one transaction, keyed by the arrival: however often the
job runs, one answer is kept and one message leaves.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.assistant.answer import Answer, Question
from bot.slack.directory import Directory, Stranger
from bot.slack.identifiers import Pointer
from bot.slack.incoming import Incoming, read_incoming
from bot.slack.views.answer import answer_message
from knowledge.reading.language import detect_language
from prompts.phrasebook import Phrasebook
from store.answers import Answers
from store.engine import Databases, reading, unit_of_work
from store.ledger import Ledger
from store.outbox import Outbox
from store.people import Person

if TYPE_CHECKING:
    from bot.assistant.service import Assistant
    from store.inbox import Inbox

log = logging.getLogger(__name__)

#: Seconds that an answer waits for the one before it in the same conversation; after that it goes ahead.
TURN_PATIENCE, TURN_LOOK = 10.0, 0.05

#: What every message carries: nothing in it is unfurled, for an unfurl is seen by the whole channel.
_QUIET = {"unfurl_links": False, "unfurl_media": False}


class Answering:
    """Handles arrivals by id; safe to run twice with the same id."""

    def __init__(
        self,
        databases: Databases,
        inbox: Inbox,
        directory: Directory,
        assistant: Assistant,
        *,
        clock: Callable[[], datetime],
    ) -> None:
        self._databases = databases
        self._inbox = inbox
        self._directory = directory
        self._assistant = assistant
        self._clock = clock

    def handle(self, identity: str) -> None:
        """Answer, or take the feedback, or pass over what was not meant for us."""
        incoming = self._incoming(identity)
        if incoming is None:
            return
        self._wait_for_turn(identity, incoming)
        if not incoming.addressed and not self._engaged(incoming):
            return
        person = self._directory.person(incoming.team, incoming.user)
        if isinstance(person, Stranger):
            self._say(identity, incoming, person.reason)
        elif incoming.kind == "feedback":
            self._take_feedback(incoming, person.email)
        else:
            self._answer(identity, incoming, person)

    def apologise(self, _job: str, identity: str, reason: str) -> None:
        """Tell the asker that nothing will come; the error id is the arrival's, by which the log is found."""
        incoming = self._incoming(identity)
        if incoming is not None and incoming.kind != "feedback" and incoming.addressed:
            log.error("arrival %s got no answer: %s", identity, reason)
            self._say(identity, incoming, "slack.failed", error=identity[-8:])

    def _incoming(self, identity: str) -> Incoming | None:
        arrival = self._inbox.get(identity)
        return None if arrival is None else read_incoming(arrival.body, self._directory.bot_user())

    def _wait_for_turn(self, identity: str, incoming: Incoming) -> None:
        """What was asked earlier in a conversation is answered earlier: a follow-up needs what it follows."""
        deadline = time.monotonic() + TURN_PATIENCE
        while self._is_behind(identity, incoming):
            if time.monotonic() > deadline:
                log.warning("arrival %s goes ahead of an earlier one that takes long", identity)
                return
            time.sleep(TURN_LOOK)

    def _is_behind(self, identity: str, incoming: Incoming) -> bool:
        # Ids are UUIDv7: their order as text is the order of arrival.
        earlier = (each for each in (*self._inbox.queued(), *self._inbox.unqueued()) if each.id < identity)
        bot_user = self._directory.bot_user()
        others = (read_incoming(each.body, bot_user) for each in earlier)
        return any(other is not None and other.conversation == incoming.conversation for other in others)

    def _engaged(self, incoming: Incoming) -> bool:
        """Whether the thread is a conversation with the bot already."""
        with reading(self._databases.read) as connection:
            return bool(Answers(connection).turns(incoming.conversation, 1))

    def _answer(self, identity: str, incoming: Incoming, person: Person) -> None:
        place = self._place(incoming)
        viewer = self._directory.viewer(person, team=place.team, channel=place.channel, private=place.private)
        answer = self._assistant.answer(
            Question(
                id=identity,
                text=place.text,
                viewer=viewer,
                conversation=place.conversation,
                now=self._clock(),
                language=person.language,
            )
        )
        self._assistant.keep(
            answer, also=lambda connection, kept: self._put(connection, identity, place, draw(kept))
        )

    def _place(self, incoming: Incoming) -> Incoming:
        """Where the answer stands: a command is answered in the direct message with whoever typed it."""
        if incoming.kind != "command":
            return incoming
        from dataclasses import replace

        word, _, rest = incoming.text.partition(" ")
        text = rest.strip() if word.lower() in ("ask", "问") else incoming.text
        direct = self._directory.direct_channel(incoming.user)
        return replace(incoming, text=text, channel=direct, private=True, thread_ts=None)

    def _take_feedback(self, incoming: Incoming, actor: str) -> None:
        pointer = incoming.pointer or Pointer("")
        with unit_of_work(self._databases.write) as connection:
            answers = Answers(connection)
            kept = answers.by_code(pointer.answer)
            if kept is None or not answers.save_feedback(
                kept.id, actor=actor, verdict=pointer.choice, at=self._clock()
            ):
                return
            Ledger(connection, self._clock).append(
                actor=actor, action="feedback", subject=kept.code, detail={"verdict": pointer.choice}
            )

    def _say(self, identity: str, incoming: Incoming, phrase: str, **values: str) -> None:
        language = detect_language(incoming.text)
        phrases = Phrasebook.nearest(language)
        with unit_of_work(self._databases.write) as connection:
            self._put(connection, identity, incoming, {"text": phrases.say(phrase, **values)})

    def _put(self, connection: Any, identity: str, place: Incoming, message: dict[str, Any]) -> None:
        payload = {**message, **_QUIET}
        if place.reply_thread:
            payload["thread_ts"] = place.reply_thread
        # A person's id as the channel means the direct message with them.
        channel = place.user if place.kind == "command" and not place.private else place.channel
        Outbox(connection).put(
            f"reply:{identity}", place.team, channel, "chat.postMessage", payload, now=self._clock()
        )


def draw(answer: Answer) -> dict[str, Any]:
    """The message of an answer, in its language."""
    return answer_message(answer.as_json(), Phrasebook.nearest(answer.language))
