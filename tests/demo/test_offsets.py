"""Offsets become dates: on ordinary days, at the ends of months, and on leap days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.demo.offsets import OffsetError, expand_text, expand_value, published_year

DAYS = st.dates(min_value=date(2024, 1, 1), max_value=date(2045, 12, 31))


@pytest.mark.parametrize(
    ("today", "text", "expected"),
    [
        (date(2026, 11, 21), "{d-12}", "2026-11-09"),
        (date(2026, 11, 21), "{d-12|zh}", "2026年11月9日"),
        (date(2026, 11, 21), "{d-12|en}", "November 9, 2026"),
        (date(2026, 11, 21), "{d-12|mail} 10:24:00 +0800", "Mon, 09 Nov 2026 10:24:00 +0800"),
        (date(2026, 11, 21), "({d-400|y})粤1972执1号, 3:{d-400|yy}-cv", "(2025)粤1972执1号, 3:25-cv"),
        (date(2026, 11, 21), "{y-1}-12-31", "2025-12-31"),
        (date(2026, 11, 21), "{q-1} {q-1|zh} {q-1|en}", "2026-Q3 2026年第三季度 the third quarter of 2026"),
        (date(2026, 11, 21), "{m-3} {m-3|zh} {m-3|en}", "2026-08 2026年8月 August 2026"),
        (date(2026, 1, 31), "{q-1} ended {q-1|end}", "2025-Q4 ended 2025-12-31"),
        (date(2028, 2, 29), "{d-366} {m|end} {m-12|end}", "2027-02-28 2028-02-29 2027-02-28"),
        (date(2026, 3, 31), "{m-1} {m-1|start} {m-1|end}", "2026-02 2026-02-01 2026-02-28"),
        (date(2026, 4, 30), "{fy} {fy+1}", "2024 2025"),
        (date(2026, 5, 1), "{fy} {fy+1}", "2025 2026"),
        (date(2026, 5, 10), "{d-130>fy} {d-3>fy}", "2026-05-01 2026-05-07"),
        (date(2026, 11, 21), "{d}", "2026-11-21"),
    ],
)
def test_markers_are_expanded(today: date, text: str, expected: str) -> None:
    assert expand_text(text, today=today) == expected


@given(today=DAYS, distance=st.integers(-1200, 1200))
def test_a_day_lies_its_distance_away(today: date, distance: int) -> None:
    day = date.fromisoformat(expand_text(f"{{d{distance:+d}}}", today=today))
    assert day - today == timedelta(days=distance)
    chinese = expand_text(f"{{d{distance:+d}|zh}}", today=today)
    assert chinese == f"{day.year}年{day.month}月{day.day}日"


@given(today=DAYS, distance=st.integers(-40, 40))
def test_a_month_begins_where_the_one_before_has_ended(today: date, distance: int) -> None:
    end = date.fromisoformat(expand_text(f"{{m{distance - 1:+d}|end}}", today=today))
    start = date.fromisoformat(expand_text(f"{{m{distance:+d}|start}}", today=today))
    assert start == end + timedelta(days=1)
    assert start.day == 1


@given(today=DAYS)
def test_the_last_quarter_is_finished_and_not_older_than_a_quarter(today: date) -> None:
    start = date.fromisoformat(expand_text("{q-1|start}", today=today))
    end = date.fromisoformat(expand_text("{q-1|end}", today=today))
    assert start < end < today
    assert (today - end).days <= 92


@given(today=DAYS)
def test_published_accounts_are_never_from_the_future(today: date) -> None:
    assert date(published_year(today) + 1, 4, 30) < today
    floor = date.fromisoformat(expand_text("{d-300>fy}", today=today))
    assert date(published_year(today) + 1, 5, 1) <= floor <= today


@pytest.mark.parametrize(
    "wrong", ["{d-12", "{x-1}", "{d-12|fr}", "{y-1>fy}", "{fy|zh}", "{ d-12 }", "body {color: red}", "}"]
)
def test_a_misspelt_marker_is_named(wrong: str) -> None:
    with pytest.raises(OffsetError, match=r"news\.txt"):
        expand_text(f"before {wrong} after", today=date(2026, 11, 21), place="news.txt")


def test_values_are_expanded_at_every_depth() -> None:
    row = {"number": "INV-{d-30|y}", "clauses": ["until {d+1}"], "amount": 12, "audited": True, "none": None}
    assert expand_value(row, today=date(2026, 1, 10)) == {
        "number": "INV-2025",
        "clauses": ["until 2026-01-11"],
        "amount": 12,
        "audited": True,
        "none": None,
    }
