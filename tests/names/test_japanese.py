"""Japanese firms are read as Japan reads them, whichever reading each character has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.names.japanese import is_japanese, japanese_spellings, spelt_in_japanese


@pytest.mark.parametrize(
    ("han", "letters"),
    [
        ("青山", "aoyama"),
        ("山口", "yamaguchi"),
        ("小林", "kobayashi"),
        ("高桥", "takahashi"),
        ("日新", "nisshin"),
        ("古河", "furukawa"),
        ("精密", "seimitsu"),
        ("富士电机", "fujidenki"),
        ("大和", "yamato"),
    ],
)
def test_letters_spell_the_characters(han: str, letters: str) -> None:
    assert spelt_in_japanese(han, letters) == 1.0


@pytest.mark.parametrize(
    ("han", "letters"), [("青山", "lockheed"), ("山口", "watanabe"), ("日新", "hengyue")]
)
def test_other_letters_do_not(han: str, letters: str) -> None:
    assert spelt_in_japanese(han, letters) < 0.5


def test_a_character_without_a_reading_spells_nothing() -> None:
    assert spelt_in_japanese("青鑫", "aoyama") == 0.0
    assert japanese_spellings("鑫") == () and japanese_spellings("青山口") == ()
    assert "aoyama" in japanese_spellings("青山")


@pytest.mark.parametrize("name", ["青山精工株式会社", "青山精工株式會社", "有限会社小林商店", "トヨタ自動車"])
def test_a_firm_is_japanese_by_its_form_or_its_kana(name: str) -> None:
    assert is_japanese(name)
    assert not is_japanese("青山精工有限公司")


@given(st.text(alphabet="青山小林日东电机abcdz", max_size=12), st.text(alphabet="aokiyamdensz", max_size=40))
def test_a_likeness_is_a_share(han: str, letters: str) -> None:
    assert 0.0 <= spelt_in_japanese(han, letters) <= 1.0
