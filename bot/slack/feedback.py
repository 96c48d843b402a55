"""What people think of an answer, with the reason when it was no good (反馈)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.slack.directory import Directory, Stranger
from bot.slack.forms import Form
from bot.slack.identifiers import BAD, GOOD, Pointer
from bot.slack.incoming import Incoming
from bot.slack.views.feedback import NOTE, REASON, REASONS, feedback_form
from prompts.phrasebook import Phrasebook
from store.answers import Answers
from store.engine import Databases, unit_of_work
from store.ledger import Ledger
from store.people import Person


class FeedbackDesk:
    """Takes a click on Good or Bad, and the reason that is asked for after Bad."""

    def __init__(self, databases: Databases, *, clock: Callable[[], datetime]) -> None:
        self._databases = databases
        self._clock = clock

    def handle(self, _identity: str, incoming: Incoming, person: Person) -> None:
        """Keep the verdict; saying the same again changes nothing, and a click takes no reason away."""
        pointer = incoming.pointer or Pointer("")
        if incoming.kind == "view_submission":
            self._keep(pointer.code, person.email, BAD, _reason(incoming))
        elif pointer.choice in (GOOD, BAD):
            self._keep(pointer.code, person.email, pointer.choice, None)

    def _keep(self, code: str, actor: str, verdict: str, reason: str | None) -> None:
        with unit_of_work(self._databases.write) as connection:
            answers = Answers(connection)
            kept = answers.by_code(code)
            if kept is None:
                return
            given = next((each for each in answers.feedback_of(kept.id) if each.actor == actor), None)
            if reason is None and given is not None and given.verdict == verdict:
                return
            if not answers.save_feedback(
                kept.id, actor=actor, verdict=verdict, at=self._clock(), reason=reason
            ):
                return
            detail = {"verdict": verdict} | ({"reason": reason} if reason else {})
            Ledger(connection, self._clock).append(
                actor=actor, action="feedback", subject=kept.code, detail=detail
            )


class FeedbackForm(Form):
    """Asks what was wrong, as soon as somebody calls an answer bad."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def modal(self, incoming: Incoming) -> dict[str, Any] | None:
        person = self._directory.person(incoming.team, incoming.user)
        if isinstance(person, Stranger) or incoming.pointer is None:
            return None
        return feedback_form(incoming.pointer.code, Phrasebook.nearest(person.language or "en"))


def _reason(incoming: Incoming) -> str:
    """The reason as it is kept: its word, and what the person wrote behind a colon."""
    word = incoming.values.get(REASON, "")
    note = incoming.values.get(NOTE, "").strip()
    return f"{word if word in REASONS else REASONS[-1]}: {note}".rstrip(": ")
