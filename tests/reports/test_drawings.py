"""Axes, gaps and the matrix: what is drawn is what was given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot.reports.composing import compose
from bot.reports.drawings.matrix import Placed, draw_matrix
from bot.reports.drawings.trend import Period, Series, draw_trend
from bot.reports.illustrations import Picture, illustrate
from bot.reports.pictures import KINDS, render_png
from bot.reports.texts import ems, wrapped
from prompts.phrasebook import Phrasebook
from tests.reports.sample import sample

AMOUNTS = st.one_of(st.none(), st.decimals(-(10**13), 10**13, allow_nan=False, places=2))


def revenue(**values: str) -> dict[str, Any]:
    return {
        "currency": "CNY",
        "revenue": [{"period": year.strip("_"), "value": value} for year, value in values.items()],
    }


def pictures(figures: dict[str, Any], language: str = "en") -> dict[str, Picture]:
    check = sample(language)
    check["figures"] = figures
    words = Phrasebook(language)
    return {item.kind: item for item in illustrate(compose(check, words), words, linked=True)}


@given(st.lists(st.tuples(AMOUNTS, AMOUNTS), min_size=1, max_size=12))
def test_bars_stay_within_the_picture(rows: list[tuple[Decimal | None, Decimal | None]]) -> None:
    periods = [Period(str(2015 + place)) for place in range(len(rows))]
    series = [Series("A", tuple(row[0] for row in rows)), Series("B", tuple(row[1] for row in rows))]
    drawn = etree.fromstring(
        draw_trend("T", "D", periods, series, unit="m", gap="–", shown=lambda value: f"{value:f}")
    )
    for bar in drawn.iter("{*}rect"):
        top, height = float(bar.get("y")), float(bar.get("height"))
        assert top >= 0 and height >= 0 and top + height <= 216.5


def test_years_without_figures_are_shown_and_not_joined() -> None:
    found = pictures(
        {
            "currency": "USD",
            "revenue": [{"period": "2019", "value": "5e6"}, {"period": "2023", "value": "7000000"}],
        }
    )
    assert [row[0] for row in found["trend"].rows] == ["2019", "2020", "2021", "2022", "2023"]
    said = [item.text for item in etree.fromstring(found["trend"].svg).iter("{*}text")]
    assert said.count("no data") == 3


@pytest.mark.parametrize(
    ("value", "language", "title", "shown"),
    [
        ("691000000", "zh", "营业收入与净利润（亿元）", "6.91"),
        ("1234567", "zh", "营业收入与净利润（万元）", "123.5"),
        ("950", "zh", "营业收入与净利润（元）", "950"),
        ("691000000", "en", "Revenue and net profit, CNY m", "691"),
        ("69100000000", "en", "Revenue and net profit, CNY bn", "69.1"),
        ("15000", "en", "Revenue and net profit, CNY thousand", "15"),
    ],
)
def test_amounts_are_in_the_unit_that_fits(value: str, language: str, title: str, shown: str) -> None:
    found = pictures({"currency": "CNY", "revenue": [{"period": "2025", "value": value}]}, language)["trend"]
    assert (found.title, found.rows[0][1]) == (title, shown)


def test_currencies_are_not_mixed() -> None:
    check = sample("en")
    check["figures"] = {
        "payments": [
            {"month": "2026-01", "average_days_late": "3", "paid": "10", "currency": "CNY"},
            {"month": "2026-02", "average_days_late": "4", "paid": "10", "currency": "CNY"},
            {"month": "2026-01", "average_days_late": "90", "paid": "10", "currency": "EUR"},
        ]
    }
    words = Phrasebook("en")
    drawn = [
        item for item in illustrate(compose(check, words), words, linked=True) if item.kind == "payments"
    ]
    assert [len(item.rows) for item in drawn] == [2, 1]
    assert [item.rows[-1][1] for item in drawn] == ["4", "90"]


def test_figures_that_name_their_sources_cite_them() -> None:
    found = pictures(
        {"currency": "CNY", "revenue": [{"period": "2025", "value": "691000000", "evidence": ["e8"]}]}
    )
    assert found["trend"].cites == (8,)


def test_a_figure_that_is_none_is_a_gap() -> None:
    found = pictures(
        {"currency": "CNY", "revenue": [{"period": "2024", "value": "NaN"}, {"period": "2025", "value": "7"}]}
    )
    assert found["trend"].rows[0] == ("2024", "no data")


def test_many_statements_in_one_cell_become_a_count() -> None:
    labels = {"likelihood": "L", "impact": "I", "low": "l", "high": "h"}
    placed = [Placed(f"1.{number}", 3, 4, f"statement-1.{number}") for number in range(1, 12)]
    drawn = etree.fromstring(draw_matrix("T", "D", placed, labels=labels, linked=True))
    assert len(drawn.findall(".//{*}a")) == 5 and "+6" in [item.text for item in drawn.iter("{*}text")]


@given(st.text(max_size=300), st.floats(4, 30), st.integers(1, 3))
def test_a_name_stays_within_its_box(name: str, width: float, lines: int) -> None:
    found = wrapped(" ".join(name.split()), width, lines)
    assert len(found) <= lines and all(ems(part) <= width + 1 for part in found)


@pytest.mark.parametrize("kind", KINDS)
def test_each_picture_can_be_sent(kind: str, language: str) -> None:
    made = render_png(kind, sample(language), language)
    assert (
        made is not None
        and made.startswith(b"\x89PNG")
        and made == render_png(kind, sample(language), language)
    )


def test_no_figures_no_picture() -> None:
    assert render_png("trend", sample("en") | {"figures": {}}, "en") is None
    with pytest.raises(ValueError, match="there is no picture “pie”"):
        render_png("pie", sample("en"), "en")
