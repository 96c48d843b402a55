"""Which words ask for a check, and which only begin like it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.wishes import read_wish


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("check Nordhafen", "Nordhafen"),
        ("Please check Nordhafen Maschinenbau GmbH again, please!", "Nordhafen Maschinenbau GmbH"),
        ("run a background check on C-1009", "C-1009"),
        ("could you do due diligence on “Sahra Gear Services”?", "Sahra Gear Services"),
        ("核查恒岳科技", "恒岳科技"),
        ("背调：宁波瀚屿控股", "宁波瀚屿控股"),
        ("请帮我核查一下苏州允棠精密机械", "苏州允棠精密机械"),
        ("给宁波瀚屿控股做个背调", "宁波瀚屿控股"),
        ("对杭州恒岳科技进行背景调查", "杭州恒岳科技"),
    ],
)
def test_a_wish_names_whom_it_is_about(said: str, name: str) -> None:
    assert read_wish(said) == name


@pytest.mark.parametrize(
    "said",
    [
        "who checked Nordhafen?",
        "Who has not been checked?",
        "恒岳科技的背调结果怎么样",
        "checklist",
        "",
        "check",
    ],
)
def test_talk_about_checks_is_no_wish(said: str) -> None:
    assert read_wish(said) is None


@pytest.mark.parametrize(
    ("said", "desk"),
    [
        ("check Nordhafen", True),
        ("check how Nordhafen pays", False),
        ("check Nordhafen and 宁波瀚屿控股", False),
        ("核查宁波瀚屿控股的付款情况", False),
        ("核查宁波瀚屿控股", True),
        ("check C-1009", True),
        ("check the company Nordhafen", True),
        ("check whether anything is new", False),
    ],
)
def test_only_a_name_and_nothing_else_is_checked(surface: Any, said: str, desk: bool) -> None:
    found = surface.house.surface.desks.finder.named(read_wish(said) or "")
    assert (found is not None) is desk


@given(st.text(max_size=300))
def test_no_words_are_too_strange_to_be_read(said: str) -> None:
    wish = read_wish(said)
    assert wish is None or wish in said
