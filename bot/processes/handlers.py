"""What stands around the handlers of jobs: an arrival is finished after its handler, or failed when it is given up."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.jobs import Handler
    from store.inbox import Inbox

log = logging.getLogger(__name__)


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
