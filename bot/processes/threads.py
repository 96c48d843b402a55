"""The threads of a process: they end together, and when one of them breaks, the process stops."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)


class Threads:
    """Threads that end together: when one of them breaks, the process stops and says so with its status."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._threads: list[threading.Thread] = []
        self._broken = False

    def start(self, name: str, run: Callable[[threading.Event], None]) -> None:
        """Run this in a thread of that name, with the event that tells it to end."""

        def guarded() -> None:
            try:
                run(self._stop)
            except Exception:
                log.exception("the %s thread broke; the process stops", name)
                self._broken = True
                self._stop.set()

        thread = threading.Thread(target=guarded, name=name, daemon=True)
        thread.start()
        self._threads.append(thread)

    def join(self) -> int:
        """Wait until all have ended; the exit status."""
        for thread in self._threads:
            thread.join(timeout=15.0)
        return 1 if self._broken else 0
