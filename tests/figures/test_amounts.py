"""Printed numbers are read exactly, whatever their brackets, signs and scales."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.figures.amounts import Figure, read_figure, scan_figures, spell_figure

AMOUNTS = st.decimals(
    min_value=Decimal("0.001"),
    max_value=Decimal("99999999999.999"),
    places=3,
    allow_nan=False,
    allow_infinity=False,
)


@pytest.mark.parametrize(
    ("printed", "amount", "currency", "percent"),
    [
        ("$ 3,642", "3642", "USD", False),
        ("(1,234)", "-1234", None, False),
        ("$ (551)", "-551", "USD", False),
        ("(8.2 %)", "-8.2", None, True),
        ("(0.3)%", "-0.3", None, True),
        ("12.5 %", "12.5", None, True),
        ("−5", "-5", None, False),
        ("$1.2 billion", "1200000000", "USD", False),
        ("3,642 million", "3642000000", None, False),
        ("36.42 亿元", "3642000000", "CNY", False),
        ("人民币3.5亿元", "350000000", "CNY", False),
        ("4,521千元", "4521000", "CNY", False),
        ("2.5万", "25000", None, False),
        ("１２３", "123", None, False),
        ("RMB 5.0亿", "500000000", "CNY", False),
        ("HK$ 12", "12", "HKD", False),
        ("1,488 (c)", "1488", None, False),
        ("$ (551) (7)", "-551", "USD", False),
    ],
)
def test_cells_as_statements_print_them(
    printed: str, amount: str, currency: str | None, percent: bool
) -> None:
    figure = read_figure(printed)
    assert figure is not None
    assert (figure.amount, figure.currency, figure.is_percent) == (Decimal(amount), currency, percent)


@pytest.mark.parametrize("printed", ["—", "-", "$ —", "–", "-%"])
def test_a_dash_is_nil(printed: str) -> None:
    figure = read_figure(printed)
    assert figure is not None
    assert figure.is_nil
    assert figure.value == 0


@pytest.mark.parametrize(
    "printed", ["", "N/A", "*", "Level 1", "July 29, 2023", "1.2.3", "12 to 15", "COVID-19"]
)
def test_what_is_no_figure_gives_none(printed: str) -> None:
    assert read_figure(printed) is None


def test_figures_in_a_sentence_leave_names_and_footnotes_alone() -> None:
    text = "Comirnaty(1) sales fell 12.3% to $2.6 billion from COVID-19 highs; 收入36.42亿元"
    assert [figure.amount for _, _, figure in scan_figures(text)] == [
        Decimal("12.3"),
        Decimal("2600000000"),
        Decimal("3642000000"),
    ]


@given(
    value=AMOUNTS,
    negative=st.booleans(),
    scale=st.sampled_from([1, 10**3, 10**4, 10**6, 10**8, 10**9]),
    currency=st.sampled_from([None, "USD", "EUR", "GBP", "CNY", "HKD"]),
)
def test_what_is_spelled_is_read_back(
    value: Decimal, negative: bool, scale: int, currency: str | None
) -> None:
    figure = Figure(-value if negative else value, scale, currency)
    assert read_figure(spell_figure(figure)) == figure


@given(value=AMOUNTS, negative=st.booleans())
def test_per_cents_are_read_back(value: Decimal, negative: bool) -> None:
    figure = Figure(-value if negative else value, is_percent=True)
    assert read_figure(spell_figure(figure)) == figure


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    figure = read_figure(text)
    assert figure is None or figure.value.is_finite()
    assert all(0 <= start < end <= len(text) for start, end, _ in scan_figures(text))
