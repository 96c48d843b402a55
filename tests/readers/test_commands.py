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
from tests.readers.conftest import DOUBTFUL, MODEL, fill, matter, publish

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
