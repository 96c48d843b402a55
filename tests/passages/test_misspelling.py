"""Misspelt questions: found by what they look like, never by what the asker may not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.library import Library
from knowledge.passages.found import Because
from knowledge.passages.misspelling import doubtful, respell
from knowledge.passages.neighbours import Neighbours
from knowledge.passages.terms import index_terms
from store.access import FieldClass, Role, Viewer
from store.blobs import Blobs

NEAR = [
    " ".join(index_terms(text))
    for text in ("比亚迪新能源汽车销量同比增长", "Amcor flexible packaging net sales")
]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("比业迪新能源汽车", "比亚迪新能源汽车"),
        ("新能原汽车销量", "新能源汽车销量"),
        ("新能源汽车销凉", "新能源汽车销量"),
        ("Amzcor flexibel packging", "amcor flexible packaging"),
        ("比业迪 packging", "比亚迪 packaging"),
    ],
)
def test_a_wrong_letter_gives_way_to_what_stands_there(written: str, meant: str) -> None:
    there = {term for terms in NEAR for term in terms.split()}
    unknown = [term for term in index_terms(written) if term not in there]
    assert respell(written, unknown, NEAR) == meant


def test_what_is_known_or_like_nothing_is_left_alone() -> None:
    assert respell("比亚迪", [], NEAR) is None
    assert respell("Goldman Sachs", ["goldman", "sach"], NEAR) is None
    assert respell("宁德时代", ["宁德", "德时", "时代"], NEAR) is None
    assert respell("比业迪", ["比业", "业迪"], []) is None


@settings(deadline=None, max_examples=80)
@given(st.text(alphabet="比亚迪业新能源汽车abcdefAmcor 1.-(|", max_size=40))
def test_any_question_can_be_looked_at(text: str) -> None:
    spelled = respell(text, index_terms(text), NEAR)
    assert spelled is None or spelled


def test_doubt_is_a_matter_of_shares() -> None:
    assert not doubtful(["a", "b", "c", "d", "e"], dict.fromkeys("abcd", 1))
    assert doubtful(["a", "b", "c", "d", "e"], dict.fromkeys("abc", 1))
    assert not doubtful([], {})


@pytest.fixture
def library(press: Any, tmp_path: Any) -> Iterator[Library]:
    """The press archive's library with its index to fall back on."""
    neighbours = Neighbours(press.databases, press.folder)
    neighbours.catch_up()
    yield with_index(press, tmp_path, neighbours)
    neighbours.close()


def with_index(archive: Any, folder: Any, neighbours: Neighbours) -> Library:
    blobs = Blobs(folder / "blobs")
    return Library(archive.databases, blobs, clock=archive.clock, similar=neighbours.similar)


@pytest.mark.parametrize(
    ("query", "meant"),
    [("Costko financal oficer", "costco"), ("恒夫地产被执型人", "evergrande"), ("宁皮港集装厢码头", "port")],
)
def test_a_misspelt_search_finds_the_passage_and_says_why(
    library: Library, sales: Viewer, query: str, meant: str
) -> None:
    hits = library.search(query, viewer=sales)
    assert hits[0].external_id == meant
    assert hits[0].because is Because.SIMILAR
    assert hits[0].as_json()["because"] == "similar"


def test_a_search_in_the_right_words_does_not_fall_back(library: Library, sales: Viewer) -> None:
    [hit, *_] = library.search("比亚迪新能源汽车销量", viewer=sales)
    assert hit.external_id == "byd"
    assert hit.because is Because.TERMS
    assert "because" not in hit.as_json()


def test_nonsense_finds_nothing(library: Library, sales: Viewer) -> None:
    assert library.search("zzqx wvvk jjfpq", viewer=sales) == []


def test_limits_hold_for_similar_passages_too(press: Any, library: Library, sales: Viewer) -> None:
    assert library.search("恒夫地产被执型人", viewer=sales, since=date(2020, 1, 1)) == []
    assert library.search("恒夫地产被执型人", viewer=sales, document_ids=[press.ids["byd"]]) == []
    [hit] = library.search("恒夫地产被执型人", viewer=sales, document_ids=[press.ids["evergrande"]])
    assert hit.because is Because.SIMILAR


def test_what_sales_may_not_see_is_neither_returned_nor_counted_nor_scored(
    archive: Any, tmp_path: Any, viewer: Any
) -> None:
    archive.bring(
        notice="恒大地产因逾期债务被列入被执行人名单。", other="恒隆地产发布中期业绩，租金收入增长。"
    )
    queries = ["恒夫地产被执型人", "恒大地产 洗浅", "Zhongrui laundring", "可疑交异"]
    neighbours = Neighbours(archive.databases, archive.folder)
    library = with_index(archive, tmp_path, neighbours)
    neighbours.catch_up()
    before = {query: seen(library, query, viewer(Role.SALES)) for query in queries}
    tips = {f"tip-{n}": f"恒大地产涉嫌洗钱，可疑交易第{n}笔；Zhongrui laundering" for n in range(80)}
    archive.bring(field_class=FieldClass.SUSPICION, **tips)
    neighbours.catch_up()
    assert archive.waiting() == 0
    for query in queries:
        assert seen(library, query, viewer(Role.SALES)) == before[query]
    found = library.search("Zhongrui laundring", viewer=viewer(Role.COMPLIANCE))
    assert found
    assert all(hit.external_id.startswith("tip-") for hit in found)
    neighbours.close()


def seen(library: Library, query: str, viewer: Viewer) -> list[tuple[Any, ...]]:
    hits = library.search(query, viewer=viewer, k=50)
    return [(hit.external_id, hit.score, hit.evidence.quote, hit.because) for hit in hits]


def test_an_index_behind_the_store_gives_nothing_that_is_gone(
    press: Any, library: Library, sales: Viewer
) -> None:
    press.take_out("evergrande")
    assert all(hit.external_id != "evergrande" for hit in library.search("恒夫地产被执型人", viewer=sales))
