"""The line to a client: a listener on loopback, and the sending of parts until either side ends it."""

from __future__ import annotations

import contextlib
import selectors
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler
from socketserver import BaseRequestHandler, ThreadingTCPServer
from typing import Any

from .wire import Break, Head, Part, Pause


class Listener(ThreadingTCPServer):
    """Accepts connections, a thread each; `ending` becomes readable for all of them when it stops."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, port: int, handler: Callable[..., BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", port), handler)
        self.port: int = self.server_address[1]
        self.ending, self._end = socket.socketpair()
        self._connections: dict[socket.socket, threading.Thread] = {}
        self._lock = threading.Lock()
        # The interval is how long `stop` may have to wait.
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)

    def start(self) -> None:
        """Accept from now on."""
        self._thread.start()

    def stop(self) -> None:
        """Accept no more, break every connection, and wait for the threads."""
        self._end.send(b"!")
        self.shutdown()
        self._thread.join()
        with self._lock:
            open_now = dict(self._connections)
        for connection, thread in open_now.items():
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            thread.join(5)
        self.server_close()
        self.ending.close()
        self._end.close()

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread that `stop` knows from the first moment."""
        thread = threading.Thread(target=self._serve, args=(request, client_address), daemon=True)
        with self._lock:
            self._connections[request] = thread
        thread.start()

    def _serve(self, request: Any, client_address: Any) -> None:
        try:
            self.process_request_thread(request, client_address)
        finally:
            with self._lock:
                del self._connections[request]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that breaks its connection between two requests is no news; anything else is."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class Line:
    """Sends one reply; `abandoned` tells whether the client went away before its end."""

    def __init__(self, handler: BaseHTTPRequestHandler, ending: socket.socket) -> None:
        self._handler = handler
        self._ending = ending
        self.abandoned = False

    def send(self, parts: Iterable[Part]) -> None:
        """Send everything, or as much as the client and the server's end allow."""
        try:
            if not self._deliver(parts):
                self._close()
        except OSError:
            self.abandoned = not self._stopped()
            self._close()

    def _deliver(self, parts: Iterable[Part]) -> bool:
        """Send the parts; False where the connection is to be closed before their end."""
        chunked, waiting = False, bytearray()
        for part in parts:
            match part:
                case Head():
                    chunked = part.length is None
                    waiting += self._head(part)
                case bytes():
                    waiting += b"%x\r\n%b\r\n" % (len(part), part) if chunked else part
                    if chunked:  # each event by itself, as it would come from a model
                        self._write(waiting)
                case Pause():
                    self._write(waiting)
                    if not self._pass(part.seconds):
                        return False
                case Break():
                    self._write(waiting)
                    return False
        waiting += b"0\r\n\r\n" if chunked else b""
        self._write(waiting)
        return True

    def _head(self, head: Head) -> bytes:
        lines = [f"HTTP/1.1 {head.status} -", *(f"{name}: {value}" for name, value in head.headers.items())]
        measured = f"Content-Length: {head.length}"
        lines.append("Transfer-Encoding: chunked" if head.length is None else measured)
        return "\r\n".join([*lines, "", ""]).encode("latin-1")

    def _write(self, waiting: bytearray) -> None:
        if waiting:
            self._handler.connection.sendall(waiting)
            waiting.clear()

    def _pass(self, seconds: float) -> bool:
        """Let time pass; False at once when the server stops, an error when the client has gone."""
        until, client = time.monotonic() + seconds, self._handler.connection
        with selectors.DefaultSelector() as selector:
            selector.register(self._ending, selectors.EVENT_READ)
            selector.register(client, selectors.EVENT_READ)
            while (left := until - time.monotonic()) > 0:
                for key, _ in selector.select(left):
                    if key.fileobj is self._ending:
                        return False
                    if not client.recv(1, socket.MSG_PEEK):
                        raise ConnectionAbortedError("The client has gone.")
                    selector.unregister(client)  # it says more, and tells no more of its end
        return True

    def _stopped(self) -> bool:
        with selectors.DefaultSelector() as selector:
            selector.register(self._ending, selectors.EVENT_READ)
            return bool(selector.select(0))

    def _close(self) -> None:
        self._handler.close_connection = True
        with contextlib.suppress(OSError):
            self._handler.connection.shutdown(socket.SHUT_RDWR)
