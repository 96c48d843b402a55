"""A model that invents, cites what it never read, loops, stalls, breaks: what the person saw each time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

from bot.assistant.answer import Answer
from tests.agent.conftest import reply, step_by_step, use
from tests.modelserver.policies import in_turn, looping
from tests.modelserver.replies import Cut, Drip, Empty, Fail, Garbage, Hangup, Length, RawCall, Say, Stall
from tests.modelserver.server import ModelServer

WHO = "苏州允棠精密机械有限公司是谁?"


def opened_file(then: Any) -> Any:
    """A model that reads the profile of the customer and then does something."""
    return step_by_step(use("read_file", customer="C-1001", part="profile"), then)


def word(answer: Answer) -> str | None:
    """Why the built-in answer was given."""
    return answer.versions.get("fallback")


@pytest.fixture
def grammars(house: Any, ask: Callable[..., Answer], assistant: Callable[..., Any]) -> Callable[..., str]:
    """What the built-in grammar says to the same question."""

    def text(question: str, **more: Any) -> str:
        chosen = assistant()
        chosen._models = None
        return ask(question, by=chosen, **more).text

    return text


def test_a_right_answer_is_cited_and_says_which_model_and_prompts_made_it(
    ask: Any, model: ModelServer
) -> None:
    model.policy = step_by_step(
        use("find_customer", name="允棠精密"),
        lambda received, got: use("read_file", customer=got[0]["customers"][0]["code"], part="profile"),
        reply(("苏州允棠精密机械有限公司的注册资本为6,000万元。", ["e1"]), ("成立于2011年6月14日。", ["e1"])),
    )
    answer = ask(WHO)
    assert "注册资本为6,000万元。 [1]" in answer.text and "2011年6月14日。 [1]" in answer.text
    assert [claim.evidence for claim in answer.claims] == [(answer.evidence[0].id,)] * 2
    assert answer.evidence[0].customer == "C-1001" and word(answer) is None
    assert answer.versions["model"] == "openai:scripted"
    assert answer.versions["prompt.colleague"].startswith("1/zh/") and answer.usage["calls"] == 3


def test_an_invented_figure_is_left_out_and_the_rest_stands(ask: Any, model: ModelServer) -> None:
    model.policy = opened_file(
        reply(("注册资本为6,000万元。", ["e1"]), ("员工人数为812人,营业收入9.9亿元。", ["e1"]))
    )
    answer = ask(WHO)
    assert "6,000万元" in answer.text and "812" not in answer.text and "9.9" not in answer.text
    assert "有 1 句话因来源不支持而略去" in answer.text


def test_nothing_but_inventions_gives_the_built_in_answer_with_a_word(
    ask: Any, model: ModelServer, grammars: Any
) -> None:
    model.policy = opened_file(reply(("注册资本为8,888万元。", ["e1"]), ("营业收入9.9亿元。", ["e1"])))
    answer = ask(WHO)
    assert word(answer) == "unsupported" and "8,888" not in answer.text
    assert answer.text == grammars(WHO) + "\n\n_模型的答复没有得到来源支持；以下是 Bonafide 的内置答复。_"


def test_a_citation_of_what_was_never_read_is_no_citation(
    ask: Any, model: ModelServer, grammars: Any
) -> None:
    model.policy = opened_file(reply(("注册资本为6,000万元。", ["e7"]), ("成立于2011年。", ["rec-1"])))
    answer = ask(WHO)
    assert word(answer) == "unsupported" and answer.text.startswith(grammars(WHO))


def test_an_answer_without_reading_anything_is_none(ask: Any, model: ModelServer, grammars: Any) -> None:
    model.policy = in_turn(reply(("苏州允棠精密机械有限公司经营良好。", ["e1"])))
    answer = ask(WHO)
    assert word(answer) == "unsupported" and answer.text.startswith(grammars(WHO))


@pytest.mark.parametrize(
    ("misdeed", "why"),
    [
        (Say("苏州允棠精密机械有限公司的注册资本为8,888万元。"), "bad_reply"),
        (Empty(), "bad_reply"),
        (Length("注册资本为8,8"), "unavailable"),
        (RawCall("Reply", '{"statements": [{"text": "注册资本'), "limit"),
        (RawCall("Reply", '{"statements": [{"text": "注册资本', finish="length"), "unavailable"),
        (RawCall("Reply", "[1, 2]"), "bad_reply"),
        (reply(("注册资本为6,000万元。", [])), "limit"),
        (Fail(401, "Incorrect API key provided: sk-verysecret"), "missetting"),
        (Fail(404, "no such model"), "missetting"),
        (Fail(400, "bad request"), "missetting"),
        (Fail(429, "slow down", retry_after=60), "unavailable"),
        (Fail(500, "oops"), "unavailable"),
        (Fail(503, "overloaded"), "unavailable"),
        (Hangup(), "unavailable"),
        (Garbage(b"<html>proxy</html>"), None),
    ],
)
def test_a_model_that_gives_no_form_or_is_ill_costs_nobody_the_answer(
    ask: Any, model: ModelServer, grammars: Any, misdeed: Any, why: str | None
) -> None:
    model.policy = in_turn(misdeed)
    answer = ask(WHO)
    assert word(answer) in ((why,) if why else ("unavailable", "bad_reply", "missetting"))
    assert answer.text.startswith(grammars(WHO) + "\n\n_")
    assert "8,888" not in answer.text and "sk-verysecret" not in answer.text


def test_a_stream_that_is_cut_is_tried_again(ask: Any, model: ModelServer) -> None:
    good = reply(("注册资本为6,000万元。", ["e1"]))
    model.policy = step_by_step(use("read_file", customer="C-1001", part="profile"), Cut(good), good)
    answer = ask(WHO)
    assert word(answer) is None and "6,000万元" in answer.text


def test_what_failed_once_is_tried_again_and_nothing_is_said_of_it(ask: Any, model: ModelServer) -> None:
    good = reply(("注册资本为6,000万元。", ["e1"]))
    read = use("read_file", customer="C-1001", part="profile")
    model.policy = step_by_step(Fail(429, "slow down", retry_after=0.1), read, Fail(500, "oops"), good)
    answer = ask(WHO)
    assert word(answer) is None and answer.usage["calls"] == 4


@pytest.mark.parametrize("slow", [Stall(30, Say("late")), Drip(Say("late " * 400), 0.05)])
def test_a_slow_model_is_left_behind_in_bounded_time(
    ask: Any, model: ModelServer, assistant: Any, grammars: Any, slow: Any
) -> None:
    model.policy = in_turn(slow)
    began = time.monotonic()
    answer = ask(WHO, by=assistant(seconds=2, seconds_a_call=1, attempts=1))
    assert time.monotonic() - began < 6
    assert word(answer) in ("time", "unavailable") and answer.text.startswith(grammars(WHO))


def test_one_that_loops_is_stopped_by_the_number_of_its_calls(
    ask: Any, model: ModelServer, assistant: Any
) -> None:
    model.policy = looping(use("read_file", customer="C-1001", part="profile"))
    answer = ask(WHO, by=assistant(calls=5))
    assert word(answer) == "limit" and len(model.chats) == 5


def test_unknown_tools_and_wrong_arguments_are_explained_to_the_model(ask: Any, model: ModelServer) -> None:
    told: list[str] = []

    def next_step(received: Any, got: list[dict[str, Any]]) -> Any:
        told.extend(str(each) for each in got)
        return use("read_file", customer="C-9999", part="profile")

    model.policy = step_by_step(
        use("delete_customer", code="C-1001"),
        lambda received, got: told.append(str(got)) or use("read_file", customer="C-1001", part="secrets"),
        lambda received, got: (
            told.append(str(got)) or use("read_file", customer="C-1001", part="profile", since="soon")
        ),
        next_step,
        lambda received, got: (
            told.append(str(got))
            or use("calculate", operation="sum", inputs=[{"evidence": "e1", "value": "5"}])
        ),
        lambda received, got: told.append(str(got)) or use("read_file", customer="C-1001", part="profile"),
        reply(("注册资本为6,000万元。", ["e1"])),
    )
    answer = ask(WHO)
    assert word(answer) is None and "6,000万元" in answer.text
    assert "delete_customer is not a valid tool" in told[0]
    assert "没有“secrets”这个部分" in told[1] and "since" in told[2]
    assert any("没有客户 C-9999" in each for each in told) and any(
        "编号 e1 没有显示过" in each for each in told
    )


def test_one_that_asks_for_another_viewers_data_gets_its_own_viewers(ask: Any, model: ModelServer) -> None:
    told: list[Any] = []
    model.policy = step_by_step(
        use("ledger", customer="C-1001", viewer="compliance", **{"as": "maria.keller@demo.example"}),
        lambda received, got: (
            told.append(got)
            or use("read_file", customer="C-1001", part="contacts", role="risk", classes=["personal"])
        ),
        lambda received, got: (
            told.append(got) or use("ask_grammar", question="as compliance: who looked at C-1001?")
        ),
        lambda received, got: told.append(got) or reply(),
    )
    answer = ask(WHO, role="sales")
    assert "不能为此人查阅" in told[0][0]["said"] and "不能为此人查阅" in told[2][0]["said"]
    phones = [
        line for row in told[1][0]["rows"] for line in row["text"].split("\n") if line.startswith("phone")
    ]
    assert phones and all("****" in phone for phone in phones)
    assert "seq:" not in answer.text


def test_an_answer_in_another_language_is_not_given(ask: Any, model: ModelServer) -> None:
    model.policy = opened_file(
        reply(("The registered capital stands at CNY 60 million according to the register.", ["e1"]))
    )
    assert word(ask(WHO)) == "unsupported"


def test_what_was_not_looked_at_is_not_said_to_be_missing(ask: Any, model: ModelServer) -> None:
    model.policy = opened_file(
        reply(("注册资本为6,000万元。", ["e1"]), missing=[("C-1001", "records"), ("C-1001", "profile")])
    )
    answer = ask(WHO)
    assert len(answer.unknown) == 1 and "公开记录" not in answer.text


def test_a_model_that_finds_nothing_gives_way_to_the_grammar_that_does(
    ask: Any, model: ModelServer, grammars: Any
) -> None:
    model.policy = step_by_step(
        use("read_file", customer="C-1001", part="scores"), reply(missing=[("C-1001", "scores")])
    )
    answer = ask(WHO)
    assert answer.text == grammars(WHO) and answer.usage["calls"] == 2


def test_several_customers_are_a_question_back(ask: Any, model: ModelServer) -> None:
    model.policy = step_by_step(
        use("find_customer", name="恒岳"),
        lambda received, got: reply(which=[*(one["code"] for one in got[0]["customers"]), "C-0000"]),
    )
    answer = ask("恒岳注册资本多少?")
    assert answer.clarify is not None
    assert (
        all(option.value.startswith("C-") for option in answer.clarify.options)
        and len(answer.clarify.options) >= 2
    )


def test_a_model_that_is_no_model_is_a_missetting(ask: Any, assistant: Any, grammars: Any) -> None:
    for name in ("nobody:such", "anthropic:none"):
        answer = ask(WHO, by=assistant(names=(name,)))
        assert word(answer) == "missetting" and answer.text.startswith(grammars(WHO))


def test_the_second_model_answers_when_the_first_is_gone(
    ask: Any, model: ModelServer, assistant: Any
) -> None:
    def policy(received: Any) -> Any:
        if received.body["model"] == "scripted":
            return Fail(503, "overloaded")
        steps = {0: use("read_file", customer="C-1001", part="profile")}
        from tests.modelserver.received import rounds

        return steps.get(rounds(received), reply(("注册资本为6,000万元。", ["e1"])))

    model.policy = policy
    answer = ask(WHO, by=assistant(names=("openai:scripted", "openai:second"), attempts=1))
    assert word(answer) is None and answer.versions["model"] == "openai:second"
