"""Tipping off: what a viewer may not see changes nothing of what they are told, not a byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.assembly import build
from bot.assistant.answer import Question
from bot.commands.viewing import viewer_of
from bot.demo.loading import load_portfolio
from bot.settings import Settings
from knowledge.passages.preparing import NewDocument
from store.access import FieldClass
from store.engine import unit_of_work
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
QUESTIONS = [
    "骏砾电子有没有内部风险备忘录?",
    "骏砾电子是谁?",
    "骏砾电子有哪些诉讼?",
    "骏砾电子有什么新闻?",
    "骏砾电子还缺什么资料?",
    "骏砾电子付款怎么样?",
    "骏砾电子的信用评分?",
    "Who looked at Junli Electronics?",
    "Is Junli Electronics suspected of money laundering?",
    "What was said about smurfing at Junli Electronics?",
    "谁在调查骏砾电子?",
    "smurfing through Macau accounts",
    "What notes are there on Junli Electronics?",
]


@pytest.fixture
def junli(tmp_path: Path) -> Any:
    house = build(Settings(home=tmp_path / "home", now=NOW))
    load_portfolio(house, tmp_path / "portfolio", today=date(2026, 11, 21))
    yield house
    house.databases.close()


def asked(house: Any, who: str, place: str) -> list[str]:
    viewer = viewer_of(house, who, place)
    answers = [house.assistant.answer(Question("q", text, viewer, "", NOW)) for text in QUESTIONS]
    return [
        json.dumps([answer.as_json(), answer.focus], ensure_ascii=False, sort_keys=True) for answer in answers
    ]


def suspect(house: Any) -> None:
    """A memo, a record, a note and look-ups, all of our own suspicion."""
    from store.customers import Customers

    memo = "Junli Electronics is suspected of smurfing through Macau accounts. 骏砾电子涉嫌通过澳门账户拆分交易。"
    for number in range(5):
        added = house.library.add(
            NewDocument(
                name=f"memo-{number}",
                title=f"Suspicion memo {number}: Junli Electronics smurfing",
                text=f"{memo} Copy {number}.",
                source="risk",
                tier=Tier.INTERNAL,
                field_class=FieldClass.SUSPICION,
                published="2026-11-20",
                customers=("junli-electronics",),
            )
        )
        assert added.document_id is not None, added.reason
    with unit_of_work(house.databases.write) as connection:
        customer = Customers(connection).find("junli-electronics")
        ledger = Ledger(connection, house.clock)
        entry = ledger.append(actor="role:risk", action="import", customer_id=customer.id, detail={"rows": 2})
        history = History(connection, entry)
        for aggregate, body in (
            ("records", {"dimension": "negative_news", "title": "internal alert", "status": "open"}),
            ("notes", {"at": "2026-11-20", "text": "suspected smurfing"}),
        ):
            history.record(
                aggregate,
                f"{customer.code}|hidden|{aggregate}",
                body,
                customer_id=customer.id,
                source="risk",
                tier=Tier.INTERNAL,
                field_class=FieldClass.SUSPICION,
                actor="risk",
                cause="alert",
            )
        ledger.append(actor="role:risk", action="asked", customer_id=customer.id, detail={"why": "alert"})


@pytest.mark.parametrize(
    ("who", "place"), [("sales", "private"), ("sales", "#general"), ("risk", "#general")]
)
def test_suspicion_changes_no_byte_of_what_others_are_told(junli: Any, who: str, place: str) -> None:
    before = asked(junli, who, place)
    risk_before = asked(junli, "risk", "private")
    suspect(junli)
    assert asked(junli, who, place) == before
    assert asked(junli, "risk", "private") != risk_before


def test_the_refusal_is_the_same_whoever_is_asked_about(ask_house: Callable[..., Any]) -> None:
    answers = [
        ask_house(text, role="sales")
        for text in (
            "Who looked at Junli Electronics?",
            "Who looked at Zzyzx Holdings?",
            "Who looked at C-9999?",
        )
    ]
    assert {answer.refused for answer in answers} == {"Your role may not ask this here."}
    assert len({answer.text for answer in answers}) == 1
    assert not any(answer.evidence for answer in answers)


def test_the_offer_stands_under_every_shared_answer(ask_house: Callable[..., Any]) -> None:
    texts = [
        "Who is Nordhafen?",
        "",
        "???",
        "Who looked at Nordhafen?",
        "hello",
        "Who is Zzyzx?",
        "恒岳科技是谁?",
        "x" * 9_000,
    ]
    offers = {"en": "In our direct message I may be able to say more.", "zh": "私信中也许可以告诉您更多。"}
    for text in texts:
        shared = ask_house(text, role="sales", place="#general")
        alone = ask_house(text, role="sales")
        assert shared.text.endswith(f"_{offers[shared.language]}_"), text
        assert offers[alone.language] not in alone.text


def test_a_stranger_is_told_nothing(ask_house: Callable[..., Any]) -> None:
    for text in ("Who is Nordhafen?", "你好", "Who looked at Nordhafen?"):
        answer = ask_house(text, role="nobody@elsewhere.example")
        assert answer.refused
        assert not answer.claims
        assert not answer.evidence
