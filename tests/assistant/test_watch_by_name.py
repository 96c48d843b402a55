"""Checks and alerts of one customer by name: for those who may know, and one sentence for everybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import build
from bot.assistant.answer import Answer, Question
from bot.commands.viewing import viewer_of
from bot.demo.loading import load_portfolio
from bot.settings import Settings
from store.alerts import Alerts, Draft, Severity
from store.customers import Customers
from store.engine import reading, unit_of_work
from store.identity import new_id
from store.ledger import Ledger

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
QUESTIONS = (
    "latest check of {name}",
    "Was {name} ever checked?",
    "Are there alerts on {name}?",
    "why is {name} red?",
    "{name}有什么预警?",
    "{name}上次核查结果如何?",
    "{name}为什么是红色?",
)


@pytest.fixture
def firm(tmp_path: Path) -> Iterator[Any]:
    """The made-up portfolio, where nobody was checked and nothing raised."""
    house = build(Settings(home=tmp_path / "home", now=NOW))
    load_portfolio(house, tmp_path / "portfolio", today=date(2026, 11, 21))
    yield house
    house.databases.close()


@pytest.fixture
def ask(firm: Any) -> Callable[..., Answer]:
    """ask(text, role)"""

    def asked(text: str, role: str) -> Answer:
        question = Question(f"w-{new_id()}", text, viewer_of(firm, role, "private"), "", NOW)
        return firm.assistant.answer(question)

    return asked


def raise_and_check(house: Any, key: str) -> None:
    """A check of the customer, and an alert about it."""
    with reading(house.databases.read) as connection:
        customer = Customers(connection).find(key).id
    house.checks.make(customer, viewer_of(house, "risk", "private"))
    draft = Draft(customer, "suit_against", Severity.HIGH, f"{key}-suit", "story", {}, {}, "court")
    with unit_of_work(house.databases.write) as connection:
        Ledger(connection, lambda: NOW).append(actor="rules", action="alert", detail={})
        Alerts(connection).open(draft, now=NOW, policy_version="1")


def test_risk_is_told_the_check_what_it_objects_to_and_the_alerts(
    firm: Any, ask: Callable[..., Answer]
) -> None:
    assert "has never been checked" in ask("latest check of Hollerbusch", "risk").text
    raise_and_check(firm, "hollerbusch")
    for role in ("risk", "compliance"):
        why = ask("why is Hollerbusch red?", role)
        assert "Latest check of Hollerbusch Fördertechnik GmbH: B-1" in why.text
        assert "Eckhard Hollerbusch retired" in why.text
        assert "A-1" in why.text
        assert why.versions["dropped"] == "0"
        assert "Eckhard Hollerbusch retired" in ask("what did the last check of Hollerbusch find?", role).text
    chinese = ask("霍勒布施输送技术上次核查结果如何?", "risk")
    assert "B-1" in chinese.text
    assert "A-1" in ask("霍勒布施输送技术有什么预警?", "compliance").text
    assert "A-1" not in ask("Are there alerts on Nordhafen?", "risk").text


def test_sales_hear_the_same_sentence_whether_there_is_something_or_not(
    firm: Any, ask: Callable[..., Answer]
) -> None:
    def told() -> list[tuple[str, Any]]:
        names = ("Hollerbusch", "Nordhafen", "恒岳科技", "Nobody Known GmbH")
        return [
            (question, ask(question.format(name=name), "sales").as_json() | {"id": ""})
            for question in QUESTIONS
            for name in names
        ]

    before = told()
    raise_and_check(firm, "hollerbusch")
    assert told() == before
    assert {answer["refused"] for _, answer in before} == {
        "Your role may not ask this here.",
        "您的角色在这里不能查询这项内容。",
    }
    assert not any(answer["claims"] or answer["evidence"] for _, answer in before)
