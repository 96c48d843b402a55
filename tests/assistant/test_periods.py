"""Time phrases in both languages, read relative to 21 November 2026."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.assistant.periods import read_times
from bot.assistant.stretches import Period, shift_months

TODAY = date(2026, 11, 21)

PHRASES = [
    ("revenue last quarter", "2026-07-01", "2026-09-30"),
    ("上季度的收入", "2026-07-01", "2026-09-30"),
    ("this year", "2026-01-01", "2026-12-31"),
    ("今年", "2026-01-01", "2026-12-31"),
    ("last year's profit", "2025-01-01", "2025-12-31"),
    ("去年呢", "2025-01-01", "2025-12-31"),
    ("前年", "2024-01-01", "2024-12-31"),
    ("过去两周", "2026-11-08", "2026-11-21"),
    ("in the past two weeks", "2026-11-08", "2026-11-21"),
    ("去年12月", "2025-12-01", "2025-12-31"),
    ("last December", "2025-12-01", "2025-12-31"),
    ("近半年", "2026-05-22", "2026-11-21"),
    ("最近三个月", "2026-08-22", "2026-11-21"),
    ("the last three months", "2026-08-22", "2026-11-21"),
    ("2024年3月以来", "2024-03-01", "2026-11-21"),
    ("since March 2024", "2024-03-01", "2026-11-21"),
    ("since 1 March 2024", "2024-03-01", "2026-11-21"),
    ("FY2023", "2023-01-01", "2023-12-31"),
    ("2023财年", "2023-01-01", "2023-12-31"),
    ("二〇二三年", "2023-01-01", "2023-12-31"),
    ("Q3 2024", "2024-07-01", "2024-09-30"),
    ("2024Q3", "2024-07-01", "2024-09-30"),
    ("the third quarter of 2024", "2024-07-01", "2024-09-30"),
    ("2024年第三季度", "2024-07-01", "2024-09-30"),
    ("去年第三季度", "2025-07-01", "2025-09-30"),
    ("2025年上半年", "2025-01-01", "2025-06-30"),
    ("H1 2025", "2025-01-01", "2025-06-30"),
    ("前三季度", "2026-01-01", "2026-09-30"),
    ("民国113年", "2024-01-01", "2024-12-31"),
    ("民国一百一十三年三月", "2024-03-01", "2024-03-31"),
    ("between 1 March 2024 and 30 June 2024", "2024-03-01", "2024-06-30"),
    ("从2024年1月到2024年6月", "2024-01-01", "2024-06-30"),
    ("from 2022 to 2024", "2022-01-01", "2024-12-31"),
    ("2022至2024年", "2022-01-01", "2024-12-31"),
    ("in the three months ended December 31, 2022", "2022-10-01", "2022-12-31"),
    ("the year ended 30 June 2023", "2022-07-01", "2023-06-30"),
    ("before 2024", "1900-01-01", "2023-12-31"),
    ("2024年3月31日之前", "1900-01-01", "2024-03-30"),
    ("yesterday", "2026-11-20", "2026-11-20"),
    ("昨天", "2026-11-20", "2026-11-20"),
    ("上周", "2026-11-09", "2026-11-15"),
    ("今年以来", "2026-01-01", "2026-11-21"),
    ("2024-05-20", "2024-05-20", "2024-05-20"),
    ("May 20, 2024", "2024-05-20", "2024-05-20"),
    ("２０２４年５月", "2024-05-01", "2024-05-31"),
]


@pytest.mark.parametrize(("text", "first", "last"), PHRASES)
def test_a_phrase_names_its_stretch(text: str, first: str, last: str) -> None:
    import unicodedata

    period = read_times(unicodedata.normalize("NFKC", text), today=TODAY).period
    assert period is not None
    assert (period.first.isoformat(), period.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("text", "as_of", "known_on"),
    [
        ("debt ratio as of 2025-06-30", "2025-06-30", None),
        ("截至2025年6月30日的负债", "2025-06-30", None),
        ("截至昨天的逾期", "2026-11-20", None),
        ("the owners as known on 30 June 2025", None, "2025-06-30"),
        ("截至2025年3月我们已知的股东", None, "2025-03-31"),
    ],
)
def test_as_of_and_as_known_on_are_two_things(text: str, as_of: str | None, known_on: str | None) -> None:
    times = read_times(text, today=TODAY)
    assert times.period is None
    assert (times.as_of and times.as_of.isoformat(), times.known_on and times.known_on.isoformat()) == (
        as_of,
        known_on,
    )


@pytest.mark.parametrize(
    "text",
    [
        "may I ask",
        "march on",
        "invoice 20240331",
        "(2024)沪01民初123号",
        "第3条",
        "每年",
        "3 shareholders",
        "31 people",
        "C-2024",
    ],
)
def test_what_only_looks_like_time_is_none(text: str) -> None:
    assert read_times(text, today=TODAY).period is None


def test_the_year_before_is_the_one_before_what_was_talked_about() -> None:
    before = Period(date(2024, 1, 1), date(2024, 12, 31), "year")
    for text in ("and the year before?", "那前一年呢?", "the previous year"):
        period = read_times(text, today=TODAY, before=before).period
        assert period is not None
        assert period.first == date(2023, 1, 1)


DAYS = st.dates(date(1990, 1, 1), date(2089, 12, 31))


@given(text=st.text(max_size=80), today=DAYS)
def test_any_text_is_read_without_an_error(text: str, today: date) -> None:
    times = read_times(text, today=today)
    assert all(period.first <= period.last for period in times.periods)


@given(
    text=st.text(
        alphabet="0123456789年月日季度上下半前去今昨近过去最至到以来截民国一二三四十两 lastyearquartersince-/.Q",
        max_size=40,
    ),
    today=DAYS,
)
def test_heaps_of_time_words_are_read_without_an_error(text: str, today: date) -> None:
    times = read_times(text, today=today)
    assert all(0 <= start <= end <= len(text) for start, end in times.cut)
    assert isinstance(times.rest(text), str)


@given(day=DAYS, today=DAYS)
def test_one_day_is_the_same_day_in_every_way_of_writing(day: date, today: date) -> None:
    written = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
        f"{day.year}/{day.month}/{day.day}",
    ]
    for text in written:
        period = read_times(text, today=today).period
        assert period is not None, text
        assert (period.first, period.last) == (day, day), text


@given(
    count=st.integers(1, 400),
    unit=st.sampled_from([("天", "days"), ("周", "weeks"), ("个月", "months"), ("年", "years")]),
    today=DAYS,
)
def test_rolling_stretches_end_today_in_both_languages(
    count: int, unit: tuple[str, str], today: date
) -> None:
    chinese = read_times(f"过去{count}{unit[0]}", today=today).period
    english = read_times(f"the last {count} {unit[1]}", today=today).period
    assert chinese is not None
    assert english is not None
    assert (chinese.first, chinese.last) == (english.first, english.last)
    assert chinese.last == today
    if unit[1] == "days":
        assert chinese.last - chinese.first == timedelta(days=count - 1)


@given(today=DAYS)
def test_last_quarter_ends_the_day_before_this_one_begins(today: date) -> None:
    last = read_times("last quarter", today=today).period
    this = read_times("本季度", today=today).period
    assert last is not None
    assert this is not None
    assert last.last + timedelta(days=1) == this.first
    assert this.first <= today <= this.last


@given(day=DAYS, months=st.integers(-600, 600))
def test_shifting_months_keeps_the_day_where_the_month_has_it(day: date, months: int) -> None:
    moved = shift_months(day, months)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == months
    assert moved.day <= day.day
