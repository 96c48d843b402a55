"""What a document does not say is never proposed: quotes, figures, signs, units, currencies, dates."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.agent.readers.entries import Figure, Record
from bot.assistant.agent.readers.proving import Unproven, Window, prove_figure, prove_record
from tests.conftest import START
from tests.readers.entries import NEWS, REPORT, figure, suit


def window(text: str) -> dict[str, Window]:
    """A text as a model was given it."""
    return {"b1": Window("b1", 0, {}, "table", 0, text, text, text)}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quote": "营业收入 | 62,000 | 48,000"}, "quote"),
        ({"quote": "收入"}, "quote"),
        ({"value": "62,000"}, "figure"),
        ({"value": "2025", "quote": "项目 | 2025年 | 2024年"}, "figure"),
        ({"value": "52000000", "unit": 1}, "figure"),
        ({"value": "NaN"}, "figure"),
        ({"value": "9" * 400}, "figure"),
        ({"unit": 1}, "unit"),
        ({"unit": 1_000_000}, "unit"),
        ({"value": "-52,000"}, "sign"),
        ({"currency": "USD"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"period_end": "2019-12-31"}, "period"),
        ({"period_end": "2027-12-31"}, "period"),
        ({"period_end": "2025"}, "period"),
        ({"period_end": "last year"}, "date"),
        ({"block": "b9"}, "block"),
    ],
)
def test_a_figure_that_the_document_does_not_print_is_dropped(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unproven) as said:
        prove_figure(Figure(**figure(**changes)), window(REPORT), REPORT, START.date())
    assert said.value.reason == reason


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"amount": "4738206"}, "figure"),
        ({"amount": "-4738200"}, "figure"),
        ({"currency": "EUR"}, "currency"),
        ({"filed_on": "2026-10-13"}, "date"),
        ({"filed_on": "2027-01-01"}, "date"),
        ({"quote": "骏砾电子已被列为失信被执行人。"}, "quote"),
    ],
)
def test_a_record_that_the_document_does_not_tell_is_dropped(changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(Unproven) as said:
        prove_record(Record(**suit(**changes)), window(NEWS), NEWS, START.date())
    assert said.value.reason == reason


@pytest.mark.parametrize(
    ("text", "value", "unit", "row"),
    [
        ("2025年营业收入36.42亿元", "36.42", 100_000_000, ("3642000000", 1)),
        ("2025年营业收入3,642,000,000元", "3642000000", 1, ("3642000000", 1)),
        ("2025年 单位：万元\n营业收入 | 364,200 | 人民币", "364,200", 10_000, ("3642000000", 1)),
        ("2025 in millions, USD\nRevenue | 3,642", "3642", 1_000_000, ("3642", 1_000_000)),
    ],
)
def test_a_figure_is_kept_in_the_unit_that_is_printed(
    text: str, value: str, unit: int, row: tuple[str, int]
) -> None:
    entry = figure(
        value=value, unit=unit, quote=text.split("\n")[-1], currency="USD" if "USD" in text else "CNY"
    )
    proven = prove_figure(Figure(**entry), window(text), text, START.date())
    assert (proven.row["revenue"], proven.row["unit"]) == row


@given(number=st.integers(1, 10**9), printed=st.integers(1, 10**9))
def test_no_other_number_than_the_printed_one_is_ever_proposed(number: int, printed: int) -> None:
    text = f"2025年 单位：人民币千元\n营业收入 | {printed:,}"
    entry = Figure(**figure(value=number, quote=f"营业收入 | {printed:,}"))
    try:
        proven = prove_figure(entry, window(text), text, START.date())
    except Unproven as wrong:
        assert wrong.reason == "figure" and number not in (printed, printed * 1000)
    else:
        assert number == printed and proven.row["revenue"] == str(number)
