"""Questions beneath a message of ours: about its customer, its alert, or whoever is named instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.assistant.answer import Question
from bot.assistant.beneath import focus_of, reread
from bot.slack.answering import codes_in
from store.access import Viewer

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
    asked = ("C-1009", "A-9") if "A-9" in text else ("C-1009", "A-7")
    assert reread(text, asked) == read
    assert reread(text, ("C-1009",)) == text


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


def test_without_a_customer_there_is_nothing_to_refer_to() -> None:
    assert focus_of(("A-7",), "en") == {}


def test_the_customer_of_the_message_is_meant_until_another_is_named(
    house: Any, viewer: Callable[..., Viewer]
) -> None:
    question = Question("q-beneath", "它的法定代表人是谁？", viewer("risk"), "", NOW, about=("C-1009",))
    told = house.assistant.answer(question)
    assert "Hinrich Petersen-Brandt" in told.text
    other = house.assistant.answer(replace(question, text="Who is the legal representative of Yuntang?"))
    assert "沈砚秋" in other.text and "Petersen" not in other.text
    bare = house.assistant.answer(replace(question, about=()))
    assert "Petersen" not in bare.text


def test_what_may_not_be_heard_is_not_heard_beneath_a_message_either(
    house: Any, viewer: Callable[..., Viewer]
) -> None:
    for text in ("why was this alert raised?", "谁在处理？"):
        question = Question("q-sales", text, viewer("sales"), "", NOW, about=("C-1009", "A-1"))
        told = house.assistant.answer(question)
        assert told.refused or not told.claims, told.text
