"""Screening measured on one's own cases: the listed, and people on no list."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from bot.cli import bonafide

LIST = """id,name,aliases,kind,birth_date,nationality
p1,Sergei Petrov,Сергей Петров,person,1970,RU
o1,Blue Harbour Shipping LLC,,organisation,,
"""
CASES = """name,entry,kind,birth_date,nationality
"Petrov, Sergey",house:p1,person,1970-02-01,RU
Blue Harbour Shiping,house:o1,organisation,,
Sergei Petrov,,person,1999-01-01,US
Maria Keller,,person,,
,house:p1,person,,
Somebody,house:p9,person,,
Nobody,p1,person,,
"""


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("BONAFIDE_HOME", str(tmp_path / "home"))
    (tmp_path / "list.csv").write_text(LIST, encoding="utf-8")
    (tmp_path / "cases.csv").write_text(CASES, encoding="utf-8")

    def call(*arguments: str) -> Any:
        return CliRunner().invoke(bonafide, [each.replace("~", str(tmp_path)) for each in arguments])

    return call


def test_without_a_list_it_says_how_to_load_one(run: Any) -> None:
    result = run("eval", "screening", "~/cases.csv")
    assert result.exit_code == 2 and "bonafide lists load" in result.output


def test_the_listed_are_found_and_the_others_are_not_and_bad_lines_are_named(run: Any) -> None:
    assert run("lists", "load", "house", "~/list.csv").exit_code == 0
    result = run("eval", "screening", "~/cases.csv", "--json")
    report = json.loads(result.output)
    assert result.exit_code == 1 and report["lists"] == {"house": 1}
    assert (report["pairs"], report["matches"], report["auc"]) == (4, 2, 1.0)
    assert report["chosen"]["recall"] == 1.0 and report["chosen"]["wrong"] == 0
    reasons = {each["line"]: each["reason"] for each in report["aside"]}
    assert "no name to screen" in reasons[6] and "no entry house:p9" in reasons[7] and "list:id" in reasons[8]


def test_the_effect_of_a_threshold_is_told_in_words(run: Any) -> None:
    run("lists", "load", "house", "~/list.csv")
    told = run("eval", "screening", "~/cases.csv", "--threshold", "0.99").output
    assert "at 0.99" in told and "precision" in told
