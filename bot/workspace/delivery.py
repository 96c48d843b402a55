"""From the workspace to the app: envelopes, acknowledgement, redelivery.

Events are delivered at least once: without an acknowledgement in ``rules.ack_seconds`` the same
``event_id`` comes again, up to three times, with ``retry_attempt`` and ``retry_reason``. Events that
happen while no app is connected wait, up to ``rules.waiting_events``; the oldest give way. Interactions
(clicks, commands, views) are delivered once or fail in front of the person, as in Slack.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from .state import Workspace

LOG_LENGTH = 5000


@dataclass(frozen=True, slots=True)
class Ack:
    """How one delivery ended; ``reason`` is "" when it was acknowledged."""

    reason: str = ""
    payload: Any = None
    milliseconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Whether the app acknowledged in time."""
        return not self.reason


@dataclass(slots=True)
class Record:
    """The history of one event or interaction, for tests and the control API."""

    id: str
    kind: str
    payload: dict[str, Any]
    state: str = "waiting"
    attempts: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The record as the control API shows it."""
        event = self.payload.get("event", {})
        shown = {"id": self.id, "kind": self.kind, "state": self.state, "attempts": self.attempts}
        return {**shown, "type": event.get("type") or self.payload.get("type") or self.payload.get("command")}


#: Sends one envelope and waits for its end; None when nobody is there to take it.
Send = Callable[[str, dict[str, Any], int | None, str], Awaitable[Ack | None]]


class Delivery:
    """The post office of one workspace; lives on the server's event loop."""

    def __init__(self, workspace: Workspace, send: Send) -> None:
        self.workspace = workspace
        self.send = send
        self.records: deque[Record] = deque(maxlen=LOG_LENGTH)
        self._waiting: deque[tuple[Record, asyncio.Future[bool]]] = deque()
        self._tasks: set[asyncio.Task[None]] = set()

    def emit(self, event: dict[str, Any]) -> str:
        """Wrap an Events API event, start its delivery and return its event_id."""
        workspace = self.workspace
        seed = workspace.seed
        event_id = workspace.mint("Ev")
        channel = workspace.channels.get(str(event.get("channel", "")))
        payload = {
            "token": "local-verification-token",
            "team_id": seed.team.id,
            "context_team_id": seed.team.id,
            "api_app_id": seed.bot.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": event_id,
            "event_time": int(workspace.clock.now()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": seed.team.id,
                    "user_id": seed.bot.user_id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": bool(channel and channel.is_ext_shared),
            "event_context": f"4-{secrets.token_hex(16)}",
        }
        record = Record(id=event_id, kind="events_api", payload=payload)
        self.records.append(record)
        self._start(record)
        return event_id

    def find(self, event_id: str) -> Record | None:
        """The latest record of an event."""
        return next((record for record in reversed(self.records) if record.id == event_id), None)

    async def again(self, record: Record, retry: int | None, reason: str) -> Ack | None:
        """Send a recorded event once more with the same event_id and the retry fields as given."""
        return await self._attempt(record, retry, reason)

    async def interact(self, kind: str, payload: dict[str, Any]) -> Ack:
        """Deliver a click, command or view once."""
        record = Record(id=self.workspace.mint("In"), kind=kind, payload=payload)
        self.records.append(record)
        ack = await self._attempt(record, None, "")
        if ack is None:
            ack = Ack(reason="no_connection")
        record.state = "acknowledged" if ack.ok else "failed"
        return ack

    def wake(self) -> None:
        """An app has connected: let the waiting events go, oldest first."""
        while self._waiting:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(True)

    def forget(self) -> None:
        """Drop everything that is under way (reset)."""
        for task in self._tasks:
            task.cancel()
        self._waiting.clear()
        self.records.clear()

    def _start(self, record: Record) -> None:
        task = asyncio.get_running_loop().create_task(self._run(record))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, record: Record) -> None:
        rules = self.workspace.seed.rules
        reason = ""
        for retry in range(len(rules.retry_delays) + 1):
            if retry:
                await asyncio.sleep(rules.retry_delays[retry - 1])
            ack = await self._attempt(record, retry, reason)
            while ack is None:
                if not await self._turn(record):
                    record.state = "dropped"
                    return
                ack = await self._attempt(record, retry, reason)
            if ack.ok:
                record.state = "acknowledged"
                return
            reason = ack.reason
        record.state = "failed"

    async def _attempt(self, record: Record, retry: int | None, reason: str) -> Ack | None:
        ack = await self.send(record.kind, record.payload, retry, reason)
        if ack is not None:
            attempt = {"at": time.time(), "retry": retry, "retry_reason": reason}
            outcome = "acknowledged" if ack.ok else ack.reason
            record.attempts.append({**attempt, "outcome": outcome, "milliseconds": ack.milliseconds})
        return ack

    async def _turn(self, record: Record) -> bool:
        """Wait for an app to connect; False when the queue was full and this event gave way."""
        turn: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append((record, turn))
        if len(self._waiting) > self.workspace.seed.rules.waiting_events:
            _, oldest = self._waiting.popleft()
            if not oldest.done():
                oldest.set_result(False)
        return await turn
