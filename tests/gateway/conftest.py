"""A small HTTP server that plays Slack: posts, history, rate limits, and everything that goes wrong on the
way.
"""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from bot.gateway.sender import Sender
from store.engine import Databases, reading
from store.outbox import Outbox


@dataclass
class Faults:
    """What goes wrong, as chances between 0 and 1; `script` names what happens to the next calls of a
    method.
    """

    drop: float = 0.0  # accepted, then the connection is cut
    drop_before: float = 0.0  # cut before anything was accepted
    limited: float = 0.0
    script: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class SlackHost:
    """The server and all that it accepted, in the order of acceptance."""

    def __init__(self, seed: int = 7) -> None:
        self.faults = Faults()
        self.messages: list[dict[str, Any]] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.chance = random.Random(seed)
        self._ts = itertools.count(1)
        self.lock = threading.Lock()
        host = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                host.serve(self)

            def do_GET(self) -> None:
                host.serve(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                pass  # a client that was killed in the middle of a call

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/api/"
        self._thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self._thread.join()

    def texts(self, channel: str = "C1") -> list[str]:
        return [message["text"] for message in self.messages if message["channel"] == channel]

    def script(self, method: str, *steps: dict[str, Any]) -> None:
        """The next calls of a method end so: status, body, headers; `accept` first, `drop`, `hang` in
        seconds.
        """
        self.faults.script.setdefault(method, []).extend(steps)

    def serve(self, request: BaseHTTPRequestHandler) -> None:
        address = urlsplit(request.path)
        method = address.path.rsplit("/", 1)[-1]
        body = request.rfile.read(int(request.headers.get("Content-Length") or 0)).decode()
        if request.headers.get("Content-Type", "").startswith("application/json"):
            given = json.loads(body or "{}")
        else:
            given = dict(parse_qsl(body or address.query))
        with self.lock:
            self.calls.append((method, given))
            steps = self.faults.script.get(method)
            step = steps.pop(0) if steps else self._chance(method)
        reply: dict[str, Any] | None = None
        if step is None or step.get("accept"):
            reply = self._answer(method, given)
        if step is None:
            self._reply(request, 200, reply or {})
            return
        if step.get("hang"):
            time.sleep(step["hang"])
        if step.get("drop"):
            request.close_connection = True
            request.connection.close()
            return
        self._reply(request, step.get("status", 200), step.get("body", reply), step.get("headers"))

    def _chance(self, method: str) -> dict[str, Any] | None:
        if method != "chat.postMessage":
            return None
        faults, roll = self.faults, self.chance.random()
        if roll < faults.drop:
            return {"accept": True, "drop": True}
        if roll < faults.drop + faults.drop_before:
            return {"drop": True}
        if roll < faults.drop + faults.drop_before + faults.limited:
            refusal = {"ok": False, "error": "ratelimited"}
            return {"status": 429, "headers": {"Retry-After": "0.2"}, "body": refusal}
        return None

    def _answer(self, method: str, given: dict[str, Any]) -> dict[str, Any]:
        with self.lock:
            if method == "chat.postMessage":
                ts = f"{time.time():.6f}"[:-3] + f"{next(self._ts) % 1000:03d}"
                self.messages.append(given | {"ts": ts})
                return {"ok": True, "channel": given["channel"], "ts": ts}
            if method in ("conversations.history", "conversations.replies"):
                return self._history(given)
            if method == "conversations.open":
                return {"ok": True, "channel": {"id": "D" + given["users"][1:]}}
            return {"ok": True, "ts": given.get("ts")}

    def _history(self, given: dict[str, Any]) -> dict[str, Any]:
        found = [
            message
            for message in reversed(self.messages)
            if message["channel"] == given["channel"]
            and float(message["ts"]) >= float(given.get("oldest", 0))
            and message.get("thread_ts") == given.get("ts")
        ]
        if str(given.get("include_all_metadata")).lower() not in ("true", "1"):
            found = [{key: value for key, value in message.items() if key != "metadata"} for message in found]
        start, limit = int(given.get("cursor") or 0), min(int(given["limit"]), 3)
        page, rest = found[start : start + limit], found[start + limit :]
        cursor = str(start + limit) if rest else ""
        return {"ok": True, "messages": page, "response_metadata": {"next_cursor": cursor}}

    @staticmethod
    def _reply(
        request: BaseHTTPRequestHandler, status: int, body: Any, headers: dict[str, str] | None = None
    ) -> None:
        data = body.encode() if isinstance(body, str) else json.dumps(body).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(data)))
        for name, value in (headers or {}).items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(data)


@pytest.fixture
def slack() -> Iterator[SlackHost]:
    """A Slack that is well until a test makes it ill."""
    host = SlackHost()
    yield host
    host.close()


@pytest.fixture
def settle(databases: Databases) -> Callable[..., None]:
    """Let a sender run until every message of the outbox is sent or given up."""

    def is_final() -> bool:
        with reading(databases.read) as connection:
            counts = Outbox(connection).counts()
        return counts["pending"] + counts["sending"] == 0

    def run(sender: Sender, patience: float = 20.0) -> None:
        stop = threading.Event()
        thread = threading.Thread(target=sender.run, args=(stop,))
        thread.start()
        deadline = time.monotonic() + patience
        while not is_final() and time.monotonic() < deadline:
            time.sleep(0.02)
        stop.set()
        thread.join()
        assert is_final()

    return run
