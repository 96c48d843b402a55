"""The port between the outbox and whatever delivers: what can become of one post, and how it is found again.

Slack has no idempotency key, so an outcome must say not only whether the message arrived but whether anybody
knows. Only `Ambiguous` leaves that open, and only then is the message looked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from store.outbox import OutgoingMessage


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that lies at the other side and that nobody sees until a message shows it."""

    id: str
    permalink: str


@dataclass(frozen=True, slots=True)
class Sent:
    """It arrived; `ts` is its name in the channel (None for what has none), `note` what had to be changed.

    `uploads` are the files of an upload, in its order.
    """

    ts: str | None
    note: str | None = None
    uploads: tuple[Upload, ...] = ()


@dataclass(frozen=True, slots=True)
class RateLimited:
    """It was not taken; the channel may be tried again after `after`."""

    after: timedelta


@dataclass(frozen=True, slots=True)
class Unreachable:
    """It surely never left: no connection came about."""

    reason: str


@dataclass(frozen=True, slots=True)
class Refused:
    """It was refused and not taken; `permanent` when trying again cannot help, else somebody must mend
    something.
    """

    reason: str
    permanent: bool


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """Nobody knows: the reply was lost, late or unreadable."""

    reason: str


Outcome = Sent | RateLimited | Unreachable | Refused | Ambiguous


@dataclass(frozen=True, slots=True)
class Found:
    """It is there, as `ts`."""

    ts: str


@dataclass(frozen=True, slots=True)
class Absent:
    """It is surely not there, or doing it again changes nothing: it may be sent again."""


@dataclass(frozen=True, slots=True)
class Untraceable:
    """It cannot be looked for: the kind of message leaves no trace, or the history is closed to us."""

    reason: str


Trace = Found | Absent | Untraceable | RateLimited | Unreachable


class Poster(Protocol):
    """Delivers one message at a time; never tries twice by itself and never raises for what a network does.

    `timeout` is the longest that one post can take to reach the other side, in seconds: nobody looks for a
    message earlier.
    """

    timeout: float

    def seconds(self, message: OutgoingMessage) -> float:
        """The longest that the post of this message can take, in seconds; an upload takes as long as its bytes."""
        ...

    def post(self, message: OutgoingMessage) -> Outcome:
        """Deliver it once."""
        ...

    def find(self, message: OutgoingMessage) -> Trace:
        """Look for a message whose post at `attempt_at` had an ambiguous outcome."""
        ...
