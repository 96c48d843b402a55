"""Signs of life of a process, and what is done for a worker that gives none: others take its jobs over."""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from store.errors import StoreBusy
from store.heartbeats import Heartbeat, Heartbeats

if TYPE_CHECKING:
    from bot.jobs import Jobs

log = logging.getLogger(__name__)

#: Seconds between two heartbeats, and without one after which a process counts as dead.
BEAT = 5.0
SILENCE = 60.0


def heart(heartbeats: Heartbeats, name: str, kind: str) -> Callable[[threading.Event], None]:
    """Beat until the process stops, and say then that it is no more."""
    started = datetime.now(UTC)

    def run(stop: threading.Event) -> None:
        while True:
            beat = Heartbeat(name, kind, socket.gethostname(), os.getpid(), started, datetime.now(UTC))
            try:
                heartbeats.beat(beat)
                if stop.wait(BEAT):
                    heartbeats.stop(name)
                    return
            except StoreBusy as busy:
                log.warning("no heartbeat: %s", busy)
                if stop.wait(BEAT):
                    return

    return run


def adopt_orphans(heartbeats: Heartbeats, jobs: Jobs, *, now: datetime) -> int:
    """Take over the jobs of workers without a sign of life; how many jobs. One worker alone does it."""
    taken = 0
    for silent in heartbeats.silent(now - timedelta(seconds=SILENCE), kind="worker"):
        if heartbeats.take_over(silent, now=now):
            number = jobs.adopt([silent.process])
            heartbeats.stop(silent.process)
            if number:
                log.warning("%s jobs are taken over from %s, which is silent", number, silent.process)
            taken += number
    return taken
