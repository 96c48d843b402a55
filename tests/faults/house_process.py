"""A gateway or a worker of a real house behind a surface made of files, to be killed. Not a test itself.

An event is a file in a folder; it is acknowledged by deleting it, so what is killed in between arrives again.
"""

from __future__ import annotations

import json
import random
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.assembly import build
from bot.gateway.intake import to_answer
from bot.processes.gateway import run_gateway
from bot.processes.worker import run_worker
from bot.settings import Settings
from bot.slack.delivery import SlackDelivery
from store.engine import unit_of_work
from store.outbox import Outbox

role, home, url, slack, events = sys.argv[1:6]
tried: set[str] = set()
house = build(Settings(home=Path(home), database_url=url))


class Folder:
    """Delivers what lies in a folder, at least once."""

    def __init__(self, receive: Callable[[dict[str, Any]], bool]) -> None:
        self._receive = receive
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._deliver, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _deliver(self) -> None:
        while not self._stop.wait(0.02):
            for path in sorted(Path(events).glob("*.json")):
                self._receive(json.loads(path.read_text()))
                if random.random() < 0.8:
                    path.unlink()


def answer(identity: str) -> None:
    """Decide on one message for an arrival; now and then fail, before or after deciding."""
    arrival = house.inbox.get(identity)
    assert arrival is not None
    first, chance = identity not in tried, random.random()
    tried.add(identity)
    if first and chance < 0.1:
        raise ValueError("before")
    event = arrival.body["event"]
    with unit_of_work(house.databases.write) as connection:
        Outbox(connection).put(
            f"answer:{identity}",
            arrival.team,
            event["channel"],
            "chat.postMessage",
            {"text": event["text"]},
            now=datetime.now(UTC),
        )
    if first and chance > 0.9:
        raise ValueError("after")


if role == "gateway":
    poster = SlackDelivery("xoxb-1", base_url=slack, timeout=0.4)
    sys.exit(run_gateway(house, listen=Folder, poster=poster, route=to_answer))
sys.exit(run_worker(house, handlers={"answer": answer}))
