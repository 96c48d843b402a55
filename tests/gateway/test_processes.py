"""The gateway against the local workspace over real HTTP, and what the worker does around its handlers."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import House, build
from bot.gateway.errors import AlreadyRunning
from bot.gateway.intake import to_answer
from bot.gateway.sender import Pace, Sender
from bot.processes.gateway import run_gateway
from bot.processes.handlers import failing, finishing
from bot.processes.housekeeping import tidy
from bot.processes.life import adopt_orphans
from bot.processes.worker import run_worker
from bot.settings import Settings
from bot.slack.delivery import SlackDelivery
from bot.supervision import sole
from bot.workspace import Handle, Remote, Workspace, default_seed, serve
from store.engine import Databases, reading, unit_of_work
from store.heartbeats import Heartbeat, Heartbeats
from store.outbox import Outbox


def until(done: Callable[[], bool], patience: float = 15.0) -> None:
    deadline = time.monotonic() + patience
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert done()


def question(number: int) -> dict[str, Any]:
    event = {"type": "message", "channel": "C1", "ts": f"1.{number}", "text": str(number)}
    return {"type": "event_callback", "team_id": "T1", "event_id": f"Ev{number}", "event": event}


@pytest.fixture
def house(tmp_path: Path) -> House:
    return build(Settings(home=tmp_path))


class Surface:
    """A transport that a test delivers through; it cannot be reached at first."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.receive: Callable[[Mapping[str, Any]], bool] | None = None
        self.stopped = False

    def __call__(self, receive: Callable[[Mapping[str, Any]], bool]) -> Surface:
        if self.away:
            self.away -= 1
            raise ConnectionRefusedError("nobody listens")
        self.receive = receive
        return self

    def start(self) -> None:
        assert self.receive is not None

    def stop(self) -> None:
        self.stopped = True


class Running:
    """A process's main function in a thread."""

    def __init__(self, run: Callable[..., int], *arguments: Any, **options: Any) -> None:
        self.stop = threading.Event()
        self.status: int | None = None

        def go() -> None:
            self.status = run(*arguments, stop=self.stop, **options)

        self.thread = threading.Thread(target=go)
        self.thread.start()

    def end(self) -> int | None:
        self.stop.set()
        self.thread.join()
        return self.status


def test_a_question_goes_in_and_an_answer_comes_out(house: House, slack: Any) -> None:
    surface = Surface(away=2)
    poster = SlackDelivery("xoxb-1", base_url=slack.url, timeout=1.0)

    def answer(identity: str) -> None:
        arrival = house.inbox.get(identity)
        assert arrival is not None
        text = f"re: {arrival.body['event']['text']}"
        with unit_of_work(house.databases.write) as connection:
            Outbox(connection).put(
                identity, "T1", "C1", "chat.postMessage", {"text": text}, now=datetime.now(UTC)
            )

    gateway = Running(run_gateway, house, listen=surface, poster=poster, route=to_answer)
    worker = Running(run_worker, house, handlers={"answer": answer})
    try:
        until(lambda: surface.receive is not None)
        assert surface.receive is not None
        assert surface.receive(question(1)) is True
        assert surface.receive(question(1)) is False
        assert surface.receive({"type": "nonsense"}) is False
        until(lambda: slack.texts() == ["re: 1"])
        until(lambda: house.inbox.counts()["done"] == 1)
        beats = Heartbeats(house.databases.inbox).all()
        assert [(beat.process, beat.pid) for beat in beats] == [
            ("gateway", os.getpid()),
            ("worker-1", os.getpid()),
        ]
        with pytest.raises(AlreadyRunning), sole(house.settings.home, "gateway"):
            pass
    finally:
        assert (gateway.end(), worker.end()) == (0, 0)
    assert surface.stopped
    assert Heartbeats(house.databases.inbox).all() == [], "who ends in order leaves no heartbeat"


def test_what_is_finished_is_not_handled_again(house: House) -> None:
    handled: list[str] = []
    handle = finishing(house.inbox, handled.append, house.clock)
    identity = str(house.inbox.accept(question(1), house.clock))
    handle(identity)
    handle(identity)
    handle("an index job, no arrival")
    assert handled == [identity, "an index job, no arrival"]
    assert house.inbox.counts()["done"] == 1


def test_who_gets_no_answer_is_told_before_the_arrival_is_failed(house: House) -> None:
    told: list[tuple[str, str, str]] = []
    give_up = failing(house.inbox, lambda *what: told.append(what), house.clock)
    identity = str(house.inbox.accept(question(1), house.clock))
    give_up("answer", identity, "ValueError")
    give_up("answer", identity, "ValueError")
    assert told == [("answer", identity, "ValueError")]
    arrival = house.inbox.get(identity)
    assert arrival is not None and (arrival.state, arrival.error) == ("failed", "ValueError")


class Adopting:
    """The part of the job engine that takes over, to see whose work is taken."""

    def __init__(self) -> None:
        self.adopted: list[str] = []

    def adopt(self, executors: list[str]) -> int:
        self.adopted += executors
        return len(executors)


def test_only_a_silent_worker_loses_its_work_and_only_once(databases: Databases) -> None:
    now = datetime.now(UTC)
    beats = Heartbeats(databases.inbox)
    for name, kind, age in (("a", "worker", 300), ("b", "worker", 5), ("g", "gateway", 300)):
        beats.beat(Heartbeat(name, kind, "h", 1, now, now - timedelta(seconds=age)))
    (silent,) = beats.silent(now - timedelta(seconds=60), kind="worker")
    assert beats.take_over(silent, now=now)
    assert not beats.take_over(silent, now=now), "another worker was faster"
    beats.beat(Heartbeat("a", "worker", "h", 1, now, now - timedelta(seconds=300)))
    jobs = Adopting()
    assert adopt_orphans(beats, jobs, now=now) == 1  # type: ignore[arg-type]
    assert adopt_orphans(beats, jobs, now=now) == 0  # type: ignore[arg-type]
    assert jobs.adopted == ["a"]


def test_housekeeping_forgets_only_what_is_long_finished(house: House) -> None:
    class Forgetting:
        def forget(self, before: datetime) -> int:
            return 0

    old = datetime.now(UTC) - timedelta(days=40)
    for number, clock in ((1, lambda: old), (2, house.clock)):
        house.inbox.finish(str(house.inbox.accept(question(number), clock)), clock)
    with unit_of_work(house.databases.write) as connection:
        outbox = Outbox(connection)
        for key, then in (("old", old), ("new", datetime.now(UTC))):
            outbox.put(key, "T1", "C1", "chat.postMessage", {"text": key}, now=then)
            message = outbox.claim_next("T1", "C1", now=then, until=then)
            assert message is not None and outbox.mark_sent(message, "1.1", now=then)
    tidy(house, Forgetting(), now=datetime.now(UTC))  # type: ignore[arg-type]
    assert house.inbox.counts()["done"] == 1
    with reading(house.databases.read) as connection:
        assert Outbox(connection).by_key("old") is None
        assert Outbox(connection).by_key("new") is not None


@pytest.fixture
def workspace() -> Iterator[Handle]:
    """The local workspace on a free port."""
    handle = serve(Workspace(default_seed()))
    yield handle
    handle.stop()


def test_the_local_workspace_drops_a_reply_and_still_shows_one_message(
    sqlite_databases: Databases, workspace: Handle
) -> None:
    seed, people = workspace.workspace.seed, Remote(workspace.url)
    user = seed.users[0].id
    poster = SlackDelivery(seed.tokens.bot, base_url=f"{workspace.url}/api/", timeout=0.5)
    sender = Sender(sqlite_databases.write, sqlite_databases.read, poster, pace=Pace(poll=0.02))
    people.do("fault", method="chat.postMessage", kind="drop", count=1)
    with unit_of_work(sqlite_databases.write) as connection:
        # To a person: the direct message is opened, and the lost message is found in it.
        Outbox(connection).put("one", "T1", user, "chat.postMessage", {"text": "一次"}, now=datetime.now(UTC))
    running = Running(lambda stop: sender.run(stop) or 0)

    def sent() -> bool:
        with reading(sqlite_databases.read) as connection:
            return Outbox(connection).counts()["sent"] == 1

    try:
        until(sent)
    finally:
        running.end()
    channel = poster._direct[("T1", user)]
    assert [message["text"] for message in people.messages(user, channel)].count("一次") == 1
