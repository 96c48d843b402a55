"""The made-up portfolio, a scripted model over HTTP, and an assistant that asks it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.answer import Answer, Question
from store.identity import new_id
from tests.modelserver.policies import in_turn
from tests.modelserver.received import Received, last_tool_results
from tests.modelserver.replies import Call, Reply, Say, ToolUse
from tests.modelserver.server import ModelServer

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
MODEL = "openai:scripted"


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The made-up portfolio, imported and ingested into a real store, on 21 November 2026."""
    from bot.assembly import build
    from bot.demo.loading import load_portfolio
    from bot.settings import Settings

    home: Path = tmp_path_factory.mktemp("house")
    built = build(Settings(home=home, now=NOW))
    load_portfolio(built, home / "portfolio", today=date(2026, 11, 21))
    yield built
    built.databases.close()


@pytest.fixture
def model() -> Iterator[ModelServer]:
    """The scripted model; a test gives it its policy."""
    with ModelServer(in_turn(Say("ready"))) as server:
        yield server


@pytest.fixture
def limits(house: Any) -> Any:
    """The policy's limits of a model, made quick."""
    return house.policy.model.model_copy(
        update={"seconds": 30, "seconds_a_call": 15, "attempts": 2, "cost": Decimal("0.5")}
    )


@pytest.fixture
def assistant(house: Any, model: ModelServer, limits: Any) -> Callable[..., Any]:
    """assistant(**changes of the limits): an assistant of the house with the scripted model."""
    from bot.assistant.agent.colleague import Cast
    from bot.assistant.agent.models import Models
    from bot.assistant.service import Assistant

    def build(
        *, names: tuple[str, ...] = (MODEL,), local: str | None = None, url: str | None = None, **changes: Any
    ) -> Assistant:
        policy = house.policy.model_copy(update={"model": limits.model_copy(update=changes)})
        models = Models(policy.model.seconds_a_call, url or model.url, "key-of-the-test")
        return Assistant(
            house.databases,
            house.library,
            policy=policy,
            clock=house.clock,
            models=(models, Cast(names, local)),
        )

    return build


@pytest.fixture
def ask(house: Any, assistant: Callable[..., Any]) -> Callable[..., Answer]:
    """ask(text, role=, place=, conversation=, by=): a question to the assistant with the scripted model."""
    from bot.commands.viewing import viewer_of

    def put(
        text: str,
        *,
        role: str = "sales",
        place: str = "private",
        conversation: str = "",
        by: Any = None,
        watcher: Any = None,
    ) -> Answer:
        chosen = by or assistant()
        question = Question(f"test-{new_id()}", text, viewer_of(house, role, place), conversation, NOW)
        answer = chosen.answer(question, watcher=watcher)
        return chosen.keep(answer) if conversation else answer

    return put


def use(tool: str, /, **arguments: Any) -> Call:
    """A model's message with one use of a tool."""
    return Call(ToolUse(tool, arguments))


def reply(*statements: tuple[str, list[str]], missing: Any = (), which: Any = ()) -> Call:
    """A model's finished form."""
    return use(
        "Reply",
        statements=[{"text": text, "evidence": ids} for text, ids in statements],
        missing=[{"customer": code, "part": part} for code, part in missing],
        which=list(which),
    )


def material(received: Received) -> list[dict[str, Any]]:
    """What the tools gave last, out of their fences."""
    found = []
    for result in last_tool_results(received):
        inside = re.search(r"<material-[0-9a-f]+>\n(.*)\n</material-", result.text, re.DOTALL)
        found.append(json.loads(inside[1]) if inside else {"said": result.text})
    return found


def step_by_step(
    *steps: Reply | Callable[[Received, list[dict[str, Any]]], Reply],
) -> Callable[[Received], Reply]:
    """A policy: each step is a reply, or makes one from what the tools gave last; the last step repeats."""
    coming = list(steps)

    def policy(received: Received) -> Reply:
        step = coming.pop(0) if len(coming) > 1 else coming[0]
        return step(received, material(received)) if callable(step) else step

    return policy
