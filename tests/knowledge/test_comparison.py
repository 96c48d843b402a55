"""Two names are one, or are not, across scripts; every score has its reasons in words."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.names.among import Crowd, Named, chosen
from knowledge.names.chinese import chinese_parts
from knowledge.names.comparison import NameKind, compare
from prompts.phrasebook import LANGUAGES, Phrasebook

ONE = [
    ("上海科达电子有限公司", "上海科达電子有限公司"),
    ("上海科达电子有限公司", "科达电子"),
    ("浙江允棠精密机械有限公司", "浙江允棠精密机械有限责任公司"),
    ("恒岳科技（中国）有限公司", "恒岳科技有限公司"),
    ("恒岳科技有限公司", "Hengyue Technology Co., Ltd."),
    ("三菱电机株式会社", "Mitsubishi Electric Corporation"),
    ("顶峰科技公司", "Summit Technologies Inc."),
    ("黑熊工业公司", "Black Bear Industries LLC"),
    ("Сергей Викторович Лавров", "Sergei Lavrov"),
    ("ООО «Молот Армз»", "Molot Arms LLC"),
    ("АО «НПП «Исток»", "Research and Production Enterprise Istok JSC"),
    ("Казанский вертолётный завод", "Kazan Helicopter Plant"),
    ("Oбщество с ограниченной ответственностью «Остек»", "Ostec LLC"),
    ("АО «Тульский патронный завод»", "Tula Cartridge Works JSC"),
    ("ФГУП «ЦНИИ Буревестник»", "Central Scientific Research Institute Burevestnik"),
    ("Минский тракторный завод / МТЗ", "Minsk Tractor Works (MTZ)"),
    ("ПАО «Уральская кузница»", "Uralskaya Kuznitsa PJSC"),
    ("شركة صناعات الشام المحدودة", "Sham Industries Co. Ltd."),
    ("محمد بن سلمان", "Mohammed bin Salman"),
    ("박영한", "PARK Young Han"),
    ("王定宇", "Wang Ting-yu"),
    ("约翰·伯顿", "John Burton"),
    ("金铁三", "Kim Chol Sam"),
    ("李明博", "Lee Myung-bak"),
    ("瓦希德·纳瓦比", "Wahid Nawabi"),
    ("НПО «Молния»", "NPO Lightning"),
    ("ООО «ВПК»", "Military Industrial Company LLC"),
    ("Nordhafen Maschinenbau GmbH", "NORDHAFEN MASCHINENBAU G.m.b.H."),
    ("J.P. Morgan & Co.", "JP Morgan and Co"),
    ("Brigade Forty-Four", "Brigade 44"),
    ("Abdulrahman Yusuf", "Abd al-Rahman Yousef"),
    ("ADBUL BARI AKHUND", "ABDUL BARI AKHUND"),
    ("ABDULAH ANSHORI", "ABDULLAH ANSHORI"),
    ("KIM SKO CHOL", "KIM SOK CHOL"),
    ("BIN MARWAN, BILAL", "BILAL BIN MARWAN"),
    ("Лев Белый", "Lev Bely"),
]
TWO = [
    ("恒岳科技（杭州）有限公司", "恒岳科技（深圳）有限公司"),
    ("上海科达电子有限公司", "上海锦江酒店有限公司"),
    ("习近平", "习近朋"),
    ("Bowne Global Solutions (France)", "Bowne Global Solutions (Germany)"),
    ("150 авиационный ремонтный завод", "123 Aviation Repair Plant"),
    ("АО «НПП «Исток»", "Research and Production Enterprise Salyut JSC"),
    ("Казанский вертолётный завод", "Ulan-Ude Helicopter Plant"),
    ("Ahmad bin Hasan al-Ubaidi", "Hasan bin Ahmad al-Ubaidi"),
    ("Zafar Ali", "Zafar Iqbal"),
    ("Brigade Forty-Five", "Brigade 44"),
    ("恒岳科技有限公司", "Nordhafen Maschinenbau GmbH"),
    ("Сергей Лавров", "Ivan Petrov"),
]


@pytest.mark.parametrize(("left", "right"), ONE)
def test_one_name_in_two_spellings(left: str, right: str) -> None:
    assert compare(left, right).score > 0.5
    assert compare(right, left).score == pytest.approx(compare(left, right).score, abs=0.1)


@pytest.mark.parametrize(("left", "right"), TWO)
def test_two_names_that_share_something(left: str, right: str) -> None:
    assert compare(left, right).score < 0.5


def test_a_city_stands_in_no_other_city() -> None:
    assert chinese_parts("深圳市新城市规划设计股份有限公司").regions == ("深圳",)
    assert chinese_parts("广东省新城市规划设计股份有限公司").regions == ("广东", "新城")


SPELT = st.sampled_from(
    ["Sergei Shcherbakov", "Mahmoud al-Zahawi", "Kim Sok Chol", "Jean-Pierre Dubois", "Ngozi Okafor"]
)


@settings(max_examples=120, deadline=None)
@given(SPELT, st.integers(0, 30), st.sampled_from(["swapped", "missing", "doubled", "last first"]))
def test_a_slip_of_the_fingers_leaves_a_person_likely(name: str, at: int, slip: str) -> None:
    first, _, last = name.rpartition(" ")
    at %= len(last) - 1
    changed = {
        "swapped": last[at + 1] + last[at],
        "missing": last[at + 1],
        "doubled": last[at] + last[at] + last[at + 1],
        "last first": "",
    }
    typed = f"{first} {last[:at]}{changed[slip]}{last[at + 2 :]}"
    if slip == "last first":
        typed = f"{last}, {first}"
    assert compare(typed, name, NameKind.PERSON).score > 0.5


@settings(max_examples=150, deadline=None)
@given(
    st.text(max_size=40),
    st.sampled_from([pair for pairs in (ONE, TWO) for pair in pairs]),
    st.sampled_from(NameKind),
)
def test_either_name_may_come_first(text: str, known: tuple[str, str], kind: NameKind) -> None:
    for left, right in (known, (text, known[0])):
        there, back = compare(left, right, kind), compare(right, left, kind)
        assert there.score == pytest.approx(back.score, abs=0.1)
        assert there.way == back.way


@pytest.mark.parametrize(
    ("made", "meant"),
    [
        ("Sbеrbank", "Sberbank"),  # a Cyrillic е
        ("Rοsneft", "Rosneft"),  # a Greek ο
        ("Ｒｏｓｎｅｆｔ", "Rosneft"),
        ("Ros\u200bneft", "Rosneft"),
        ("\u202eRosneft\u202c", "Rosneft"),
        ("恒岳\u2060科技", "恒岳科技"),
    ],
)
def test_names_made_to_deceive_are_the_names_that_they_look_like(made: str, meant: str) -> None:
    assert compare(made, meant).score == 1.0
    mixed = any("\u0370" <= letter <= "\u052f" for letter in made)
    assert (compare(made, meant).deceiving is not None) == mixed


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([name for pair in ONE for name in pair]))
def test_a_name_is_itself(name: str) -> None:
    assert compare(name, name).score == 1.0


def test_letters_of_another_script_are_found_and_reported() -> None:
    found = compare("Аpple Inc.", "Apple Inc.")  # a Cyrillic А
    assert found.score > 0.5
    assert found.deceiving == "Аpple"


@pytest.mark.parametrize("nothing", ["", " ", "😀", "\u202e\u200b", "…"])
def test_what_says_nothing_is_like_nothing(nothing: str) -> None:
    assert compare(nothing, "恒岳科技有限公司").score == 0.0
    assert compare(nothing, nothing).score == 0.0


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_two_texts_have_a_score_with_reasons_in_both_languages(left: str, right: str) -> None:
    found = compare(left, right)
    assert 0.0 <= found.score <= 1.0
    for language in LANGUAGES:
        phrases = Phrasebook(language)
        for reason in found.because:
            assert phrases["names.reason." + reason.feature.replace(":", ".")]


def test_a_name_of_ten_thousand_characters_does_not_hang() -> None:
    assert compare("恒岳" * 5000, "科技 " * 3000, NameKind.ORGANISATION).score < 0.5


BOOK = Crowd(
    [
        Named("C-1", "苏州允棠精密机械有限公司", ("Yuntang Precision Machinery",)),
        Named("C-2", "恒岳科技（杭州）有限公司"),
        Named("C-3", "恒岳科技（深圳）有限公司"),
        Named("C-4", "Nordhafen Maschinenbau GmbH", ("诺德港机械",)),
        Named("C-5", "ООО «Молот Армз»"),
    ]
)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("允棠精密", "C-1"),
        ("Yuntang", "C-1"),
        ("恒岳科技杭州", "C-2"),
        ("nordhaven maschinenbau", "C-4"),
        ("Molot Arms", "C-5"),
    ],
)
def test_whom_a_name_means(said: str, meant: str) -> None:
    found = BOOK.find(said, NameKind.ORGANISATION)
    assert found[0].named.key == meant


LISTED = Crowd(
    Named(name, name)
    for name in (
        "上海汽车集团股份有限公司",
        "上海医药集团股份有限公司",
        "上海电气集团股份有限公司",
        "南京钢铁股份有限公司",
        "广东电力发展股份有限公司",
        "深圳市燃气集团股份有限公司",
        "佛山市燃气集团股份有限公司",
        "云南神农农业产业集团股份有限公司",
        "海南神农科技股份有限公司",
        "沪士电子股份有限公司",
    )
)


@pytest.mark.parametrize(
    ("short", "full"),
    [
        ("上汽集团", "上海汽车集团股份有限公司"),
        ("上药集团", "上海医药集团股份有限公司"),
        ("南钢股份", "南京钢铁股份有限公司"),
        ("粤电力A", "广东电力发展股份有限公司"),
        ("佛燃能源", "佛山市燃气集团股份有限公司"),
        ("神农集团", "云南神农农业产业集团股份有限公司"),
        ("*ST沪士", "沪士电子股份有限公司"),
    ],
)
def test_a_short_name_takes_characters_of_the_full_one_in_order(short: str, full: str) -> None:
    assert LISTED.find(short)[0].named.key == full


def test_a_long_name_of_one_character_does_not_hang() -> None:
    crowd = Crowd(Named(str(number), "恒" * (30 + number)) for number in range(60))
    begun = time.perf_counter()
    assert len(crowd.find("恒" * 10_000)) <= 5
    assert time.perf_counter() - begun < 5


def test_nobody_is_chosen_for_a_short_name_of_a_firm_that_is_not_listed() -> None:
    for short in ("宁德时代", "海康威视", "上港集团", "华电股份"):
        assert chosen(LISTED.find(short)) is None


def test_a_short_name_is_explained_in_both_languages() -> None:
    found = LISTED.find("上汽集团")[0].comparison
    assert found.way == "short"
    for language in LANGUAGES:
        assert all(Phrasebook(language)["names.reason." + reason.feature] for reason in found.because)


def test_nobody_is_chosen_where_two_are_as_likely() -> None:
    found = BOOK.find("恒岳科技", NameKind.ORGANISATION)
    assert {each.named.key for each in found[:2]} == {"C-2", "C-3"}
    assert chosen(found) is None


def test_the_command_answers_each_line_and_sets_broken_ones_aside(tmp_path) -> None:
    file = tmp_path / "pairs.jsonl"
    file.write_text('{"id": 1, "left": "科达电子", "right": "科達電子"}\nbroken\n{"id": 3, "left": "科达"}\n')
    done = subprocess.run(
        [sys.executable, "-m", "bot.cli", "names", "compare", "--file", str(file)],
        capture_output=True,
        text=True,
    )
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert done.returncode == 1
    assert first["id"] == 1 and first["score"] > 0.9
    assert {"feature", "left", "right", "value", "note"} == set(first["because"][0])
    assert "line 2" in second["error"] and third["id"] == 3 and "right" in third["error"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("習 近平", "习近平"),
        ("秀珠 明珠 周", "周 秀珠 明珠"),
        ("अभिषेक मोहिनी थापा", "थापा अभिषेक मोहिनी"),
        ("현준 민서 김", "김 현준 민서"),
        ("Дмитрий Юрьевич ГОРА", "Gora, Dmitry Yuryevich"),
    ],
)
def test_people_are_known_as_people_without_being_told(one: str, other: str) -> None:
    found = compare(one, other)
    assert found.way.startswith("person") or found.way == "identical"
    assert found.score > 0.5


def test_vowel_signs_belong_to_their_letter() -> None:
    # Cut into single letters, every name in Devanagari was full of initials that fitted anybody.
    assert compare("अभिषेक मोहिनी थापा", "PAK HAN SE", NameKind.PERSON).score < 0.1
    assert compare("مُصلح نظام", "مصلح نظام", NameKind.PERSON).score > 0.9


def test_what_is_told_counts_words_beyond_particles_and_initials() -> None:
    assert compare("Omar al Khattab", "Khattab", NameKind.PERSON).told == 1
    assert compare("J. Orlov Viktor", "Jan Orlow Viktor", NameKind.PERSON).told == 2
