"""The worker's rounds every few seconds: rules over what changed, lists and customers that are to be screened again."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from bot.gateway.errors import JobsUnavailable
from store.errors import StoreError

if TYPE_CHECKING:
    from bot.assembly import House
    from bot.monitoring.rounds import Rounds
    from bot.monitoring.watch import Watch

log = logging.getLogger(__name__)

#: Seconds between two looks of the rules at what changed.
WATCH = 3.0
#: Seconds between two looks at lists and customers that are to be screened again.
SCREEN = 5.0


def watching(watch: Watch, rounds: Rounds | None) -> Callable[[threading.Event], None]:
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


def screening(house: House) -> Callable[[threading.Event], None]:
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
