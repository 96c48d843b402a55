"""Names in another script are candidates: by what their words mean, by how they sound, by usual spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.names.across import every_piece
from knowledge.names.among import pieces
from knowledge.watchlists.index import NameIndex

LISTED = {
    "lockheed": "Lockheed Martin Aeronautics",
    "energy": "Southern Energy Equipment Export Corporation",
    "abramowitz": "Morris Abramowitz",
    "koo": "Koo Li-hsiung",
    "shipyard": "Northern Shipbuilding Research Institute",
    "syria": "Syrian Oil Transport Company",
}


@pytest.fixture(scope="module")
def index() -> NameIndex:
    """The listed among people and firms of no interest."""
    others = {f"x-{n}": f"{first} {last}" for n, (first, last) in enumerate(_OTHERS)}
    return NameIndex.build((key, [name]) for key, name in {**others, **LISTED}.items())


_OTHERS = [
    (first, last)
    for first in ("Anna", "Peter", "Global", "Pacific", "Robert", "Delta", "Karin", "Boris")
    for last in ("Trading Ltd.", "Holdings", "Nielsen", "Foods GmbH", "Capital", "Petrov", "Logistics S.A.")
]


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("洛克希德·马丁航空公司", "lockheed"),
        ("南方能源设备出口公司", "energy"),
        ("莫里斯·阿布拉莫维茨", "abramowitz"),
        ("顾立雄", "koo"),
        ("Северный научно-исследовательский институт судостроения", "shipyard"),
        ("الشركة السورية لنقل النفط", "syria"),
    ],
)
def test_a_name_in_another_script_is_among_the_candidates(index: NameIndex, typed: str, key: str) -> None:
    assert key in {near.key for near in index.near(typed)[:5]}


@given(st.text(max_size=60))
def test_more_pieces_are_found_than_by_letters_alone(text: str) -> None:
    assert every_piece(text) >= pieces(text)


@pytest.mark.parametrize("text", ["华" * 10_000, "a b " * 3000, "Щ" * 5000, "(((((", "\u0000\u202e", "李"])
def test_hostile_names_are_taken_apart(text: str) -> None:
    assert len(every_piece(text)) < 5000
