"""What a question and a person may use, and Stop: told in sentences that the person reads."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from store.engine import reading, unit_of_work
from store.model_calls import ModelCalls, StopWishes
from store.policy.model import PriceSection
from tests.agent.conftest import MODEL, reply, step_by_step, use
from tests.modelserver.policies import in_turn
from tests.modelserver.replies import Call, Drip, Say, Stall, ToolUse, Usage
from tests.modelserver.server import ModelServer

WHO = "Who is Yuntang Precision?"
READ = use("read_file", customer="C-1001", part="profile")
GOOD = reply(("Yuntang Precision has a registered capital of CNY 60 million.", ["e1"]))


def many(number: int) -> Call:
    """A message with many uses of tools."""
    return Call(*(ToolUse("find_customer", {"name": f"n{each}"}) for each in range(number)))


@pytest.mark.parametrize(
    ("policy", "changes"),
    [
        (in_turn(READ), {"calls": 3}),
        (in_turn(many(9)), {"tool_uses": 8}),
        (in_turn(READ), {"tokens": 4000}),
        (in_turn(Say("x", usage=Usage(prompt=90_000, completion=1)), READ), {}),
        (
            in_turn(READ),
            {
                "cost": Decimal("0.01"),
                "prices": {MODEL: PriceSection(tokens_in=Decimal(2), tokens_out=Decimal(8))},
            },
        ),
    ],
)
def test_a_question_that_uses_too_much_is_answered_without_the_model(
    ask: Any, model: ModelServer, assistant: Any, policy: Any, changes: Any
) -> None:
    model.policy = policy
    answer = ask(WHO, by=assistant(**changes))
    assert answer.versions["fallback"] in ("limit", "bad_reply") and answer.claims
    assert len(model.chats) <= 4


def test_the_cost_of_an_answer_is_counted_by_the_prices_of_policy(
    ask: Any, model: ModelServer, assistant: Any, house: Any
) -> None:
    model.policy = step_by_step(
        Call(READ.uses[0], usage=Usage(1000, 10)), Call(GOOD.uses[0], usage=Usage(2000, 40))
    )
    prices = {MODEL: PriceSection(tokens_in=Decimal(2), tokens_out=Decimal(8))}
    answer = ask(WHO, by=assistant(prices=prices))
    assert answer.usage["tokens_in"] == 3000 and answer.usage["tokens_out"] == 50
    assert Decimal(answer.usage["cost"]) == Decimal("0.0064") and answer.usage["currency"] == "USD"
    with reading(house.databases.read) as connection:
        assert sum(call.cost for call in ModelCalls(connection).of_request(answer.question.id)) == Decimal(
            "0.0064"
        )


def test_a_person_has_a_share_a_day_and_others_keep_theirs(
    ask: Any, model: ModelServer, assistant: Any
) -> None:
    model.policy = lambda received: GOOD if len(received.body["messages"]) > 2 else READ
    few = assistant(questions_a_day=1)
    answers = [ask(WHO, role="auditor", by=few) for _ in range(3)]
    assert [answer.versions.get("fallback") for answer in answers] == [None, "day", "day"]
    assert "Your share of the model for today is used" in answers[1].text
    assert "fallback" not in ask(WHO, role="admin", by=few).versions


@pytest.mark.parametrize("slow", [Stall(20, Say("late")), Drip(Say("slowly " * 400), 0.05)])
def test_stop_ends_what_is_under_way_and_says_so(
    ask: Any, model: ModelServer, assistant: Any, house: Any, slow: Any
) -> None:
    model.policy = in_turn(slow)

    def press() -> None:
        model.wait_for_requests(1)
        with unit_of_work(house.databases.write) as connection:
            StopWishes(connection).put("T:D1", "role:sales", datetime.now(UTC))

    presser = threading.Thread(target=press)
    presser.start()
    began = time.monotonic()
    answer = ask(WHO, conversation="T:D1", by=assistant(seconds=15, seconds_a_call=10))
    presser.join()
    assert time.monotonic() - began < 5
    assert answer.text == "Stopped. Nothing of the answer is kept." and answer.claims == ()
    assert answer.versions["fallback"] == "stopped"


def test_stop_of_somebody_else_or_of_before_ends_nothing(ask: Any, model: ModelServer, house: Any) -> None:
    model.policy = step_by_step(READ, GOOD)
    with unit_of_work(house.databases.write) as connection:
        StopWishes(connection).put("T:D2", "role:risk", datetime.now(UTC))
        StopWishes(connection).put("T:D2", "role:sales", datetime(2026, 11, 1, tzinfo=UTC))
    assert "60 million" in ask(WHO, conversation="T:D2").text


def test_a_job_that_is_run_again_has_only_what_is_left(
    ask: Any, model: ModelServer, assistant: Any, house: Any, viewer: Any
) -> None:
    from bot.assistant.answer import Question
    from tests.agent.conftest import NOW

    model.policy = in_turn(READ)
    chosen = assistant(calls=4)
    question = Question("the-same-arrival", WHO, viewer("sales"), "", NOW)
    for _ in range(2):
        assert chosen.answer(question).versions["fallback"] == "limit"
    assert len(model.chats) == 4


def test_what_was_sent_is_emptied_after_its_time_and_its_hash_stays(
    ask: Any, model: ModelServer, house: Any
) -> None:
    from datetime import timedelta

    from store.model_calls import whole

    model.policy = step_by_step(READ, GOOD)
    answer = ask(WHO)
    with unit_of_work(house.databases.write) as connection:
        while ModelCalls(connection).forget(house.clock() + timedelta(days=1)):
            pass
        calls = ModelCalls(connection).of_request(answer.question.id)
    assert all(call.sent == [] and len(call.sha256) == 64 for call in calls)
    with pytest.raises(LookupError, match="past retention"):
        whole(calls, 2)
