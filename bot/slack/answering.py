"""The desk of questions: understand, answer, and write the message down to be sent.

The answer, its ledger entry and the outgoing message are one transaction, keyed by the arrival: however often the
job runs, one answer is kept and one message leaves. While a model reads, the message is a plan of its steps that
becomes the answer.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from bot.assistant.answer import Answer, Question
from bot.slack.directory import Directory
from bot.slack.incoming import Incoming
from bot.slack.saying import Voice
from bot.slack.views.answer import answer_message
from bot.slack.views.reading import reading_message
from prompts.phrasebook import Phrasebook
from store.engine import Databases, reading, unit_of_work
from store.identity import new_id
from store.outbox import Outbox
from store.people import Person

if TYPE_CHECKING:
    from bot.assistant.service import Assistant

#: Keys of messages that somebody asked for with a command.
_SHOWN = ("check:", "screening:")


class Answering:
    """Answers questions, choices and `/dd ask`; safe to run twice with the same identity."""

    def __init__(
        self,
        databases: Databases,
        directory: Directory,
        assistant: Assistant,
        voice: Voice,
        *,
        clock: Callable[[], datetime],
        pause: timedelta,
    ) -> None:
        """`pause` between two changes of the message of an answer under way."""
        self._databases = databases
        self._directory = directory
        self._assistant = assistant
        self._voice = voice
        self._clock = clock
        self._pause = pause

    def handle(self, identity: str, incoming: Incoming, person: Person) -> None:
        """Answer where it was asked, within what may be said there."""
        place = self._place(incoming)
        viewer = self._directory.viewer(person, team=place.team, channel=place.channel, private=place.private)
        about, anew = self._about(place)
        question = Question(
            id=identity,
            text=place.text,
            viewer=viewer,
            conversation=place.conversation,
            now=self._clock(),
            language=person.language,
            about=about,
            anew=anew,
        )
        progress = AnswerProgress(
            self._databases,
            self._voice,
            identity,
            place,
            self._voice.phrases(incoming, person),
            clock=self._clock,
            pause=self._pause,
            session=self._assistant.has_model,
        )
        try:
            answer = self._assistant.answer(question, watcher=progress)
            self._assistant.keep(
                answer, also=lambda connection, kept: progress.finish(connection, draw(kept))
            )
        except Exception:
            progress.broken()
            raise

    def _about(self, place: Incoming) -> tuple[str, bool]:
        """The words of the message of ours under which a question stands, or that a command has shown just before it
        in a direct message; and whether it is the latter.
        """
        channels = (place.channel, place.user)
        with reading(self._databases.read) as connection:
            outbox = Outbox(connection)
            if place.thread_ts:
                root = outbox.shown_at(place.team, channels, place.thread_ts)
                return (str(root.payload.get("text", "")) if root else "", False)
            last = outbox.last_in(place.team, channels) if place.private else None
            if last is None or not last.key.startswith(_SHOWN) or last.ts is None:
                return "", False
            drawn = outbox.shown_at(place.team, channels, last.ts) or last
        return str(drawn.payload.get("text", "")), True

    def _place(self, incoming: Incoming) -> Incoming:
        """Where the answer stands: a command is answered in the direct message with whoever typed it."""
        if incoming.kind != "command":
            return incoming
        direct = self._directory.direct_channel(incoming.user)
        return replace(incoming, text=incoming.rest, channel=direct, private=True, thread_ts=None)


class AnswerProgress:
    """The message of one answer, for one life of its job: a plan once something is read, at last the answer.

    An answer that is there at once shows no plan. What an earlier life of the job has posted is taken over.
    """

    def __init__(
        self,
        databases: Databases,
        voice: Voice,
        identity: str,
        place: Incoming,
        phrases: Phrasebook,
        *,
        clock: Callable[[], datetime],
        pause: timedelta,
        session: bool = False,
    ) -> None:
        """`session`: the gateway has told Slack that work is under way, and its end must be told too."""
        self._databases = databases
        self._voice = voice
        self._identity = identity
        self._key = f"reply:{identity}"
        self._place = place
        self._phrases = phrases
        self._clock = clock
        self._pause = pause
        # Slack shows Stop at a session of a direct message; in channels the plan has its own.
        self._session = session and place.private and bool(place.ts)
        self._steps: list[str] = []
        self._due = datetime.now(UTC)
        with reading(databases.read) as connection:
            self._posted = Outbox(connection).by_key(self._key) is not None

    def step(self, text: str) -> None:
        """Something is being read; the same twice in a row is one step."""
        if self._steps[-1:] == [text]:
            return
        self._steps.append(text)
        message = reading_message(
            self._steps, self._place.conversation, self._phrases, stops=not self._session
        )
        with unit_of_work(self._databases.write) as connection:
            if self._is_finished(connection):
                return
            if self._posted:
                self._put(connection, f"{self._key}:{new_id().hex[-12:]}", message)
            else:
                self._voice.reply(connection, self._identity, self._place, message)
                self._posted = True

    def finish(self, connection: Connection, message: dict[str, Any]) -> None:
        """The answer in place of the plan, or as a message where none was shown; in the caller's unit of work."""
        if self._posted:
            self._put(connection, f"{self._key}:answer", message)
        else:
            self._voice.reply(connection, self._identity, self._place, message)
        self._end_session(connection)

    def broken(self) -> None:
        """It stopped on the way; another life of the job, or a word of regret, comes after it."""
        if self._session:
            with unit_of_work(self._databases.write) as connection:
                self._end_session(connection)

    def _end_session(self, connection: Connection) -> None:
        if not self._session:
            return
        place = self._place
        session = {"channel_id": place.channel, "thread_ts": place.thread_ts or place.ts, "status": "active"}
        Outbox(connection).put(
            f"session:{self._identity}",
            place.team,
            place.channel,
            "agents.sessions.setStatus",
            session,
            now=self._clock(),
        )

    def _is_finished(self, connection: Connection) -> bool:
        # A tool that a left-alone model still uses changes nothing behind the answer.
        return Outbox(connection).by_key(f"{self._key}:answer") is not None

    def _put(self, connection: Connection, key: str, message: dict[str, Any]) -> None:
        # Sending lives by the machine's clock, whatever the house's clock says.
        self._due = max(datetime.now(UTC), self._due + self._pause)
        Outbox(connection).put(
            key,
            self._place.team,
            self._voice.channel_of(self._place),
            "chat.update",
            {**message, "update_of": self._key},
            now=self._clock(),
            not_before=self._due,
        )


def draw(answer: Answer) -> dict[str, Any]:
    """The message of an answer, in its language."""
    return answer_message(answer.as_json(), Phrasebook.nearest(answer.language))
