"""What a model is reminded of: the asker's own turns here, as far as they and it may still see them."""

from __future__ import annotations

from typing import Any

from bot.assistant.agent.memory import recollect
from store.access import FieldClass
from tests.agent.conftest import reply, step_by_step, use
from tests.modelserver.received import all_text, messages
from tests.modelserver.server import ModelServer

OPEN = frozenset({FieldClass.PUBLIC, FieldClass.INTERNAL})


def turn(question: str, *claims: tuple[str, str], options: tuple[str, ...] = ()) -> dict[str, Any]:
    """A kept turn; each claim with the class of its one piece of evidence."""
    evidence = [
        {"id": f"e{n}", "class": level, "customer": "C-1", "source": f"S{n}", "date": "2026-01-02"}
        for n, (_, level) in enumerate(claims, start=1)
    ]
    body = {
        "claims": [{"text": text, "evidence": [f"e{n}"]} for n, (text, _) in enumerate(claims, start=1)],
        "evidence": evidence,
        "clarify": {"options": [{"value": value} for value in options]} if options else None,
    }
    return {"question": question, "actor": "role:sales", "body": body}


def test_the_latest_turns_are_told_with_their_statements_and_sources() -> None:
    told = recollect(
        [turn("Who?", ("A pump maker.", "public")), turn("Revenue?", ("EUR 5.", "internal"))],
        OPEN,
        characters=4000,
    )
    assert [each["asked"] for each in told] == ["Who?", "Revenue?"]
    assert told[1]["answered"] == [{"text": "EUR 5.", "from": ["S1 · 2026-01-02"]}]


def test_earlier_turns_shrink_and_the_oldest_are_forgotten() -> None:
    turns = [turn(f"Question {n}", ("x" * 300, "public")) for n in range(30)]
    told = recollect(turns, OPEN, characters=1500)
    assert "answered" in told[-1] and "answered" not in told[0] and told[0]["sources"]
    assert len(str(told)) <= 1600 and len(told) < 30


def test_what_the_model_may_not_see_is_not_remembered_to_it() -> None:
    told = recollect(
        [turn("Alerts?", ("A secret alert.", "suspicion"), ("A fact.", "public"))], OPEN, characters=4000
    )
    assert "secret" not in str(told) and "A fact." in str(told)


def test_a_choice_that_was_offered_is_remembered() -> None:
    assert recollect([turn("Hengyue?", options=("C-2", "C-3"))], OPEN, characters=4000)[0]["offered"] == [
        "C-2",
        "C-3",
    ]


def test_a_follow_up_reaches_the_model_with_the_turn_before_and_only_ones_own(
    ask: Any, model: ModelServer
) -> None:
    model.policy = step_by_step(
        use("read_file", customer="C-1001", part="profile"),
        reply(("Yuntang Precision has a registered capital of CNY 60 million.", ["e1"])),
    )
    ask("Who is Yuntang Precision?", conversation="T:C:1")
    ask("What about the secret wish of compliance?", role="auditor", conversation="T:C:1")
    model.clear()
    model.policy = step_by_step(reply())
    ask("And its legal form?", conversation="T:C:1")
    first = model.chats[0]
    told = [message["content"] for message in messages(first) if message["role"] == "user"]
    assert len(told) == 2 and told[1] == "And its legal form?"
    assert "registered capital of CNY 60 million" in told[0] and told[0].startswith("<material-")
    assert "secret wish" not in all_text(first)


def test_evidence_of_an_earlier_turn_is_read_again_before_it_is_cited(ask: Any, model: ModelServer) -> None:
    said = ("Yuntang Precision has a registered capital of CNY 60 million.", ["e1"])
    model.policy = step_by_step(use("read_file", customer="C-1001", part="profile"), reply(said))
    ask("Who is Yuntang Precision?", conversation="T:C:2")
    model.policy = step_by_step(reply(said))
    answer = ask("And again?", conversation="T:C:2")
    assert answer.versions["fallback"] == "unsupported"


def test_a_source_of_a_models_answer_opens_by_its_number(ask: Any, model: ModelServer) -> None:
    model.policy = step_by_step(
        use("read_file", customer="C-1001", part="people"),
        use("read_file", customer="C-1001", part="profile"),
        lambda received, got: reply(
            ("Yuntang Precision has a registered capital of CNY 60 million.", [got[0]["rows"][0]["id"]])
        ),
    )
    first = ask("Who is Yuntang Precision?", conversation="T:C:3")
    assert "model" in first.versions
    for _ in range(2):
        opened = ask("open source 1", conversation="T:C:3")
        assert [item.id for item in opened.evidence] == [first.evidence[0].id]
        assert "60000000" in opened.text.replace(",", "").replace(" ", "")
