"""The day and the sum that a sentence gives, and what is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from knowledge.events.details import amount_near, date_near


@pytest.mark.parametrize(
    ("sentence", "amount", "currency"),
    [
        ("处以罚款1,250.5万元", 12_505_000, "CNY"),
        ("涉案金额6500余万元", 65_000_000, "CNY"),
        ("被罚4亿多美元", 400_000_000, "USD"),
        ("罚款人民币50万元", 500_000, "CNY"),
        ("索赔港币3亿元", 300_000_000, "HKD"),
        ("追讨八万四千三百英镑货款", 84_300, "GBP"),
        ("归还贷款本息二千六百四十五万元", 26_450_000, "CNY"),
        ("涉案一亿二千万元", 120_000_000, "CNY"),
        ("罚款十五万元", 150_000, "CNY"),
        ("fined £1.2m by the regulator", 1_200_000, "GBP"),
        ("agreed to pay $16.6 million", 16_600_000, "USD"),
        ("owes 2.5 billion yuan to lenders", 2_500_000_000, "CNY"),
        ("a fine of EUR 750,000", 750_000, "EUR"),
    ],
)
def test_sums_with_their_currency(sentence, amount, currency):
    assert amount_near(sentence, 0) == (Decimal(amount), currency)


@pytest.mark.parametrize(
    "sentence", ["持股比例降至12.5%", "减持500万股", "2026年3月", "12 people were hurt", ""]
)
def test_what_is_no_sum(sentence):
    assert amount_near(sentence, 0) == (None, None)


def test_of_two_sums_the_nearer_one():
    sentence = "公司营收20亿元，因虚假宣传被罚款35万元"
    assert amount_near(sentence, sentence.index("罚款")) == (Decimal(350_000), "CNY")


@pytest.mark.parametrize(
    ("sentence", "published", "day"),
    [
        ("2026年11月12日被罚", None, "2026-11-12"),
        ("公司于11月12日被罚", date(2026, 11, 20), "2026-11-12"),
        ("公司于12月30日被罚", date(2026, 1, 5), "2025-12-30"),
        ("2018年被罚", None, "2018"),
        ("on 12 March 2026", None, "2026-03-12"),
        ("March 12, 2026", None, "2026-03-12"),
        ("in March 2026", None, "2026-03"),
        ("2026-03-12", None, "2026-03-12"),
    ],
)
def test_days_months_and_years(sentence, published, day):
    assert str(date_near(sentence, 0, published)) == day


@pytest.mark.parametrize("sentence", ["11月12日被罚", "2026年13月45日", "in chapter 11", "no date"])
def test_what_is_no_day(sentence):
    assert date_near(sentence, 0) is None
