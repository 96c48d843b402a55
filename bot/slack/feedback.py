"""What people think of an answer, with the reason when it was no good (反馈)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.slack.identifiers import BAD, Pointer
from bot.slack.incoming import Incoming
from store.answers import Answers
from store.engine import Databases, unit_of_work
from store.ledger import Ledger
from store.people import Person


class FeedbackDesk:
    """Takes a click on Good or Bad."""

    def __init__(self, databases: Databases, *, clock: Callable[[], datetime]) -> None:
        self._databases = databases
        self._clock = clock

    def handle(self, _identity: str, incoming: Incoming, person: Person) -> None:
        """Keep the verdict; saying the same again changes nothing."""
        pointer = incoming.pointer or Pointer("")
        self._keep(pointer.code, person.email, pointer.choice or BAD)

    def _keep(self, code: str, actor: str, verdict: str) -> None:
        with unit_of_work(self._databases.write) as connection:
            answers = Answers(connection)
            kept = answers.by_code(code)
            if kept is None or not answers.save_feedback(
                kept.id, actor=actor, verdict=verdict, at=self._clock()
            ):
                return
            Ledger(connection, self._clock).append(
                actor=actor, action="feedback", subject=kept.code, detail={"verdict": verdict}
            )
