"""The worker: runs jobs, and beside them keeps house, watches, screens again, fetches lists and indexes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import TYPE_CHECKING

from bot.processes.handlers import failing, finishing, with_rescreening
from bot.processes.housekeeping import housekeeping
from bot.processes.life import heart
from bot.processes.place import SLOTS, WORKER_NICENESS, begin_to_log, name_of, step_back, take_slot
from bot.processes.rounds import screening, watching
from bot.processes.threads import Threads
from bot.screening.fetching import fetching
from bot.supervision import stopped_by_signals
from store.heartbeats import Heartbeats

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.jobs import Handler
    from store.inbox import Inbox

log = logging.getLogger(__name__)


def run_worker(
    house: House,
    *,
    handlers: Mapping[str, Handler] | None = None,
    given_up: Callable[[str, str, str], None] | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Run jobs until SIGTERM, SIGINT or `stop`; the exit status.

    `handlers` by job name take an id and are idempotent. When the id is that of an arrival, the arrival is
    finished after its handler. `given_up(name, id, reason)` tells the asker that nothing will come;
    idempotent as well.
    """
    from bot.jobs import PATIENT, Jobs

    begin_to_log(house)
    step_back(WORKER_NICENESS)
    stop = stop or threading.Event()
    inbox: Inbox = house.inbox
    databases = house.databases
    with stopped_by_signals(stop), ExitStack() as stack:
        slot = take_slot(stack, house.settings.home, 1 if databases.dialect == "sqlite" else SLOTS)
        name = name_of(house, f"worker-{slot}")
        if handlers is None:
            handlers, given_up = house.surface.handlers, given_up or house.surface.given_up
        handlers, given_up = with_rescreening(house, handlers, given_up)
        with_model = house.settings.model is not None
        jobs = Jobs(databases, executor=name, answers=PATIENT if with_model else None)
        jobs.launch(
            {job: finishing(inbox, handler, house.clock) for job, handler in handlers.items()},
            given_up=failing(inbox, given_up, house.clock),
        )
        threads, keepers = Threads(stop), Threads(stop)
        threads.start("heartbeat", heart(Heartbeats(databases.inbox), name, "worker"))
        keepers.start("housekeeping", housekeeping(house, jobs))
        threads.start("vectors", house.vectors.run)
        if with_model:
            threads.start("model", lambda _: house.assistant.warm())
        surface = house.surface if house.surface.is_configured else None
        if surface is not None:
            threads.start("homes", surface.desks.homes.run)
        if slot == 1 and house.readers.reads("events"):
            # One worker reads again, so that no text is paid for twice.
            threads.start("readers", house.readers.rounds.run)
        threads.start("watching", watching(house.watch, surface and surface.rounds))
        threads.start("screening", screening(house))
        if slot == 1 and house.policy.watchlists.sources:
            threads.start("lists", fetching(house))
        log.info("the worker is ready")
        stop.wait()
        # What uses the job engine ends before it; everything else ends while it waits for the jobs that run.
        status = keepers.join()
        jobs.stop()
        status = threads.join() or status
        log.info("the worker has stopped")
        return status
