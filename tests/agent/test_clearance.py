"""What leaves to a model: classes of data, masked details, a model for what must not leave, and the proof of it."""

from __future__ import annotations

import json
from typing import Any

from store.access import FieldClass
from store.engine import reading
from store.ledger import read as read_ledger
from store.model_calls import ModelCalls, digest_of, whole
from tests.agent.conftest import reply, step_by_step, use
from tests.modelserver.received import all_text
from tests.modelserver.server import ModelServer

EVERYTHING = dict.fromkeys(FieldClass, ("*",))
ASKED = "What does the file of Yuntang Precision say?"


def shown(model: ModelServer) -> str:
    """Everything that left for the model so far."""
    return "\n".join(all_text(received) for received in model.chats)


def test_a_file_of_which_the_asker_may_see_more_is_not_given_to_the_model(
    ask: Any, model: ModelServer
) -> None:
    # A risk officer sees birth dates and identifiers of people; a model outside may not.
    model.policy = step_by_step(use("read_file", customer="C-1001", part="people"), reply())
    answer = ask(ASKED, role="risk")
    assert answer.versions["fallback"] == "withheld"
    assert len(model.chats) == 1 and "legal_representative" not in shown(model)


def test_what_everybody_may_see_is_given_whoever_asks(ask: Any, model: ModelServer) -> None:
    model.policy = step_by_step(
        use("read_file", customer="C-1001", part="statements"), reply(("Its file has statements.", ["e1"]))
    )
    answer = ask(ASKED, role="risk")
    assert "fallback" not in answer.versions and "revenue" in shown(model)


def test_suspicion_is_answered_without_the_model_unless_policy_clears_it(
    ask: Any, model: ModelServer, assistant: Any
) -> None:
    model.policy = step_by_step(use("ledger", customer="C-1001"), reply())
    assert ask(ASKED, role="compliance").versions["fallback"] == "withheld"
    assert "seq: " not in shown(model)
    ask("Who is Yuntang Precision?", role="compliance", conversation="looked", by=assistant())
    model.clear()
    model.policy = step_by_step(
        use("ledger", customer="C-1001"),
        lambda received, got: reply(("The ledger has entries.", [got[0]["entries"][0]["id"]])),
    )
    answer = ask(ASKED, role="compliance", by=assistant(allowed=EVERYTHING))
    assert "seq: " in shown(model) and "fallback" not in answer.versions


def test_a_local_model_takes_over_what_must_not_leave(ask: Any, model: ModelServer, assistant: Any) -> None:
    def policy(received: Any) -> Any:
        from tests.modelserver.received import rounds

        if rounds(received) == 0:
            return use("read_file", customer="C-1001", part="people")
        return reply(("沈砚秋 is its legal representative.", ["e1"]))

    model.policy = policy
    allowed = {**EVERYTHING, FieldClass.PERSONAL: ("openai:local",), FieldClass.SUSPICION: ("openai:local",)}
    answer = ask(ASKED, role="risk", by=assistant(local="openai:local", allowed=allowed))
    assert answer.versions["model"] == "openai:local" and "fallback" not in answer.versions
    outside = [all_text(received) for received in model.chats if received.body["model"] == "scripted"]
    assert outside and all("沈砚秋" not in text for text in outside)


def test_a_fall_back_that_may_see_less_is_not_asked(ask: Any, model: ModelServer, assistant: Any) -> None:
    from tests.modelserver.replies import Fail

    model.policy = lambda received: Fail(503, "overloaded")
    allowed = {**EVERYTHING, FieldClass.PERSONAL: ("openai:scripted",)}
    ask(ASKED, by=assistant(names=("openai:scripted", "openai:second"), allowed=allowed, attempts=1))
    assert {received.body["model"] for received in model.chats} == {"scripted"}


def test_personal_details_are_masked_on_their_way_out_and_back_in_the_answer(
    ask: Any, model: ModelServer, assistant: Any
) -> None:
    def answered(received: Any, got: Any) -> Any:
        row = got[0]["rows"][0]
        phone = next(line for line in row["text"].split("\n") if line.startswith("phone: "))[7:]
        assert phone.startswith("⟦phone-")
        return reply((f"The phone of the contact is {phone}.", [row["id"]]))

    model.policy = step_by_step(use("read_file", customer="C-1001", part="contacts"), answered)
    answer = ask(
        "What is the phone of Yuntang Precision? 身份证11010519491231002X号 and 13800138000",
        role="risk",
        by=assistant(allowed=EVERYTHING),
    )
    phone = next(x for x in answer.evidence[0].quote.split("\n") if x.startswith("phone: "))[7:]
    assert phone in answer.text and "⟦" not in answer.text
    left = shown(model)
    assert phone not in left and "11010519491231002X" not in left and "13800138000" not in left


def test_all_that_was_sent_can_be_shown_from_the_store_and_proved_by_the_ledger(
    ask: Any, model: ModelServer, house: Any, viewer: Any
) -> None:
    model.policy = step_by_step(
        use("find_customer", name="Yuntang"),
        lambda received, got: use("read_file", customer=got[0]["customers"][0]["code"], part="profile"),
        reply(("Yuntang Precision has a registered capital of CNY 60 million.", ["e1"])),
    )
    answer = ask("Who is Yuntang Precision?", conversation="proof")
    with reading(house.databases.read) as connection:
        calls = ModelCalls(connection).of_request(answer.question.id)
        entries = read_ledger(connection, viewer=viewer("compliance"), actions=["model.sent"], limit=20)
    assert [call.outcome for call in calls] == ["done"] * 3 and all(call.tokens_in for call in calls)
    hashes = [entry.detail["sha256"] for entry in entries if entry.subject == answer.question.id][::-1]
    for number, (call, received) in enumerate(zip(calls, model.chats, strict=True), start=1):
        sent = whole(calls, number)
        assert digest_of(sent) == call.sha256 == hashes[number - 1]
        told = [message["text"] for message in sent if message["role"] in ("system", "human", "tool")]
        left = json.dumps(received.body["messages"], ensure_ascii=False)
        assert all(json.dumps(text, ensure_ascii=False)[1:-1] in left for text in told)
        assert len(sent) == len(received.body["messages"])
    # What was sent before is not written twice.
    assert [call.earlier for call in calls] == [
        0,
        len(calls[0].sent),
        len(calls[0].sent) + len(calls[1].sent),
    ]


def test_a_call_is_written_down_before_it_leaves(ask: Any, model: ModelServer, house: Any) -> None:
    seen: list[str] = []

    def policy(received: Any) -> Any:
        with reading(house.databases.read) as connection:
            query = "SELECT outcome FROM model_calls ORDER BY id DESC LIMIT 1"
            seen.append(connection.exec_driver_sql(query).scalar())
        return reply()

    model.policy = policy
    ask("Who is Yuntang Precision?")
    assert seen == ["pending"]
