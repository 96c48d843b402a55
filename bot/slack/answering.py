"""The desk of questions: understand, answer, and write the message down to be sent.

The answer, its ledger entry and the outgoing message are one transaction, keyed by the arrival: however often the
job runs, one answer is kept and one message leaves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.assistant.answer import Answer, Question
from bot.slack.directory import Directory
from bot.slack.incoming import Incoming
from bot.slack.saying import Voice
from bot.slack.views.answer import answer_message
from prompts.phrasebook import Phrasebook
from store.people import Person

if TYPE_CHECKING:
    from bot.assistant.service import Assistant


class Answering:
    """Answers questions, choices and `/dd ask`; safe to run twice with the same identity."""

    def __init__(
        self, directory: Directory, assistant: Assistant, voice: Voice, *, clock: Callable[[], datetime]
    ) -> None:
        self._directory = directory
        self._assistant = assistant
        self._voice = voice
        self._clock = clock

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Answer where it was asked, within what may be said there."""
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
            answer,
            also=lambda connection, kept: self._voice.reply(connection, identity, place, draw(kept)),
        )

    def _place(self, incoming: Incoming) -> Incoming:
        """Where the answer stands: a command is answered in the direct message with whoever typed it."""
        if incoming.kind != "command":
            return incoming
        direct = self._directory.direct_channel(incoming.user)
        return replace(incoming, text=incoming.rest, channel=direct, private=True, thread_ts=None)


def draw(answer: Answer) -> dict[str, Any]:
    """The message of an answer, in its language."""
    return answer_message(answer.as_json(), Phrasebook.nearest(answer.language))
