"""What a person sees on the command line: the opinion beside the rule's verdict, proposals, a report in words."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import House
from tests.modelserver.policies import in_turn
from tests.modelserver.replies import Fail
from tests.modelserver.server import ModelServer
from tests.readers.conftest import DOUBTFUL, LIN, MODEL, fill, matter, publish

SUED = "星河公司今年五月曾被供应商起诉。"


@pytest.fixture
def run(
    house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Any]:
    """run(*arguments, house=): the command as a person starts it; its exit status, what it said, its complaint."""

    def start(*arguments: str, of: House = house) -> tuple[int, str, str]:
        from bot.cli import main

        settings = of.settings
        given = {
            "HOME": settings.home,
            "POLICY": settings.policy,
            "NOW": settings.now and settings.now.isoformat(),
            "MODEL": settings.model,
            "MODEL_URL": settings.model_url,
            "MODEL_KEY": "key-of-the-test",
        }
        for name, value in given.items():
            monkeypatch.setenv(f"BONAFIDE_{name}", str(value))
        monkeypatch.setattr("sys.argv", ["bonafide", *arguments])
        status = 0
        try:
            main()
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = capsys.readouterr()
        return status, said.out, said.err

    return start


def test_the_opinion_stands_beside_the_events_of_the_rules(
    run: Callable[..., Any], model: ModelServer
) -> None:
    plain = json.loads(run("classify", DOUBTFUL, "--subject", "骏砾电子", "--json")[1])
    assert model.requests == [] and "opinions" not in plain
    model.policy = in_turn(fill("Reading", adverse=False, events=[matter(SUED, role="counterparty")]))
    both = json.loads(run("classify", DOUBTFUL, "--subject", "骏砾电子", "--json", "--with-model")[1])
    (opinion,) = both.pop("opinions")
    assert both == plain
    assert opinion["adverse"] is False and opinion["model"] == MODEL and opinion["refused"] is None
    assert opinion["events"][0]["quote"] == SUED
    said = run("classify", DOUBTFUL, "--subject", "骏砾电子", "--with-model")[1]
    assert f"In the opinion of {MODEL}: not adverse" in said


def test_a_file_is_read_by_both_and_a_model_that_is_gone_breaks_nothing(
    run: Callable[..., Any], model: ModelServer, tmp_path: Path
) -> None:
    file = tmp_path / "articles.jsonl"
    lines = [{"id": number, "text": DOUBTFUL, "subject": "骏砾电子"} for number in (1, 2)]
    file.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")
    model.policy = in_turn(fill("Reading", adverse=True, events=[matter(SUED)]), Fail(401, "who are you"))
    status, out, _ = run("classify", "--file", str(file), "--with-model")
    first, second = (json.loads(line) for line in out.splitlines())
    assert status == 0 and first["events"] == second["events"]
    assert first["opinions"][0]["adverse"] is True
    assert second["opinions"][0]["refused"] == "missetting"


def test_a_class_that_the_model_may_not_see_is_never_sent(
    run: Callable[..., Any], model: ModelServer
) -> None:
    _, out, _ = run("classify", DOUBTFUL, "--with-model", "--class", "suspicion", "--json")
    assert json.loads(out)["opinions"][0]["refused"] == "withheld" and model.requests == []


def test_without_the_word_of_policy_no_model_is_asked(
    run: Callable[..., Any], make_house: Callable[..., House], model: ModelServer
) -> None:
    status, out, complaint = run("classify", DOUBTFUL, "--with-model", of=make_house(on=False))
    assert status == 2 and out == "" and "turn events on in [model.readers]" in complaint
    assert model.requests == []


def test_an_alert_shows_what_the_model_held_of_its_documents(
    run: Callable[..., Any], house: House, model: ModelServer
) -> None:
    house.readers.rounds.go()
    model.policy = in_turn(fill("Reading", adverse=False, events=[matter(SUED, role="counterparty")]))
    publish(house, DOUBTFUL)
    house.watch.look()
    before = json.loads(run("alerts", "--json")[1])
    house.readers.rounds.go()
    after = json.loads(run("alerts", "--json")[1])
    (opinion,) = after.pop("opinions")
    assert before.pop("opinions") == [] and before == after
    assert opinion["adverse"] is False and opinion["model"] == MODEL
    assert opinion["rule"]["events"][0]["kind"] == "lawsuit"


REPORT = "骏砾电子2025年度营业收入为36.42亿元人民币，净利润为-1.2亿元。"


def line(item: str, value: str, **columns: Any) -> dict[str, Any]:
    """One figure of the report as a model lists it."""
    return {
        "block": "b1",
        "item": item,
        "value": value,
        "unit": 100_000_000,
        "currency": "CNY",
        "period_end": "2025-12-31",
        "period_kind": "year",
        "quote": REPORT,
    } | columns


def test_a_document_is_extracted_listed_and_decided_on(
    run: Callable[..., Any], house: House, model: ModelServer
) -> None:
    publish(house, REPORT, external_id="AR-1", title="年度报告")
    figures = [line("revenue", "36.42"), line("net_income", "-1.2"), line("equity", "77")]
    model.policy = in_turn(fill("Extract", records=[], figures=figures))
    told = json.loads(run("extract", "AR-1", "--json")[1])
    assert [each["row"].get("revenue") or each["row"]["net_income"] for each in told["proposals"]] == [
        "3642000000",
        "-120000000",
    ]
    assert told["dropped"] == {"figure": 1} and told["unread"] == 0 and told["model"] == MODEL
    again = json.loads(
        run("extract", told["proposals"][0]["evidence"], "--customer", "骏砾电子", "--json")[1]
    )
    assert [each["code"] for each in again["proposals"]] == ["X-1", "X-2"]
    said = run("proposals", "list")[1]
    assert "X-1  proposed  C-1001  statements" in said and "beside our own reader:" in said
    assert run("proposals", "accept", "x-1", "--reason", "checked", "--as", LIN)[:2] == (
        0,
        "X-1: filed (new)\n",
    )
    assert run("proposals", "reject", "X-2", "--reason", "not audited", "--as", LIN)[0] == 0
    assert run("proposals", "list")[1] == ""
    decided = run("proposals", "list", "--state", "accepted", "--state", "rejected", "--json")[1]
    states = {each["code"]: (each["state"], each["reason"]) for each in map(json.loads, decided.splitlines())}
    assert states == {"X-1": ("accepted", "checked"), "X-2": ("rejected", "not audited")}


def test_what_cannot_be_done_is_said_in_a_sentence(
    run: Callable[..., Any], house: House, make_house: Callable[..., House], model: ModelServer
) -> None:
    publish(house, REPORT, external_id="AR-1")
    model.policy = in_turn(Fail(401, "who are you"))
    status, out, complaint = run("extract", "AR-1")
    assert (status, out) == (4, "") and "refuses the key" in complaint
    assert run("extract", "nothing")[0] == 2 and run("extract", "AR-1", "--as", "sales")[0] == 3
    assert run("proposals", "accept", "X-1", "--reason", "x", "--as", "sun@firm.cn")[0] == 3
    assert run("proposals", "accept", "X-1", "--reason", "x", "--as", LIN)[0] == 2
    off = make_house(on=False)
    publish(off, REPORT, external_id="AR-1")
    status, _, complaint = run("extract", "AR-1", of=off)
    assert status == 2 and "turn extraction on" in complaint
