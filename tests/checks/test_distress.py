"""Distress scores: worked by hand, at the borders of the zones, and free of currency and unit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.rating.distress import EM_SCORE, Z_PRIME, Z_SECOND, Model, Zone, applicable, missing, score

ITEMS = {
    name: Decimal(value)
    for name, value in {
        "total_assets": 1000,
        "current_assets": 600,
        "current_liabilities": 350,
        "retained_earnings": 200,
        "operating_profit": 100,
        "equity": 450,
        "total_liabilities": 550,
        "revenue": 1500,
    }.items()
}


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        # 0.717·0.25 + 0.847·0.2 + 3.107·0.1 + 0.420·0.81818 + 0.998·1.5
        (Z_PRIME, "2.50"),
        # 6.56·0.25 + 3.26·0.2 + 6.72·0.1 + 1.05·0.81818
        (Z_SECOND, "3.82"),
        (EM_SCORE, "7.07"),
    ],
)
def test_scores_worked_by_hand(model: Model, expected: str) -> None:
    found = score(model, ITEMS)
    assert found is not None and found.score == Decimal(expected)


@given(
    st.sampled_from([Z_PRIME, Z_SECOND, EM_SCORE]),
    st.integers(1, 10**9),
    st.lists(st.integers(-500, 5000), min_size=8, max_size=8),
)
def test_a_score_does_not_know_the_currency_or_the_unit(model: Model, factor: int, values: list[int]) -> None:
    """In yuan or in millions of euros: only quotients enter."""
    items = dict(zip(ITEMS, map(Decimal, values), strict=True))
    scaled = {name: value * factor for name, value in items.items()}
    one, other = score(model, items), score(model, scaled)
    assert (one and one.score) == (other and other.score)


@given(st.sampled_from([Z_PRIME, Z_SECOND, EM_SCORE]), st.sampled_from(sorted(ITEMS)))
def test_a_missing_input_gives_no_score_and_is_named(model: Model, gone: str) -> None:
    items = {name: value for name, value in ITEMS.items() if name != gone}
    if gone in missing(model, items):
        assert score(model, items) is None and missing(model, items) == [gone]
    else:
        assert gone == "revenue" and model is not Z_PRIME


@pytest.mark.parametrize("below", ["total_assets", "total_liabilities"])
def test_nothing_is_divided_by_nothing(below: str) -> None:
    assert score(Z_SECOND, {**ITEMS, below: Decimal(0)}) is None


def test_zones_begin_where_the_paper_puts_them() -> None:
    """The bounds themselves are grey."""
    for model, low, high in (
        (Z_PRIME, "1.23", "2.90"),
        (Z_SECOND, "1.10", "2.60"),
        (EM_SCORE, "4.35", "5.85"),
    ):
        assert model.zone(Decimal(low)) is Zone.GREY and model.zone(Decimal(high)) is Zone.GREY
        assert model.zone(Decimal(low) - Decimal("0.01")) is Zone.DISTRESS
        assert model.zone(Decimal(high) + Decimal("0.01")) is Zone.SAFE


@pytest.mark.parametrize(
    ("industry", "country", "model", "reason"),
    [
        ("Process pumps", "GB", Z_PRIME, "maker"),
        ("Worsted weaving", "GB", Z_PRIME, "maker"),
        ("专用设备制造业", "DE", Z_PRIME, "maker"),
        ("Software development", "DE", Z_SECOND, "other"),
        ("Marine equipment distribution", "GB", Z_SECOND, "other"),
        ("Equipment trading", "HK", Z_SECOND, "other"),
        ("工业设备贸易", "SG", Z_SECOND, "other"),
        (None, "US", Z_SECOND, "unknown"),
        ("Wholesale", None, Z_SECOND, "unknown"),
        ("专用设备制造业", "CN", EM_SCORE, "emerging"),
        ("软件和信息技术服务业", "cn", EM_SCORE, "emerging"),
    ],
)
def test_which_model_fits_whom_and_why(
    industry: str | None, country: str | None, model: Model, reason: str
) -> None:
    assert applicable(industry, country) == (model, reason)


def test_the_em_score_has_the_zones_of_z_second_moved_by_its_constant() -> None:
    """So a firm of an unknown country falls into the same zone under either."""
    assert EM_SCORE.distress_below - EM_SCORE.constant == Z_SECOND.distress_below
    assert EM_SCORE.safe_above - EM_SCORE.constant == Z_SECOND.safe_above


def test_the_check_says_the_model_and_stands_on_the_calculation(
    make: SimpleNamespace, check: Callable[..., Any]
) -> None:
    found = check(make.dossier(make.profile(), statements=(make.sound(2025),)))
    finding = found.one("finance.distress")
    assert finding.status == "pass" and finding.values["model"] == ("label", "model.em_score")
    assert finding.values["why"] == ("label", "model_why.emerging")
    worked = next(item for item in found.result.evidence if item.id == finding.evidence[0])
    assert worked.calculation is not None and worked.calculation.result == Decimal(finding.values["score"][1])


def test_the_check_names_the_input_that_is_missing(make: SimpleNamespace, check: Callable[..., Any]) -> None:
    full = make.sound(2025)
    items = {name: value for name, value in full.items.items() if name != "retained_earnings"}
    found = check(make.dossier(make.profile(), statements=(make.replace(full, items=items),)))
    finding = found.one("finance.distress")
    assert finding.status == "unknown" and "retained_earnings" in finding.values["what"][1]


def test_a_firm_near_failure_fails(make: SimpleNamespace, check: Callable[..., Any]) -> None:
    sick = make.sound(
        2025, current_assets=200_000, current_liabilities=700_000, retained_earnings=-400_000,
        operating_profit=-100_000, total_liabilities=980_000, equity=20_000,
    )  # fmt: skip
    found = check(make.dossier(make.profile(), statements=(sick,)))
    finding = found.one("finance.distress")
    assert finding.status == "fail" and finding.likelihood and finding.impact
