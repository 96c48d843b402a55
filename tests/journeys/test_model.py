"""The same colleague with a model, in the workspace: a plan of what is read, Stop, and the word when it is gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from bot.slack.identifiers import STOP
from tests.modelserver.policies import in_turn
from tests.modelserver.received import question, rounds
from tests.modelserver.replies import Call, Fail, Say, Stall, ToolUse
from tests.modelserver.server import ModelServer

SALES, RISK = "U01SALES", "U01RISK"
GOOD = {"statements": [{"text": "注册资本为6,000万元。", "evidence": ["e1"]}]}


def reads_then(last: Any) -> Callable[[Any], Any]:
    """A model that finds the customer, reads its profile, and ends with `last`."""
    steps = [
        Call(ToolUse("find_customer", {"name": "允棠精密"})),
        Call(ToolUse("read_file", {"customer": "C-1001", "part": "profile"})),
        last,
    ]
    return lambda received: steps[min(rounds(received), 2)]


@pytest.fixture(scope="module")
def model() -> Iterator[ModelServer]:
    """The scripted model that the worker is pointed at."""
    with ModelServer(in_turn(Say("ready"))) as server:
        yield server


@pytest.fixture(scope="module")
def stage(make_stage: Callable[..., Any], model: ModelServer) -> Any:
    """A running installation with a model, over Socket Mode."""
    return make_stage(
        watches=False,
        settings={
            "BONAFIDE_MODEL": "openai:scripted",
            "BONAFIDE_MODEL_URL": model.url,
            "BONAFIDE_MODEL_KEY": "key-of-the-test",
        },
    )


def types(message: dict[str, Any]) -> list[str]:
    return [block["type"] for block in message.get("blocks") or ()]


def current(stage: Any, user: str, said: dict[str, Any]) -> dict[str, Any] | None:
    found: dict[str, Any] | None = stage.reply_to(user, "#sales", said)
    return found


def settled(stage: Any, user: str, said: dict[str, Any]) -> dict[str, Any]:
    """The answer that the plan has become."""

    def look() -> Any:
        found = current(stage, user, said)
        return found if found and "plan" not in types(found) else None

    answer: dict[str, Any] = stage.people.wait(look, seconds=40)
    return answer


def test_a_plan_shows_what_is_read_and_becomes_the_cited_answer(stage: Any, model: ModelServer) -> None:
    model.policy = reads_then(Stall(1.5, Call(ToolUse("Reply", GOOD))))
    said = stage.people.say(SALES, "#sales", "@Bonafide 允棠精密的注册资本是多少?")
    plan = stage.people.wait(lambda: current(stage, SALES, said), seconds=25)
    assert types(plan) == ["plan", "actions"]

    def steps() -> list[str]:
        found = current(stage, SALES, said)
        return [task["title"] for task in found["blocks"][0].get("tasks", ())] if found else []

    stage.people.wait(lambda: len(steps()) >= 2, seconds=10)
    assert steps() == ["查找客户", "查阅 苏州允棠精密机械有限公司 的档案：工商信息"]
    answer = settled(stage, SALES, said)
    assert answer["ts"] == plan["ts"] and "注册资本为6,000万元。 [1]" in answer["text"]
    assert "actions" in types(answer) and STOP not in str(answer["blocks"])
    assert len(stage.people.replies(SALES, said)) == 1
    assert question(model.chats[-1]) == "允棠精密的注册资本是多少?"


def test_stop_stops_and_somebody_elses_does_not(stage: Any, model: ModelServer) -> None:
    model.clear()
    model.policy = reads_then(Stall(30, Call(ToolUse("Reply", GOOD))))
    said = stage.people.say(SALES, "#sales", "@Bonafide 允棠精密的注册资本是多少?")
    plan = stage.people.wait(lambda: current(stage, SALES, said), seconds=25)
    model.wait_for_requests(3, timeout=15)
    stage.people.click(RISK, plan, STOP)
    time.sleep(1.0)
    assert "plan" in types(current(stage, SALES, said) or {})
    stage.people.click(SALES, plan, STOP)
    answer = settled(stage, SALES, said)
    assert answer["text"] == "已停止，未保留任何答复。" and "6,000" not in str(answer)


def test_in_a_direct_message_slacks_own_stop_stops(stage: Any, model: ModelServer) -> None:
    model.clear()
    model.policy = reads_then(Stall(30, Call(ToolUse("Reply", GOOD))))
    said = stage.people.say(SALES, "dm", "允棠精密的注册资本是多少?")
    plan = stage.people.wait(lambda: stage.reply_to(SALES, "dm", said), seconds=25)
    assert types(plan) == ["plan"]
    model.wait_for_requests(3, timeout=15)

    def session() -> str:
        shown = stage.people.look("statuses")["sessions"]
        return next((one["status"] for one in shown if one["thread_ts"] == said["ts"]), "")

    assert session() == "processing"
    stage.people.do("stop", user=SALES, channel=said["channel"], thread_ts=said["ts"])
    stage.people.wait(lambda: "plan" not in types(stage.reply_to(SALES, "dm", said) or {}), seconds=10)
    assert stage.reply_to(SALES, "dm", said)["text"] == "已停止，未保留任何答复。"
    stage.people.wait(lambda: session() == "active", seconds=10)


def test_a_model_that_is_gone_costs_nobody_the_answer(stage: Any, model: ModelServer) -> None:
    model.policy = in_turn(Fail(401, "Incorrect API key provided: sk-secret"))
    said = stage.people.say(SALES, "#sales", "@Bonafide 允棠精密的注册资本是多少?")
    answer = settled(stage, SALES, said)
    assert "6,000万元" in answer["text"] and "模型设置有误" in answer["text"]
    assert "sk-secret" not in str(answer)


def test_questions_of_others_do_not_wait_behind_slow_answers(stage: Any, model: ModelServer) -> None:
    def policy(received: Any) -> Any:
        if "慢" in question(received):
            return Stall(60, Say("late"))
        return reads_then(Call(ToolUse("Reply", GOOD)))(received)

    model.policy = policy
    slow = [stage.people.say(SALES, "#sales", f"@Bonafide 允棠精密的慢问题{number}?") for number in range(6)]
    said = stage.people.say(RISK, "#sales", "@Bonafide 允棠精密的注册资本是多少?")
    settled(stage, RISK, said)
    assert [each for each in slow if stage.people.replies(SALES, each)] == []


def test_a_worker_that_is_killed_in_the_middle_answers_once(stage: Any, model: ModelServer) -> None:
    model.clear()
    model.policy = reads_then(Stall(30, Call(ToolUse("Reply", GOOD))))
    said = stage.people.say(SALES, "#sales", "@Bonafide 允棠精密的注册资本是多少?")
    plan = stage.people.wait(lambda: current(stage, SALES, said), seconds=25)
    model.wait_for_requests(3, timeout=15)
    stage.kill("worker")
    model.policy = reads_then(Call(ToolUse("Reply", GOOD)))
    stage.start("worker")
    answer = settled(stage, SALES, said)
    assert answer["ts"] == plan["ts"] and "6,000万元" in answer["text"]
    assert len(stage.people.replies(SALES, said)) == 1
