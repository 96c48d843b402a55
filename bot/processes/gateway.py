"""The gateway: receives, forwards to the queue of jobs, and sends."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Protocol

from bot.processes.life import heart
from bot.processes.place import PATIENCE, begin_to_log, name_of
from bot.processes.threads import Threads
from bot.supervision import sole, stopped_by_signals
from store.arrivals import DeliveryUnreadable
from store.heartbeats import Heartbeats

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.gateway.intake import Route
    from bot.gateway.posting import Poster
    from store.inbox import Inbox

log = logging.getLogger(__name__)

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

    begin_to_log(house)
    stop = stop or threading.Event()
    inbox: Inbox = house.inbox
    databases = house.databases
    with stopped_by_signals(stop), sole(house.settings.home, "gateway", patience=PATIENCE):
        client = JobClient(databases)
        client.connect()
        intake = Intake(inbox, client, route=route or house.surface.route)
        sender = Sender(databases.write, databases.read, poster or house.surface.poster)
        threads = Threads(stop)
        threads.start("intake", intake.run)
        threads.start("sender", sender.run)
        threads.start("heartbeat", heart(Heartbeats(databases.inbox), name_of(house, "gateway"), "gateway"))

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
