"""`bonafide screen` and `bonafide hits`, as the contract says and as people use them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import build
from bot.cli import main
from bot.settings import load_settings
from store.engine import reading
from store.people import People

LIST = "id,name,aliases,kind,birth_date,nationality,identifiers\n" + (
    "1,Sergei Petrov,Сергей Петров,person,1970-02-01,RU,passport:E1234567\n"
    "2,=cmd|calc Trading,,organisation,,,\n"
)
KEYS = {"list", "version", "entry", "name", "matched", "score", "because", "against", "decision"}


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """run(*words): exit status, output and errors of a command, on a house with a list and two people."""
    monkeypatch.setenv("BONAFIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BONAFIDE_NOW", "2026-11-21T09:00:00+00:00")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["bonafide", *words])
        try:
            main()
            status = 0
        except SystemExit as done:
            status = int(done.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    path, users = tmp_path / "house.csv", tmp_path / "users.csv"
    path.write_text(LIST, encoding="utf-8")
    users.write_text("email,role\nli@firm.cn,risk\nchen@firm.cn,compliance\nzhao@firm.cn,sales\n", "utf-8")
    assert run("lists", "load", "house", str(path))[0] == 0
    assert run("import", "users", str(users))[0] == 0
    with reading(build(load_settings()).databases.read) as connection:
        assert People(connection).by_email("li@firm.cn")
    return run


Run = Callable[..., tuple[int, str, str]]


def test_screen_as_the_contract_says(run: Run, tmp_path: Path) -> None:
    status, said, _ = run("screen", "Petrov Sergey", "--birth-date", "1970-02-01", "--json")
    told = json.loads(said)
    assert (status, told["id"]) == (0, None)
    (hit,) = told["hits"]
    assert hit.keys() >= KEYS
    assert (hit["list"], hit["version"], hit["entry"], hit["decision"]) == ("house", 1, "1", None)
    assert all(note["note"] and isinstance(note["value"], float) for note in hit["because"])
    lines = [
        {"id": "a", "name": "Сергей Петров", "kind": "person", "identifiers": ["passport: E 123-4567"]},
        {"id": "b", "name": ""},
        {"id": "c", "name": "王建国", "kind": None, "birth_date": None},
        {"id": "d", "name": 7},
        {"id": "e", "customer": "C-9999"},
    ]
    file = tmp_path / "names.jsonl"
    text = "\n".join(json.dumps(line) for line in lines) + "\nnonsense\n[]\n"
    file.write_text(text, encoding="utf-8")
    status, said, _ = run("screen", "--file", str(file))
    answers = [json.loads(line) for line in said.splitlines()]
    assert status == 1
    assert [each["id"] for each in answers] == ["a", "b", "c", "d", "e", None, None]
    assert answers[0]["hits"][0]["because"][0]["feature"] == "same_identifier"
    assert answers[2]["hits"] == []
    assert all(each["error"].startswith("line ") for each in (*answers[3:], answers[1]))


def test_a_decision_with_four_eyes_and_the_export_of_it(run: Run, tmp_path: Path) -> None:
    run("screen", "Sergei Petrov", "--birth-date", "1970-02-01")
    run("screen", "=cmd|calc Trading", "--kind", "organisation")
    assert run("hits", "decide", "h1", "false", "--reason", "x", "--as", "risk")[0] == 3
    status, said, _ = run("hits", "decide", "h1", "false", "--reason", "born in Perm", "--as", "li@firm.cn")
    assert (status, "second person" in said) == (0, True)
    assert run("hits", "confirm", "H-1", "--as", "li@firm.cn")[0] == 1
    status, said, _ = run("hits", "confirm", "H-1", "--as", "chen@firm.cn", "--json")
    assert (status, json.loads(said)["decision"]["by"]) == (0, "chen@firm.cn")
    shown = json.loads(run("hits", "show", "H-1", "--json")[1])
    assert [step["act"] for step in shown["history"]] == ["opened", "proposed", "confirmed"]
    assert "born in Perm" in run("hits", "show", "H-1")[1]
    assert "H-1" not in run("hits", "list")[1]
    assert "H-1" in run("hits", "list", "--state", "false")[1]
    target = tmp_path / "hits.csv"
    assert run("hits", "export", str(target), "--as", "chen@firm.cn")[0] == 0
    rows = list(csv.DictReader(io.StringIO(target.read_text("utf-8-sig"))))
    mine = [row for row in rows if row["Hit"] == "H-1"]
    assert [(row["What happened"], row["Who"], row["Reason"]) for row in mine] == [
        ("opened", "", ""),
        ("proposed as false", "li@firm.cn", "born in Perm"),
        ("confirmed as false", "chen@firm.cn", ""),
    ]
    assert all(row["Ledger number"].isdigit() and row["List version"] == "1" for row in rows)
    # A name that a spreadsheet would run is text there.
    assert {row["Entry name"] for row in rows if row["Hit"] == "H-2"} == {"'=cmd|calc Trading"}
    book = tmp_path / "hits.xlsx"
    assert run("hits", "export", str(book), "--as", "chen@firm.cn")[0] == 0
    import openpyxl

    sheet: Any = openpyxl.load_workbook(book).worksheets[0]
    assert sheet.max_row == len(rows) + 1
    assert "exported" in run("ledger", "show", "--as", "compliance")[1]


@pytest.mark.parametrize(
    "words",
    [
        ("screen", "Sergei Petrov"),
        ("hits", "list"),
        ("hits", "show", "H-1"),
        ("hits", "decide", "H-1", "true", "--reason", "x"),
        ("hits", "confirm", "H-1"),
    ],
)
def test_sales_hears_the_same_with_a_hit_and_without(run: Run, words: tuple[str, ...]) -> None:
    before = run(*words, "--as", "zhao@firm.cn")
    run("screen", "Sergei Petrov")
    assert run(*words, "--as", "zhao@firm.cn") == before
    assert before[0] == 3


def test_wrong_use_is_said_in_one_line(run: Run) -> None:
    for words, status in (
        (("screen",), 2),
        (("screen", "x", "--customer", "C-1"), 2),
        (("screen", "…"), 2),
        (("screen", "Wang", "--birth-date", "soon"), 2),
        (("screen", "Wang", "--lists", "ofac"), 2),
        (("hits", "show", "nonsense"), 2),
        (("hits", "export", "hits.pdf"), 2),
    ):
        got, said, wrong = run(*words)
        assert (got, said) == (status, "")
        assert wrong.strip()
        assert "Traceback" not in wrong
