"""Amounts, instants, dates and money hold exactly what was put in, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, delete, insert, select
from sqlalchemy.exc import StatementError

from store.columns import Amount, Instant
from store.dates import PartialDate
from store.engine import unit_of_work
from store.money import LARGEST, Money

kept = Table(
    "kept",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("amount", Amount),
    Column("at", Instant),
)

AMOUNTS = st.integers(-(2**63 - 1), 2**63 - 1).map(lambda scaled: Decimal(scaled) / 10_000)
ZONES = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
INSTANTS = st.datetimes(datetime(1900, 1, 3), datetime(2200, 1, 1), timezones=ZONES)
DATES = st.dates().flatmap(
    lambda day: st.sampled_from(
        [PartialDate(day.year), PartialDate(day.year, day.month), PartialDate.of(day)]
    )
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(values=st.lists(st.tuples(AMOUNTS, INSTANTS), min_size=1, max_size=5))
def test_amounts_and_instants_come_back_and_sort(databases, values):
    with unit_of_work(databases.write) as connection:
        kept.create(connection, checkfirst=True)
        connection.execute(delete(kept))
        connection.execute(insert(kept), [{"amount": amount, "at": at} for amount, at in values])
        stored = connection.execute(select(kept).order_by(kept.c.id)).all()
        by_amount = connection.execute(select(kept.c.amount).order_by(kept.c.amount)).scalars().all()
        by_time = connection.execute(select(kept.c.at).order_by(kept.c.at)).scalars().all()
    assert [(row.amount, row.at) for row in stored] == values
    assert all(row.at.tzinfo is not None and row.at.utcoffset() == timedelta(0) for row in stored)
    assert by_amount == sorted(amount for amount, _ in values)
    assert by_time == sorted(at for _, at in values)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        (Decimal("0.00001"), "four decimal places"),
        (Decimal("1.00000000000000000000000000000000001"), "four decimal places"),
        (LARGEST + 1, "larger than"),
        (Decimal("1e30"), "larger than"),
        (Decimal("NaN"), "finite"),
        (Decimal("Infinity"), "finite"),
        (1.5, "finite Decimal"),
    ],
)
def test_an_amount_is_never_rounded_on_its_way_in(sqlite_databases, wrong, why):
    with unit_of_work(sqlite_databases.write) as connection:
        kept.create(connection)
    with pytest.raises(StatementError, match=why), unit_of_work(sqlite_databases.write) as connection:
        connection.execute(insert(kept), {"amount": wrong})


def test_an_instant_without_a_zone_is_refused(databases):
    with unit_of_work(databases.write) as connection:
        kept.create(connection)
    with pytest.raises(StatementError, match="time zone"), unit_of_work(databases.write) as connection:
        connection.execute(insert(kept), {"at": datetime(2026, 1, 1)})


@given(DATES)
def test_a_partial_date_reads_what_it_prints(day):
    assert PartialDate.parse(str(day)) == day
    assert day.first <= day.last


@given(DATES, DATES)
def test_partial_dates_sort_by_their_first_day(one, other):
    if one < other:
        assert one.first <= other.first
    assert (one < other) + (other < one) + ((one.first, one.last) == (other.first, other.last)) == 1


@pytest.mark.parametrize("text", ["2026-13", "2026-02-30", "26", "yesterday", "", "2026-3-", "٢٠٢٦年"])
def test_what_is_no_date_says_so(text):
    with pytest.raises(ValueError, match=r"is not a"):
        PartialDate.parse(text)


@given(AMOUNTS, AMOUNTS)
def test_money_adds_in_one_currency_only(one, other):
    assert Money(one, "CNY") + Money(other, "CNY") == Money(one + other, "CNY")
    assert Money(one, "CNY") - Money(one, "CNY") == Money(Decimal(0), "CNY")
    with pytest.raises(ValueError, match="without a rate"):
        Money(one, "CNY") + Money(other, "EUR")


@pytest.mark.parametrize("currency", ["", "cny", "YUAN", "人民币", "C1"])
def test_a_currency_is_iso_4217(currency):
    with pytest.raises(ValueError, match="ISO 4217"):
        Money(Decimal(1), currency)


def test_money_is_no_float():
    with pytest.raises(TypeError):
        Money(1.0, "CNY")


def test_midnight_in_shanghai_is_the_day_before_in_utc(databases):
    shanghai = datetime(2026, 11, 21, 0, 0, tzinfo=timezone(timedelta(hours=8)))
    with unit_of_work(databases.write) as connection:
        kept.create(connection)
        connection.execute(insert(kept), {"at": shanghai})
        stored = connection.execute(select(kept.c.at)).scalar()
    assert stored == datetime(2026, 11, 20, 16, 0, tzinfo=UTC)
