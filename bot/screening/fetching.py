"""The worker fetches lists when they are due (名单定时同步), in a process of its own.

A large list costs half a minute of computing, which beside the worker's threads would make people wait for answers. So
the worker only looks at the clock, and what it starts is the command that people have: `bonafide lists sync --due`.
"""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    from bot.assembly import House

log = logging.getLogger(__name__)

#: Seconds between two looks at what is due, and the longest pause after one that failed.
LOOK, LONGEST = 30.0, 3600.0
#: Seconds that fetching has to give back its turn when the worker stops.
_GRACE = 8.0


def fetching(house: House) -> Callable[[threading.Event], None]:
    """Look at what is due until the worker stops; what fails is made up by a later round."""

    def run(stop: threading.Event) -> None:
        pause = LOOK
        while not stop.wait(pause):
            try:
                is_due = bool(house.syncing.due())
            except StoreError as wrong:
                log.warning("fetching lists waits: %s", wrong)
                continue
            # Status 1 is a list that was refused or not reached: it has a time of its own.
            status = _sync(stop) if is_due else 0
            if status not in (0, 1) and not stop.is_set():
                log.error("fetching lists ended with status %s", status)
            pause = LOOK if status in (0, 1) else min(LONGEST, 2 * pause)

    return run


def _sync(stop: threading.Event) -> int:
    """The command until it ends, or until the worker stops; its exit status."""
    process = subprocess.Popen([sys.executable, "-m", "bot.cli", "lists", "sync", "--due"])
    while process.poll() is None and not stop.wait(0.2):
        pass
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()
