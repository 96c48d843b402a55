"""A worker for the tests: runs jobs that write into a log what they do. Not a test itself."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

from bot.jobs import Jobs, Patience
from store.engine import open_databases

url, executor, log, pause = sys.argv[1], sys.argv[2], Path(sys.argv[3]), float(sys.argv[4])


def write(line: str) -> None:
    """One line, whole, also when many write and one is killed."""
    handle = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.write(handle, (line + "\n").encode())
    os.close(handle)


def answer(identity: str) -> None:
    """Take a while."""
    write(f"begin {identity}")
    time.sleep(pause)
    write(f"end {identity}")


def poison(identity: str) -> None:
    """Kill the worker, as memory running out would: after a while."""
    write(f"begin {identity}")
    time.sleep(0.3)
    os.kill(os.getpid(), signal.SIGKILL)


jobs = Jobs(open_databases(url), executor=executor, patience=Patience(attempts=2, pause=0.05))
jobs.launch(
    {"answer": answer, "poison": poison},
    given_up=lambda name, identity, reason: write(f"given up {name} {identity} {reason}"),
)
write(f"ready {executor}")
while True:
    time.sleep(0.2)
    jobs.bury()
    if Path(f"{log}.adopt").exists():
        write(f"adopted {jobs.adopt(['other'])}")
        Path(f"{log}.adopt").unlink()
