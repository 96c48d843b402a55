"""The example questions: every kind, both languages, and expectations that the portfolio can meet."""

from __future__ import annotations

from collections import Counter
from datetime import date

from bot.demo.portfolio import read_conversation

OUTCOMES = {"answer", "unknown", "refused", "clarify"}
KINDS = (
    "profile money ratio trend period payment records news owners people contracts complaints missing conflict "
    "source audit follow-up clarify unknown hostile suspicion personal audience"
)


def test_questions_cover_every_kind_in_both_languages(rows) -> None:
    questions = rows("conversation")
    assert len(questions) >= 25
    assert {row["kind"] for row in questions} == set(KINDS.split())
    languages = Counter(row["language"] for row in questions)
    assert min(languages["zh"], languages["en"]) >= 15
    assert {outcome for row in questions for outcome in row["outcome"]} == OUTCOMES


def test_questions_come_from_known_people_in_known_places(rows) -> None:
    emails = {user["email"] for user in rows("users")}
    places = {channel["name"] for channel in rows("channels")} | {"private", "#general"}
    keys = {row["customer_key"] for row in rows("customers")}
    seen = set()
    for row in rows("conversation"):
        assert row["id"] not in seen
        seen.add(row["id"])
        assert row["as"] in emails
        assert row["in"] in places
        assert set(row["customers"]) <= keys
        assert row["expect"] or row["absent"] or row["outcome"] != ["answer"]
        assert all(isinstance(choice, str) and choice for group in row["expect"] for choice in group)


def test_follow_ups_continue_a_conversation(rows) -> None:
    begun = set()
    for row in rows("conversation"):
        if row["kind"] == "follow-up":
            assert row["conversation"] in begun
        begun.add(row.get("conversation"))


def test_expected_figures_stand_in_the_portfolio(rows) -> None:
    by_id = {row["id"]: row for row in rows("conversation")}
    statements = {
        (row["customer"], row["period_end"]): row
        for row in rows("statements")
        if row["period_kind"] == "year"
    }
    yipan = statements["yipan-heavy", "2025-12-31"]
    ratio = yipan["total_liabilities"] / yipan["total_assets"] * 100
    assert [f"{ratio:.1f}"] in by_id["ratio-yipan"]["expect"]
    yuntang = statements["yuntang-precision", "2025-12-31"]
    current = yuntang["current_assets"] / yuntang["current_liabilities"]
    assert [f"{current:.2f}"] in by_id["ratio-current-yuntang"]["expect"]
    muheng = statements["muheng-energy", "2025-12-31"]
    assert [f"{muheng['gross_profit'] / muheng['revenue'] * 100:.1f}"] in by_id["margin-muheng"]["expect"]
    for question, customer in [
        ("pay-hengyue", "hengyue-hangzhou"),
        ("pay-junli", "junli-electronics"),
        ("pay-muheng", "muheng-energy"),
    ]:
        assert overdue(rows, customer) in by_id[question]["expect"][0]
    numbers = {row.get("record_number") for row in rows("records")}
    assert {group[0] for group in by_id["suits-junli"]["expect"]} <= numbers


def overdue(rows, customer: str) -> str:
    """What is unpaid and past its due date on the day of the fixture, as people write it."""
    paid: Counter[str] = Counter()
    for row in rows("payments"):
        paid[row["invoice_number"]] += round(float(row["amount"]) * 100)
    total = sum(
        round(float(row["amount"]) * 100) - paid[row["invoice_number"]]
        for row in rows("invoices")
        if row["customer"] == customer and row["due_on"] < "2026-11-21"
    )
    return f"{total / 100:,.0f}"


def test_expectations_move_with_the_clock() -> None:
    question = {row["id"]: row for row in read_conversation(today=date(2029, 2, 28))}["revenue-nordhafen"]
    assert question["question"] == "What was Nordhafen's revenue in 2027?"
