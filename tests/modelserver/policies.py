"""Ready-made policies: what decides on the reply to each request.

A policy is a plain callable from what was received to a reply; the server asks it for one request at a time, so it
may keep state without a lock. It must not wait for anything (that is what `Stall` is for).
"""

from __future__ import annotations

from collections.abc import Callable

from .received import Received
from .replies import Call, RawCall, Reply

Policy = Callable[[Received], Reply]


def in_turn(*replies: Reply) -> Policy:
    """One reply after the other, whatever is asked; the last one repeats."""
    if not replies:
        raise ValueError("in_turn needs one reply at least")
    coming = list(replies)

    def reply(_received: Received) -> Reply:
        return coming.pop(0) if len(coming) > 1 else coming[0]

    return reply


def looping(call: Call | RawCall | Callable[[int], Call | RawCall]) -> Policy:
    """Tools again and again, even where none is offered; a callable gets the number of the round, from 0."""
    asked = 0

    def reply(_received: Received) -> Reply:
        nonlocal asked
        asked += 1
        return call(asked - 1) if callable(call) else call

    return reply
