"""Socket Mode: the connections of the app, one envelope to exactly one of them."""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from .delivery import Ack
from .seed import Seed


@dataclass(slots=True, eq=False)
class Connection:
    """One open WebSocket; what is put on ``outgoing`` leaves in that order."""

    socket: WebSocket
    outgoing: asyncio.Queue[str | None] = field(default_factory=asyncio.Queue)
    pending: dict[str, asyncio.Future[Any]] = field(default_factory=dict)


class Sockets:
    """All connections, taken in turn."""

    def __init__(self, seed: Seed, on_change: Callable[[int], None]) -> None:
        self.seed = seed
        self.connections: list[Connection] = []
        self._on_change = on_change
        self._tickets: set[str] = set()
        self._turn = 0

    def ticket(self) -> str:
        """A key for one connection, handed out by ``apps.connections.open``."""
        key = secrets.token_hex(16)
        self._tickets.add(key)
        return key

    async def serve(self, socket: WebSocket) -> None:
        """Run one connection until either side closes it."""
        ticket = socket.query_params.get("ticket", "")
        if ticket not in self._tickets:
            await socket.close(code=4001)
            return
        self._tickets.discard(ticket)
        await socket.accept()
        connection = Connection(socket)
        hello = {
            "type": "hello",
            "num_connections": len(self.connections) + 1,
            "debug_info": {"host": "local", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.seed.bot.app_id},
        }
        connection.outgoing.put_nowait(json.dumps(hello))
        writer = asyncio.create_task(self._write(connection))
        self.connections.append(connection)
        self._on_change(len(self.connections))
        try:
            while True:
                self._receive(connection, await socket.receive_text())
        except (WebSocketDisconnect, RuntimeError):
            # RuntimeError: the control API closed the socket while we were reading from it.
            pass
        finally:
            self._drop(connection)
            writer.cancel()

    async def send(self, kind: str, payload: dict[str, Any], retry: int | None, reason: str) -> Ack | None:
        """Send one envelope to one connection and wait for its acknowledgement; None without any."""
        if not self.connections:
            return None
        self._turn += 1
        connection = self.connections[self._turn % len(self.connections)]
        envelope_id = secrets.token_hex(16)
        envelope: dict[str, Any] = {
            "envelope_id": envelope_id,
            "type": kind,
            "accepts_response_payload": kind != "events_api",
            "payload": payload,
        }
        if kind == "events_api" and retry is not None:
            envelope |= {"retry_attempt": retry, "retry_reason": reason}
        waiter: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        connection.pending[envelope_id] = waiter
        started = time.perf_counter()
        connection.outgoing.put_nowait(json.dumps(envelope, ensure_ascii=False))
        try:
            answer = await asyncio.wait_for(waiter, self.seed.rules.ack_seconds)
        except TimeoutError:
            return Ack(reason="timeout", milliseconds=_since(started))
        except ConnectionError:
            return Ack(reason="connection_failed", milliseconds=_since(started))
        finally:
            connection.pending.pop(envelope_id, None)
        return Ack(payload=answer, milliseconds=_since(started))

    async def close_all(self, *, warn: bool = False) -> int:
        """Close every connection, with Slack's ``disconnect`` message first when ``warn``."""
        closing = list(self.connections)
        for connection in closing:
            if warn:
                disconnect = {
                    "type": "disconnect",
                    "reason": "refresh_requested",
                    "debug_info": {"host": "local"},
                }
                connection.outgoing.put_nowait(json.dumps(disconnect))
            connection.outgoing.put_nowait(None)
            self._drop(connection)
        return len(closing)

    def _receive(self, connection: Connection, raw: str) -> None:
        try:
            message = json.loads(raw)
        except ValueError:
            return
        waiter = connection.pending.get(message.get("envelope_id", "")) if isinstance(message, dict) else None
        if waiter is not None and not waiter.done():
            waiter.set_result(message.get("payload"))

    async def _write(self, connection: Connection) -> None:
        while True:
            text = await connection.outgoing.get()
            if text is None:
                await connection.socket.close(code=1001)
                return
            await connection.socket.send_text(text)

    def _drop(self, connection: Connection) -> None:
        if connection in self.connections:
            self.connections.remove(connection)
            self._on_change(len(self.connections))
        for waiter in connection.pending.values():
            if not waiter.done():
                waiter.set_exception(ConnectionError("the socket was closed"))


def _since(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
