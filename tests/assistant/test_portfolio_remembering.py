"""Readings that are remembered between questions: what changes is read again, and nobody hears what is not theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.assistant.answer import Answer, Question
from bot.assistant.portfolio import remembering
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Unknown, Used
from bot.assistant.portfolio.remembering import Remembered
from bot.assistant.service import Assistant
from knowledge.sources.intake import Intake
from store.access import Audience, Viewer
from store.dates import PartialDate
from store.engine import Databases
from store.identity import new_id
from store.policy import Policy

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
CUSTOMERS = "customer_key,legal_name,country,stage\npump,Pump GmbH,DE,active\nvalve,Valve Inc.,US,active\n"
INVOICES = """customer,invoice_number,issued_on,due_on,amount,currency
pump,P-1,2026-08-01,2026-09-01,1000,EUR
valve,V-1,2026-08-01,2026-09-01,2000,EUR
"""
PAYMENTS = "customer,paid_on,amount,currency,invoice_number\nvalve,2026-11-20,1500,EUR,V-1\n"
QUESTIONS = ("total overdue amount", "top two by overdue amount", "which customers in Germany are overdue")


class Desk:
    """One assistant that stays, and one that is new at each question."""

    def __init__(self, databases: Databases, policy: Policy, folder: Path) -> None:
        self.databases, self.policy, self.folder, self.now = databases, policy, folder, NOW
        self.staying = self.fresh()

    def fresh(self) -> Assistant:
        return Assistant(self.databases, None, policy=self.policy, clock=lambda: self.now)

    def take(self, kind: str, text: str) -> None:
        path = self.folder / f"{kind}.csv"
        path.write_text(text, "utf-8")
        intake = Intake(self.databases, policy=self.policy, clock=lambda: self.now)
        assert intake.import_file(kind, path, actor="li.wei@demo.example").aside == []

    def ask(self, assistant: Assistant, text: str, viewer: Viewer, day: str = "") -> Answer:
        as_of = PartialDate.parse(day) if day else None
        return assistant.answer(Question(f"d-{new_id()}", text, viewer, "", self.now, as_of=as_of))

    def same(self, viewer: Viewer, day: str = "") -> list[str]:
        """What both say to every question, which must be the same."""
        told = []
        for text in QUESTIONS:
            staying, fresh = (self.ask(one, text, viewer, day) for one in (self.staying, self.fresh()))
            assert staying.text == fresh.text, text
            assert [one.quote for one in staying.evidence] == [one.quote for one in fresh.evidence], text
            told.append(staying.text)
        return told


@pytest.fixture
def desk(databases: Databases, policy: Policy, tmp_path: Path) -> Desk:
    made = Desk(databases, policy, tmp_path)
    made.take("customers", CUSTOMERS)
    made.take("invoices", INVOICES)
    return made


def test_what_was_learned_since_is_read_again(desk: Desk, viewer: Callable[..., Viewer]) -> None:
    risk = viewer("risk")
    assert "3,000" in desk.same(risk)[0]
    desk.now += timedelta(hours=1)
    desk.take("payments", PAYMENTS)
    assert "1,500" in desk.same(risk)[0]
    assert "3,000" in desk.same(risk, "2026-11-19")[0]
    desk.now += timedelta(days=30)
    desk.take("customers", CUSTOMERS + "tube,Tube AG,DE,active\n")
    desk.take("invoices", INVOICES + "tube,T-1,2026-08-01,2026-09-01,400,EUR\n")
    assert "1,900" in desk.same(risk)[0]


def test_the_picture_of_one_viewer_is_not_that_of_another(desk: Desk, viewer: Callable[..., Viewer]) -> None:
    assert "3,000" in desk.same(viewer("risk"))[0]
    hall = Viewer("hall", viewer("risk").role, Audience.channel("#hall"), desk.policy.rights)
    assert all("000" not in text for text in desk.same(hall))


def test_an_older_picture_neither_takes_nor_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    kept, customer, term = Remembered(), new_id(), Term("overdue")
    kept.keep("today", 5, {term: {customer: Unknown("no_invoices")}})
    assert kept.of("today", 4, lambda _: ()) == {}
    kept.keep("today", 4, {term: {customer: Unknown("older")}})
    assert kept.of("today", 5, lambda _: ()) == {term: {customer: Unknown("no_invoices")}}
    assert kept.of("tomorrow", 5, lambda _: ()) == {}
    assert kept.of("today", 6, lambda seq: {customer} if seq == 5 else set()) == {term: {}}
    # What stands on too many rows is not kept.
    monkeypatch.setattr(remembering, "_ROWS", 1)
    many = (Reading("count", "2", used=(Used(None, ()), Used(None, ()))),)
    kept.keep("today", 6, {term: {customer: many}})
    assert term not in kept.of("today", 6, lambda _: ())
