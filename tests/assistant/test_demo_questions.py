"""The example questions of the demo, as they are asked: right outcome, what must be said, what must not."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from bot.assistant.answer import Answer


def outcome(answer: Answer) -> str:
    if answer.refused:
        return "refused"
    if answer.clarify:
        return "clarify"
    return "unknown" if answer.unknown and answer.text.startswith(answer.unknown[0][:5]) else "answer"


@pytest.fixture(scope="module")
def rows(house: Any) -> list[dict[str, Any]]:
    with (house.settings.home / "portfolio" / "conversation.jsonl").open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_every_example_question_is_answered_as_expected(
    rows: list[dict], ask_house: Callable[..., Answer]
) -> None:
    wrong: list[str] = []
    for row in rows:
        answer = ask_house(
            row["question"], role=row["as"], place=row["in"], conversation=row.get("conversation", "")
        )
        whole = json.dumps(answer.as_json(), ensure_ascii=False)
        if outcome(answer) not in row["outcome"]:
            wrong.append(f"{row['id']}: {outcome(answer)}, not {row['outcome']}")
        wrong += [
            f"{row['id']}: none of {words}"
            for words in row["expect"]
            if not any(w in answer.text for w in words)
        ]
        wrong += [f"{row['id']}: says {words}" for words in row["absent"] if words in whole]
        if answer.language != row["language"]:
            wrong.append(f"{row['id']}: answers in {answer.language}")
        if answer.versions.get("dropped", "0") != "0":
            wrong.append(f"{row['id']}: the guard dropped {answer.versions['dropped']} lines")
    assert len(rows) >= 50
    assert wrong == []


def test_every_claim_of_every_example_has_evidence_with_source_and_date(
    rows: list[dict], ask_house: Callable[..., Answer]
) -> None:
    claims = 0
    for row in rows:
        answer = ask_house(row["question"], role=row["as"], place=row["in"])
        described = answer.as_json()
        known = {item["id"]: item for item in described["evidence"]}
        for claim in described["claims"]:
            claims += 1
            assert claim["evidence"], claim["text"]
            assert all(known[ref]["source"] and known[ref]["quote"] for ref in claim["evidence"])
    assert claims > 200
