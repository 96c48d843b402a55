"""A publisher of lists on loopback that does what it is told, right or wrong.

with Publisher() as publisher:
    publisher.gives("/un.xml", b"<CONSOLIDATED_LIST/>", etag='"1"')
    fetch_together([publisher.address("/un.xml")], …)
    assert publisher.asked == [("/un.xml", 200)]
"""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

#: What answers a request.
Answer = Callable[[BaseHTTPRequestHandler], None]


class Publisher:
    """The server; what a path answers may be changed at any time."""

    def __init__(self) -> None:
        #: Every request in its order: path and status.
        self.asked: list[tuple[str, int]] = []
        self.headers: list[dict[str, str]] = []
        self._answers: dict[str, list[Answer]] = {}
        self.ending = threading.Event()
        self._places: dict[int, int] = {}
        self._lock = threading.Lock()
        publisher = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                publisher._serve(self)

            def log_message(self, *_: Any) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True

            def handle_error(self, *_: Any) -> None:
                pass  # a client that has heard enough

        self._server = Server(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Publisher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ending.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def address(self, path: str) -> str:
        """Where a path is found."""
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def gives(
        self,
        path: str,
        body: bytes | str,
        *,
        etag: str | None = None,
        modified: str | None = None,
        packed: bool = False,
        then: bool = False,
    ) -> None:
        """The path gives a file; with `etag` or `modified` also that it has not changed. `then`: after what it had."""
        data = body.encode() if isinstance(body, str) else body

        def answer(request: BaseHTTPRequestHandler) -> None:
            known = {"If-None-Match": etag, "If-Modified-Since": modified}
            if any(value and request.headers.get(name) == value for name, value in known.items()):
                self.head(request, 304, {"ETag": etag, "Last-Modified": modified})
                return
            sent = gzip.compress(data) if packed else data
            head = {"ETag": etag, "Last-Modified": modified, "Content-Length": str(len(sent))}
            self.head(request, 200, head | ({"Content-Encoding": "gzip"} if packed else {}))
            request.wfile.write(sent)

        self.does(path, answer, then=then)

    def sends(self, path: str, data: bytes, encoding: str) -> None:
        """The path gives these bytes and says that they are packed so."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            self.head(request, 200, {"Content-Encoding": encoding, "Content-Length": str(len(data))})
            request.wfile.write(data)

        self.does(path, answer)

    def refuses(self, path: str, status: int, **headers: str) -> None:
        """The path answers with a status; `Retry_After="60"` and the like are headers."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            self.head(request, status, {"Content-Length": "0", **named})

        self.does(path, answer)

    def breaks_off(self, path: str, body: bytes, announced: int) -> None:
        """The path promises so many bytes and gives others."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            self.head(request, 200, {"Content-Length": str(announced), "Connection": "close"})
            request.wfile.write(body)
            request.close_connection = True

        self.does(path, answer)

    def pours(self, path: str, piece: bytes) -> None:
        """The path gives the piece again and again, without end."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            self.head(request, 200, {"Connection": "close"})
            while not self.ending.is_set():
                request.wfile.write(piece)

        self.does(path, answer)

    def drips(self, path: str, start: bytes, drop: bytes = b"x") -> None:
        """The path writes `start` as it is, then a drop every few hundredths of a second, for ever."""

        def answer(request: BaseHTTPRequestHandler) -> None:
            request.wfile.write(start)
            while not self.ending.is_set():
                request.wfile.write(drop)
                request.wfile.flush()
                time.sleep(0.03)

        self.does(path, answer)

    def does(self, path: str, answer: Answer, *, then: bool = False) -> None:
        """The path does this from now on; `then`: only after it has done what it did before, once."""
        self._answers[path] = [*self._answers[path], answer] if then else [answer]

    def clear(self) -> None:
        """Forget what was asked."""
        self.asked.clear()
        self.headers.clear()

    def _serve(self, request: BaseHTTPRequestHandler) -> None:
        path = request.path.partition("?")[0]
        answers = self._answers.get(path)
        self.headers.append({name.lower(): value for name, value in request.headers.items()})
        with self._lock:
            self._places[id(request)] = len(self.asked)
            self.asked.append((path, 0))
        if not answers:
            self.head(request, 404, {"Content-Length": "0"})
            return
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        answer(request)

    def head(self, request: BaseHTTPRequestHandler, status: int, headers: dict[str, str | None]) -> None:
        """Write the head of an answer; the status is kept before anybody can have read it."""
        place = self._places[id(request)]
        self.asked[place] = (self.asked[place][0], status)
        request.send_response(status)
        for name, value in headers.items():
            if value is not None:
                request.send_header(name, value)
        request.end_headers()
