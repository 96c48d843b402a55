"""Customers that are pointed at: rows of a table, one of two that were compared, the only one that was listed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.answer import Answer, Question
from bot.assistant.directories import NameDirectory
from bot.assistant.pointing import point
from store.access import Viewer
from store.customers import CustomerName
from store.identity import new_id

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
NAMES = ("Alster Pumpen GmbH", "Bremen Conveyor GmbH", "Cuxhaven Cold Stores GmbH")
DIRECTORY = NameDirectory(
    CustomerName(new_id(), f"C-{number}", name, "legal_name") for number, name in enumerate(NAMES, 1)
)
TABLE = {"listed": ["C-1", "C-2", "C-3"]}
PAIR = {"portfolio": {"ask": "compare", "codes": ["C-1", "C-2"]}}


@pytest.mark.parametrize(
    ("text", "focus", "read"),
    [
        ("第二家的股东是谁？", TABLE, "Bremen Conveyor GmbH的股东是谁？"),
        ("Who owns the third one?", TABLE, "Who owns Cuxhaven Cold Stores GmbH?"),
        ("How does the last pay?", TABLE, "How does Cuxhaven Cold Stores GmbH pay?"),
        ("最后一家呢", TABLE, "Cuxhaven Cold Stores GmbH呢"),
        ("第九家的股东是谁？", TABLE, "第九家的股东是谁？"),
        ("第二季度的收入", TABLE, "第二季度的收入"),
        ("What was revenue in the first quarter?", TABLE, "What was revenue in the first quarter?"),
        ("第二家和Bremen Conveyor哪个大", TABLE, "第二家和Bremen Conveyor哪个大"),
        ("它还欠多少？", {"listed": ["C-3"]}, "Cuxhaven Cold Stores GmbH还欠多少？"),
        ("What is their revenue?", {"listed": ["C-3"]}, "What is Cuxhaven Cold Stores GmbH's revenue?"),
        ("它还欠多少？", {"listed": ["C-3"], "customers": ["C-1"]}, "它还欠多少？"),
        ("它还欠多少？", TABLE, "它还欠多少？"),
        (
            "Which of the two pays better?",
            PAIR,
            "Which of Alster Pumpen GmbH and Bremen Conveyor GmbH pays better?",
        ),
        ("哪家付款更快？", PAIR, "哪家付款更快 Alster Pumpen GmbH和Bremen Conveyor GmbH?"),
        ("Any news?", PAIR, "Any news?"),
        ("第二家呢", {"listed": ["C-77"]}, "第二家呢"),
    ],
)
def test_what_is_pointed_at_is_written_out(text: str, focus: dict[str, Any], read: str) -> None:
    assert point(text, focus, DIRECTORY) == read


@given(text=st.text(max_size=60), listed=st.lists(st.sampled_from(["C-1", "C-2", "C-9", "x"]), max_size=4))
def test_any_text_stays_a_text(text: str, listed: list[str]) -> None:
    assert isinstance(point(text, {"listed": listed}, DIRECTORY), str)
    assert point(text, {}, DIRECTORY) == text


def test_a_talk_goes_from_a_table_to_its_rows_and_on(house: Any, viewer: Callable[..., Viewer]) -> None:
    turns = iter(range(9))

    def ask(text: str) -> Answer:
        question = Question(f"q-point-{next(turns)}", text, viewer("risk"), "talk-point", NOW)
        return house.assistant.keep(house.assistant.answer(question))

    table = ask("哪些客户逾期超过60天？")
    assert table.table is not None
    first, second = (str(row.cells[1]) for row in table.table.rows[:2])
    assert first in ask("第一家的股东是谁？").text
    assert first in ask("它最近有什么新闻？").text
    assert second in ask("那第二家呢？").text
    assert "owe" in ask("How much does the first one owe us?").text
    ask("Compare Nordhafen and Hollerbusch")
    assert "pays faster" in ask("Which of the two pays better?").text
    bigger = ask("And who is bigger?").text
    assert "side by side" in bigger and "evenue" in bigger


@pytest.mark.parametrize(("text", "said"), [("谢谢！", "不客气"), ("Great, thanks a lot", "You are welcome")])
def test_thanks_are_no_question(house: Any, viewer: Callable[..., Viewer], text: str, said: str) -> None:
    told = house.assistant.answer(Question(f"q-{new_id()}", text, viewer("sales"), "", NOW))
    assert told.text.startswith(said) and not told.claims
