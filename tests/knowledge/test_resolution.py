"""Whom a question means; and that nobody is chosen where several fit or none does."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from uuid import UUID

import pytest

from knowledge.names.resolution import Kind, NameIndex, resolve
from store.customers import CustomerName

DATA = Path(os.environ.get("BONAFIDE_DATA", Path(__file__).parents[3] / "shared" / "data"))


def named(number: int, name: str, kind: str = "legal") -> CustomerName:
    return CustomerName(UUID(int=number), f"C-{1000 + number}", name, kind)


INDEX = NameIndex(
    [
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
        named(9, "邵阳维克液压股份有限公司"),
        named(9, "91310000MA1K35X75L", "uscc"),
        named(10, "贵州茅台酒股份有限公司"),
    ]
)


@pytest.mark.parametrize(
    ("text", "customer"),
    [
        ("C-1003", 3),
        ("c1003 的评级是多少？", 3),
        ("Ｃ－1003", 3),
        ("91310000ma1k35x75l 是谁", 9),
        ("邵阳维克液压股份有限公司", 9),
        ("邵陽維克液壓的营收", 9),
        ("邵阳液压", 9),
        ("邵阳液压去年的营收是多少？", 9),
        ("贵州茅台去年净利润", 10),
        ("《邵阳维克液压》有哪些诉讼", 9),
        ("Best Buy", 3),
        ("BEST BUY CO INC", 3),
        ("What was Best Buy's revenue in 2023?", 3),
        ("What were Amcor’s net sales?", 4),
        ("J&J 的营收", 8),
        ("amcorr", 4),
        ("What are Amcorr's net sales?", 4),
        ("johnson & jonson", 8),
        ("恒岳科技（深圳）", 2),
        ("杭州恒岳科技的法人是谁", 1),
        ("深圳的恒岳科技有没有诉讼？", 2),
        ("太平洋", 5),
        ("太平洋的评级是多少", 5),
        ("What is Target's rating?", 7),
    ],
)
def test_one_customer_is_meant(text: str, customer: int) -> None:
    resolution = resolve(text, INDEX)
    assert resolution.kind is Kind.ONE
    assert resolution.match is not None
    assert resolution.match.customer_id.int == customer


@pytest.mark.parametrize("text", ["恒岳科技", "恒岳科技的法人是谁？", "恆岳科技"])
def test_twins_are_both_offered_and_none_is_chosen(text: str) -> None:
    resolution = resolve(text, INDEX)
    assert (resolution.kind, resolution.match) == (Kind.AMBIGUOUS, None)
    assert {choice.code for choice in resolution.candidates} == {"C-1001", "C-1002"}


def test_several_that_are_named_are_all_given_in_their_order() -> None:
    resolution = resolve("Compare Amcor and Best Buy", INDEX)
    assert (resolution.kind, resolution.match) == (Kind.SEVERAL, None)
    assert [choice.code for choice in resolution.candidates] == ["C-1004", "C-1003"]


def test_a_wrong_character_in_a_short_name_is_a_question_back() -> None:
    resolution = resolve("恒越科技", INDEX)
    assert (resolution.kind, resolution.match) == (Kind.UNSURE, None)
    assert {choice.code for choice in resolution.candidates} == {"C-1001", "C-1002"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "今天天气怎么样",
        "哪些客户逾期超过30天？",
        "科技公司有哪些",
        "Which customers are overdue?",
        "our target for 2023?",
        "the best buy of the year",
        "工业机器人产业的发展水平如何？",
        "C-9999",
        "\ud800\x00",
        "?" * 5000,
    ],
)
def test_a_question_about_nobody_means_nobody(text: str) -> None:
    assert resolve(text, INDEX).kind is Kind.NONE


def test_without_customers_nobody_is_meant() -> None:
    assert resolve("Best Buy", []).kind is Kind.NONE


def test_the_span_shows_where_the_name_stands() -> None:
    text = "请问 Best Buy 的营收"
    span = resolve(text, INDEX).span
    assert span is not None
    assert text[slice(*span)] == "Best Buy"


@pytest.mark.real_data
def test_short_names_of_listed_firms_are_rarely_taken_for_another() -> None:
    """Figures on 3,639 firms, none of whose short names is in the store: right, a question back, wrong."""
    file = DATA / "names" / "zh_alias_pairs_dev.jsonl"
    if not file.exists():
        pytest.skip(f"the shared data are not at {DATA}")
    with file.open(encoding="utf-8") as lines:
        pairs = [json.loads(line) for line in lines]
    keys = {full: number for number, full in enumerate(dict.fromkeys(pair["full"] for pair in pairs), 1)}
    index = NameIndex(named(number, full) for full, number in keys.items())
    asked = [pair for pair in pairs[::9] if pair["alias"] != pair["full"]]
    started = time.perf_counter()
    answers = [(resolve(f"{pair['alias']}去年的营收是多少？", index), keys[pair["full"]]) for pair in asked]
    spent = (time.perf_counter() - started) / len(asked)
    chosen = [(answer.match.customer_id.int, key) for answer, key in answers if answer.match]
    right, wrong = sum(a == b for a, b in chosen) / len(asked), sum(a != b for a, b in chosen) / len(asked)
    figures = f"right {right:.3f}, wrong {wrong:.3f}, {spent * 1000:.1f} ms"
    print(f"\n{len(asked)} short names among {len(keys)} firms: {figures}")
    assert right > 0.65
    assert wrong < 0.03
