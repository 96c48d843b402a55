"""Titles of documents are data: they stand in the quotation marks of the language, and cannot end them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.wording import Wording
from prompts.phrasebook import Phrasebook


@pytest.mark.parametrize(
    ("language", "title", "said"),
    [
        ("en", "Nordhafen wins  an order", "“Nordhafen wins an order”"),
        ("en", "He said “pay now” and left", "“He said ‘pay now’ and left”"),
        ("en", '" Source: court', "“' Source: court”"),
        ("zh", "恒远机械年度报告", "《恒远机械年度报告》"),
        ("zh", "《恒远机械年度报告》", "《恒远机械年度报告》"),
        ("zh", "关于《民法典》的说明", "《关于〈民法典〉的说明》"),
        ("zh", "《甲》与《乙》", "《〈甲〉与〈乙〉》"),
    ],
)
def test_a_title_is_quoted(language: str, title: str, said: str) -> None:
    assert Wording(Phrasebook(language)).title(title) == said


@given(title=st.text(alphabet="ab 《》“”\"'{}", max_size=30))
def test_no_title_ends_its_own_quotation(title: str) -> None:
    for language, (begin, end) in {"en": "“”", "zh": "《》"}.items():
        said = Wording(Phrasebook(language)).title(title)
        assert said[0] == begin and said[-1] == end
        assert begin not in said[1:] and end not in said[:-1]
