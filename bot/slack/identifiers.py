"""The ids of buttons and commands, and what a button's value carries.

A value holds a version, the code of an answer and a number: never data of a customer. Whoever clicks is checked
again, and what is shown is read from the store.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

COMMAND = "/dd"
OPEN_SOURCE = "open_source"
CHOOSE_OPTION = "choose_option"
FEEDBACK = "answer_feedback"
GOOD, BAD = "good", "bad"

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where a click points: an answer, and a source or an option of it."""

    answer: str
    number: int = 0
    choice: str = ""

    def pack(self) -> str:
        """The value of a button; far below the 2,000 characters that Slack allows."""
        return json.dumps(
            {"v": _VERSION, "a": self.answer, "n": self.number, "c": self.choice}, ensure_ascii=False
        )


def unpack(value: object) -> Pointer | None:
    """The pointer in a button's value; None for a value that is not ours or of another version."""
    try:
        data = json.loads(str(value))
    except (ValueError, RecursionError):  # no JSON, a number without end, or nested without end
        return None
    if not isinstance(data, dict) or data.get("v") != _VERSION or not isinstance(data.get("a"), str):
        return None
    number, choice = data.get("n", 0), data.get("c", "")
    if not isinstance(number, int) or isinstance(number, bool) or not isinstance(choice, str):
        return None
    return Pointer(data["a"], number, choice)
