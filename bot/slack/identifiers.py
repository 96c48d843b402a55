"""The ids of buttons, views and commands, what a button's value carries, and which desk takes what.

An id begins with the name of the desk that takes it (`alert_dismiss`, `check_again`), so that a new button needs no
entry anywhere. A value holds a version, a short code, a number and a word: never data of a customer. Whoever clicks
is checked again, and what is shown is read from the store.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

COMMAND = "/dd"
OPEN_SOURCE = "open_source"
DOWNLOAD_TABLE = "table_download"
CHOOSE_OPTION = "choose_option"
FEEDBACK = "answer_feedback"
#: Ends the answer under way in a conversation; done in the gateway at once.
STOP = "stop_answer"
GOOD, BAD = "good", "bad"

#: The desks whose buttons, views and shortcuts begin with their name.
DESKS = ("alert", "check", "home", "feedback", "papers", "screening", "table")
OF_A_DESK = re.compile(rf"({'|'.join(DESKS)})_[a-z_]+(:\d+)?$")

#: The word that stands for each first word of a command; what begins with none of them is a question.
WORDS = {
    "": "help",
    "help": "help",
    "帮助": "help",
    "who": "who",
    "我是谁": "who",
    "ask": "ask",
    "问": "ask",
    "check": "check",
    "核查": "check",
    "背调": "check",
    "alerts": "alerts",
    "预警": "alerts",
    "screen": "screen",
    "筛查": "screen",
    "名单筛查": "screen",
}
#: First words that Chinese writes without a space before the name.
_GLUED = ("核查", "背调", "名单筛查", "筛查")
#: What the gateway answers by itself.
INSTANT_WORDS = frozenset({"help", "who"})
#: Desk and word of the clicks that only open a modal; what is submitted there is the deed.
OPENING = frozenset(
    {
        ("alert", "dismiss"),
        ("alert", "close"),
        ("alert", "note"),
        ("alert", "history"),
        ("papers", "ask"),
        ("papers", "open"),
        ("screening", "true"),
        ("screening", "false"),
        ("screening", "unsure"),
        ("screening", "history"),
    }
)

_VERSION = 1


@dataclass(frozen=True, slots=True)
class Pointer:
    """Where a click points: an answer, alert or check by its code, a source or an option of it, a word."""

    code: str
    number: int = 0
    choice: str = ""

    def pack(self) -> str:
        """The value of a button; far below the 2,000 characters that Slack allows, an option's far below 150."""
        return json.dumps(
            {"v": _VERSION, "a": self.code, "n": self.number, "c": self.choice}, ensure_ascii=False
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


def desk_of(identifier: str) -> str | None:
    """The desk that an id belongs to; None for ids that belong to none."""
    return identifier.split("_", 1)[0] if OF_A_DESK.fullmatch(identifier) else None


def starting_with(*prefixes: str) -> re.Pattern[str]:
    """The pattern of ids that begin so, with the number of a button behind them or none."""
    return re.compile(rf"({'|'.join(map(re.escape, prefixes))})(:\d+)?$")


def read_command(text: str) -> tuple[str, str]:
    """What a command asks for and the rest of its words; ("ask", everything) when it begins with no known word."""
    first, _, rest = text.strip().partition(" ")
    word = WORDS.get(first.lower())
    # “who is Nordhafen?” asks about Nordhafen.
    if word is not None and not (rest.strip() and word in INSTANT_WORDS):
        return word, rest.strip()
    for glued in _GLUED:
        if first.startswith(glued):
            return WORDS[glued], text.strip().removeprefix(glued).strip(" ：:，,")
    return "ask", text.strip()
