"""What was paid for a thing is not what stands in the balance sheet for it."""

from __future__ import annotations

from datetime import date

import pytest

from knowledge.figures import read_question

TODAY = date(2026, 11, 21)


@pytest.mark.parametrize(
    "question",
    [
        "What did Best Buy pay for property and equipment in the six months to July 29, 2023?",
        "How much was spent on plant and equipment in the first half of 2023?",
    ],
)
def test_paying_for_fixed_assets_is_capital_expenditure(question: str) -> None:
    query = read_question(question, today=TODAY, names=("Best Buy",))
    assert query is not None and query.items == ("capital_expenditure",)


@pytest.mark.parametrize(
    "question", ["How much did Ulta pay for its inventories in 2023?", "百思买2023年在存货上花了多少?"]
)
def test_paying_for_a_balance_is_no_balance(question: str) -> None:
    assert read_question(question, today=TODAY, names=("Ulta", "百思买")) is None


def test_capital_that_was_paid_in_is_a_balance() -> None:
    query = read_question("What was the paid-in capital at June 30, 2023?", today=TODAY)
    assert query is None or "capital_expenditure" not in query.items
