"""The example conversation of the demo: every question gets what a good answer holds, and nothing it must not."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.assembly import House
from bot.assistant.answer import Answer, Question
from bot.commands.viewing import viewer_of
from bot.demo.portfolio import read_conversation
from store.evidence import EvidenceKind

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
QUESTIONS = read_conversation(today=NOW.date())


def ask(house: House, row: dict[str, Any]) -> Answer:
    conversation = str(row.get("conversation") or row["id"])
    question = Question(
        id=f"journey:{row['id']}",
        text=str(row["question"]),
        viewer=viewer_of(house, str(row["as"]), str(row["in"])),
        conversation=conversation,
        now=NOW,
    )
    return house.assistant.keep(house.assistant.answer(question))


@pytest.fixture(scope="module")
def answers(house: House) -> dict[str, Answer]:
    """All answers, asked in the order of the file, so that follow-ups have something to follow."""
    return {str(row["id"]): ask(house, row) for row in QUESTIONS}


def outcome(answer: Answer) -> str:
    if answer.refused:
        return "refused"
    if answer.clarify:
        return "clarify"
    substance = [item for item in answer.evidence if item.kind is not EvidenceKind.SEARCH]
    return "answer" if answer.claims and substance else "unknown"


@pytest.mark.parametrize("row", QUESTIONS, ids=[str(row["id"]) for row in QUESTIONS])
def test_the_answer_holds_what_it_should(answers: dict[str, Answer], row: dict[str, Any]) -> None:
    answer = answers[row["id"]]
    shown = answer.text + "\n" + "\n".join(item.quote for item in answer.evidence)
    assert outcome(answer) in row["outcome"], shown
    assert answer.language == row["language"], shown
    for group in row["expect"]:
        assert any(word in shown for word in group), f"none of {group} in:\n{shown}"
    for word in row.get("absent") or []:
        assert word not in shown, f"{word} in:\n{shown}"


def test_every_statement_stands_on_evidence(answers: dict[str, Answer]) -> None:
    for answer in answers.values():
        known = {item.id for item in answer.evidence}
        for claim in answer.claims:
            assert claim.evidence, (answer.question.text, claim.text)
            assert set(claim.evidence) <= known
