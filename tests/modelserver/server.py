"""A local HTTP server that speaks the OpenAI API and does what a policy says, right or wrong.

    with ModelServer(in_turn(Call(ToolUse("search", {"query": "中建"})), Say("Nothing found."))) as server:
        ChatOpenAI(model="scripted", base_url=server.url, api_key="none").invoke("…")
        assert "search" in tools_offered(server.chats[0])

Any process can be pointed at it with OPENAI_BASE_URL or OPENAI_API_BASE. A policy that raises is a fault of the
test: the client gets a 400, and `stop` raises what happened, so that no fall-back hides it.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any

from .line import Line, Listener
from .policies import Policy
from .received import Received
from .replies import Fail, Reply
from .vectors import embed
from .wire import Part, document, parts


class PolicyError(AssertionError):
    """A policy raised, or gave something that is no reply."""


class ModelServer:
    """The scripted model; `policy` and `embedding_fault` may be exchanged at any time."""

    def __init__(self, policy: Policy, *, port: int = 0, models: Sequence[str] = ("scripted",)) -> None:
        self.policy = policy
        #: Sent instead of vectors, when set.
        self.embedding_fault: Reply | None = None
        self._port = port
        self._models = models
        self._changed = threading.Condition()
        self._deciding = threading.Lock()
        self._requests: list[Received] = []
        self._abandoned: list[Received] = []
        self._faults: list[Exception] = []
        self._numbers = 0
        self._listener: Listener | None = None

    def __enter__(self) -> ModelServer:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()
        if error is None:
            self._raise_faults()
        elif self._faults:
            error.add_note(f"A policy of the scripted model failed before: {self._faults[0]!r}")

    @property
    def url(self) -> str:
        """The base URL for clients; it stays the same when the server is stopped and started again."""
        if not self._port:
            raise RuntimeError("The server has no address before it is started.")
        return f"http://127.0.0.1:{self._port}/v1"

    @property
    def requests(self) -> list[Received]:
        """What has arrived since the start or the last `clear`, in order."""
        with self._changed:
            return list(self._requests)

    @property
    def chats(self) -> list[Received]:
        """The requests for chat completions among them."""
        return [each for each in self.requests if each.path.endswith("/chat/completions")]

    @property
    def abandoned(self) -> list[Received]:
        """The requests whose client went away before the reply had ended."""
        with self._changed:
            return list(self._abandoned)

    def clear(self) -> None:
        """Forget what has arrived."""
        with self._changed:
            self._requests.clear()
            self._abandoned.clear()

    def wait_for_requests(self, count: int = 1, timeout: float = 10) -> list[Received]:
        """Wait until so many requests have arrived since the last `clear`, and give them."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._requests) >= count, timeout):
                raise TimeoutError(f"{len(self._requests)} of {count} requests arrived in {timeout} s.")
            return list(self._requests)

    def wait_for_abandoned(self, count: int = 1, timeout: float = 10) -> list[Received]:
        """Wait until so many clients have gone away, and give their requests."""
        with self._changed:
            if not self._changed.wait_for(lambda: len(self._abandoned) >= count, timeout):
                raise TimeoutError(f"{len(self._abandoned)} of {count} clients went away in {timeout} s.")
            return list(self._abandoned)

    def start(self) -> None:
        """Listen, on the port of last time if there was one."""
        if self._listener is not None:
            raise RuntimeError("The server runs already.")
        self._listener = Listener(self._port, lambda *given: _Handler(self, *given))
        self._port = self._listener.port
        self._listener.start()

    def stop(self) -> None:
        """Break off everything, listen no more, and raise what a policy did wrong."""
        self._close()
        self._raise_faults()

    def _close(self) -> None:
        if self._listener is not None:
            self._listener.stop()
            self._listener = None

    def _raise_faults(self) -> None:
        if self._faults:
            first, count = self._faults[0], len(self._faults)
            self._faults.clear()
            raise PolicyError(f"A policy failed {count} times, first with {first!r}") from first

    def arrive(self, path: str, body: Any, headers: dict[str, str]) -> Received:
        """Write down a request."""
        with self._changed:
            self._numbers += 1
            received = Received(path, body, headers, datetime.now(UTC), self._numbers)
            self._requests.append(received)
            self._changed.notify_all()
            return received

    def leave(self, received: Received) -> None:
        """Write down that the client of a request has gone."""
        with self._changed:
            self._abandoned.append(received)
            self._changed.notify_all()

    def answer(self, received: Received) -> list[Part]:
        """What to send for a request."""
        if received.path == "/v1/models":
            known = {"object": "model", "created": 0, "owned_by": "tests"}
            return document({"object": "list", "data": [{"id": name} | known for name in self._models]})
        if received.path not in ("/v1/chat/completions", "/v1/embeddings"):
            return parts(Fail(404, f"There is nothing at {received.path}."), received)
        needed = "input" if received.path == "/v1/embeddings" else "messages"
        if not isinstance(received.body, dict) or not received.body.get(needed):
            return parts(Fail(400, f"The body is no JSON object with {needed}."), received)
        if needed == "input":
            fault = self.embedding_fault
            return document(embed(received.body)) if fault is None else parts(fault, received)
        try:
            with self._deciding:
                reply = self.policy(received)
            return parts(reply, received)
        except Exception as error:  # noqa: BLE001 - whatever a test's policy raises is told at the end
            self._faults.append(error)
            return parts(Fail(400, f"The policy failed: {error!r}"), received)


class _Handler(BaseHTTPRequestHandler):
    """One connection of a client, with as many requests as it likes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(
        self, model: ModelServer, connection: socket.socket, address: Any, listener: Listener
    ) -> None:
        self._model = model
        self._ending = listener.ending
        super().__init__(connection, address, listener)

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        content = self.rfile.read(length)
        if len(content) < length:  # gone while it spoke
            self.close_connection = True
            return
        try:
            body = json.loads(content)
        except ValueError:
            body = content.decode("utf-8", "replace")
        self._reply(body)

    def do_GET(self) -> None:
        self._reply({})

    def _reply(self, body: Any) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = self._model.arrive(self.path.partition("?")[0], body, headers)
        line = Line(self, self._ending)
        line.send(self._model.answer(received))
        if line.abandoned:
            self._model.leave(received)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the requests are kept, and tests have a page of their own."""
