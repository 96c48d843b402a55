"""What Slack delivered, as one frozen value: the rest of the surface knows nothing else of it; `payloads` reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.slack.identifiers import BAD, INSTANT_WORDS, OPENING, Pointer, desk_of, read_command
from bot.slack.wishes import read_screening_wish, read_wish


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that a person sent along; `size` in bytes as Slack says it."""

    id: str
    name: str
    mimetype: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that a person said, clicked, filled in or sent.

    `kind` is question, file (a message with files, in private), command, choice, feedback, alert_act, check_act,
    home_act, papers_act, screening_act (clicks at a desk), stop, view_submission, shortcut or home_opened. `act` says
    what of that kind: the word of a command, the id of a button, view or shortcut. `values` is what was filled in or
    selected, by action id; a selection of several is joined by line feeds. `addressed` is False for a message in a
    thread that does not name the bot: it counts only where the thread is a conversation with the bot. Where nothing
    but a person is known (a view, Home), `channel` is the person's id, which posts into the direct message with them.
    """

    kind: str
    team: str
    channel: str
    user: str
    text: str
    ts: str
    thread_ts: str | None = None
    private: bool = False
    addressed: bool = True
    pointer: Pointer | None = None
    response_url: str | None = None
    act: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()

    def alone(self) -> Incoming:
        """The same in the direct message with whoever did it, where only they hear what is said."""
        return replace(self, channel=self.user, private=True, thread_ts=None)

    @property
    def desk(self) -> str:
        """Who takes it: question, feedback, file, alert, check, screening, home or papers."""
        if self.kind == "question":
            if read_screening_wish(self.text):
                return "screening"
            return "check" if read_wish(self.text) else "question"
        if self.kind == "choice":
            return "question"
        if self.kind == "command":
            return {"check": "check", "alerts": "alert", "screen": "screening"}.get(self.act, "question")
        if self.kind in ("feedback", "file"):
            return self.kind
        if self.kind in ("home_opened", "home_act"):
            return "home"
        return desk_of(self.act) or "question"

    @property
    def rest(self) -> str:
        """The words of a command behind its first one."""
        return read_command(self.text)[1] if self.kind == "command" else self.text

    @property
    def word(self) -> str:
        """What a click wants of its desk."""
        return self.pointer.choice if self.pointer else ""

    @property
    def opens(self) -> bool:
        """Whether the gateway may have to open a modal for it, as long as the trigger lives."""
        if self.kind == "feedback":
            return self.text == BAD
        return self.kind == "shortcut" or self._opens_only

    @property
    def needs_work(self) -> bool:
        """Whether the worker has something to do, so that it must be written down before it is acknowledged."""
        if self.kind == "command":
            return self.act not in INSTANT_WORDS
        return self.kind != "stop" and not self._opens_only

    @property
    def is_talk(self) -> bool:
        """Whether it is a turn of a conversation, where order matters."""
        return self.kind in ("question", "choice", "file", "command")

    @property
    def _opens_only(self) -> bool:
        return self.kind.endswith("_act") and (self.desk, self.word) in OPENING

    @property
    def conversation(self) -> str:
        """The key of the conversation: a thread, or the whole of a direct message."""
        if self.private and self.thread_ts is None:
            return f"{self.team}:{self.channel}"
        return f"{self.team}:{self.channel}:{self.thread_ts or self.ts}"

    @property
    def stopped(self) -> tuple[str, ...]:
        """The conversations in which Stop ends an answer: a session in a direct message hangs at one message of it."""
        if self.pointer is not None:
            return (self.pointer.code,)
        return (
            tuple(dict.fromkeys((self.conversation, f"{self.team}:{self.channel}")))
            if self.private
            else (self.conversation,)
        )

    @property
    def reply_thread(self) -> str | None:
        """Where the answer goes: the thread of a channel; a direct message stays flat unless it is a thread."""
        return self.thread_ts if self.private else (self.thread_ts or self.ts or None)
