"""Two processes under one command: restarted, stopped together, and never left behind."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from bot.gateway.errors import AlreadyRunning
from bot.supervision import Backoff, sole, supervise

QUICK = Backoff(first=0.1, longest=0.4, healthy=60)


def until(done: Callable[[], bool], patience: float = 15.0) -> None:
    deadline = time.monotonic() + patience
    while not done() and time.monotonic() < deadline:
        time.sleep(0.02)
    assert done()


class Run:
    """A supervisor in a thread of the test."""

    def __init__(self, home: Path, commands: dict[str, list[str]], *, grace: float = 5.0) -> None:
        self.out = io.StringIO()
        self.stop = threading.Event()
        self.status: int | None = None

        def run() -> None:
            self.status = supervise(
                commands, home=home, grace=grace, backoff=QUICK, out=self.out, stop=self.stop
            )

        self.thread = threading.Thread(target=run)
        self.thread.start()

    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()

    def end(self) -> None:
        self.stop.set()
        self.thread.join()


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_lines_carry_their_process_and_both_stop_together(tmp_path: Path) -> None:
    talk = "import time; print('听到', flush=True); time.sleep(60)"
    run = Run(tmp_path, {"gateway": python(talk), "worker": python(talk)})
    until(lambda: len(run.lines()) == 2)
    assert sorted(run.lines()) == ["gateway | 听到", "worker  | 听到"]
    run.end()
    assert run.status == 0


def test_one_that_dies_is_started_again_with_growing_pauses(tmp_path: Path) -> None:
    run = Run(tmp_path, {"worker": python("import sys; print('up', flush=True); sys.exit(1)")})
    until(lambda: sum("started again" in line for line in run.lines()) >= 4)
    run.end()
    said = [line for line in run.lines() if "started again" in line]
    assert [line.rsplit(" in ")[1] for line in said[:4]] == ["0.1 s]", "0.2 s]", "0.4 s]", "0.4 s]"]
    assert run.status == 0


def test_a_kill_is_named(tmp_path: Path) -> None:
    suicide = "import os; os.kill(os.getpid(), 9)"
    run = Run(tmp_path, {"worker": python(suicide)})
    until(lambda: any("was killed by SIGKILL" in line for line in run.lines()))
    run.end()


def test_a_wrong_setting_stops_everything(tmp_path: Path) -> None:
    wrong = python("import sys; print('SLACK_BOT_TOKEN must be set'); sys.exit(2)")
    run = Run(tmp_path, {"gateway": wrong, "worker": python("import time; time.sleep(60)")})
    run.thread.join(timeout=15)
    assert run.status == 2
    assert any("SLACK_BOT_TOKEN must be set" in line for line in run.lines())


def test_one_that_does_not_stop_is_killed(tmp_path: Path) -> None:
    deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    stubborn = f"{deaf}; print('up', flush=True); time.sleep(60)"
    run = Run(tmp_path, {"worker": python(stubborn)}, grace=0.5)
    until(lambda: "worker | up" in run.lines())
    run.end()
    assert any("is killed; nothing is lost" in line for line in run.lines())


def test_a_second_start_says_who_runs(tmp_path: Path) -> None:
    run = Run(tmp_path, {"worker": python("import time; time.sleep(60)")})
    card = tmp_path / "bonafide.pid"
    until(card.exists)
    with pytest.raises(AlreadyRunning) as refused:
        supervise({}, home=tmp_path)
    assert f"process {os.getpid()}" in str(refused.value) and str(tmp_path) in str(refused.value)
    run.end()
    with sole(tmp_path):
        assert json.loads(card.read_text())["pid"] == os.getpid()


def test_a_role_is_free_again_after_its_holder_was_killed(tmp_path: Path) -> None:
    code = (
        "import sys, time; from pathlib import Path; from bot.supervision import sole\n"
        "with sole(Path(sys.argv[1]), 'gateway'): print('held', flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
    with pytest.raises(AlreadyRunning, match="gateway"), sole(tmp_path, "gateway"):
        pass
    holder.kill()
    holder.communicate()
    with sole(tmp_path, "gateway", patience=5.0):
        assert (tmp_path / "gateway.pid").exists()


SUPERVISOR = """
import sys
from pathlib import Path
from bot.supervision import supervise
sleeper = [sys.executable, "-c", "import os, time; print(os.getpid(), flush=True); time.sleep(120)"]
sys.exit(supervise({"gateway": sleeper, "worker": sleeper}, home=Path(sys.argv[1])))
"""


def family(tmp_path: Path) -> tuple[subprocess.Popen[bytes], list[psutil.Process]]:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, str(tmp_path)], stdout=subprocess.PIPE)
    assert supervisor.stdout is not None
    pids = [int(supervisor.stdout.readline().decode().split("|")[1]) for _ in range(2)]
    return supervisor, [psutil.Process(pid) for pid in pids]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the processes of the house watch their parent")
def test_children_die_with_a_supervisor_that_is_killed_outright(tmp_path: Path) -> None:
    supervisor, children = family(tmp_path)
    supervisor.kill()
    supervisor.wait()
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_end_it_in_order(tmp_path: Path, number: signal.Signals) -> None:
    supervisor, children = family(tmp_path)
    supervisor.send_signal(number)
    assert supervisor.wait(timeout=10) == 0
    _, alive = psutil.wait_procs(children, timeout=5)
    assert alive == []
    assert not (tmp_path / "bonafide.pid").exists()


def test_a_child_notices_that_its_parent_is_gone(tmp_path: Path) -> None:
    """The second net, for systems whose kernel does not tell."""
    code = (
        "import os, threading; from bot.supervision import stopped_by_signals\n"
        "stop = threading.Event()\n"
        "with stopped_by_signals(stop): print('stopped' if stop.wait(20) else 'left behind')"
    )
    environment = os.environ | {"SUPERVISED_BY": "1" if os.getppid() != 1 else "2"}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, timeout=30, check=True
    )
    assert done.stdout == b"stopped\n"
