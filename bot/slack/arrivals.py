"""What the worker does with an arrival: find who it is from and hand it to the desk that takes it.

Every kind of thing that a person does comes this way: inbox → acknowledged → job → desk. A desk is safe to call
twice with the same arrival. Whoever is not registered is told so and reaches no desk.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Protocol

from bot.slack.directory import Directory, Stranger
from bot.slack.incoming import Incoming
from bot.slack.payloads import read_incoming
from bot.slack.saying import Voice
from store.answers import Answers
from store.engine import Databases, reading
from store.inbox import Inbox
from store.people import Person

log = logging.getLogger(__name__)

#: Seconds that an answer waits for the one before it in the same conversation; after that it goes ahead.
TURN_PATIENCE, TURN_LOOK = 10.0, 0.05
#: Kinds whose failure is not worth a message: nobody waits for one.
_SILENT = frozenset({"feedback", "home_opened", "home_act"})


class Desk(Protocol):
    """Takes one kind of thing that people do."""

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Do it; safe to run twice with the same identity, which is the arrival's."""
        ...


class Arrivals:
    """Handles arrivals by id; safe to run twice with the same id."""

    def __init__(
        self,
        databases: Databases,
        inbox: Inbox,
        directory: Directory,
        voice: Voice,
        desks: Mapping[str, Desk],
    ) -> None:
        """`desks` by the names that `Incoming.desk` gives; what no desk takes gets a sentence that says so."""
        self._databases = databases
        self._inbox = inbox
        self._directory = directory
        self._voice = voice
        self._desks = desks

    def handle(self, identity: str) -> None:
        """Hand it to its desk, or pass over what was not meant for us."""
        incoming = self._incoming(identity)
        if incoming is None:
            return
        if incoming.is_talk:
            self._wait_for_turn(identity, incoming)
        if not incoming.addressed and not self._engaged(incoming):
            return
        person = self._directory.person(incoming.team, incoming.user)
        desk = self._desks.get(incoming.desk)
        if isinstance(person, Stranger):
            if incoming.kind != "home_opened":
                self._say(identity, incoming, person.reason)
            elif (refuse := getattr(desk, "refuse", None)) is not None:
                refuse(identity, incoming, person)
            return
        if desk is None:
            log.warning("arrival %s is for the desk “%s”, which is not there", identity, incoming.desk)
            self._say(identity, incoming, "slack.notice.no_desk")
        else:
            desk.handle(identity, incoming, person)

    def apologise(self, _job: str, identity: str, reason: str) -> None:
        """Tell the asker that nothing will come; the error id is the arrival's, by which the log is found."""
        incoming = self._incoming(identity)
        if incoming is not None and incoming.kind not in _SILENT and incoming.addressed:
            log.error("arrival %s got no answer: %s", identity, reason)
            # Under the reply's own key a plan of the answer may stand already.
            self._say(identity, incoming, "slack.failed", part="failed", error=identity[-8:])

    def _say(self, identity: str, incoming: Incoming, phrase: str, *, part: str = "", **values: str) -> None:
        # The reason for a click is told to the clicker alone, not in the channel of the message.
        place = incoming.alone() if not incoming.is_talk else incoming
        self._voice.say(identity, place, self._voice.phrases(incoming).say(phrase, **values), part=part)

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
        return any(
            other is not None and other.is_talk and other.conversation == incoming.conversation
            for other in others
        )

    def _engaged(self, incoming: Incoming) -> bool:
        """Whether the thread is a conversation with the bot already."""
        with reading(self._databases.read) as connection:
            return bool(Answers(connection).turns(incoming.conversation, 1))
