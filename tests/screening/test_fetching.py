"""Lists that are fetched: the commands, the doctor, and a real worker that does it by itself."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import House, build
from bot.cli import main
from bot.doctor import Finding, Level, examine
from bot.processes import rounds
from bot.processes.worker import run_worker
from bot.screening import fetching
from bot.screening.rescreening import TRIES
from bot.settings import load_settings
from store.engine import reading, unit_of_work
from store.hits import Hits
from store.list_syncs import ListSyncs
from store.screening_batches import Batches
from tests.sources.publisher import Publisher

HEAD = "id,name,kind\n"
PEOPLE = HEAD + "".join(f"{number},Xyqr Person{number},person\n" for number in range(1, 11))
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def publisher(monkeypatch: pytest.MonkeyPatch) -> Iterator[Publisher]:
    """A publisher with a list of ten people."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Publisher() as publisher:
        publisher.gives("/list.csv", PEOPLE, etag='"1"')
        yield publisher


@pytest.fixture
def policy_file(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The policy of a house in the environment, with the list “ours” from the publisher."""
    path = tmp_path / "policy.toml"
    path.write_text(
        f'[[watchlists.sources]]\nname = "ours"\nformat = "house"\nevery_hours = 2\n'
        f'addresses = ["{publisher.address("/list.csv?token=s3cret")}"]\n',
        encoding="utf-8",
    )
    monkeypatch.setenv("BONAFIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BONAFIDE_POLICY", str(path))
    return path


@pytest.fixture
def run(
    policy_file: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """run(*words): exit status, output and errors of a command; `at` is the house's clock."""
    # The command makes itself nice to others; the tests go on as they were.
    monkeypatch.setattr("bot.processes.place.step_back", lambda _: None)

    def run(*words: str, at: str = "2026-11-21T09:00:00+00:00") -> tuple[int, str, str]:
        monkeypatch.setenv("BONAFIDE_NOW", at)
        monkeypatch.setattr("sys.argv", ["bonafide", *words])
        try:
            main()
            status = 0
        except SystemExit as done:
            status = int(done.code or 0)
        said = capfd.readouterr()
        return status, said.out, said.err

    return run


def findings(word: str) -> list[Finding]:
    return [each for each in examine(build(load_settings())) if word in each.what]


def test_a_list_is_fetched_shown_and_found_unchanged(run: Run, publisher: Publisher) -> None:
    status, said, _ = run("lists", "show")
    assert (status, said) == (
        0,
        "ours: to be fetched every 2 h, last looked never; no version of it is in force\n",
    )
    (finding,) = findings("was never fetched")
    assert (finding.level, "bonafide lists sync ours" in finding.do) == (Level.LOOK, True)
    assert run("lists", "sync")[:2] == (
        0,
        "ours: version 1 is in force, 10 entries: 10 added, 0 changed, 0 removed.\n",
    )
    assert run("lists", "sync", "ours")[:2] == (
        0,
        "ours: nothing has changed, version 1 stays in force.\n",
    )
    assert run("lists", "sync", "--due")[:2] == (
        0,
        "no list is due; each is looked at again at its time\n",
    )
    later = "2026-11-21T12:00:00+00:00"
    status, said, _ = run("lists", "sync", "--due", "--json", at=later)
    assert json.loads(said) == {"list": "ours", "outcome": "unchanged", "version": 1, "because": None}
    assert [status for _, status in publisher.asked] == [200, 304, 304]
    said = run("lists", "show", at=later)[1]
    assert (
        "fetched by itself every 2 h, last looked 2026-11-21 12:00 UTC, in force since 2026-11-21 09:00 UTC"
        in said
    )
    row = json.loads(run("lists", "show", "--json", at=later)[1])
    assert (row["looked_at"], row["failures"], row["old"]) == (later, 0, False)
    assert findings("1 watch lists are loaded")


def test_what_is_refused_says_what_to_do_and_is_taken_with_a_reason(run: Run, publisher: Publisher) -> None:
    run("lists", "sync")
    publisher.gives("/list.csv", HEAD + "1,Xyqr Person1,person\n", etag='"2"')
    status, said, _ = run("lists", "sync")
    assert status == 1
    assert said.splitlines()[0] == (
        "ours: refused: the files hold 1 entries where version 1 holds 10. Version 1 stays in force."
    )
    assert "bonafide lists sync ours --accept REASON" in said
    assert findings("The last file of the watch list ours was refused")
    assert "failed 1 times in a row" in run("lists", "show")[1]
    assert run("lists", "sync", "--accept", "moved")[0] == 2
    assert run("lists", "sync", "ours", "--accept", "the rest moved to another list")[:2] == (
        0,
        "ours: version 2 is in force, 1 entries: 0 added, 0 changed, 9 removed.\n",
    )


def test_who_cannot_be_reached_is_said_without_the_token_and_grows_old(
    run: Run, publisher: Publisher
) -> None:
    run("lists", "sync")
    publisher.refuses("/list.csv", 503)
    status, said, wrong = run("lists", "sync", at="2026-11-21T15:01:00+00:00")
    assert status == 1
    assert "ours: not reached: http://127.0.0.1" in said and "answers 503 (Service Unavailable)" in said
    assert "bonafide lists load house FILE --name ours" in said
    whole = said + wrong + run("lists", "show", at="2026-11-21T15:01:00+00:00")[1]
    (away,) = findings("could not be fetched 1 times in a row")
    (old,) = findings("was last fetched with success 2026-11-21 09:00 UTC")
    assert (away.level, old.level) == (Level.LOOK, Level.MEND)
    assert "s3cret" not in whole + away.what + old.what
    assert "it is old" in whole


def test_wrong_use_is_said_in_one_line(run: Run, policy_file: Path) -> None:
    assert run("lists", "sync", "theirs")[0] == 2
    policy_file.write_text("", encoding="utf-8")
    status, said, wrong = run("lists", "sync")
    assert (status, said) == (2, "")
    assert "policy names no list to fetch" in wrong
    assert run("lists", "show")[1].startswith("no list is loaded")


def test_what_re_screening_gave_up_for_good_is_named_and_can_be_queued_again(
    run: Run, publisher: Publisher
) -> None:
    run("lists", "sync")
    house = build(load_settings())

    class Queue:
        def enqueue(self, name: str, identity: str, **_: Any) -> None:
            self.last = identity

    queue = Queue()
    for _ in range(TRIES + 1):
        house.rescreening.look(queue)
        house.rescreening.given_up(queue.last)
    house.rescreening.look(queue)
    (lost,) = findings("comparing the list ours with the customers failed for good")
    assert (lost.level, "bonafide lists retry" in lost.do) == (Level.MEND, True)
    with reading(house.databases.read) as connection:
        assert Batches(connection).lost(TRIES) == {"ours": 1}
    assert run("lists", "retry")[:2] == (
        0,
        "1 parts of re-screening are queued again; a running worker does them\n",
    )
    assert not findings("failed for good")
    assert run("lists", "retry")[1].startswith("0 parts")


def until(done: Callable[[], bool], patience: float = 30.0) -> None:
    deadline = time.monotonic() + patience
    while not done() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert done()


@pytest.fixture
def house(policy_file: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """The house of the environment, whose worker looks often."""
    monkeypatch.setattr(fetching, "LOOK", 0.1)
    monkeypatch.setattr(rounds, "SCREEN", 0.1)
    monkeypatch.setattr("bot.processes.worker.step_back", lambda _: None)
    return build(load_settings())


def test_a_worker_fetches_by_itself_and_customers_are_compared(
    house: House, publisher: Publisher, tmp_path: Path
) -> None:
    customers = tmp_path / "customers.csv"
    customers.write_text("legal_name\nXyqr Harbour Trading\n", encoding="utf-8")
    house.intake.import_file("customers", customers, actor="t")
    publisher.gives("/list.csv", HEAD + "1,Xyqr Harbour Trading,organisation\n", etag='"1"')
    stop = threading.Event()
    worker = threading.Thread(target=run_worker, args=(house,), kwargs={"handlers": {}, "stop": stop})
    worker.start()

    def hits() -> int:
        with reading(house.databases.read) as connection:
            return len(Hits(connection).listed())

    try:
        until(lambda: hits() == 1)
    finally:
        stop.set()
        worker.join()
    assert publisher.asked == [("/list.csv", 200)]
    assert house.lists.versions("ours")[0].loaded_by == "rule:lists"


def test_a_worker_that_stops_ends_the_fetching_and_gives_the_turn_back(
    house: House, publisher: Publisher
) -> None:
    publisher.drips("/list.csv", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")
    stop = threading.Event()
    thread = threading.Thread(target=fetching.fetching(house), args=(stop,))
    house.databases  # noqa: B018 - the tables are there before two want to make them
    thread.start()
    until(lambda: len(publisher.asked) == 1)
    stop.set()
    thread.join(15)
    assert not thread.is_alive()
    with reading(house.databases.read) as connection:
        state = ListSyncs(connection).find("ours")
    assert (state.held_until, state.failures) == (None, 0)
    assert [source.name for source in house.syncing.due()] == ["ours"]


def test_a_command_that_is_killed_leaves_a_turn_that_ends(house: House, publisher: Publisher) -> None:
    house.lists.in_force()
    publisher.drips("/list.csv", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n")
    process = subprocess.Popen([sys.executable, "-m", "bot.cli", "lists", "sync"])
    until(lambda: len(publisher.asked) == 1)
    process.kill()
    process.wait()
    assert house.syncing.due() == []
    publisher.gives("/list.csv", PEOPLE)
    (source,) = house.syncing.sources()
    with unit_of_work(house.databases.write) as connection:
        state = ListSyncs(connection).find("ours")
        assert state.holder is not None
        ListSyncs(connection).give_back(state.holder)
    assert house.syncing.sync(source, actor="t").outcome == "new"
