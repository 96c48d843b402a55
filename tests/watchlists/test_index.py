"""Names among very many: found by every script and through typing errors, changed cheaply, kept in a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.watchlists.index import NameIndex

LISTED = {
    "ofac-1": ("Sergei Viktorovich SHCHERBAKOV", "Щербаков Сергей Викторович"),
    "ofac-2": ("Rosneft Trading S.A.",),
    "un-1": ("ABDUL HAI SALEK", "عبد الحي سالك"),
    "house-1": ("华为技术有限公司", "Huawei Technologies Co., Ltd."),
    "house-2": ("深圳市恒岳科技有限公司",),
    "house-3": ("北京恒星贸易有限公司",),
    "house-4": ("김정은", "Kim Jong Un"),
}


@pytest.fixture
def index() -> NameIndex:
    """The index over the listed, among a thousand firms of no interest."""
    others = {f"x-{n}": (f"Company Number {n} Trading Ltd.", f"第{n}贸易有限公司") for n in range(1000)}
    return NameIndex.build({**others, **LISTED}.items())


def first(index: NameIndex, name: str) -> str:
    return index.near(name)[0].key


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("Sergej Schtscherbakow", "ofac-1"),
        ("Сергей Щербаков", "ofac-1"),
        ("Rosnfet Trading", "ofac-2"),
        ("Salik, Abdulhay", "un-1"),
        ("华为", "house-1"),
        ("華為技術", "house-1"),
        ("Huawei Tech", "house-1"),
        ("恒岳科技（深圳）有限公司", "house-2"),
        ("Kim Jong-un", "house-4"),
        ("김정은", "house-4"),
    ],
)
def test_a_name_is_near_however_it_is_written(index: NameIndex, typed: str, key: str) -> None:
    assert first(index, typed) == key


@pytest.mark.parametrize("nothing", ["", " ", "🙂🙂", "!!!", "\u200b"])
def test_a_name_without_a_letter_is_near_nobody(index: NameIndex, nothing: str) -> None:
    assert index.near(nothing) == []


def test_ten_thousand_characters_are_asked_and_answered(index: NameIndex) -> None:
    assert isinstance(index.near("Щербаков " * 1200), list)
    assert isinstance(index.near("华" * 10_000), list)


def test_who_is_added_is_found_and_who_is_removed_is_not(index: NameIndex) -> None:
    before = len(index)
    index.put("new-1", ["Zweifelhafte Handels GmbH"])
    assert first(index, "Zweifelhafte Handel") == "new-1" and len(index) == before + 1
    index.put("new-1", ["Ganz Andere AG"])
    assert all(near.name != "Zweifelhafte Handels GmbH" for near in index.near("Zweifelhafte Handels GmbH"))
    assert first(index, "Andere Ganz AG") == "new-1"
    index.remove("new-1")
    index.remove("house-2")
    assert {near.key for near in index.near("深圳市恒岳科技有限公司")} & {"house-2", "new-1"} == set()
    assert "house-2" not in set(index.keys()) and "house-3" in set(index.keys())


def test_an_index_is_the_same_after_it_was_kept_in_a_file(index: NameIndex, tmp_path: Path) -> None:
    index.save(tmp_path)
    again = NameIndex.load(tmp_path)
    assert again is not None and len(again) == len(index) and set(again.keys()) == set(index.keys())
    for typed in ("Sergej Schtscherbakow", "华为", "Kim Jong-un", "Trading Ltd."):
        assert again.near(typed) == index.near(typed)


def test_what_lies_beside_the_arrays_is_not_lost_by_saving(index: NameIndex, tmp_path: Path) -> None:
    index.put("new-1", ["Zweifelhafte Handels GmbH"])
    with pytest.raises(ValueError, match="build the index anew"):
        index.save(tmp_path)


@pytest.mark.parametrize("damage", [b"", b"no archive", None])
def test_a_file_that_is_missing_broken_or_cut_is_no_index(
    index: NameIndex, tmp_path: Path, damage: bytes | None
) -> None:
    assert NameIndex.load(tmp_path) is None
    index.save(tmp_path)
    file = tmp_path / "names.npz"
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2] if damage is None else damage)
    assert NameIndex.load(tmp_path) is None


def test_an_index_of_nobody_answers() -> None:
    assert NameIndex.build([]).near("Rosneft") == []


_NAMES = st.lists(
    st.text(alphabet="abcdefghijkl Щербаков华为技术恒岳김정", min_size=2, max_size=14).filter(
        lambda text: any(c.isalnum() for c in text)
    ),
    min_size=1,
    max_size=12,
    unique=True,
)


@given(_NAMES)
@settings(max_examples=60, deadline=None)
def test_everybody_is_near_their_own_name(names: list[str]) -> None:
    index = NameIndex.build((str(number), [name]) for number, name in enumerate(names))
    grown = NameIndex.build([])
    for number, name in enumerate(names):
        grown.put(str(number), [name])
    for number, name in enumerate(names):
        for one in (index, grown):
            near = one.near(name, limit=len(names) + 1)
            if near:  # a name may have no piece
                assert str(number) in {each.key for each in near}
