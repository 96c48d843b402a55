"""`bonafide classify`: one text, or a file of them, in the shape that doors.md promises."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import bonafide

FINED = "2026年11月12日，恒岳科技因信息披露违规被证监会处以罚款1,250.5万元。"


def run(*arguments: str) -> Any:
    return CliRunner().invoke(bonafide, ["classify", *arguments])


def test_one_text_for_people_and_for_programs():
    shown = run(FINED, "--subject", "恒岳科技")
    assert shown.exit_code == 0
    assert "信批违规" in shown.output and "CNY 12,505,000" in shown.output and FINED in shown.output
    told = json.loads(run(FINED, "--subject", "恒岳科技", "--json").output)
    assert (told["id"], told["adverse"]) == (None, True)
    [event] = told["events"]
    assert {"type", "severity", "status", "role", "subject", "words", "date", "amount"} <= set(event)
    assert (event["type"], event["role"], event["subject"]) == ("disclosure_violation", "subject", "恒岳科技")
    assert event["amount"] == {"value": "12505000", "currency": "CNY"}
    assert event["date"] == "2026-11-12"


def test_a_file_gives_a_line_for_every_line_and_says_which_cannot_be_used(tmp_path: Path):
    lines = [
        {"id": "a", "title": "恒岳科技被罚", "text": FINED, "subject": "恒岳科技"},
        {
            "id": 2,
            "title": None,
            "text": "Northgate Trading opens a warehouse.",
            "subject": ["Northgate Trading"],
        },
        {"id": "c", "text": 7},
        {"id": "d", "title": "", "text": " "},
    ]
    file = tmp_path / "articles.jsonl"
    written = [json.dumps(line, ensure_ascii=False) for line in lines]
    file.write_text("\n".join([*written, "", "no JSON"]), encoding="utf-8")
    done = run("--file", str(file))
    answers = [json.loads(line) for line in done.output.splitlines()]
    assert done.exit_code == 1
    assert [answer["id"] for answer in answers] == ["a", 2, "c", "d", None]
    assert [answer["adverse"] for answer in answers] == [True, False, None, None, None]
    assert answers[1]["events"] == []
    assert "line 3" in answers[2]["error"] and "line 6" in answers[4]["error"]


@pytest.mark.parametrize("arguments", [[], ["some text", "--file", __file__]])
def test_a_text_or_a_file_and_not_both(arguments):
    assert run(*arguments).exit_code == 2
