"""The scripted week: every day comes by the doors of real data, once, and on any day of the calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.assembly import House, build
from bot.commands.viewing import viewer_of
from bot.demo.loading import load_portfolio, portfolio_day
from bot.demo.portfolio import KINDS, SOURCE, PortfolioError, read_news, read_rows
from bot.demo.stage import play_next_day
from bot.demo.week import WEEK, play_day, play_next, played_days, read_days
from bot.settings import Settings, SettingsError
from store.customers import Customers
from store.dossier import read_dossier
from store.engine import reading
from store.records import Dossier

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
ANY_DAY = st.dates(min_value=date(2024, 1, 1), max_value=date(2045, 12, 31))
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house in which the whole week has been played after the portfolio was loaded."""
    home = tmp_path_factory.mktemp("week")
    house = build(Settings(home=home, now=NOW))
    load_portfolio(house, home / "portfolio", today=NOW.date())
    while (played := play_next(house)) is not None:
        assert played.brought.new_rows == played.brought.rows > 0
        assert played.brought.new_documents == played.brought.documents > 0
    yield house
    house.databases.close()


def dossier(house: House, key: str, who: str = "risk") -> Dossier:
    with reading(house.databases.read) as connection:
        customer = Customers(connection).find(key)
        return read_dossier(connection, customer.id, viewer=viewer_of(house, who))


def test_the_week_has_seven_days_that_say_what_to_look_at_in_both_languages() -> None:
    days = read_days()
    assert [day.number for day in days] == list(range(1, 8))
    for day in days:
        for told in (day.title, day.look):
            assert told.keys() == {"en", "zh"}
            assert CHINESE.search(told["zh"])
            assert told["en"]


def test_a_day_played_again_changes_nothing_in_whatever_order(house: House) -> None:
    assert played_days(house) == frozenset(range(1, 8))
    assert play_next(house) is None
    for number in (7, 3, 1, 5, 2, 6, 4):
        brought = play_day(house, number).brought
        assert (brought.new_rows, brought.new_documents) == (0, 0), number


def test_a_day_that_is_not_in_the_week_is_named(house: House) -> None:
    with pytest.raises(PortfolioError, match="no day 8"):
        play_day(house, 8)


def test_payments_come_and_one_does_not(house: House) -> None:
    xuanji = dossier(house, "xuanji-auto")
    late = next(invoice for invoice in xuanji.invoices if invoice.invoice_number.endswith("-020"))
    paid = sum(pay.amount for pay in xuanji.payments if pay.invoice_number == late.invoice_number)
    assert (late.status, paid, late.amount - paid) == ("partly_paid", 100_000, 79_740)
    assert any("没有到账" in note.text for note in xuanji.notes)
    for key in ("tallgrass", "aarelund-changzhou", "chuheng-group", "molan-food"):
        assert dossier(house, key).payments[0].paid_on.first == NOW.date()


def test_a_new_legal_representative_follows_the_old(house: House) -> None:
    signs = {
        party.name: party.until
        for party in dossier(house, "lingzhou-textile").parties
        if party.role == "legal_representative"
    }
    assert signs["缪小满"] is None
    assert signs["连向晖"] is not None
    assert signs["连向晖"].first == NOW.date()


def test_a_penalty_is_repaired_and_stays_in_the_file(house: House) -> None:
    penalty = next(
        record for record in dossier(house, "molan-food").records if record.dimension == "env_penalty"
    )
    assert penalty.status == "repaired"
    assert penalty.origin.number == 2
    assert dossier(house, "molan-food").scores[0].score > 650


def test_grave_records_arrive_for_three_customers(house: House) -> None:
    today = NOW.date()
    arrived = {
        (key, record.dimension)
        for key in ("lingzhou-textile", "yipan-heavy", "brightmere", "tallgrass")
        for record in dossier(house, key).records
        if record.published_on and record.published_on.first == today
    }
    assert arrived == {
        ("lingzhou-textile", "judgment_debtor"),
        ("lingzhou-textile", "equity_freeze"),
        ("lingzhou-textile", "registry_change"),
        ("yipan-heavy", "default"),
        ("brightmere", "bankruptcy"),
    }


def test_the_week_is_dated_on_the_day_of_the_portfolio(house: House, tmp_path: Path) -> None:
    assert portfolio_day(house) == NOW.date()
    empty = build(Settings(home=tmp_path, now=NOW))
    assert portfolio_day(empty) == NOW.date()


def test_every_row_and_document_names_a_customer_and_a_known_source(house: House) -> None:
    today = NOW.date()
    customers = {row["customer_key"]: row for row in read_rows(SOURCE / "customers.jsonl", today)}
    tiers = {row["name"]: row["tier"] for row in read_rows(SOURCE / "sources.jsonl", today)}
    days = {day.number for day in read_days()}
    for row in read_rows(WEEK / "rows.jsonl", today):
        assert row["day"] in days
        assert row["import"] in KINDS
        assert row["customer"] in customers
        assert row["source"] in tiers
    files = list(read_rows(WEEK / "documents" / "index.jsonl", today))
    for entry in files:
        entry["text"] = (WEEK / "documents" / str(entry["path"])).read_text(encoding="utf-8")
    for document in [*read_news(WEEK / "news", today), *files]:
        assert document["day"] in days
        assert tiers[document["source"]] == document["tier"]
        assert document["published"] == today.isoformat()
        assert document["customers"]
        text = f"{document['title']}{document['text']}"
        for key in document["customers"]:
            names = [item.split("|")[0] for item in customers[key]["other_names"]]
            assert any(name in text for name in [customers[key]["legal_name"], *names]), document["title"]
    stored = {path.name for path in (WEEK / "documents").iterdir()} - {"index.jsonl"}
    assert stored == {entry["path"] for entry in files}


@given(today=ANY_DAY)
@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_week_can_be_played_on_any_day(today: date, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Invoices and records that the week changes are found again, whatever the day: no row is a second one."""
    home = tmp_path_factory.mktemp("any")
    house = build(Settings(home=home, now=datetime(today.year, today.month, today.day, 12, tzinfo=UTC)))
    load_portfolio(house, home / "portfolio", today=today)
    before = {key: len(dossier(house, key).invoices) for key in ("xuanji-auto", "brightmere", "almarsa")}
    while play_next(house) is not None:
        pass
    assert {key: len(dossier(house, key).invoices) for key in before} == before
    assert sum(record.dimension == "env_penalty" for record in dossier(house, "molan-food").records) == 1
    house.databases.close()


def test_the_next_day_is_played_into_the_demo_of_today(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    staged = Settings(home=tmp_path, now=NOW)
    with pytest.raises(SettingsError, match="bonafide demo"):
        play_next_day(staged)
    home = tmp_path / "demo" / NOW.date().isoformat()
    house = build(Settings(home=home, now=NOW))
    load_portfolio(house, home / "portfolio", today=NOW.date())
    house.databases.close()
    (home / "loaded").touch()
    for day in read_days():
        assert play_next_day(staged) == 0
        told = capsys.readouterr().out
        assert f"Day {day.number}" in told
        assert day.look["zh"] in told
    assert play_next_day(staged) == 0
    assert "The week is over" in capsys.readouterr().out


@pytest.mark.postgres
def test_portfolio_and_week_go_into_postgresql_too(empty_postgres: str, tmp_path: Path) -> None:
    house = build(Settings(home=tmp_path, database_url=empty_postgres, now=NOW))
    load_portfolio(house, tmp_path / "portfolio", today=NOW.date())
    while (played := play_next(house)) is not None:
        assert played.brought.new_rows == played.brought.rows
    assert play_day(house, 6).brought.new_rows == 0
    assert dossier(house, "brightmere").scores[0].grade == "10"
    house.databases.close()


def test_the_list_grows_on_the_fifth_day_and_an_owner_behind_al_marsa_is_on_it(house: House) -> None:
    """What was decided before the demo stands; the new version brings one hit that somebody has to decide."""

    class Jobs(list[str]):
        def enqueue(self, name: str, identity: str, *, queue: str = "", connection: object = None) -> None:
            self.append(identity)

    viewer = viewer_of(house, "compliance")
    assert house.lists.in_force() == {"demo-consolidated": 2}
    decided = {hit.entry: hit for hit in house.hits.listed(viewer) if hit.state.value in ("true", "false")}
    assert decided["DCL-C-4471"].by and decided["DCL-B-2209"].state.value == "true"
    jobs = Jobs()
    house.rescreening.look(jobs)
    for job in jobs:
        house.rescreening.run(job)
    waiting = [hit for hit in house.hits.listed(viewer) if hit.state.value == "open"]
    assert [(hit.our_name, hit.entry, hit.list_version) for hit in waiting] == [
        ("Gleb Ardashev", "DCL-B-2231", 2)
    ]
    lanyan = dossier(house, "lanyan-instruments", "compliance")
    steps = [
        house.hits.history(hit.code, viewer)[1] for hit in house.hits.listed(viewer, customer_id=lanyan.id)
    ]
    assert [[step.act for step in each] for each in steps] == [["opened", "proposed", "confirmed"]]
