"""The whole house on a stage: the demo's portfolio, a workspace, and the real processes on them."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import House, build
from bot.demo.loading import load_portfolio
from bot.settings import Settings
from bot.workspace import Handle, Remote, Workspace, default_seed, serve
from bot.workspace.seed import Rules
from store.heartbeats import Heartbeats

#: The day on which the stories of this room happen.
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

#: Slack's rules with quick deadlines, so that a missed acknowledgement is seen again within the test.
QUICK = Rules(retry_delays=(0.2, 0.5, 1.0), post_per_second=50.0, post_burst=500)


@pytest.fixture(scope="session")
def loaded_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the demo's portfolio in it; copy it, never work in it."""
    home = tmp_path_factory.mktemp("loaded")
    house = build(Settings(home=home, now=NOW))
    load_portfolio(house, home / "portfolio", today=NOW.date())
    house.databases.close()
    return home


@pytest.fixture(scope="module")
def house(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house of a module on a copy of the loaded data."""
    home = tmp_path_factory.mktemp("house") / "home"
    shutil.copytree(loaded_home, home)
    house = build(Settings(home=home, now=NOW))
    yield house
    house.databases.close()


@dataclass
class Stage:
    """A running installation: workspace, gateway and worker; each process can be killed and started again."""

    home: Path
    handle: Handle
    environment: dict[str, str]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def people(self) -> Remote:
        """The people of the workspace."""
        return Remote(self.handle.url)

    def start(self, *names: str) -> None:
        """Start processes and wait for their first sign of life."""
        began = datetime.now(UTC)
        for name in names:
            log = (self.home / f"{name}.log").open("ab")
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", name], env=self.environment, stdout=log, stderr=log
            )
        house = build(Settings(home=self.home))
        beats = Heartbeats(house.databases.inbox)
        deadline = time.monotonic() + 60
        while not set(names) <= {beat.kind for beat in beats.all() if beat.beat_at >= began}:
            for name in names:
                if self.processes[name].poll() is not None:
                    pytest.fail(f"the {name} ended:\n" + (self.home / f"{name}.log").read_text()[-3000:])
            if time.monotonic() > deadline:
                pytest.fail(f"no sign of life of {names}")
            time.sleep(0.05)
        house.databases.close()

    def kill(self, name: str) -> None:
        """`kill -9`, as a machine that loses power would."""
        process = self.processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        """End everything in order."""
        for process in self.processes.values():
            process.terminate()
        for process in self.processes.values():
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
        self.handle.stop()

    def ask(
        self, user: str, channel: str, text: str, *, thread_ts: str | None = None, seconds: float = 20.0
    ) -> Any:
        """Say something and wait for the bot's message; gives (what was said, the reply)."""
        said = self.people.say(user, channel, text, thread_ts=thread_ts)
        reply = self.people.wait(lambda: self.reply_to(user, channel, said), seconds=seconds)
        return said, reply

    def reply_to(self, user: str, channel: str, said: dict[str, Any]) -> dict[str, Any] | None:
        """The bot's first message after what was said, in its thread or in the direct message."""
        if channel == "dm":
            later = [each for each in self.people.messages(user, said["channel"]) if each["ts"] > said["ts"]]
        else:
            later = self.people.replies(user, said)
        return next((each for each in later if each["user"] == "U0BONAFIDE"), None)


@pytest.fixture(scope="session")
def make_stage(loaded_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Stage]]:
    """Sets up stages; all are taken down at the end."""
    stages: list[Stage] = []

    def make(
        *,
        start: tuple[str, ...] = ("gateway", "worker"),
        transport: str = "socket",
        port: int = 0,
        watches: bool = True,
        settings: dict[str, str] | None = None,
    ) -> Stage:
        home = tmp_path_factory.mktemp("stage") / "home"
        shutil.copytree(loaded_home, home)
        seed = default_seed().model_copy(update={"rules": QUICK})
        if transport == "http":
            seed = seed.model_copy(update={"request_url": f"http://127.0.0.1:{port}/slack/events"})
        handle = serve(Workspace(seed))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("BONAFIDE_")}
        environment |= {
            "BONAFIDE_HOME": str(home),
            "BONAFIDE_NOW": NOW.isoformat(),
            "SLACK_API_URL": f"{handle.url}/api/",
            "SLACK_BOT_TOKEN": seed.tokens.bot,
            "SLACK_APP_TOKEN": seed.tokens.app,
            "SLACK_SIGNING_SECRET": seed.signing_secret,
            "BONAFIDE_SLACK_TRANSPORT": transport,
            "BONAFIDE_HTTP_PORT": str(port or 3000),
        }
        environment |= settings or {}
        if not watches:
            # Where messages are counted, no rule raises an alert and no digest is told.
            policy = home / "policy.toml"
            policy.write_text("[alerts]\nrules = []\n")
            environment["BONAFIDE_POLICY"] = str(policy)
        stage = Stage(home, handle, environment)
        stages.append(stage)
        stage.start(*start)
        return stage

    yield make
    for stage in stages:
        stage.stop()


@pytest.fixture(scope="module")
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A running installation over Socket Mode that says nothing of its own accord."""
    return make_stage(watches=False)


@pytest.fixture
def free_port() -> int:
    """A port of this machine that is free at the moment."""
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
