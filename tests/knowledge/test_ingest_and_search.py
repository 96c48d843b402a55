"""The two commands as people and scripts call them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.commands.ingest import command as ingest
from bot.commands.search import command as search

NEWS = [
    {
        "id": "n-1",
        "title": "处罚",
        "text": "恒岳科技因排放超标被罚款85万元。",
        "published": "2024-03-18",
        "source": "新闻社",
    },
    {"id": "n-2", "text": "Amcor's net sales were $14,694 million.", "published": "2023-08-16"},
]


@pytest.fixture
def call(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """call(command, *arguments) in a house of its own."""
    for name in ("BONAFIDE_DATABASE_URL", "BONAFIDE_CONFIG", "BONAFIDE_POLICY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BONAFIDE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BONAFIDE_NOW", "2026-11-21T09:00:00Z")
    monkeypatch.chdir(tmp_path)

    def run(command: Any, *arguments: str) -> Result:
        return CliRunner().invoke(command, list(arguments))

    return run


def write(path: Path, *records: Any) -> str:
    path.write_text("\n".join(json.dumps(record, ensure_ascii=False) for record in records), encoding="utf-8")
    return str(path)


def test_news_go_in_and_are_found_line_by_line(call: Any, tmp_path: Path) -> None:
    news = write(tmp_path / "news.jsonl", *NEWS)
    first = call(ingest, news, "--class", "public", "--json")
    assert first.exit_code == 0
    assert json.loads(first.stdout)["read"] == 2
    assert json.loads(call(ingest, news, "--json").stdout)["unchanged"] == 2

    asked = write(
        tmp_path / "asked.jsonl",
        {"id": "q-1", "query": "恒岳科技被罚款多少？"},
        {"qid": "q-2", "query": "Amcor net sales", "since": "2024"},
        {"id": "q-3", "query": "Amcor net sales", "until": "2023"},
    )
    result = call(search, "--file", asked, "--as", "sales", "--in", "#anywhere")
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [line["id"] for line in lines] == ["q-1", "q-2", "q-3"]
    (hit,) = lines[0]["hits"]
    assert set(hit) == {
        "evidence", "external_id", "title", "source", "published", "locator", "quote", "score", "customers"
    }  # fmt: skip
    assert (hit["external_id"], hit["source"], hit["published"]) == ("n-1", "新闻社", "2024-03-18")
    assert "85万元" in hit["quote"]
    assert [len(line["hits"]) for line in lines] == [1, 0, 1]


def test_what_is_not_said_to_be_public_stays_inside(call: Any, tmp_path: Path) -> None:
    call(ingest, write(tmp_path / "news.jsonl", *NEWS))
    inside = json.loads(call(search, "罚款", "--as", "sales", "--json").stdout)
    outside = json.loads(call(search, "罚款", "--as", "sales", "--in", "#open", "--json").stdout)
    assert (len(inside["hits"]), outside["hits"]) == (1, [])


def test_a_broken_line_ends_with_status_one_and_the_others_are_answered(call: Any, tmp_path: Path) -> None:
    news = tmp_path / "news.jsonl"
    news.write_text(json.dumps(NEWS[0]) + "\n{broken\n", encoding="utf-8")
    result = call(ingest, str(news))
    assert result.exit_code == 1
    assert "line 2" in result.output
    asked = tmp_path / "asked.jsonl"
    asked.write_text(
        '{"id": 1, "query": "罚款"}\nbroken\n{"id": 3}\n{"id": 4, "query": "罚款", "since": "soon"}\n',
        encoding="utf-8",
    )
    answered = call(search, "--file", str(asked))
    lines = [json.loads(line) for line in answered.stdout.splitlines()]
    assert (answered.exit_code, [line["id"] for line in lines]) == (1, [1, None, 3, 4])
    assert lines[0]["hits"]
    assert all("error" in line for line in lines[1:])


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        (search, []),
        (search, ["x", "--since", "soon"]),
        (search, ["x", "--customer", "C-9999"]),
        (search, ["x", "--as", "king"]),
        (ingest, ["/nowhere/at/all"]),
        (ingest, [".", "--customer", "C-9999"]),
        (ingest, [".", "--class", "secret"]),
    ],
)
def test_wrong_usage_is_said_in_one_sentence(call: Any, command: Any, arguments: list[str]) -> None:
    result = call(command, *arguments)
    assert result.exit_code == 2
    assert "Error" in result.output
