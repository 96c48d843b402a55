"""From the inbox to the job queue; what means nothing to the bot is let go.

The job has the id of the inbox row, so a crash between queueing and marking is harmless: the same id twice
is one job. On SQLite the inbox is a file of its own, which is why the two cannot be one transaction.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from bot.gateway.errors import JobsUnavailable
from store.arrivals import Arrival
from store.errors import StoreError
from store.inbox import Inbox

log = logging.getLogger(__name__)

#: Rows forwarded in one go.
_SLICE = 100
#: Seconds between two looks when nothing wakes the thread: what another gateway wrote down is found so.
_PAUSE = 1.0


class Queue(Protocol):
    """Where jobs go: `bot.jobs.JobClient`."""

    def enqueue(self, name: str, identity: str, *, queue: str = ...) -> None:
        """Queue one job; the same id again changes nothing."""
        ...


Route = Callable[[Arrival], str | None]


def to_answer(_arrival: Arrival) -> str:
    """The route of a house in which one handler takes everything that arrives."""
    return "answer"


class Intake:
    """Forwards what arrived; `route` names the job for an arrival, None for none."""

    def __init__(self, inbox: Inbox, queue: Queue, *, route: Route = to_answer) -> None:
        self._inbox = inbox
        self._queue = queue
        self._route = route

    def forward(self) -> int:
        """Queue everything that has no job yet; how many arrivals went."""
        gone = 0
        while arrivals := self._inbox.unqueued(_SLICE):
            routed = [(arrival.id, self._route(arrival)) for arrival in arrivals]
            for identity, job in routed:
                if job is not None:
                    self._queue.enqueue(job, identity)
            self._inbox.mark_queued(identity for identity, job in routed if job is not None)
            self._inbox.discard(identity for identity, job in routed if job is None)
            gone += len(arrivals)
        return gone

    def forward_again(self) -> int:
        """Queue once more what should have a job: mends a queue that was lost or restored from a backup."""
        gone, after = 0, ""
        while arrivals := self._inbox.queued(_SLICE, after=after):
            for arrival in arrivals:
                self._queue.enqueue(self._route(arrival) or to_answer(arrival), arrival.id)
            gone += len(arrivals)
            after = arrivals[-1].id
        return gone

    def run(self, stop: threading.Event) -> None:
        """Forward until `stop` is set; trouble with the store or the queue delays and is logged once."""
        healthy, again = True, True
        while not stop.is_set():
            self._inbox.arrived.wait(_PAUSE if healthy else 1.0)
            self._inbox.arrived.clear()
            try:
                if again:
                    self.forward_again()
                    again = False
                self.forward()
            except (StoreError, JobsUnavailable) as wrong:
                if healthy:
                    log.warning("what arrives waits in the inbox: %s", wrong)
                healthy = False
                stop.wait(1.0)
            else:
                if not healthy:
                    log.warning("what arrived is forwarded again")
                healthy = True
