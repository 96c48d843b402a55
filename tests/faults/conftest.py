"""The same Slack as in the gateway's tests, and processes that are killed at random moments."""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

_SPEC = importlib.util.spec_from_file_location(
    "slack_host", Path(__file__).parents[1] / "gateway" / "conftest.py"
)
assert _SPEC is not None and _SPEC.loader is not None
_HOST = importlib.util.module_from_spec(_SPEC)
sys.modules["slack_host"] = _HOST
_SPEC.loader.exec_module(_HOST)


@pytest.fixture
def slack() -> Iterator[Any]:
    """A Slack that is well until a test makes it ill."""
    host = _HOST.SlackHost()
    yield host
    host.close()


class Victims:
    """Processes that are killed outright at random moments and started again."""

    def __init__(self, folder: Path, seed: int = 11) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.deaths = 0
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._log = (folder / "victims.log").open("ab")

    def start(self, script: Path, *arguments: str) -> None:
        """Start a script, or start it again."""
        command = [sys.executable, str(script), *arguments]
        self._running[str(script) + "".join(arguments)] = subprocess.Popen(
            command, stdout=self._log, stderr=self._log
        )

    def torment(self, done: Callable[[], bool], *, shortest: float, longest: float, patience: float) -> None:
        """Kill one of them again and again until something is so, and start it anew each time."""
        deadline = time.monotonic() + patience
        while not done():
            assert time.monotonic() < deadline, self.said()
            pause = time.monotonic() + self.chance.uniform(shortest, longest)
            while time.monotonic() < pause and not done():
                assert all(process.poll() is None for process in self._running.values()), self.said()
                time.sleep(0.02)
            if done():
                return
            name = self.chance.choice(sorted(self._running))
            process = self._running[name]
            process.kill()
            process.wait()
            self.deaths += 1
            self._running[name] = subprocess.Popen(process.args, stdout=self._log, stderr=self._log)

    def said(self) -> str:
        self._log.flush()
        return (self.folder / "victims.log").read_text(errors="replace")[-4000:]

    def end(self) -> None:
        for process in self._running.values():
            process.kill()
            process.wait()
        self._log.close()


@pytest.fixture
def victims(tmp_path: Path) -> Iterator[Victims]:
    made = Victims(tmp_path)
    yield made
    made.end()
