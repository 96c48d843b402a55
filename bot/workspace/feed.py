"""The live stream of changes for pages: Server-Sent Events, one line of JSON a change.

A change names in ``for`` the people who may see it. A page that asks with ``?user=`` gets only what that
person may see; the demo page plays all people and asks without.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

QUEUE_LENGTH = 5000
HEARTBEAT_SECONDS = 15.0


@dataclass(slots=True, eq=False)
class Listener:
    """One open page."""

    user: str | None
    queue: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_LENGTH))


class Feed:
    """Every open page."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def publish(self, change: dict[str, Any]) -> None:
        """Give a change to the pages of those who may see it; a page that stopped reading is let go."""
        text = json.dumps(change, ensure_ascii=False)
        for listener in list(self._listeners):
            if listener.user and "for" in change and listener.user not in change["for"]:
                continue
            try:
                listener.queue.put_nowait(text)
            except asyncio.QueueFull:
                self._listeners.remove(listener)

    async def listen(self, user: str | None) -> AsyncIterator[str]:
        """The stream of one page, with a comment now and then so that a dead connection is noticed."""
        listener = Listener(user)
        self._listeners.append(listener)
        try:
            yield "retry: 1000\n\n"
            while True:
                try:
                    text = await asyncio.wait_for(listener.queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                if text is None:
                    return
                yield f"data: {text}\n\n"
        finally:
            if listener in self._listeners:
                self._listeners.remove(listener)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        for listener in list(self._listeners):
            while listener.queue.full():
                listener.queue.get_nowait()
            listener.queue.put_nowait(None)
