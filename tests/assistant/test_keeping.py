"""Answers are kept once, with the ledger; and asked on the command line with the right exit status."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.assistant.answer import Question
from bot.commands.ask import command
from bot.commands.viewing import viewer_of
from store.answers import Answers
from store.engine import reading
from store.ledger import read, verify


def entries(house: Any, question: str) -> list[Any]:
    viewer = viewer_of(house, "compliance")
    with reading(house.databases.read) as connection:
        return [entry for entry in read(connection, viewer=viewer, limit=500) if entry.subject == question]


def test_an_answer_is_kept_once_with_an_entry_for_each_customer(house: Any) -> None:
    text = "How do Nordhafen Maschinenbau GmbH and 骏砾电子 pay?"
    question = Question("inbox-1", text, viewer_of(house, "risk"), "thread-1", house.clock())
    answer = house.assistant.answer(question)
    assert answer.id is None
    kept = house.assistant.keep(answer)
    again = house.assistant.keep(house.assistant.answer(question))
    assert kept.code == again.code
    assert kept.code is not None
    assert len(entries(house, "inbox-1")) == 2
    with reading(house.databases.read) as connection:
        row = Answers(connection).by_request("inbox-1")
        assert row is not None
        assert row.body["code"] == kept.code
        assert row.focus["customers"] == answer.focus["customers"]
        assert verify(connection).ok


def test_answering_writes_nothing(house: Any) -> None:
    question = Question("inbox-2", "Who is Nordhafen?", viewer_of(house, "sales"), "thread-2", house.clock())
    house.assistant.answer(question)
    assert entries(house, "inbox-2") == []


def test_a_refusal_is_in_the_ledger_without_a_customer(house: Any) -> None:
    question = Question("inbox-3", "Who looked at Nordhafen?", viewer_of(house, "sales"), "", house.clock())
    house.assistant.keep(house.assistant.answer(question))
    (entry,) = entries(house, "inbox-3")
    assert entry.customer_id is None
    assert entry.detail["refused"] is True


@pytest.fixture
def shell(house: Any, monkeypatch: pytest.MonkeyPatch) -> CliRunner:
    monkeypatch.setenv("BONAFIDE_HOME", str(house.settings.home))
    monkeypatch.setenv("BONAFIDE_NOW", "2026-11-21T09:00:00Z")
    return CliRunner()


def test_asking_on_the_command_line(shell: CliRunner) -> None:
    done = shell.invoke(command, ["What was Nordhafen's revenue in 2025?", "--as", "sales", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.output)
    assert "EUR 211.42 million" in told["answer"]
    assert {
        "id",
        "answer",
        "language",
        "claims",
        "evidence",
        "unknown",
        "clarify",
        "refused",
        "versions",
    } <= told.keys()
    assert told["claims"][0]["evidence"] == ["e1"]
    assert {"id", "kind", "source", "tier", "date", "quote", "customer", "external_id", "locator"} <= told[
        "evidence"
    ][0].keys()
    plain = shell.invoke(command, ["How does 骏砾电子 pay?", "--as", "risk", "--in", "#risk"])
    assert "[1]" in plain.output
    assert "\\" not in plain.output


def test_a_refusal_ends_with_three_and_a_wrong_place_with_two(shell: CliRunner) -> None:
    assert shell.invoke(command, ["Who looked at Nordhafen?", "--as", "sales"]).exit_code == 3
    assert shell.invoke(command, ["Who is Nordhafen?", "--as", "nobody@elsewhere.example"]).exit_code == 3
    assert shell.invoke(command, ["Who is Nordhafen?", "--in", "everywhere"]).exit_code == 2
    assert shell.invoke(command, ["Who is Nordhafen?", "--as-of", "soon"]).exit_code == 2
    assert shell.invoke(command, []).exit_code == 2


def test_a_file_is_answered_line_by_line_and_conversations_go_on(shell: CliRunner, tmp_path: Path) -> None:
    lines = [
        {"id": 1, "question": "瀚屿集团2025年营业收入是多少?", "as": "sales", "conversation": "file-talk"},
        {"id": 2, "question": "那前一年呢?", "as": "sales", "conversation": "file-talk"},
        {"id": 3},
        {"id": 4, "question": "What was known about Nordhafen?", "known_at": "2020-01-01"},
        {"id": 5, "question": "Nordhafen revenue", "as_of": "2024-12-31", "as": "risk"},
    ]
    file = tmp_path / "questions.jsonl"
    written = [json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\ufeff" + "\n".join([*written, "{broken", "", "[]"]), encoding="utf-8")
    done = shell.invoke(command, ["--file", str(file)])
    assert done.exit_code == 1
    told = [json.loads(line) for line in done.output.splitlines()]
    assert [line["id"] for line in told] == [1, 2, 3, 4, 5, None, None]
    assert "36.42亿元" in told[0]["answer"]
    assert "33.18亿元" in told[1]["answer"]
    assert "no “question”" in told[2]["error"]
    assert told[3]["unknown"]
    assert "EUR 197.85 million" in told[4]["answer"]
