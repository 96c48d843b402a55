"""A name as a question in another script: each part in the ways in which it may be written there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.names.across import own_pieces
from knowledge.names.parts import crossing_pieces, heard, heard_in_han, parts_of, spelt


def answered(asked: str, name: str) -> list[bool]:
    """For each part of what is asked whether the name answers it whole in one of its ways."""
    there = crossing_pieces(name) | own_pieces(name)
    return [any(way.pieces <= there for way in part.ways) for part in parts_of(asked)]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("恒岳能源有限公司", "Hengyue Energy Co., Ltd."),
        ("恒岳能源有限公司", "Heng Yue Power Limited"),
        ("杭州恒岳科技有限公司", "Hangzhou Hengyue Technology Co., Ltd."),
        ("KVB航空株式会社", "KVB Aviation Co., Ltd."),
        ("青山精密株式会社", "Aoyama Seimitsu Co., Ltd."),
        ("小林电机株式会社", "Kobayashi Denki Co., Ltd."),
        ("黑熊无人机公司", "Black Bear Drones, Inc."),
        ("Hengyue Energy Co., Ltd.", "恒岳能源有限公司"),
        ("Aoyama Energy Co., Ltd.", "青山能源株式会社"),
    ],
)
def test_every_part_is_answered_by_the_counterpart(asked: str, name: str) -> None:
    assert all(answered(asked, name)), answered(asked, name)


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("恒岳能源有限公司", "Petrov, Sergei"),
        ("青山精密有限公司", "Aoyama Seimitsu"),
        ("Hengyue Energy Co., Ltd.", "青山能源合作社"),
    ],
)
def test_what_is_other_is_not_answered(asked: str, name: str) -> None:
    assert not all(answered(asked, name))


def test_a_firm_asks_for_a_legal_form_and_a_person_does_not() -> None:
    form = frozenset({"=form"})
    assert form in {way.pieces for way in parts_of("恒岳能源有限公司")[-1].ways}
    assert form in {way.pieces for way in parts_of("Hengyue Energy Ltd")[-1].ways}
    assert all(form != way.pieces for part in parts_of("顾立雄") for way in part.ways)


def test_sounds_are_the_same_in_both_scripts() -> None:
    assert set(heard("dedrone")) & set(heard_in_han("迪德罗恩"))
    assert set(heard("martin")) & set(heard_in_han("马丁"))
    assert set(heard("echo")) & set(heard_in_han("埃科"))
    # A vowel before the first consonant is heard.
    assert not set(heard("alma")) & set(heard_in_han("拉马"))


def test_a_term_of_two_words_is_meant_as_a_whole() -> None:
    meant = [way.pieces for part in parts_of("Northern Joint Stock Company Real Estate") for way in part.ways]
    assert frozenset({"=property"}) in meant


def test_letters_are_taken_apart_as_an_index_does() -> None:
    assert spelt("Heng Yue") == spelt("heng") | spelt("yue") and "^hi" in spelt("heng")


@pytest.mark.parametrize(
    "text", ["", "華" * 5000, "a " * 3000, "((((", "\u202e\u0000", "株式会社", "有限公司", "·"]
)
def test_hostile_names_have_few_parts(text: str) -> None:
    assert len(parts_of(text)) <= 13


@given(st.text(max_size=60))
def test_every_way_has_pieces(text: str) -> None:
    assert all(way.pieces and 0 < way.worth <= 1 for part in parts_of(text) for way in part.ways)
