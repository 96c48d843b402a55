"""What leaves keeps its order, is claimed by one sender, and is never moved by one that lost its lease."""

from __future__ import annotations

import random
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from store.engine import Databases, reading, unit_of_work
from store.outbox import Outbox, OutboxState, OutgoingMessage

LEASE = timedelta(seconds=20)


def put(databases: Databases, now: datetime, *keys: str, channel: str = "C1") -> list[UUID]:
    """Decide that these messages go to a channel."""
    with unit_of_work(databases.write) as connection:
        return [
            Outbox(connection).put(key, "T1", channel, "chat.postMessage", {"text": key}, now=now)
            for key in keys
        ]


def claim(databases: Databases, now: datetime, channel: str = "C1") -> OutgoingMessage | None:
    with unit_of_work(databases.write) as connection:
        return Outbox(connection).claim_next("T1", channel, now=now, until=now + LEASE)


def test_the_same_intention_twice_is_one_message(databases: Databases, clock: Any) -> None:
    first = put(databases, clock.now, "answer:1")
    assert put(databases, clock.now, "answer:1") == first
    with reading(databases.read) as connection:
        assert Outbox(connection).counts()["pending"] == 1


def test_a_rolled_back_decision_sends_nothing(databases: Databases, clock: Any) -> None:
    with pytest.raises(KeyError), unit_of_work(databases.write) as connection:
        Outbox(connection).put("answer:1", "T1", "C1", "chat.postMessage", {"text": "x"}, now=clock.now)
        raise KeyError("changed our mind")
    with reading(databases.read) as connection:
        assert Outbox(connection).counts()["pending"] == 0


def test_nothing_overtakes_an_unsent_earlier_message(databases: Databases, clock: Any) -> None:
    one, _two = put(databases, clock.now, "one", "two")
    (other,) = put(databases, clock.now, "elsewhere", channel="C2")
    with reading(databases.read) as connection:
        assert [message.id for message in Outbox(connection).due(clock.now)] == [one, other]
    first = claim(databases, clock.now)
    assert first is not None and first.id == one and first.attempt_at == clock.now
    assert claim(databases, clock.now) is None, "the first is still under way"
    with unit_of_work(databases.write) as connection:
        assert Outbox(connection).mark_pending(first, not_before=clock.now + timedelta(seconds=30))
    assert claim(databases, clock.now) is None, "the first waits for Retry-After"
    with reading(databases.read) as connection:
        assert [message.id for message in Outbox(connection).due(clock.now)] == [other]
    clock.forward(seconds=31)
    again = claim(databases, clock.now)
    assert again is not None and again.id == one and again.attempts == 2


def test_what_failed_or_is_unknown_does_not_hold_the_channel(databases: Databases, clock: Any) -> None:
    put(databases, clock.now, "one", "two", "three")
    for key, mark in (("one", "mark_failed"), ("two", "mark_unknown")):
        message = claim(databases, clock.now)
        assert message is not None and message.key == key
        with unit_of_work(databases.write) as connection:
            assert getattr(Outbox(connection), mark)(message, "is_archived")
    third = claim(databases, clock.now)
    assert third is not None and third.key == "three"
    with reading(databases.read) as connection:
        outbox = Outbox(connection)
        assert outbox.counts() == {"pending": 0, "sending": 1, "sent": 0, "failed": 1, "unknown": 1}
        assert [message.key for message in outbox.troubled()] == ["two", "one"]


def test_a_sender_that_lost_its_lease_changes_nothing(databases: Databases, clock: Any) -> None:
    put(databases, clock.now, "one")
    slow = claim(databases, clock.now)
    assert slow is not None
    with reading(databases.read) as connection:
        assert Outbox(connection).stale(clock.now) == []
    clock.forward(seconds=21)
    with unit_of_work(databases.write) as connection:
        outbox = Outbox(connection)
        (stale,) = outbox.stale(clock.now)
        assert outbox.claim_check(stale, now=clock.now, until=clock.now + LEASE)
        assert not outbox.claim_check(stale, now=clock.now, until=clock.now + LEASE), (
            "one looks for it, not two"
        )
        assert outbox.mark_pending(stale)
    fresh = claim(databases, clock.now)
    assert fresh is not None and fresh.attempts == 2
    with unit_of_work(databases.write) as connection:
        outbox = Outbox(connection)
        assert not outbox.mark_sent(slow, "1.1", now=clock.now)
        assert not outbox.mark_pending(slow)
        assert outbox.mark_sent(fresh, "2.2", now=clock.now)
        sent = outbox.by_key("one")
        assert sent is not None and (sent.state, sent.ts) == (OutboxState.SENT, "2.2")
        assert outbox.forget(clock.now + timedelta(seconds=1)) == 1


def test_many_threads_deciding_take_every_position_once(databases: Databases, clock: Any) -> None:
    start = threading.Barrier(8)

    def decide(thread: int) -> None:
        start.wait()
        for number in range(10):
            put(databases, clock.now, f"{thread}-{number}", channel="C1")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decide, range(8)))
    positions = []
    while (message := claim(databases, clock.now)) is not None:
        positions.append((message.position, message.key))
        with unit_of_work(databases.write) as connection:
            Outbox(connection).mark_sent(message, "1.0", now=clock.now)
    assert [position for position, _ in positions] == list(range(1, 81))
    for thread in range(8):
        own = [key for _, key in positions if key.startswith(f"{thread}-")]
        assert own == [f"{thread}-{number}" for number in range(10)], "each thread's own order is kept"


def test_several_senders_never_hold_the_same_channel(databases: Databases, clock: Any) -> None:
    for channel in ("C1", "C2", "C3"):
        put(databases, clock.now, *(f"{channel}-{number}" for number in range(20)), channel=channel)
    held: set[str] = set()
    order: dict[str, list[str]] = {"C1": [], "C2": [], "C3": []}
    wrong: list[str] = []
    lock = threading.Lock()

    def send(seed: int) -> None:
        chance = random.Random(seed)
        while sum(map(len, order.values())) < 60 and not wrong:
            channel = chance.choice(list(order))
            message = claim(databases, clock.now, channel)
            if message is None:
                continue
            with lock:
                if channel in held:
                    wrong.append(channel)
                held.add(channel)
            with lock:
                held.discard(channel)
                order[channel].append(message.key)
            with unit_of_work(databases.write) as connection:
                if not Outbox(connection).mark_sent(message, "1.0", now=clock.now):
                    wrong.append(message.key)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(send, range(4)))
    assert wrong == []
    for channel, keys in order.items():
        assert keys == [f"{channel}-{number}" for number in range(20)]
