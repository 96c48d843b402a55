"""The worker's housekeeping: what killed workers left is given up or taken over, what is long finished is forgotten."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.gateway.errors import JobsUnavailable
from bot.processes.life import adopt_orphans
from store.errors import StoreError
from store.heartbeats import Heartbeats

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.jobs import Jobs

log = logging.getLogger(__name__)

#: Seconds between two rounds of the worker's housekeeping.
ROUND = 15.0
#: How long finished things are kept beside the ledger: arrivals and jobs, messages that were sent.
KEEP_ARRIVALS = timedelta(days=7)
KEEP_JOBS = timedelta(days=7)
KEEP_SENT = timedelta(days=30)


def housekeeping(house: House, jobs: Jobs) -> Callable[[threading.Event], None]:
    """Give up what killed workers, take over from dead ones, and once a day forget what is long finished."""
    heartbeats = Heartbeats(house.databases.inbox)

    def run(stop: threading.Event) -> None:
        tidied: datetime | None = None
        while not stop.wait(ROUND):
            now = datetime.now(UTC)
            try:
                jobs.bury()
                adopt_orphans(heartbeats, jobs, now=now)
                if house.surface.is_configured:
                    house.surface.desks.taking_in.forget_overdue()
                if tidied is None or now - tidied > timedelta(days=1):
                    tidy(house, jobs, now=now)
                    tidied = now
            except (StoreError, JobsUnavailable) as wrong:
                log.warning("housekeeping waits: %s", wrong)

    return run


def tidy(house: House, jobs: Jobs, *, now: datetime) -> None:
    """Forget what is long finished: arrivals, jobs, sent messages and files. The ledger keeps what matters."""
    from bot.gateway.parcels import UPLOAD
    from store.engine import reading, unit_of_work
    from store.model_calls import ModelCalls, StopWishes
    from store.outbox import Outbox
    from store.received import ReceivedFiles

    house.inbox.forget(house.clock() - KEEP_ARRIVALS)
    jobs.forget(now - KEEP_JOBS)
    with reading(house.databases.read) as connection:
        files = Outbox(connection).files(UPLOAD, before=now - KEEP_SENT)
    gone = 1
    while gone:
        with unit_of_work(house.databases.write) as connection:
            gone = Outbox(connection).forget(now - KEEP_SENT)
    with reading(house.databases.read) as connection:
        kept = Outbox(connection).files(UPLOAD)
        needed = {sha256 for sha256 in files if ReceivedFiles(connection).is_needed(sha256)}
    for sha256 in files - kept - needed:
        house.blobs.remove(sha256)
    sent_before = house.clock() - timedelta(days=house.policy.model.keep_days)
    gone = 1
    while gone:
        with unit_of_work(house.databases.write) as connection:
            gone = ModelCalls(connection).forget(sent_before)
            StopWishes(connection).forget(now - timedelta(days=1))
