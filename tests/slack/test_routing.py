"""Which arrivals become jobs: questions and follow-ups do, talk among people does not and is not kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.gateway.intake import Intake
from bot.slack.routing import Router
from store.clock import Clock
from store.engine import Databases
from store.inbox import Inbox

BOT = "U0BOT"


def message(
    number: int, text: str, *, thread: str | None = None, channel: str = "C01SALES"
) -> dict[str, Any]:
    event = {"type": "message", "channel": channel, "user": "U01SALES", "ts": f"{number}.0", "text": text}
    if thread:
        event["thread_ts"] = thread
    return {"type": "event_callback", "team_id": "T01", "event_id": f"Ev{number}", "event": event}


class Queue:
    """Remembers what was queued."""

    def __init__(self) -> None:
        self.jobs: list[tuple[str, str]] = []

    def enqueue(self, name: str, identity: str, *, queue: str = "answers") -> None:
        self.jobs.append((name, identity))


@pytest.fixture
def arrive(databases: Databases, clock: Clock) -> Callable[..., tuple[str | None, bool]]:
    inbox = Inbox(databases.inbox)
    queue = Queue()

    def deliver(body: dict[str, Any], *, restarted: bool = False) -> tuple[str | None, bool]:
        """(its id, whether it became a job); a restarted gateway has forgotten everything."""
        if restarted or not hasattr(deliver, "intake"):
            deliver.intake = Intake(inbox, queue, route=Router(databases, inbox, bot_user=lambda: BOT))
        identity = inbox.accept(body, clock)
        deliver.intake.forward()
        kept = identity is not None and inbox.get(identity) is not None
        assert kept is (identity in [job[1] for job in queue.jobs])
        return identity, kept

    return deliver


def test_a_thread_belongs_to_the_bot_once_it_was_asked_there(arrive: Callable[..., Any]) -> None:
    assert arrive(message(1, f"<@{BOT}> 恒岳科技是谁？"))[1]
    assert arrive(message(2, "那付款呢？", thread="1.0"))[1]
    assert not arrive(message(3, "lunch?", thread="0.5"))[1]
    assert arrive(message(4, f"<@{BOT}> hello", thread="0.5"))[1]
    assert arrive(message(5, "and last year?", thread="0.5"))[1]


def test_a_restarted_gateway_still_knows_what_is_open(arrive: Callable[..., Any]) -> None:
    assert arrive(message(1, f"<@{BOT}> 恒岳科技是谁？"))[1]
    assert arrive(message(2, "那付款呢？", thread="1.0"), restarted=True)[1]
    assert not arrive(message(3, "lunch?", thread="9.9"), restarted=True)[1]


def test_what_was_let_go_may_come_again_and_is_let_go_again(arrive: Callable[..., Any]) -> None:
    talk = message(7, "lunch?", thread="0.5")
    assert not arrive(talk)[1]
    identity, kept = arrive(talk)
    assert identity is not None and not kept
