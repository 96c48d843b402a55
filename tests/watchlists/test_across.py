"""Names in another script are candidates: by what their words mean, by how they sound, by usual spellings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.names.across import every_piece, own_pieces
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
def test_a_name_has_every_piece_that_it_asks_for(text: str) -> None:
    assert every_piece(text) >= own_pieces(text)
    assert own_pieces(text) or not pieces(text)


@pytest.mark.parametrize("text", ["华" * 10_000, "a b " * 3000, "Щ" * 5000, "(((((", "\u0000\u202e", "李"])
def test_hostile_names_are_taken_apart(text: str) -> None:
    assert len(every_piece(text)) < 5000


FIRMS = {
    "hengyue": ("恒岳能源设备有限公司", "Heng Yue Energy Equipment Co., Ltd."),
    "aoyama": ("青山精密株式会社", "Aoyama Seimitsu Co., Ltd."),
    "kvb": ("KVB航空株式会社", "KVB Aviation Co., Ltd."),
    "bear": ("黑熊无人机公司", "Black Bear Drones, Inc."),
    "dedler": ("德德勒公司", "Dedler Industries LLC"),
    "spencer": ("斯潘塞物流公司", "Spencer Logistics LLC"),
}


@pytest.mark.parametrize("key", FIRMS)
@pytest.mark.parametrize("asked", [0, 1])
def test_firms_are_found_in_either_direction(key: str, asked: int) -> None:
    crowd = [f"{first} {last}" for first, last in _OTHERS]
    crowd += [
        f"{city}{brand}{trade}有限公司" for city in ("杭州", "深圳") for brand in _BRANDS for trade in _TRADES
    ]
    entries = [(name, [name]) for name in crowd] + [
        (each, [names[1 - asked]]) for each, names in FIRMS.items()
    ]
    assert NameIndex.build(entries).near(FIRMS[key][asked])[0].key == key
    grown = NameIndex.build(entries[: len(crowd)])
    for each, names in entries[len(crowd) :]:
        grown.put(each, names)
    assert grown.near(FIRMS[key][asked])[0].key == key


_BRANDS = ("瀚屿", "盛宏", "金鑫", "华泰", "润达", "信远", "博创", "嘉禾")
_TRADES = ("贸易", "科技", "能源", "物流", "航空", "设备")


def test_a_single_name_in_another_script_hides_nobody_and_is_not_hidden() -> None:
    """Among ten thousand names in letters one in Chinese is a candidate where it fits, and nowhere else."""
    crowd = [(f"x-{n}", [f"Hengyua {n} Trading"]) for n in range(10_000)]
    index = NameIndex.build([*crowd, ("hengyue", ["恒岳能源有限公司"])])
    assert "hengyue" in {near.key for near in index.near("Hengyue Trading")}
    assert "hengyue" not in {near.key for near in index.near("Orlov Viktor Pavlovich")}


def test_own_script_comes_first_where_both_have_the_name() -> None:
    index = NameIndex.build(
        [("han", ["恒岳能源有限公司"]), ("latin", ["Hengyue Energy Ltd"]), ("far", ["青山精密株式会社"])]
    )
    assert {near.key for near in index.near("恒岳能源有限公司")[:2]} == {"han", "latin"}
    assert {near.key for near in index.near("Hengyue Energy Ltd")[:2]} == {"han", "latin"}


@pytest.mark.parametrize("asked", ["Hengyu Trading Ltd", "Hengyue Energy", "Delta Logistics S.A."])
def test_nobody_in_its_own_script_is_passed_over_for_somebody_in_the_other(asked: str) -> None:
    """A customer base in both languages finds in letters whom one in letters alone finds."""
    words = ("Heng", "Yue", "Delta", "Nord", "Hengda", "Yuetong", "Orlov")
    latin = [
        (f"{one} {two} {last}", [f"{one} {two} {last}"])
        for one in words
        for two in words
        for last in ("Trading Ltd", "Energy", "Logistics S.A.")
    ]
    han = [
        (f"{brand}{trade}{n}号有限公司", [f"{brand}{trade}{n}号有限公司"])
        for brand in ("恒岳", "恒宇", "德尔塔")
        for trade in _TRADES
        for n in range(9)
    ]
    alone = {near.key for near in NameIndex.build(latin).near(asked)}
    both = [near.key for near in NameIndex.build([*latin, *han]).near(asked)]
    assert alone <= set(both) and len(both) == len(set(both)) and len(both) <= 80
    assert {key for key, _ in han} & set(both)
