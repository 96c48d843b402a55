"""`bonafide eval names`: labelled pairs in, AUC and the effect of a threshold out; lines that cannot be used."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from bot.cli import bonafide
from bot.evaluation.names import Pair, Scored, at, auc, measure, reaching, read_pairs, score_pairs

PAIRS = """left,right,is_match,kind
深圳市恒岳科技有限公司,恆岳科技（深圳）有限公司,true,organisation
深圳市恒岳科技有限公司,北京恒星贸易有限公司,false,organisation
Sergei SHCHERBAKOV,Щербаков Сергей,是,person
Sergei SHCHERBAKOV,Анна Иванова,0,person
Rosneft Trading S.A.,Rosneft Trading,yes,
"""


def scored(*given: tuple[float, bool]) -> list[Scored]:
    return [Scored(Pair(n, "a", "b", match), score) for n, (score, match) in enumerate(given, 1)]


def test_pairs_are_measured_from_the_command_line(tmp_path: Path) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(PAIRS, encoding="utf-8")
    done = CliRunner().invoke(bonafide, ["eval", "names", str(file), "--json"])
    assert done.exit_code == 0, done.output
    report = json.loads(done.output)
    assert (report["pairs"], report["matches"], report["auc"]) == (5, 3, 1.0)
    assert report["chosen"]["right"] == 3 and report["chosen"]["wrong"] == 0
    assert set(report["by_kind"]) == {"organisation", "person", "unknown"}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_report_is_told_in_both_languages(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "pairs.csv"
    file.write_text(PAIRS + "only one side,,true,\n", encoding="gb18030")
    monkeypatch.setenv("BONAFIDE_LANGUAGE", language)
    done = CliRunner().invoke(bonafide, ["eval", "names", str(file), "--threshold", "0.995"])
    assert done.exit_code == 1
    assert "AUC 1.000" in done.output and "Щербаков Сергей (4)" in done.output


def test_lines_that_cannot_be_used_are_set_aside_with_their_number() -> None:
    lines = [
        '{"left": "A Ltd", "right": "A Limited", "is_match": true}',
        "nonsense",
        "[1]",
        '{"left": "A", "right": 3, "is_match": true}',
        '{"left": "A", "right": "B", "is_match": "perhaps"}',
        '{"left": "A", "right": "B", "is_match": false, "kind": "planet"}',
        "",
    ]
    pairs, aside = read_pairs(("\ufeff" + "\n".join(lines)).encode())
    assert [pair.line for pair in pairs] == [1]
    assert [line for line, _ in aside] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"left,right\nA,B\n", b"\x00\xff\xfe", b"{" * 100_000])
def test_a_file_without_pairs_gives_a_report_of_nothing(content: bytes) -> None:
    pairs, _ = read_pairs(content)
    report = measure(score_pairs(pairs), 0.5)
    assert report["pairs"] == 0 and report["auc"] is None and report["best"] is None


def test_an_open_quote_ends_the_file_and_keeps_what_came_before() -> None:
    pairs, aside = read_pairs(('left,right,is_match\nA,B,true\n"A,B,true\n' + "C,D,true\n" * 50).encode())
    assert len(pairs) == 1 and len(aside) == 1 and "CSV" in aside[0][1]


def test_a_threshold_takes_and_misses() -> None:
    pairs = scored((0.9, True), (0.8, False), (0.6, True), (0.2, True), (0.1, False))
    found = at(pairs, 0.5)
    assert (found["right"], found["wrong"], found["missed"]) == (2, 1, 1)
    assert (found["precision"], found["recall"], found["false_positive_rate"]) == (0.6667, 0.6667, 0.5)
    assert auc([(each.score, each.pair.is_match) for each in pairs]) == 0.6667
    report = measure(pairs, 0.5)
    assert report["best"]["threshold"] == 0.2 and report["best"]["f1"] == 0.8571
    assert [each["score"] for each in report["missed"]] == [0.2]
    assert [each["score"] for each in report["taken"]] == [0.8]


def test_a_wished_precision_finds_most_and_a_wished_recall_errs_least() -> None:
    pairs = scored((0.9, True), (0.8, False), (0.7, True), (0.6, True), (0.2, False), (0.1, True))
    assert reaching(pairs, "precision", 0.99) == at(pairs, 0.9)
    assert reaching(pairs, "precision", 0.75) == at(pairs, 0.6)
    assert reaching(pairs, "recall", 0.75) == at(pairs, 0.6)
    assert reaching(pairs, "recall", 1.0) == at(pairs, 0.1)
    assert reaching(scored((0.9, False), (0.5, True)), "precision", 0.6) is None


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_goes_wrong_is_shown_with_its_reasons(
    tmp_path: Path, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BONAFIDE_LANGUAGE", language)
    file = tmp_path / "pairs.jsonl"
    lines = [
        {"left": "恒岳科技（杭州）有限公司", "right": "恒岳科技（深圳）有限公司", "is_match": True},
        {"left": "Sergei Lavrov", "right": "Sergei Lavrow", "is_match": False, "kind": "person"},
        {"left": "Аpple Inc.", "right": "Apple Computer Trading", "is_match": True},
    ]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    asked = f"eval names {file} --threshold 0.95 --precision 0.9 --recall 0.9".split()
    report = json.loads(CliRunner().invoke(bonafide, [*asked, "--json"]).output)
    assert {each["line"] for each in report["missed"]} == {1, 3}
    hangzhou = next(each for each in report["missed"] if each["line"] == 1)
    assert hangzhou["because"][0]["feature"] == "place_conflict" and hangzhou["because"][0]["note"]
    assert next(each for each in report["missed"] if each["line"] == 3)["deceiving"] == "Аpple"
    assert set(report["wished"]) == {"precision", "recall"}
    told = CliRunner().invoke(bonafide, asked).output
    assert hangzhou["because"][0]["note"] in told and "Аpple" in told


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30), st.floats(0.01, 1))
def test_what_is_reached_is_what_was_wished(scores: list[tuple[int, bool]], wish: float) -> None:
    pairs = scored(*((float(score), match) for score, match in scores))
    for share in ("precision", "recall"):
        found = reaching(pairs, share, wish)
        reached = [each for each in {score for score, _ in scores} if (at(pairs, each)[share] or 0) >= wish]
        assert found is None or found[share] >= wish - 1e-4
        assert (found is not None) or not reached


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=30))
def test_auc_is_the_share_of_pairs_of_pairs_in_the_right_order(scores: list[tuple[int, bool]]) -> None:
    given_scores = [(float(score), match) for score, match in scores]
    won = [
        1.0 if good > bad else 0.5 if good == bad else 0.0
        for good, yes in given_scores
        if yes
        for bad, no in given_scores
        if not no
    ]
    found = auc(given_scores)
    assert found is None if not won else found == pytest.approx(sum(won) / len(won), abs=1e-4)
