"""The job engine's traps, one test each: this is what the rest of the house relies on."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.gateway.errors import JobsUnavailable
from bot.jobs import BACKGROUND, Handler, JobClient, Jobs, Patience, prepare
from store.engine import Databases, reading, unit_of_work

SCRIPT = Path(__file__).parent / "job_worker.py"


def until(done: Callable[[], bool], patience: float = 20.0) -> None:
    deadline = time.monotonic() + patience
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert done()


@pytest.fixture
def client(databases: Databases) -> Iterator[JobClient]:
    client = JobClient(databases)
    yield client
    client.close()


@pytest.fixture
def launch(databases: Databases) -> Iterator[Callable[..., Jobs]]:
    """Launch jobs in this process; the engine is let go at the end."""
    launched: list[Jobs] = []

    def start(handlers: dict[str, Handler], **options: Any) -> Jobs:
        jobs = Jobs(databases, executor="worker-1", patience=Patience(attempts=3, pause=0.02))
        launched.append(jobs)
        jobs.launch(handlers, **options)
        return jobs

    yield start
    for jobs in launched:
        jobs.stop(grace=0)


class Worker:
    """Workers as processes of their own, with the log of what their jobs did."""

    def __init__(self, databases: Databases, folder: Path) -> None:
        self.url = databases.write.url.render_as_string(hide_password=False)
        self.log = folder / "log"
        self.log.touch()
        self.said = folder / "said"
        self.started: list[subprocess.Popen[bytes]] = []

    def start(self, executor: str, *, pause: float = 0.0, script: Path = SCRIPT) -> subprocess.Popen[bytes]:
        before = self.lines().count(f"ready {executor}")
        arguments = [sys.executable, str(script), self.url, executor, str(self.log), str(pause)]
        with self.said.open("ab") as said:
            process = subprocess.Popen(arguments, stdout=said, stderr=said)
        self.started.append(process)
        until(lambda: self.lines().count(f"ready {executor}") > before or process.poll() is not None)
        return process

    def lines(self) -> list[str]:
        return self.log.read_text().splitlines()


@pytest.fixture
def worker(databases: Databases, tmp_path: Path) -> Iterator[Worker]:
    made = Worker(databases, tmp_path)
    yield made
    for process in made.started:
        process.kill()
        process.wait()


def test_the_same_id_twice_is_one_run(client: JobClient, launch: Callable[..., Jobs]) -> None:
    ran: list[str] = []
    client.enqueue("answer", "a-1")
    client.enqueue("answer", "a-1")
    launch({"answer": ran.append})
    until(lambda: ran == ["a-1"])
    client.enqueue("answer", "a-1")
    client.enqueue("answer", "a-2")
    until(lambda: ran == ["a-1", "a-2"])
    time.sleep(0.3)
    assert ran == ["a-1", "a-2"]
    until(lambda: client.waiting() == 0)


def test_a_job_is_part_of_the_transaction_that_decides_it(
    databases: Databases, client: JobClient, launch: Callable[..., Jobs]
) -> None:
    ran: list[str] = []
    launch({"index": ran.append})
    with pytest.raises(KeyError), unit_of_work(databases.write) as connection:
        client.enqueue("index", "undone", queue=BACKGROUND, connection=connection)
        raise KeyError("changed our mind")
    with unit_of_work(databases.write) as connection:
        client.enqueue("index", "done", queue=BACKGROUND, connection=connection)
    until(lambda: ran == ["done"])


def test_a_handler_that_fails_is_tried_again_and_then_given_up(
    databases: Databases, client: JobClient, launch: Callable[..., Jobs]
) -> None:
    tries: list[str] = []
    given_up: list[tuple[str, str, str]] = []

    def shaky(identity: str) -> None:
        tries.append(identity)
        if identity == "never" or tries.count(identity) < 2:
            raise ValueError("王小明 130102199003071234")

    launch({"answer": shaky}, given_up=lambda *what: given_up.append(what))
    client.enqueue("answer", "second")
    client.enqueue("answer", "never")
    until(lambda: given_up == [("answer", "never", "ValueError")])
    assert (tries.count("second"), tries.count("never")) == (2, 3)
    until(lambda: client.waiting() == 0)
    everything = stored_by_the_engine(databases)
    assert "王小明" not in everything and "130102199003071234" not in everything
    assert "gASV" not in everything, "that would be a pickle"


def stored_by_the_engine(databases: Databases) -> str:
    place = "" if databases.dialect == "sqlite" else "dbos."
    with reading(databases.read) as connection:
        rows = [
            str(tuple(row))
            for table in ("workflow_status", "operation_outputs")
            for row in connection.execute(text(f"SELECT * FROM {place}{table}"))
        ]
    return "\n".join(rows)


def test_four_answers_run_at_once_and_background_work_one_by_one(
    client: JobClient, launch: Callable[..., Jobs]
) -> None:
    running: dict[str, int] = {"answer": 0, "index": 0}
    most: dict[str, int] = {"answer": 0, "index": 0}
    lock = threading.Lock()
    done: list[str] = []

    def handler(name: str) -> Handler:
        def handle(identity: str) -> None:
            with lock:
                running[name] += 1
                most[name] = max(most[name], running[name])
            time.sleep(0.15)
            with lock:
                running[name] -= 1
                done.append(identity)

        return handle

    for number in range(12):
        client.enqueue("answer", f"a{number}")
    for number in range(3):
        client.enqueue("index", f"i{number}", queue=BACKGROUND)
    launch({"answer": handler("answer"), "index": handler("index")})
    until(lambda: len(done) == 15)
    assert most == {"answer": 4, "index": 1}


def test_a_stop_waits_for_the_job_that_runs(client: JobClient, launch: Callable[..., Jobs]) -> None:
    began, done = threading.Event(), list[str]()

    def slow(identity: str) -> None:
        began.set()
        time.sleep(0.5)
        done.append(identity)

    jobs = launch({"slow": slow})
    client.enqueue("slow", "in hand")
    assert began.wait(20)
    jobs.stop(grace=10)
    assert done == ["in hand"]
    assert client.waiting() == 0, "it is finished in the engine's tables as well"


def test_stops_at_any_moment_lose_nothing(client: JobClient, launch: Callable[..., Jobs]) -> None:
    done: list[str] = []
    wanted = [f"job {number}" for number in range(40)]
    handlers = {"quick": done.append}
    jobs = launch(handlers)
    for number, identity in enumerate(wanted):
        client.enqueue("quick", identity)
        if number % 10 == 9:
            # At once, between taking a job and running it, and when all is done.
            time.sleep(number / 200)
            jobs.stop()
            jobs = launch(handlers)
    until(lambda: client.waiting() == 0)
    assert set(done) == set(wanted)


def test_launching_works_while_others_write(
    databases: Databases, client: JobClient, launch: Callable[..., Jobs]
) -> None:
    prepare(databases)
    with unit_of_work(databases.write) as connection:
        connection.execute(text("CREATE TABLE ballast (line TEXT)"))
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            with unit_of_work(databases.write) as connection:
                connection.execute(text("INSERT INTO ballast VALUES ('x')"))
                time.sleep(0.02)
            time.sleep(0.01)  # as bulk work does between its slices

    writer = threading.Thread(target=write)
    writer.start()
    ran: list[str] = []
    try:
        launch({"answer": ran.append})
        for number in range(5):
            client.enqueue("answer", f"a{number}")
        until(lambda: sorted(ran) == [f"a{number}" for number in range(5)])
    finally:
        stop.set()
        writer.join()


def test_finished_jobs_are_forgotten_and_others_are_not(
    databases: Databases, client: JobClient, launch: Callable[..., Jobs]
) -> None:
    ran: list[str] = []
    jobs = launch({"answer": ran.append})
    client.enqueue("answer", "a-1")
    until(lambda: client.waiting() == 0)
    assert jobs.forget(datetime.now(UTC) - timedelta(days=1)) == 0
    assert jobs.forget(datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert "a-1" not in stored_by_the_engine(databases)


def test_a_queue_that_cannot_be_reached_is_said_in_one_sentence() -> None:
    from store.engine import open_databases

    away = open_databases("postgresql://nobody@127.0.0.1:9/none")
    with pytest.raises(JobsUnavailable) as wrong:
        JobClient(away).enqueue("answer", "a-1")
    assert "nobody" not in str(wrong.value)


def test_a_worker_killed_in_the_middle_finishes_the_job_when_it_comes_back(
    client: JobClient, worker: Worker
) -> None:
    first = worker.start("worker-1", pause=60)
    client.enqueue("answer", "a-1")
    until(lambda: "begin a-1" in worker.lines())
    first.kill()
    first.wait()
    worker.start("worker-1")
    until(lambda: "end a-1" in worker.lines())
    until(lambda: client.waiting() == 0)
    assert worker.lines().count("begin a-1") == 2
    assert worker.lines().count("end a-1") == 1


def test_changed_code_goes_on_with_the_work_that_waits(
    client: JobClient, worker: Worker, tmp_path: Path
) -> None:
    first = worker.start("worker-1", pause=60)
    client.enqueue("answer", "under-way")
    until(lambda: "begin under-way" in worker.lines())
    first.kill()
    first.wait()
    client.enqueue("answer", "waiting")
    changed = tmp_path / "changed.py"
    changed.write_text(
        SCRIPT.read_text().replace('"""Take a while."""', '"""Take a while."""\n    # a comment')
    )
    worker.start("worker-1", script=changed)
    until(lambda: {"end under-way", "end waiting"} <= set(worker.lines()))


def test_a_job_that_kills_its_worker_is_given_up_and_others_are_done(
    client: JobClient, worker: Worker
) -> None:
    client.enqueue("poison", "p-1")
    client.enqueue("answer", "a-1")
    for _ in range(12):
        process = worker.start("worker-1")
        until(
            lambda process=process: process.poll() is not None or any("given up" in x for x in worker.lines())
        )
        if process.poll() is None:
            break
    assert [line for line in worker.lines() if "given up" in line] == [
        "given up poison p-1 the worker died in the middle of it"
    ]
    assert worker.lines().count("begin p-1") <= 8
    until(lambda: "end a-1" in worker.lines())


@pytest.mark.postgres
def test_a_living_worker_takes_over_from_a_dead_one(postgres_databases: Databases, tmp_path: Path) -> None:
    worker, client = Worker(postgres_databases, tmp_path), JobClient(postgres_databases)
    try:
        dead = worker.start("other", pause=60)
        client.enqueue("answer", "a-1")
        until(lambda: "begin a-1" in worker.lines())
        worker.start("worker-1")
        dead.kill()
        dead.wait()
        time.sleep(1)
        assert "end a-1" not in worker.lines(), "nobody takes it over by himself"
        Path(f"{worker.log}.adopt").touch()
        until(lambda: "adopted 1" in worker.lines())
        until(lambda: "end a-1" in worker.lines())
    finally:
        for process in worker.started:
            process.kill()
            process.wait()
        client.close()


def test_the_engine_advertises_nothing(client: JobClient, worker: Worker) -> None:
    worker.start("worker-1")
    client.enqueue("answer", "a-1")
    until(lambda: "end a-1" in worker.lines())
    assert worker.said.read_text() == ""
    assert logging.getLogger("dbos").level == logging.ERROR
