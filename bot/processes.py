"""The two processes of a running house: the gateway receives and sends, the worker works.

Both may be killed at any line. What they had in hand stands in the inbox, the job queue or the outbox, and
the next life goes on with it.
"""

from __future__ import annotations

import logging
import os
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bot.gateway.errors import AlreadyRunning, JobsUnavailable
from bot.screening.fetching import fetching
from bot.supervision import sole, stopped_by_signals
from store.arrivals import DeliveryUnreadable
from store.errors import StoreBusy, StoreError
from store.heartbeats import Heartbeat, Heartbeats

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.gateway.intake import Route
    from bot.gateway.posting import Poster
    from bot.jobs import Handler, Jobs
    from bot.monitoring.rounds import Rounds
    from bot.monitoring.watch import Watch
    from store.inbox import Inbox

log = logging.getLogger(__name__)

#: Seconds between two heartbeats, and without one after which a process counts as dead.
BEAT = 5.0
SILENCE = 60.0
#: Seconds between two rounds of the worker's housekeeping.
ROUND = 15.0
#: Seconds between two looks of the rules at what changed.
WATCH = 3.0
#: Seconds between two looks at lists and customers that are to be screened again.
SCREEN = 5.0
#: How long finished things are kept beside the ledger: arrivals and jobs, messages that were sent.
KEEP_ARRIVALS = timedelta(days=7)
KEEP_JOBS = timedelta(days=7)
KEEP_SENT = timedelta(days=30)
#: Worker slots of one data folder; SQLite has one writer, and one worker keeps it busy.
SLOTS = 16
#: Seconds that a process waits for its predecessor to let go.
PATIENCE = 20.0

#: How far the worker and bulk commands step back behind the gateway.
WORKER_NICENESS, BULK_NICENESS = 5, 10

Receive = Callable[[Mapping[str, Any]], bool]


class Transport(Protocol):
    """How Slack reaches us: started once, stopped once."""

    def start(self) -> None:
        """Begin to receive; returns at once."""

    def stop(self) -> None:
        """Receive no more; what has arrived is finished."""


def run_gateway(
    house: House,
    *,
    listen: Callable[[Receive], Transport] | None = None,
    poster: Poster | None = None,
    route: Route | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Receive, forward and send until SIGTERM, SIGINT or `stop`; the exit status.

    `listen` makes the transport from the function that writes a payload into the inbox (True: it is new;
    raises `StoreBusy`: do not acknowledge); where it, `poster` or `route` is left out, the house's own is used.
    """
    from bot.gateway.intake import Intake
    from bot.gateway.sender import Sender
    from bot.jobs import JobClient

    _begin_to_log(house)
    stop = stop or threading.Event()
    inbox: Inbox = house.inbox
    databases = house.databases
    with stopped_by_signals(stop), sole(house.settings.home, "gateway", patience=PATIENCE):
        client = JobClient(databases)
        client.connect()
        intake = Intake(inbox, client, route=route or house.surface.route)
        sender = Sender(databases.write, databases.read, poster or house.surface.poster)
        threads = _Threads(stop)
        threads.start("intake", intake.run)
        threads.start("sender", sender.run)
        threads.start("heartbeat", _heart(Heartbeats(databases.inbox), _name(house, "gateway"), "gateway"))

        def receive(body: Mapping[str, Any]) -> bool:
            try:
                return inbox.accept(body, house.clock) is not None
            except DeliveryUnreadable as wrong:
                # Sent again it would be no better, so it is acknowledged.
                log.warning("something arrived that cannot be read: %s", wrong)
                return False

        transport: Transport | None = None
        try:
            transport = _connect(listen or house.surface.listen, receive, stop)
            stop.wait()
        finally:
            stop.set()
            # Wakes the intake, so that it ends while the transport does.
            inbox.arrived.set()
            if transport is not None:
                transport.stop()
            status = threads.join()
            client.close()
        log.info("the gateway has stopped")
        return status


def _connect(
    listen: Callable[[Receive], Transport], receive: Receive, stop: threading.Event
) -> Transport | None:
    """The transport, receiving; tried again as long as the other side cannot be reached. None when stopped."""
    pause = 0.25
    while not stop.is_set():
        try:
            transport = listen(receive)
            transport.start()
        except OSError as wrong:
            log.warning("Slack cannot be reached (%s); trying again in %g s", wrong, pause)
            stop.wait(pause)
            pause = min(30.0, 2 * pause)
        else:
            log.info("the gateway is ready")
            return transport
    return None


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

    _begin_to_log(house)
    step_back(WORKER_NICENESS)
    stop = stop or threading.Event()
    inbox: Inbox = house.inbox
    databases = house.databases
    with stopped_by_signals(stop), ExitStack() as stack:
        slot = _take_slot(stack, house.settings.home, 1 if databases.dialect == "sqlite" else SLOTS)
        name = _name(house, f"worker-{slot}")
        if handlers is None:
            handlers, given_up = house.surface.handlers, given_up or house.surface.given_up
        handlers, given_up = with_rescreening(house, handlers, given_up)
        with_model = house.settings.model is not None
        jobs = Jobs(databases, executor=name, answers=PATIENT if with_model else None)
        jobs.launch(
            {job: finishing(inbox, handler, house.clock) for job, handler in handlers.items()},
            given_up=failing(inbox, given_up, house.clock),
        )
        threads, keepers = _Threads(stop), _Threads(stop)
        threads.start("heartbeat", _heart(Heartbeats(databases.inbox), name, "worker"))
        keepers.start("housekeeping", _housekeeping(house, jobs))
        threads.start("vectors", house.vectors.run)
        if with_model:
            threads.start("model", lambda _: house.assistant.warm())
        surface = house.surface if house.surface.is_configured else None
        if surface is not None:
            threads.start("homes", surface.desks.homes.run)
        if slot == 1 and house.readers.reads("events"):
            # One worker reads again, so that no text is paid for twice.
            threads.start("readers", house.readers.rounds.run)
        threads.start("watching", _watching(house.watch, surface and surface.rounds))
        threads.start("screening", _screening(house))
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


def finishing(inbox: Inbox, handler: Handler, clock: Callable[[], datetime]) -> Handler:
    """A handler that skips an arrival that is finished, and finishes it when it is done."""

    def handle(identity: str) -> None:
        arrival = inbox.get(identity)
        if arrival is not None and arrival.finished_at is not None:
            return
        handler(identity)
        if arrival is not None:
            inbox.finish(identity, clock)

    return handle


def failing(
    inbox: Inbox, tell: Callable[[str, str, str], None] | None, clock: Callable[[], datetime]
) -> Callable[[str, str, str], None]:
    """What happens to an arrival that was given up: the asker is told, then it is failed with the reason."""

    def give_up(name: str, identity: str, reason: str) -> None:
        log.error("%s %s is given up: %s", name, identity, reason)
        arrival = inbox.get(identity)
        if arrival is not None and arrival.finished_at is not None:
            return
        if tell is not None:
            tell(name, identity, reason)
        if arrival is not None:
            inbox.fail(identity, reason, clock)

    return give_up


class _Threads:
    """Threads that end together: when one of them breaks, the process stops and says so with its status."""

    def __init__(self, stop: threading.Event) -> None:
        self._stop = stop
        self._threads: list[threading.Thread] = []
        self._broken = False

    def start(self, name: str, run: Callable[[threading.Event], None]) -> None:
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
        for thread in self._threads:
            thread.join(timeout=15.0)
        return 1 if self._broken else 0


def _heart(heartbeats: Heartbeats, name: str, kind: str) -> Callable[[threading.Event], None]:
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


def _housekeeping(house: House, jobs: Jobs) -> Callable[[threading.Event], None]:
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


def _watching(watch: Watch, rounds: Rounds | None) -> Callable[[threading.Event], None]:
    """Look at what changed and bring alerts to people, every few seconds; what fails is made up by the next round."""

    def run(stop: threading.Event) -> None:
        while not stop.wait(WATCH):
            try:
                watch.look()
                if rounds is not None:
                    rounds.go()
            except StoreError as wrong:
                log.warning("watching waits: %s", wrong)
            except Exception:
                # Alerts must not end the worker, which answers people; the next round tries again.
                log.exception("a round of watching failed")

    return run


def with_rescreening(
    house: House, handlers: Mapping[str, Handler], given_up: Callable[[str, str, str], None] | None
) -> tuple[dict[str, Handler], Callable[[str, str, str], None]]:
    """The worker's jobs with the slices of re-screening; a slice that is given up is queued anew later."""
    from bot.screening.rescreening import JOB

    def tell(name: str, identity: str, reason: str) -> None:
        if name == JOB:
            house.rescreening.given_up(identity)
        elif given_up is not None:
            given_up(name, identity, reason)

    return {**handlers, JOB: lambda identity: house.rescreening.run(identity)}, tell


def _screening(house: House) -> Callable[[threading.Event], None]:
    """Notice new versions of lists and customers that changed, and queue what is to be compared."""
    from bot.jobs import JobClient

    def run(stop: threading.Event) -> None:
        client = JobClient(house.databases)
        try:
            while not stop.wait(SCREEN):
                try:
                    house.rescreening.look(client)
                except (StoreError, JobsUnavailable) as wrong:
                    log.warning("screening waits: %s", wrong)
                except Exception:
                    # What is wrong with a list must not end the worker, which answers people.
                    log.exception("a look of screening failed")
        finally:
            client.close()

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


def _take_slot(stack: ExitStack, home: Path, slots: int) -> int:
    """The first free worker slot of the data folder, held until the stack unwinds."""
    for slot in range(1, slots + 1):
        try:
            # The only slot of a SQLite house may still be held by the worker that is being replaced.
            stack.enter_context(sole(home, f"worker-{slot}", patience=PATIENCE if slots == 1 else 0.0))
        except AlreadyRunning:
            if slot == slots:
                raise
        else:
            return slot
    raise AssertionError("there is at least one slot")


def _name(house: House, role: str) -> str:
    """The process's name: with SQLite everything is on one machine, else the host tells slots apart."""
    if house.databases.dialect == "sqlite":
        return role
    return f"{socket.gethostname()}:{role}"


def step_back(niceness: int) -> None:
    """Let other processes of this machine go first: an acknowledgement is due within milliseconds, work is not."""
    if hasattr(os, "nice"):
        os.nice(niceness)


def _begin_to_log(house: House) -> None:
    """Log lines to standard error, unless somebody has set logging up already."""
    level = house.settings.log_level
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for loud in ("alembic", "httpx", "httpcore", "chromadb", "slack_bolt", "slack_sdk", "urllib3"):
        logging.getLogger(loud).setLevel(logging.WARNING)
