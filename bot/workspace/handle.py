"""Running the workspace: a server in a thread of its own, with a handle to stop it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .errors import WorkspaceError
from .server import Site
from .state import Workspace


class _CuttableProtocol(H11Protocol):
    """Uvicorn's protocol that lets a request find its own connection, so that a fault can cut it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Handle:
    """A running server: ``url``, ``workspace`` and ``stop()``."""

    def __init__(self, workspace: Workspace, port: int) -> None:
        self._listener = socket.create_server(("127.0.0.1", port))
        self.port = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.workspace = workspace
        self.site = Site(workspace, self.url)
        config = uvicorn.Config(
            self.site.app(),
            http=_CuttableProtocol,
            ws="websockets-sansio",
            log_level="warning",
            access_log=False,
            timeout_graceful_shutdown=1,
            lifespan="on",
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="workspace", daemon=True)

    def _run(self) -> None:
        self._server.run(sockets=[self._listener])

    def start(self) -> Handle:
        """Run in a thread and come back when requests are answered."""
        self._thread.start()
        while not self._server.started:
            if not self._thread.is_alive():
                raise WorkspaceError(f"The workspace could not start on port {self.port}.")
            self._thread.join(0.01)
        return self

    def inside(self, change: Callable[[], Any]) -> Any:
        """Call a function on the server's own thread and return its result.

        The one safe way to touch ``workspace`` in place while it is being served.
        """

        async def run() -> Any:
            return change()

        if self.site.loop is None:
            raise WorkspaceError("The workspace is not being served.")
        return asyncio.run_coroutine_threadsafe(run(), self.site.loop).result(10)

    def stop(self) -> None:
        """End every page's stream and connection, and wait for the thread."""
        if self.site.loop is not None and self._thread.is_alive():
            self.site.loop.call_soon_threadsafe(self.site.feed.close)
        self._server.should_exit = True
        self._thread.join(5)

    def wait(self) -> None:
        """Block until the server ends."""
        while self._thread.is_alive():
            self._thread.join(0.5)


def serve(workspace: Workspace, port: int = 0) -> Handle:
    """Serve a workspace on 127.0.0.1 (0: any free port) in a thread of its own."""
    return Handle(workspace, port).start()
