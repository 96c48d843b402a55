"""Where a text names a customer, and where it only seems to."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.names.keys import brand, core, fold, without_region
from knowledge.names.mentions import Mentions
from store.customers import CustomerName


def key(number: int) -> UUID:
    return UUID(int=number)


def named(number: int, name: str, kind: str = "legal") -> CustomerName:
    return CustomerName(key(number), f"C-{1000 + number}", name, kind)


NAMES = [
    named(1, "恒岳科技（杭州）有限公司"),
    named(2, "恒岳科技（深圳）有限公司"),
    named(3, "Best Buy Co., Inc."),
    named(4, "Amcor plc"),
    named(5, "中国太平洋保险（集团）股份有限公司"),
    named(5, "太平洋", "short"),
    named(6, "沈阳新松机器人自动化股份有限公司"),
    named(6, "机器人", "short"),
    named(7, "Target Corporation"),
    named(8, "Johnson & Johnson"),
    named(8, "J&J", "alias"),
    named(8, "91310000MA1K35X75L", "uscc"),
]
MENTIONS = Mentions(NAMES)


def found(text: str) -> list[tuple[str, int]]:
    return [(mention.name, mention.customer_id.int) for mention in MENTIONS.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("恒岳科技（杭州）有限公司被罚款", [("恒岳科技（杭州）有限公司", 1)]),
        ("恆岳科技(杭州)有限公司", [("恆岳科技(杭州)有限公司", 1)]),
        ("Amcor's net sales, AMCOR PLC", [("Amcor", 4), ("AMCOR PLC", 4)]),
        ("Ａｍｃｏｒ 发布年报", [("Ａｍｃｏｒ", 4)]),
        ("J&J and Ｊ＆Ｊ", [("J&J", 8), ("Ｊ＆Ｊ", 8)]),
        ("Best Buy opened a store", [("Best Buy", 3)]),
        ("the best buy for you", []),
        ("Target Corp. reported earnings", [("Target", 7)]),
        ("the target was missed by far", []),
        ("Amcorp is another firm, and so is Xamcor", []),
        ("太平洋上形成了台风", []),
        ("工业机器人产量增长", []),
        ("机器人公司公告", [("机器人", 6)]),
        ("太平洋保险", [("太平洋保险", 5)]),
        ("91310000MA1K35X75L", []),
        ("", []),
    ],
)
def test_a_name_is_found_where_a_firm_is_meant(text: str, expected: list[tuple[str, int]]) -> None:
    assert found(text) == expected


def test_an_ordinary_word_is_the_firm_where_the_text_has_said_its_full_name() -> None:
    text = "中国太平洋保险（集团）股份有限公司昨日上涨。分析认为，太平洋仍有空间。"
    assert [customer for _, customer in found(text)] == [5, 5]


def test_twins_share_a_short_name_and_neither_is_chosen() -> None:
    mentions = MENTIONS.find("恒岳科技获得新订单")
    assert {mention.customer_id.int for mention in mentions} == {1, 2}
    assert all(mention.shared for mention in mentions)
    assert MENTIONS.count(["恒岳科技获得新订单"]) == {}


def test_the_full_name_of_one_twin_settles_whom_the_short_one_means() -> None:
    counted = MENTIONS.count(["恒岳科技（深圳）有限公司公告，恒岳科技获得新订单"])
    assert counted == {key(2): ("恒岳科技（深圳）有限公司", 2)}


def test_offsets_point_into_the_text_as_written() -> None:
    text = "ＡＢＣ　恒岳科技（杭州）有限公司ﬁ"
    (mention,) = MENTIONS.find(text)
    assert text[mention.start : mention.end] == "恒岳科技（杭州）有限公司" == mention.name


@pytest.mark.parametrize(
    ("name", "kernel", "short", "brand_"),
    [
        ("恒岳科技（杭州）有限公司", "恒岳科技(杭州)", "恒岳科技", "恒岳"),
        ("邵阳维克液压股份有限公司", "邵阳维克液压", "维克液压", "维克"),
        ("Best Buy Co., Inc.", "best buy", "best buy", "best buy"),
        ("The Home Depot, Inc.", "home depot", "home depot", "home depot"),
        ("Inc.", "inc", "inc", "inc"),
        ("有限公司", "有限公司", "有限公司", ""),
    ],
)
def test_what_of_a_name_tells_firms_apart(name: str, kernel: str, short: str, brand_: str) -> None:
    assert (core(name), without_region(name), brand(name)) == (kernel, short, brand_)


@given(st.text(max_size=60))
def test_folding_keeps_every_place(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(st.text(alphabet="恒岳科技杭州有限公司 ABmcor.&'（）太平洋", max_size=50))
def test_whatever_is_found_stands_there(text: str) -> None:
    for mention in MENTIONS.find(text):
        assert text[mention.start : mention.end] == mention.name
