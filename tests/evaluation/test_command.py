"""`bonafide eval answers` over the made-up portfolio: counts, validity, both ways, lines set aside, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import bonafide
from bot.commands.evaluate_answers import built
from bot.evaluation.questions import read_questions
from bot.evaluation.running import Examination
from bot.evaluation.summary import summarise
from bot.evaluation.writing import write
from prompts.phrasebook import Phrasebook
from store.access import Viewer
from store.engine import reading
from store.ledger import read as read_ledger

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

LINES: list[Any] = [
    {
        "id": "revenue",
        "question": "瀚屿集团2025年营业收入是多少?",
        "as": "sales",
        "conversation": "a",
        "gold": {"value": {"amount": "36.42", "unit": "亿"}, "customers": ["hanyu-group"], "language": "zh"},
    },
    {
        "id": "before",
        "question": "那前一年呢?",
        "as": "sales",
        "conversation": "a",
        "gold": {"value": {"amount": "33.18", "unit": "亿"}, "customers": ["hanyu-group"], "language": "zh"},
    },
    {
        "id": "looked",
        "question": "Who looked at Junli Electronics?",
        "as": "sales",
        "gold": {"outcome": "refused"},
    },
    {
        "id": "nobody",
        "question": "Who is Marble Arch Bearings?",
        "as": "chen.yutong@demo.example",
        "in": "#sales",
        "gold": {"outcome": "unknown"},
    },
    "nonsense",
    {"id": "king", "question": "x", "as": "king", "gold": {}},
    {"id": "who", "question": "x", "gold": {"customers": ["nobody-at-all"]}},
    {
        "id": "false",
        "question": "Who is the legal representative of Tallgrass?",
        "as": "risk",
        "phase": "trap",
        "gold": {"says": [["Miles Tolland-Greaves"]], "outcome": "unknown"},
    },
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The made-up portfolio in a real store, on 21 November 2026."""
    from bot.assembly import build
    from bot.demo.loading import load_portfolio
    from bot.settings import Settings

    home: Path = tmp_path_factory.mktemp("measured")
    made = build(Settings(home=home, now=NOW))
    load_portfolio(made, home / "portfolio", today=date(2026, 11, 21))
    yield made
    made.databases.close()


@pytest.fixture
def call(house: Any) -> Callable[..., Result]:
    """call(arguments …, VARIABLE=…): the command on this house."""

    def run(*arguments: str, **more: str | None) -> Result:
        env = {
            "BONAFIDE_HOME": str(house.settings.home),
            "BONAFIDE_NOW": "2026-11-21T09:00:00Z",
            "BONAFIDE_MODEL": None,
            **more,
        }
        return CliRunner().invoke(bonafide, ["eval", "answers", *arguments], env=env)

    return run


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Questions, two of them of one conversation, and three lines that cannot be used."""
    path = tmp_path / "questions.jsonl"
    lines = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in LINES]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_report_for_scripts_counts_what_was_right_and_says_what_was_not(
    call: Callable[..., Result], file: Path, tmp_path: Path
) -> None:
    out = tmp_path / "answers.jsonl"
    result = call(str(file), "--json", "--out", str(out))
    assert result.exit_code == 1, result.output
    report = json.loads(result.stdout)
    assert list(report["ways"]) == ["builtin"]
    assert [aside["line"] for aside in report["aside"]] == [5, 6, 7]
    told = report["ways"]["builtin"]
    assert (told["questions"], told["right"], told["wrong"]) == (5, 4, 1)
    assert told["outcomes"] == {"answer": 3, "unknown": 1, "refused": 1, "clarify": 0}
    assert told["expected_unknown"] == {"questions": 2, "kept": 1}
    assert told["expected_refused"] == {"questions": 1, "kept": 1}
    assert told["by_role"] == {
        "risk": {"questions": 1, "right": 0, "wrong": 1},
        "sales": {"questions": 4, "right": 4, "wrong": 0},
    }
    assert told["by_language"]["zh"] == {"questions": 2, "right": 2, "wrong": 0}
    assert told["citations"]["claims"] > 3
    assert told["citations"]["valid_share"] == told["figures"]["valid_share"] == 1
    assert told["usage"] is None
    assert 0 < told["seconds"]["p50"] <= told["seconds"]["p95"]
    [mistake] = told["wrong_ones"]
    assert mistake["id"] == "false"
    assert mistake["phase"] == "trap"
    assert mistake["expected"] == {"outcome": ["unknown"], "says": [["Miles Tolland-Greaves"]]}
    assert mistake["objections"] == ["answer, not unknown", "says nothing of Miles Tolland-Greaves"]
    assert "Loretta Vandersloot" in mistake["answer"]
    written = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [(row["id"], row["way"], row["right"]) for row in written][-1] == ("false", "builtin", False)
    assert written[0]["answer"]["claims"]


def test_people_read_the_same_in_either_language(call: Callable[..., Result], file: Path) -> None:
    english, chinese = call(str(file)), call(str(file), BONAFIDE_LANGUAGE="zh")
    assert english.exit_code == chinese.exit_code == 1
    assert "5 questions: 4 right, 1 wrong" in english.stdout
    assert "line 5 set aside: " in english.stdout
    assert "✗ false (line 8)" in english.stdout
    assert "共5题：4题正确，1题错误" in chinese.stdout


def test_nothing_set_aside_is_exit_status_0(call: Callable[..., Result], tmp_path: Path) -> None:
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(LINES[2]), encoding="utf-8")
    assert call(str(path)).exit_code == 0


def test_answers_are_not_written_over_the_questions(call: Callable[..., Result], file: Path) -> None:
    before = file.read_bytes()
    result = call(str(file), "--out", str(file))
    assert result.exit_code == 2
    assert "write over the questions" in result.output
    assert file.read_bytes() == before


@pytest.mark.parametrize("way", ["--with-model", "--both"])
def test_without_a_model_the_way_with_one_says_what_to_set(
    call: Callable[..., Result], file: Path, way: str
) -> None:
    result = call(str(file), way)
    assert result.exit_code == 2
    assert "set BONAFIDE_MODEL to provider:model" in result.output


def test_the_built_in_way_does_not_see_that_a_model_is_set(house: Any) -> None:
    settings = house.settings.model_copy(
        update={"model": "openai:gpt-5", "fallback_model": "ollama:qwen3", "local_model": "ollama:qwen3"}
    )
    plain = built(settings, "builtin").settings
    assert (plain.model, plain.fallback_model, plain.local_model) == (None, None, None)
    assert built(settings, "model").settings.model == "openai:gpt-5"


def test_both_ways_stand_beside_each_other(call: Callable[..., Result], tmp_path: Path) -> None:
    from tests.modelserver.received import rounds
    from tests.modelserver.replies import Call, ToolUse
    from tests.modelserver.server import ModelServer

    good = {"statements": [{"text": "注册资本为6,000万元。", "evidence": ["e1"]}]}
    steps = [
        Call(ToolUse("find_customer", {"name": "允棠精密"})),
        Call(ToolUse("read_file", {"customer": "C-1001", "part": "profile"})),
        Call(ToolUse("Reply", good)),
    ]
    line = {
        "question": "允棠精密的注册资本是多少?",
        "as": "sales",
        "gold": {
            "value": {"amount": "6000", "unit": "万", "currency": "CNY"},
            "customers": ["yuntang-precision"],
        },
    }
    path = tmp_path / "one.jsonl"
    path.write_text(json.dumps(line, ensure_ascii=False), encoding="utf-8")
    with ModelServer(lambda received: steps[min(rounds(received), 2)]) as server:
        result = call(
            str(path),
            "--json",
            BONAFIDE_MODEL="openai:scripted",
            BONAFIDE_MODEL_URL=server.url,
            BONAFIDE_MODEL_KEY="key-of-the-test",
        )
        asked = len(server.chats)
    assert result.exit_code == 0, result.output
    ways = json.loads(result.stdout)["ways"]
    assert list(ways) == ["builtin", "model"]
    assert [way["right"] for way in ways.values()] == [1, 1]
    assert ways["builtin"]["usage"] is None
    assert ways["model"]["usage"]["calls"] == asked == 3
    assert ways["model"]["usage"]["tokens_in"] > 100
    assert ways["model"]["fallbacks"] == {}
    assert ways["model"]["citations"]["valid_share"] == ways["model"]["figures"]["valid_share"] == 1


def test_whoever_evaluates_stands_in_the_ledger(house: Any, policy: Any) -> None:
    from store.access import Audience, Role
    from store.customers import Customers

    eye = Viewer("role:compliance", Role.COMPLIANCE, Audience.alone(), policy.rights)
    with reading(house.databases.read) as connection:
        customer = Customers(connection).find("saltbox-thermal").id
        before = len(read_ledger(connection, viewer=eye, customer_id=customer))
    line = {
        "question": "How much cash did Saltbox Thermal have at the end of 2025?",
        "as": "risk",
        "gold": {},
    }
    asked = read_questions([json.dumps(line).encode()]).questions[0]
    assert Examination(house).ask(asked).verdict.right
    with reading(house.databases.read) as connection:
        after = read_ledger(connection, viewer=eye, customer_id=customer)
    assert len(after) == before + 1
    assert after[0].actor == "role:risk"


def test_an_invented_citation_and_a_changed_quotation_are_found(house: Any, policy: Any) -> None:
    from bot.commands.viewing import viewer_of
    from bot.evaluation import citations
    from bot.evaluation.archive import Stored

    asked = [
        {"question": "Why is Saltbox Thermal in a patent fight?", "as": "risk", "gold": {}},
        {"question": "瀚屿集团2025年营业收入是多少?", "as": "risk", "gold": {}},
    ]  # fmt: skip
    examination = Examination(house)
    archive = Stored(house).of(viewer_of(house, "risk"))
    kinds = set()
    for line in read_questions(json.dumps(one).encode() for one in asked).questions:
        told = examination.ask(line).answer
        assert citations.faults(told, archive) == {}
        for item in told["evidence"]:
            kinds.add(item["kind"])
            forged = [
                {**one, "quote": one["quote"] + " and more", "ref": _other(one["ref"])}
                if one is item
                else one
                for one in told["evidence"]
            ]
            found = citations.faults({**told, "evidence": forged}, archive)
            assert bool(found) is (item["kind"] in ("record", "passage")), item["kind"]
    assert {"record", "passage"} <= kinds


def test_tokens_and_cost_of_a_model_are_added_up(house: Any) -> None:
    line = json.dumps({"question": "Who is Nordhafen?", "as": "risk", "gold": {}}).encode()
    result = Examination(house).ask(read_questions([line]).questions[0])
    usage = {"calls": 2, "tokens_in": 1_000, "tokens_out": 200, "cost": "0.0125", "currency": "USD"}
    spent = [replace(result, answer={**result.answer, "usage": usage, "versions": {"fallback": "slow"}})] * 2
    summary = summarise([*spent, result])
    assert summary["usage"] == {
        "answers": 2,
        "calls": 4,
        "tokens_in": 2_000,
        "tokens_out": 400,
        "cost": "0.0250",
        "currency": "USD",
    }
    told = write({"ways": {"model": summary}, "aside": []}, Phrasebook("en"))
    assert "instead: 2 (slow 2)" in told
    assert "used: 4 calls, 2400 tokens, cost 0.0250 USD" in told
    assert summarise([])["seconds"] == {"p50": None, "p95": None}


def _other(ref: str) -> str:
    """The same kind of reference to something else."""
    kind, _, name = ref.partition("-")
    return f"{kind}-{name[:-4]}{'0000' if not name.endswith('0000') else '1111'}"
