"""`kill -9` of the gateway and the worker at any moment, and a Slack that is ill: one answer a question, once.

The processes, the database, the sockets and the workspace are the real ones; chance is seeded.
"""

from __future__ import annotations

import importlib.util
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.assembly import build
from bot.settings import Settings
from bot.workspace.seed import Rules
from store.engine import reading
from store.proof import verify
from store.schema.delivery import outbox
from store.schema.inbox import inbox

_SPEC = importlib.util.spec_from_file_location(
    "killed_house", Path(__file__).parents[1] / "journeys" / "conftest.py"
)
assert _SPEC is not None and _SPEC.loader is not None
_STAGED = importlib.util.module_from_spec(_SPEC)
sys.modules["killed_house"] = _STAGED
_SPEC.loader.exec_module(_STAGED)
# Slack sends again for an hour; here in seconds, but for as long as the processes may be down.
_STAGED.QUICK = Rules(retry_delays=(0.2, 0.5, *[1.0] * 10, *[3.0] * 20), post_per_second=50.0, post_burst=500)
loaded_home, make_stage = _STAGED.loaded_home, _STAGED.make_stage

SALES, RISK, COMPLIANCE, BOT = "U01SALES", "U01RISK", "U01COMPL", "U0BONAFIDE"
PEOPLE = (SALES, RISK, COMPLIANCE)
QUESTIONS = 20
#: Names of the demo's customers with a word that only the right answer can hold.
ASKED = (
    ("Who is Nordhafen?", "Bremen"),
    ("允棠精密是谁?", "苏州允棠精密机械有限公司"),
    ("Who is Straitfin?", "Straitfin"),
    ("骏砾电子是谁?", "骏砾"),
    ("Who is Cedar Fork?", "Cedar"),
)


class Asked:
    """What was asked, and what became of it."""

    def __init__(self, stage: Any) -> None:
        self.stage = stage
        self.said: list[tuple[str, str, str, dict[str, Any]]] = []

    def ask(self, number: int) -> None:
        """The next question: every third in a thread of a channel, else in somebody's direct message."""
        text, word = ASKED[number % len(ASKED)]
        user = PEOPLE[number % len(PEOPLE)]
        place = "#sales" if number % 4 == 3 else "dm"
        said = self.stage.people.say(user, place, f"@Bonafide {text}" if place == "#sales" else text)
        self.said.append((user, place, word, said))

    def answers(self, user: str, place: str, said: dict[str, Any]) -> list[dict[str, Any]]:
        """The bot's messages in the thread, or in the whole direct message."""
        people = self.stage.people
        found = people.messages(user, said["channel"]) if place == "dm" else people.replies(user, said)
        return [message for message in found if message["user"] == BOT]

    def counts(self) -> list[tuple[int, int]]:
        """By thread and direct message: how many questions, and how many answers."""
        asked: Counter[str] = Counter()
        places: dict[str, tuple[str, str, dict[str, Any]]] = {}
        for user, place, _, said in self.said:
            key = said["channel"] if place == "dm" else said["ts"]
            asked[key] += 1
            places[key] = (user, place, said)
        return [(count, len(self.answers(*places[key]))) for key, count in asked.items()]

    def all_there(self) -> bool:
        return all(answers >= questions for questions, answers in self.counts())

    def prove(self) -> None:
        """Each question has one answer, the right one, and nothing is left over anywhere."""
        house = build(Settings(home=self.stage.home))
        try:
            with reading(house.databases.inbox) as connection:
                arrived = {
                    row.content_key: row for row in connection.execute(select(inbox)).all() if row.content_key
                }
            with reading(house.databases.read) as connection:
                sent = {row.key: row for row in connection.execute(select(outbox)).all()}
                proof = verify(connection)
            counts = house.inbox.counts()
        finally:
            house.databases.close()
        for user, place, word, said in self.said:
            arrival = arrived[f"msg:T01BONAFIDE:{said['channel']}:{said['ts']}"]
            message = sent.pop(f"reply:{arrival.id}")
            assert message.state == "sent" and word in message.payload["text"]
            shown = [each for each in self.answers(user, place, said) if each["ts"] == message.ts]
            assert len(shown) == 1 and shown[0]["text"] == message.payload["text"]
        assert all(answers == questions for questions, answers in self.counts())
        assert sent == {}
        assert counts["new"] + counts["queued"] + counts["failed"] == 0
        assert proof.ok, proof.because


class Reaper:
    """Kills processes outright and starts them again at once, without waiting until they are well."""

    def __init__(self, stage: Any, seed: int) -> None:
        self.stage = stage
        self.chance = random.Random(seed)
        self.deaths: Counter[str] = Counter()

    def kill(self, *names: str) -> None:
        for name in names:
            self.stage.processes[name].kill()
        for name in names:
            self.stage.kill(name)
            self.deaths[name] += 1
            log = (self.stage.home / f"{name}.log").open("ab")
            self.stage.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "bot.cli", name], env=self.stage.environment, stdout=log, stderr=log
            )

    def alive(self) -> None:
        for name, process in self.stage.processes.items():
            log = self.stage.home / f"{name}.log"
            assert process.poll() is None, log.read_text()[-3000:]


def wait_for(asked: Asked, reaper: Reaper | None = None, *, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not asked.all_there():
        if reaper is not None:
            reaper.alive()
        assert time.monotonic() < deadline, (asked.stage.home / "gateway.log").read_text()[-2000:] + (
            asked.stage.home / "worker.log"
        ).read_text()[-2000:]
        time.sleep(0.1)
    # What would be a second answer has had the time to come.
    time.sleep(1.5)


def test_each_of_twenty_questions_is_answered_once_whoever_is_killed(make_stage: Callable[..., Any]) -> None:
    stage = make_stage(watches=False)
    asked, reaper = Asked(stage), Reaper(stage, seed=20261121)
    chance = reaper.chance
    for number in range(QUESTIONS):
        asked.ask(number)
        if number % 5 == 4:
            time.sleep(chance.choice((0.0, 0.005, 0.02, 0.1, 0.3)))
            reaper.kill(*chance.choice((("gateway",), ("worker",), ("gateway", "worker"))))
        time.sleep(chance.uniform(0.0, 0.8))
    for _ in range(2):
        time.sleep(chance.uniform(2.0, 5.0))
        reaper.kill(*chance.choice((("gateway",), ("worker",), ("gateway", "worker"))))
    wait_for(asked, reaper, seconds=120)
    assert reaper.deaths["gateway"] >= 2 and reaper.deaths["worker"] >= 2
    asked.prove()


def test_each_question_is_answered_once_by_a_slack_that_is_ill(make_stage: Callable[..., Any]) -> None:
    asked = Asked(make_stage(watches=False))
    people = asked.stage.people

    def fault(method: str, kind: str, **fields: Any) -> None:
        people.do("fault", method=method, kind=kind, **fields)

    fault("chat.postMessage", "rate_limit", count=3, retry_after=1)
    fault("chat.postMessage", "drop", count=3)
    fault("chat.postMessage", "error", count=1, status=503)
    fault("chat.postMessage", "rate_limit", count=4, retry_after=1)
    fault("users.info", "rate_limit", count=1, retry_after=1)
    fault("conversations.members", "drop", count=1)
    fault("assistant.threads.setStatus", "drop", count=3)
    for number in range(16):
        asked.ask(number)
        if number % 4 == 1:
            people.do("sockets/close", warn=number % 8 == 1)
        time.sleep(0.15)
    wait_for(asked, seconds=120)
    asked.prove()
