"""Chinese names beside Latin ones: who is spelt otherwise is somebody else; firms of Japan are read as Japan reads."""

from __future__ import annotations

import pytest

from knowledge.names.comparison import NameKind, compare
from knowledge.names.phonetics import spells_syllables


@pytest.mark.parametrize(
    ("han", "letters"),
    [
        ("邓以宁", "He Tingjun"),
        ("邓以宁", "HE, Tingjun"),
        ("沈若琳", "Chen Jialing"),
        ("顾立雄", "Kao Li-chiang"),
        ("方国栋", "Feng Guangdian"),
        ("静 凌", "CHENG, Li-lan"),
        ("萍 超 陈", "Choe Chang Pong"),
    ],
)
def test_letters_that_spell_somebody_else_are_somebody_else(han: str, letters: str) -> None:
    assert compare(han, letters, NameKind.PERSON).score < 0.3


@pytest.mark.parametrize(
    ("han", "letters"),
    [
        ("邓以宁", "Deng Yining"),
        ("邓以宁", "Teng I-ning"),
        ("顾立雄", "Koo Li-hsiung"),
        ("曾毅", "Zeng Yi"),
        ("单伟建", "Shan Weijian"),
        ("约翰·伯顿", "John Burton"),
        ("琳达", "Linda"),
        ("若 琳 沈", "Shen Ruolin"),
        ("若琳 沈", "Ruolin Shen"),
    ],
)
def test_who_is_spelt_or_transcribed_is_found(han: str, letters: str) -> None:
    assert compare(han, letters, NameKind.PERSON).score > 0.7


def test_which_letters_spell_characters() -> None:
    assert 3 in spells_syllables(("he", "tingjun")) and 2 in spells_syllables(("zhang", "wei"))
    assert 3 in spells_syllables(("tsai", "ing", "wen")) and 3 in spells_syllables(("liang", "ching", "fang"))
    assert not spells_syllables(("john", "burton")) and not spells_syllables(("keith", "krach"))
    # A single word may be a given name of any country.
    assert not spells_syllables(("linda",))


@pytest.mark.parametrize(
    ("han", "letters"),
    [
        ("青山精密株式会社", "Aoyama Seimitsu Co., Ltd."),
        ("小林电机株式会社", "Kobayashi Denki Co., Ltd."),
        ("古河工业株式会社", "Furukawa Industries Co., Ltd."),
    ],
)
def test_japanese_firms_are_read_as_japan_does(han: str, letters: str) -> None:
    assert compare(han, letters, NameKind.ORGANISATION).score > 0.5
    elsewhere = han.replace("株式会社", "有限公司")
    assert (
        compare(elsewhere, letters, NameKind.ORGANISATION).odds
        < compare(han, letters, NameKind.ORGANISATION).odds
    )


def test_a_chinese_brand_is_not_read_as_japan_does() -> None:
    assert compare("青山精密株式会社", "Watanabe Seimitsu Co., Ltd.", NameKind.ORGANISATION).score < 0.5
