"""Two processes under one command: started, watched, restarted, and stopped together.

There is one supervisor a data folder. Its children die with it, also when it is killed outright: on Linux the
kernel sends them a signal, elsewhere they notice that their parent has changed.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TextIO

from bot.gateway.errors import AlreadyRunning

log = logging.getLogger(__name__)

#: Names the supervisor's process id to its children (no setting: it does not begin with BONAFIDE_).
PARENT = "SUPERVISED_BY"

#: Exit statuses with which a restart cannot help: a wrong setting, damaged data.
HOPELESS = (2, 4)

#: Runs in the child before the program: asks the kernel for SIGTERM when the parent dies, then becomes it.
#: The wish survives exec; done here and not in `preexec_fn`, which may deadlock beside threads.
_LAUNCH = """
import ctypes, os, signal, sys
parent = int(sys.argv[1])
ctypes.CDLL(None).prctl(1, signal.SIGTERM)
if os.getppid() != parent:
    os._exit(1)
os.execvp(sys.argv[2], sys.argv[2:])
"""


@dataclass(frozen=True, slots=True)
class Backoff:
    """Pauses before a restart, in seconds: the first, doubling up to the longest; a life this long resets
    it.
    """

    first: float = 0.5
    longest: float = 30.0
    healthy: float = 60.0


@contextmanager
def sole(home: Path, role: str = "bonafide", *, patience: float = 0.0) -> Iterator[None]:
    """Hold a role of this data folder for as long as the block runs; it is free again even after `kill -9`.

    Raises `AlreadyRunning` that says who holds it, after `patience` seconds.
    """
    from filelock import FileLock, Timeout

    home.mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / f"{role}.lock")
    card = home / f"{role}.pid"
    try:
        lock.acquire(timeout=patience, poll_interval=0.1)
    except Timeout:
        raise AlreadyRunning(
            f"{_holder(card, role)} already works on the data folder {home}; stop it first, or choose another "
            "folder with BONAFIDE_HOME"
        ) from None
    try:
        holder = {
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        # Whole or not at all: a second start may read it at any moment.
        draft = home / f"{role}.pid.new"
        draft.write_text(json.dumps(holder), encoding="utf-8")
        draft.replace(card)
        yield
    finally:
        card.unlink(missing_ok=True)
        lock.release()


def _holder(card: Path, role: str) -> str:
    try:
        holder = json.loads(card.read_text(encoding="utf-8"))
        return f"{role} (process {holder['pid']} on {holder['host']}, since {holder['since']})"
    except (OSError, ValueError, KeyError, TypeError):
        return f"another {role}"


def supervise(
    commands: Mapping[str, Sequence[str]],
    *,
    home: Path,
    grace: float = 15.0,
    backoff: Backoff | None = None,
    out: TextIO | None = None,
    stop: threading.Event | None = None,
) -> int:
    """Run the commands until SIGTERM or SIGINT (or `stop`); their lines go to `out` behind their names.

    A child that dies is started again after a pause that grows. Returns 0 after an ordered stop, else the
    status of a child for which a restart is hopeless. `grace` is how long a child may take to stop, in
    seconds. Raises `AlreadyRunning`.
    """
    with sole(home):
        return _Supervisor(commands, grace, backoff or Backoff(), out or sys.stdout, stop).run()


class _Child:
    """One command and what is known of its present life."""

    def __init__(self, name: str, command: Sequence[str]) -> None:
        self.name = name
        self.command = list(command)
        self.process: subprocess.Popen[bytes] | None = None
        self.reader: threading.Thread | None = None
        self.started = 0.0
        self.start_at = 0.0
        self.deaths = 0


class _Supervisor:
    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        grace: float,
        backoff: Backoff,
        out: TextIO,
        stop: threading.Event | None,
    ) -> None:
        self._children = [_Child(name, command) for name, command in commands.items()]
        self._width = max((len(name) for name in commands), default=0)
        self._grace = grace
        self._backoff = backoff
        self._out = out
        self._stop = stop or threading.Event()
        self._writing = threading.Lock()

    def run(self) -> int:
        with _signals(self._stop):
            status = 0
            try:
                while not self._stop.is_set() and status == 0:
                    status = self._look()
                    self._stop.wait(0.1)
            finally:
                self._end()
            return status

    def _look(self) -> int:
        """Start what should run and does not; the status with which everything ends, or 0."""
        for child in self._children:
            if child.process is None:
                if time.monotonic() >= child.start_at:
                    self._start(child)
                continue
            status = child.process.poll()
            if status is None:
                continue
            self._bury(child)
            if status in HOPELESS:
                self._say(child, f"stopped with status {status}; starting it again would not help")
                return status
            if time.monotonic() - child.started > self._backoff.healthy:
                child.deaths = 0
            pause = min(self._backoff.longest, self._backoff.first * 2 ** min(child.deaths, 16))
            child.deaths += 1
            child.start_at = time.monotonic() + pause
            self._say(child, f"{_ended(status)}; it is started again in {pause:g} s")
        return 0

    def _start(self, child: _Child) -> None:
        environment = os.environ | {PARENT: str(os.getpid()), "PYTHONUNBUFFERED": "1"}
        command = child.command
        if sys.platform == "linux":
            command = [sys.executable, "-I", "-S", "-c", _LAUNCH, str(os.getpid()), *command]
        child.started = time.monotonic()
        # A session of its own: Ctrl-C reaches the supervisor alone, which then stops the children in order.
        child.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
        assert child.process.stdout is not None
        child.reader = threading.Thread(target=self._copy, args=(child, child.process.stdout), daemon=True)
        child.reader.start()

    def _bury(self, child: _Child) -> None:
        assert child.process is not None
        if child.reader is not None:
            # A grandchild may keep the pipe open; its lines are not waited for.
            child.reader.join(timeout=2.0)
        child.process = None

    def _end(self) -> None:
        running = [child for child in self._children if child.process is not None]
        for child in running:
            assert child.process is not None
            child.process.terminate()
        deadline = time.monotonic() + self._grace
        for child in running:
            assert child.process is not None
            try:
                child.process.wait(timeout=max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self._say(
                    child, f"did not stop within {self._grace:g} s and is killed; nothing is lost by that"
                )
                child.process.kill()
                child.process.wait()
            self._bury(child)

    def _copy(self, child: _Child, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                self._write(child, line.decode("utf-8", "replace").rstrip("\r\n"))

    def _say(self, child: _Child, text: str) -> None:
        self._write(child, f"[{text}]")

    def _write(self, child: _Child, line: str) -> None:
        # A reader that went away (a closed terminal, a broken pipe) must not stop the house.
        with self._writing, suppress(OSError, ValueError):
            self._out.write(f"{child.name:<{self._width}} | {line}\n")
            self._out.flush()


def _ended(status: int) -> str:
    if status < 0:
        with suppress(ValueError):
            return f"was killed by {signal.Signals(-status).name}"
    return f"ended with status {status}"


@contextmanager
def _signals(stop: threading.Event) -> Iterator[None]:
    """Set `stop` on SIGTERM and SIGINT, where this is the thread that may ask for signals."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {
        number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def stopped_by_signals(stop: threading.Event, *, grace: float = 15.0) -> Iterator[None]:
    """For a child's main function: `stop` is set by SIGTERM and SIGINT, and when the supervisor is gone.

    A process that has not ended `grace` seconds after its supervisor is ended at once.
    """
    parent = os.environ.get(PARENT, "")
    if parent.isdigit():
        watch = threading.Thread(target=_watch, args=(int(parent), stop, grace), name="parent", daemon=True)
        watch.start()
    with _signals(stop):
        yield


def _watch(parent: int, stop: threading.Event, grace: float) -> None:
    while os.getppid() == parent:
        if stop.wait(1.0):
            return
    log.warning("the supervisor is gone; stopping")
    stop.set()
    time.sleep(grace)
    os._exit(1)
