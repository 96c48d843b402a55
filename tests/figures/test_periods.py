"""Periods in headers and questions, and the calendar of a company whose year does not end in December."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.figures.calendars import read_calendar
from knowledge.figures.periods import Period, PeriodKind, read_period, shift


@pytest.mark.parametrize(
    ("text", "kind", "end", "year", "number"),
    [
        ("Three Months Ended December 31, 2022", "quarter", "2022-12-31", None, None),
        ("Six Months Ended December 31, 2022", "half", "2022-12-31", None, None),
        ("nine months ended 30 September 2023", "nine_months", "2023-09-30", None, None),
        ("13 weeks ended July 29, 2023", "quarter", "2023-07-29", None, None),
        ("24 weeks ended February 12, 2023", "half", "2023-02-12", None, None),
        ("13 Weeks Ended April 29, 2023", "quarter", "2023-04-29", None, None),
        ("Second-Quarter 2023", "quarter", None, 2023, 2),
        ("Q2 2023", "quarter", None, 2023, 2),
        ("2Q23", "quarter", None, 2023, 2),
        ("second quarter of fiscal 2024", "quarter", None, 2024, 2),
        ("Fiscal 2024", "year", None, 2024, None),
        ("Years Ended September 30, 2019", "year", "2019-09-30", None, None),
        ("As of June 30, 2023", "instant", "2023-06-30", None, None),
        ("at June 30, 2023", "instant", "2023-06-30", None, None),
        ("the first six months of 2023", "half", None, 2023, 1),
        ("2023年上半年", "half", None, 2023, 1),
        ("2023年第二季度", "quarter", None, 2023, 2),
        ("2023年1-6月", "half", None, 2023, 1),
        ("2024财年第二季度", "quarter", None, 2024, 2),
        ("截至2022年12月31日止三个月", "quarter", "2022-12-31", None, None),
        ("截至2023年6月30日", "instant", "2023-06-30", None, None),
        ("2023财年", "year", None, 2023, None),
    ],
)
def test_periods_as_they_are_written(
    text: str, kind: str, end: str | None, year: int | None, number: int | None
) -> None:
    expected = Period(
        PeriodKind(kind), end=date.fromisoformat(end) if end else None, year=year, number=number
    )
    assert read_period(text) == expected


@pytest.mark.parametrize("text", ["", "Three Months Ended", "Change", "February 30, 2023", "Flexibles"])
def test_what_names_no_period_gives_none(text: str) -> None:
    assert read_period(text) is None


def test_a_june_year_end_is_learnt_from_the_year_to_date_columns() -> None:
    calendar = read_calendar(
        ["For the Quarterly Period Ended December 31, 2022", "Three and Six Months Ended December 31, 2022 …"]
    )
    assert (calendar.year, calendar.number) == (2023, 2)
    asked = Period(PeriodKind.QUARTER, year=2023, number=2)
    assert calendar.matches(asked, Period(PeriodKind.QUARTER, end=date(2022, 12, 31)))
    assert not calendar.matches(asked, Period(PeriodKind.QUARTER, end=date(2021, 12, 31)))
    assert not calendar.matches(asked, Period(PeriodKind.HALF, end=date(2022, 12, 31)))


def test_retailers_name_the_same_january_year_end_differently() -> None:
    end = "for the three months ended July 29, 2023 and the six months ended July 29, 2023"
    by_end = read_calendar([f"{end}. Sales in the second quarter of fiscal 2024 rose."])
    by_start = read_calendar([f"{end}. Sales in the second quarter of fiscal 2023 rose."])
    assert (by_end.year, by_start.year) == (2024, 2023)


def test_weeks_move_the_end_by_days_only() -> None:
    calendar = read_calendar(
        ["quarterly period ended July 29, 2023. six months. second quarter of fiscal 2024"]
    )
    before = calendar.complete(Period(PeriodKind.QUARTER, year=2023, number=2))
    assert calendar.matches(before, Period(PeriodKind.QUARTER, end=date(2022, 7, 30)))
    year = calendar.complete(Period(PeriodKind.YEAR, year=2023))
    assert calendar.matches(year, Period(PeriodKind.YEAR, end=date(2023, 1, 28)))


@given(st.dates(min_value=date(1950, 1, 1), max_value=date(2090, 1, 1)), st.integers(-240, 240))
def test_shifting_by_months_keeps_the_day_or_the_end_of_month(day: date, months: int) -> None:
    moved = shift(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day == day.day or moved.day >= 28


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(text: str) -> None:
    period = read_period(text)
    assert period is None or period.end is not None or period.year is not None or period.number is not None
