"""The question after “Bad”: what was wrong with the answer."""

from __future__ import annotations

from typing import Any

from bot.slack.identifiers import Pointer
from bot.slack.views.forms import ask, choose_one, form, option, write
from prompts.phrasebook import Phrasebook

CALLBACK = "feedback_reason"
REASON, NOTE = "feedback_choice", "feedback_note"
#: The reasons that can be chosen; the last stands for all others.
REASONS = ("wrong", "outdated", "not_asked", "no_source", "other")


def feedback_form(code: str, phrases: Phrasebook) -> dict[str, Any]:
    """The modal about the answer with this code; of the answer itself it shows nothing."""
    reasons = [option(phrases[f"slack.feedback.reason.{each}"], each) for each in REASONS]
    blocks = [
        ask("reason", phrases["slack.feedback.question"], choose_one(REASON, reasons)),
        ask("note", phrases["slack.feedback.note"], write(NOTE), optional=True),
    ]
    return form(
        CALLBACK,
        phrases["slack.feedback.heading"],
        blocks,
        phrases,
        pointer=Pointer(code),
        submit=phrases["slack.form.send"],
    )
