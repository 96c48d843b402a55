"""Sales never see an alert: not in answers, counts, the ledger, the command line, or through a click."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner

from bot.assembly import build
from bot.assistant.answer import Question
from bot.commands.alerts import command
from bot.settings import Settings
from store.access import Audience, FieldClass, Role, Viewer
from store.engine import reading, unit_of_work
from store.errors import Forbidden
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger
from store.ledger import read as read_ledger
from store.migrate import upgrade
from store.people import Person

NAME = "东莞市骏砾电子有限公司"
CHEN = Person(uuid4(), "chen@firm.cn", Role.SALES, "陈雨桐")
QUESTIONS = (
    "how many open alerts are there",
    f"which alerts does {NAME} have",
    f"{NAME}有哪些预警",
    "哪些客户有未处理的预警",
    "list customers with alerts",
    f"what changed for {NAME} since Monday",
    "history of A-1",
)


def furnish(folder: Path, *, alerted: bool) -> Any:
    """A house with one customer and, where it is alerted, a record that only risk and compliance may know."""
    house = build(Settings(home=folder))
    upgrade(house.databases)
    with unit_of_work(house.databases.write) as connection:
        entry = Ledger(connection, house.clock).append(actor="li@firm.cn", action="import", detail={})
        history = History(connection, entry)
        given = {"source": "court", "tier": Tier.COURT, "cause": "told in a test"}
        customer = history.record(
            "customers", "骏砾", {"legal_name": NAME}, field_class=FieldClass.PUBLIC, **given
        )
        record = {
            "dimension": "judgment_debtor",
            "title": "被执行人:执行标的4738206元",
            "role": "defendant",
            "status": "open",
            "published_on": house.clock().date().isoformat(),
        }
        if alerted:
            history.record(
                "records",
                "1",
                record,
                field_class=FieldClass.SUSPICION,
                customer_id=customer.subject_id,
                **given,
            )
    assert house.watch.look().opened == int(alerted)
    return house


@pytest.fixture
def house(tmp_path: Path) -> Any:
    """A house with the open alert A-1."""
    house = furnish(tmp_path / "alerted", alerted=True)
    yield house
    house.databases.close()


@pytest.fixture
def quiet(tmp_path: Path) -> Any:
    """The same house, where nothing has happened."""
    house = furnish(tmp_path / "quiet", alerted=False)
    yield house
    house.databases.close()


def viewer(house: Any, role: Role) -> Viewer:
    return Viewer(f"role:{role.value}", role, Audience.alone(), house.policy.rights)


@pytest.mark.parametrize("question", QUESTIONS)
def test_answers_to_sales_are_those_of_a_house_without_alerts(house: Any, quiet: Any, question: str) -> None:
    said = []
    for each in (house, quiet):
        asked = Question(str(uuid4()), question, viewer(each, Role.SALES), "test", house.clock())
        answer = each.assistant.answer(asked)
        said.append((answer.text, answer.unknown, answer.refused, [item.quote for item in answer.evidence]))
    assert said[0] == said[1]
    assert "被执行人" not in str(said[0]) and "4738206" not in str(said[0])


def test_risk_does_see_it(house: Any) -> None:
    asked = Question(str(uuid4()), f"{NAME}有哪些预警", viewer(house, Role.RISK), "test", house.clock())
    assert "被执行人" in house.assistant.answer(asked).text


def test_the_ledger_is_closed_to_sales_and_tells_compliance(house: Any) -> None:
    with reading(house.databases.read) as connection:
        with pytest.raises(Forbidden) as refused:
            list(read_ledger(connection, viewer=viewer(house, Role.SALES)))
        assert "alert" not in str(refused.value)
        entries = list(read_ledger(connection, viewer=viewer(house, Role.COMPLIANCE)))
    assert "alert.open" in {entry.action for entry in entries}


def test_a_click_of_sales_is_the_same_for_an_alert_that_is_there_and_one_that_is_not(house: Any) -> None:
    outcomes = {house.alerts.act(word, code, CHEN, request=str(uuid4()))
                for word in ("acknowledge", "dismiss", "note") for code in ("A-1", "A-404")}  # fmt: skip
    assert len(outcomes) == 1


def test_the_command_line_gives_sales_nothing(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BONAFIDE_HOME", str(house.settings.home))
    refused = CliRunner().invoke(command, ["--as", "sales"])
    assert refused.exit_code != 0 and "被执行人" not in refused.output and "A-1" not in refused.output
    allowed = CliRunner().invoke(command, ["--as", "risk", "--json"])
    assert json.loads(allowed.output.splitlines()[0])["code"] == "A-1"
