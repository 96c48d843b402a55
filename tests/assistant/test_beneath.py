"""Questions beneath a message of ours: about its customer, its alert, or whoever is named instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.assistant.answer import Question
from bot.assistant.beneath import codes_in, focus_of, reread
from bot.assistant.directories import NameDirectory
from store.access import Viewer
from store.customers import CustomerName
from store.identity import new_id

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("为什么？", "A-7的处理经过"),
        ("谁在处理？", "A-7的处理经过"),
        ("Who is dealing with this?", "history of A-7"),
        ("Why was this alert raised?", "history of A-7"),
        ("它还欠我们多少？", "它还欠我们多少？"),
        ("Who owns them?", "Who owns them?"),
        ("what about A-9? who is on it?", "what about A-9? who is on it?"),
    ],
)
def test_what_is_asked_about_the_alert_itself_is_told_from_what_is_asked_of_its_customer(
    text: str, read: str
) -> None:
    alert = "A-9" if "A-9" in text else "A-7"
    assert reread(text, f"🔴 {alert} · Nordhafen Maschinenbau GmbH (C-1009)") == read
    assert reread(text, "Check B-3 of Nordhafen Maschinenbau GmbH (C-1009): passed") == text


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("🔴 高风险 · A-20 · Al Marsa Dune Trading FZCO（C-1020）", ("A-20", "C-1020")),
        ("Daily digest: A-1 (C-1001), A-2 (C-1002)", ()),
        ("Good morning", ()),
        ("USC-1001 and BA-7 are no codes of ours", ()),
    ],
)
def test_a_message_about_several_customers_is_about_none(text: str, codes: tuple[str, ...]) -> None:
    assert codes_in(text) == codes


def test_a_message_without_a_code_is_about_the_one_customer_that_it_names() -> None:
    named = (("C-1009", "Nordhafen Maschinenbau GmbH"), ("C-1026", "Brightmere Pumps Limited"))
    directory = NameDirectory(CustomerName(new_id(), code, name, "legal_name") for code, name in named)
    assert focus_of("Screening: Nordhafen Maschinenbau GmbH: no hit", directory, "en")["customers"] == [
        "C-1009"
    ]
    assert focus_of("Nordhafen Maschinenbau GmbH and Brightmere Pumps Limited", directory, "en") == {}
    assert focus_of("A-7 is over", directory, "en") == {}
    assert focus_of("", directory, "en") == {}


def test_the_customer_of_the_message_is_meant_until_another_is_named(
    house: Any, viewer: Callable[..., Viewer]
) -> None:
    question = Question(
        "q-beneath", "它的法定代表人是谁？", viewer("risk"), "", NOW, about="A-3 · Nordhafen (C-1009)"
    )
    told = house.assistant.answer(question)
    assert "Hinrich Petersen-Brandt" in told.text
    other = house.assistant.answer(replace(question, text="Who is the legal representative of Yuntang?"))
    assert "沈砚秋" in other.text and "Petersen" not in other.text
    bare = house.assistant.answer(replace(question, about=""))
    assert "Petersen" not in bare.text


def test_what_may_not_be_heard_is_not_heard_beneath_a_message_either(
    house: Any, viewer: Callable[..., Viewer]
) -> None:
    for text in ("why was this alert raised?", "谁在处理？"):
        question = Question("q-sales", text, viewer("sales"), "", NOW, about="A-1 · Nordhafen (C-1009)")
        told = house.assistant.answer(question)
        assert told.refused or not told.claims, told.text


def test_what_was_shown_last_is_meant_before_what_was_said_last(
    house: Any, viewer: Callable[..., Viewer]
) -> None:
    asked = Question("q-anew-1", "Who is Brightmere?", viewer("risk"), "talk-anew", NOW)
    house.assistant.keep(house.assistant.answer(asked))
    shown = "Check B-4 of Nordhafen Maschinenbau GmbH (C-1009): passed"
    follow = replace(asked, id="q-anew-2", text="Who is its legal representative?")
    assert "Gareth Ollerenshaw" in house.assistant.answer(follow).text
    assert "Hinrich" in house.assistant.answer(replace(follow, about=shown, anew=True)).text
    opened = house.assistant.answer(replace(follow, text="open source 1", about=shown, anew=True))
    assert "Brightmere" in opened.text or "BRIGHTMER" in opened.text
