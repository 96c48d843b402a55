"""`bonafide check` over the made-up portfolio: the shape of the contract, the batch, rights, and words for people."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import exit_status
from bot.commands.check import command
from store.errors import AmbiguousSubject, Forbidden, UnknownSubject

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CUSTOMERS = 30


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The made-up portfolio in a real store, on 21 November 2026."""
    from bot.assembly import build
    from bot.demo.loading import load_portfolio
    from bot.settings import Settings

    home: Path = tmp_path_factory.mktemp("house")
    built = build(Settings(home=home, now=NOW))
    load_portfolio(built, home / "portfolio", today=date(2026, 11, 21))
    yield built
    built.databases.close()


@pytest.fixture
def call(house: Any) -> Callable[..., Result]:
    """call(arguments …): the command on this house."""

    def run(*arguments: str) -> Result:
        env = {"BONAFIDE_HOME": str(house.settings.home), "BONAFIDE_NOW": "2026-11-21T09:00:00Z"}
        return CliRunner().invoke(command, arguments, env=env)

    return run


def test_one_check_as_json(call: Callable[..., Result]) -> None:
    result = call("C-1004", "--json", "--language", "zh")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert {
        "id",
        "code",
        "customer",
        "sections",
        "missing",
        "requests",
        "evidence",
        "figures",
        "earlier",
        "versions",
    } <= set(told)
    assert (told["customer"], told["status"]) == ("C-1004", "fail")
    names = [each["name"] for each in told["sections"]]
    assert names == ["identity", "finance", "business", "reputation", "law", "compliance"]
    for section in told["sections"]:
        assert {
            "name",
            "status",
            "completeness",
            "freshness_days",
            "findings",
            "sources",
            "conflicts",
        } <= set(section)


@pytest.mark.parametrize("name", ["骏砾电子", "东莞骏砾", "东莞市骏烁电子有限公司"])
def test_a_short_name_or_a_typing_error_means_the_one_customer(
    call: Callable[..., Result], name: str
) -> None:
    result = call(name, "--json")
    assert result.exit_code == 0, result.exception
    assert json.loads(result.stdout)["customer"] == "C-1004"


def test_what_is_only_like_a_name_gives_those_to_choose_from(
    call: Callable[..., Result], tmp_path: Path
) -> None:
    """Exit status 2 and the candidates; no check is made of a firm that may not be meant."""
    result = call("泠舟")
    assert result.exception is not None and exit_status(result.exception) == 2
    assert "C-1015 温州泠舟纺织机械有限公司" in str(result.exception) and result.stdout == ""
    nobody = call("no such firm anywhere")
    assert isinstance(nobody.exception, UnknownSubject) and "perhaps" not in str(nobody.exception)
    file = tmp_path / "names.jsonl"
    file.write_text('{"id": 1, "customer": "骏砾电子"}\n{"id": 2, "customer": "泠舟"}\n', encoding="utf-8")
    one, other = map(json.loads, call("--file", str(file)).stdout.splitlines())
    assert one["customer"] == "C-1004" and "C-1015" in other["error"]


def test_a_name_of_two_customers_gives_both(house: Any, call: Callable[..., Result], tmp_path: Path) -> None:
    rows = [
        {"customer_key": f"twin-{place}", "legal_name": f"{place}晴岚包装有限公司", "short_name": "晴岚包装"}
        for place in ("无锡", "常州")
    ]
    path = tmp_path / "customers.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    assert not house.intake.import_file("customers", path, actor="test").aside
    refused = call("晴岚包装").exception
    assert isinstance(refused, AmbiguousSubject) and len(refused.codes) == 2 and exit_status(refused) == 2
    assert all(f"{place}晴岚包装有限公司" in str(refused) for place in ("无锡", "常州"))


def test_the_whole_portfolio_in_a_batch(call: Callable[..., Result], tmp_path: Path) -> None:
    """One line out for each line in, in order and with its id; a line that means nobody says so and the rest go on."""
    lines = [{"id": f"n{number}", "customer": f"C-{1000 + number}"} for number in range(1, CUSTOMERS + 1)]
    lines.insert(2, {"id": "nobody", "customer": "C-9999"})
    file = tmp_path / "in.jsonl"
    file.write_text("\n".join([*map(json.dumps, lines), "{broken", ""]), encoding="utf-8")
    result = call("--file", str(file))
    assert result.exit_code == 1
    out = [json.loads(line) for line in result.stdout.splitlines()]
    assert [each["id"] for each in out] == [*(line["id"] for line in lines), None]
    assert "error" in out[2] and "error" in out[-1]
    assert all(each["sections"] for number, each in enumerate(out[:-1]) if number != 2)


def test_what_the_portfolio_was_made_to_show(call: Callable[..., Result]) -> None:
    """The repaired firm keeps nothing of its listing; of the unknown one nothing passes but what was looked at."""
    repaired = json.loads(call("C-1006", "--json").stdout)
    said = json.dumps(repaired["sections"], ensure_ascii=False)
    assert "law.dishonest_debtor" not in said and "reputation.dishonest_debtor" not in said
    unknown = json.loads(call("C-1012", "--json").stdout)
    status = {each["name"]: each["status"] for each in unknown["sections"]}
    assert (status["law"], status["compliance"], status["finance"]) == ("unknown", "unknown", "unknown")
    assert len(unknown["requests"]) >= 8


def test_words_for_people(call: Callable[..., Result]) -> None:
    english, chinese = call("C-1010", "--language", "en"), call("C-1010", "--language", "zh")
    assert "Altman Z′" in english.output and "Missing:" in english.output
    assert "缺失" in chinese.output and "法律" in chinese.output


def test_as_of_an_earlier_day(call: Callable[..., Result]) -> None:
    told = json.loads(call("C-1004", "--json", "--as-of", "2024-06-30").stdout)
    assert told["as_of"] == "2024-06-30"
    assert call("C-1004", "--as-of", "soon").exit_code == 2


def test_wrong_usage_and_rights(call: Callable[..., Result], tmp_path: Path) -> None:
    assert call().exit_code == 2
    assert call("C-1001", "--as", "boss").exit_code == 2
    refused = call("C-1001", "--as", "sales")
    assert isinstance(refused.exception, Forbidden) and refused.stdout == ""
    file = tmp_path / "one.jsonl"
    file.write_text('{"id": 1, "customer": "C-1001"}\n', encoding="utf-8")
    assert isinstance(call("--file", str(file), "--as", "sales").exception, Forbidden)
    assert isinstance(call("C-9999", "--as", "sales").exception, Forbidden)
