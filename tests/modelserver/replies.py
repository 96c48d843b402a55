"""What the scripted model may do: frozen values that a policy gives back, from a plain answer to a cut line.

Most are turned into what the OpenAI API would send, streamed or not as the client asked. `Stall`, `Cut` and
`Drip` take another reply and spoil its delivery; they nest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class Usage:
    """The tokens that a reply claims to have cost; what is not given is counted from the texts."""

    prompt: int | None = None
    completion: int | None = None


@dataclass(frozen=True)
class Say:
    """A plain answer."""

    text: str
    usage: Usage | None = None


@dataclass(frozen=True)
class ToolUse:
    """One use of a tool; arguments given as text are sent as they stand, however broken."""

    name: str
    arguments: Mapping[str, Any] | str


@dataclass(frozen=True, init=False)
class Call:
    """Uses of tools, all in one message, perhaps with words beside them."""

    uses: tuple[ToolUse, ...]
    text: str | None
    usage: Usage | None

    def __init__(self, *uses: ToolUse, text: str | None = None, usage: Usage | None = None) -> None:
        object.__setattr__(self, "uses", uses)
        object.__setattr__(self, "text", text)
        object.__setattr__(self, "usage", usage)


@dataclass(frozen=True)
class RawCall:
    """One use of a tool whose arguments are broken JSON, or JSON that is no object.

    `length` as the reason to finish is what a model gives when the limit of tokens cut its arguments.
    """

    name: str
    arguments_text: str
    usage: Usage | None = None
    finish: Literal["tool_calls", "length", "stop"] = "tool_calls"


@dataclass(frozen=True)
class Empty:
    """A message with neither words nor tools."""

    usage: Usage | None = None


@dataclass(frozen=True)
class Length:
    """Words that end because the limit of tokens was reached."""

    text: str
    usage: Usage | None = None


@dataclass(frozen=True)
class Fail:
    """An error of the provider; `retry_after` in seconds becomes the header, `code` the one in the body."""

    status: int
    message: str
    retry_after: float | None = None
    code: str | None = None


@dataclass(frozen=True)
class Garbage:
    """Status 200 and bytes that are no JSON, such as the page of a proxy; streamed or not, as they stand."""

    content: bytes


@dataclass(frozen=True)
class Hangup:
    """The connection is closed without a word."""


@dataclass(frozen=True)
class Stall:
    """Silence, then the other reply: before its first byte, or after some of its events.

    The silence ends at once when the server is stopped or the client goes away.
    """

    seconds: float
    then: Reply
    after_events: int | None = None


@dataclass(frozen=True)
class Cut:
    """The other reply without its end: events of a stream, or pieces of 32 bytes of a JSON body.

    However many events are allowed, the one that says why the model stopped is never sent, nor the last piece of
    a body. `drop` closes the connection in mid-air; `end` ends the transfer properly, so that only what is
    missing tells; `error` ends a stream with an error event, and is a plain 500 where nothing is streamed.
    """

    reply: Reply
    after_events: int = 3
    how: Literal["drop", "end", "error"] = "drop"


@dataclass(frozen=True)
class Drip:
    """The other reply with a pause before each event or piece: no read ever times out, and yet it lasts."""

    reply: Reply
    pause: float


Spoken = Say | Call | RawCall | Empty | Length
Reply = Spoken | Fail | Garbage | Hangup | Stall | Cut | Drip
