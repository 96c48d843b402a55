"""Amounts of notes, tables of movements and brands, cited documents and what lies elsewhere."""

from __future__ import annotations

from decimal import Decimal

import pytest

from knowledge.figures import PageText

COVER = """FORM 10-Q
For the quarterly period ended July 29, 2023
NORTHWIND STORES, INC.
Press release dated August 30, 2023. Common stock, par value $.005 per share
"""

NOTES = """Supplier Financing

We have a supplier financing program with a bank, which pays our suppliers early.
Our liability associated with the program, which is included in Accounts payable, was
$61 million, $38 million and $73 million as of July 29, 2023, January 28, 2023, and July 30, 2022, respectively.

Contingencies - Brazil

Our Brazilian subsidiary is involved in tax cases.

As of July 29, 2023, the Company has provided letters of credit of $37 million and deposited cash of $12 million.
"""

GOODWILL = """Goodwill

Changes in the carrying amount of goodwill by segment were as follows:

                                                        Flexibles Segment        Rigid Segment              Total
($ in millions)
Balance as of January 28, 2023                                    $ 4,307                $ 978            $ 5,285
Acquisitions                                                           24                    -                 24
Balance as of July 29, 2023                                       $ 4,331                $ 978            $ 5,309
"""

PLACES = """Stores

At July 29, 2023 Northwind operated 412 stores, including 390 in the United States, 12 in Canada, and five each in
Mexico and Spain.
"""

PAGES = [
    PageText(text, number, "northwind-10q")
    for number, text in enumerate([COVER, NOTES, GOODWILL, PLACES], start=1)
]


@pytest.mark.parametrize(
    ("question", "amount"),
    [
        (
            "What was Northwind's liability under its supplier financing program as of July 30, 2022?",
            "73000000",
        ),
        (
            "What was Northwind's liability under its supplier financing program as of July 29, 2023?",
            "61000000",
        ),
        ("截至2023年7月29日,北风为巴西的税务案件提供的信用证金额是多少?", "37000000"),
        ("What was Northwind's Flexibles goodwill at July 29, 2023?", "4331000000"),
        ("What is the par value per share of Northwind's common stock?", "0.005"),
        ("How many stores does Northwind operate outside Canada?", "400"),
        ("除加拿大外,北风有多少家门店?", "400"),
        ("According to its August 30, 2023 press release, how many stores does Northwind operate?", "412"),
        ("根据2023年8月30日的公告,北风在加拿大有多少家门店?", "12"),
    ],
)
def test_what_notes_and_lists_print_is_found(ask, question: str, amount: str) -> None:
    found = ask(question, PAGES)
    assert found is not None
    assert found.amount == Decimal(amount)


@pytest.mark.parametrize(
    "question",
    [
        "What was Northwind's liability under its pension program as of July 29, 2023?",
        "What was Northwind's liability under its supplier financing program as of April 29, 2023?",
        "截至2023年7月29日,北风为德国的税务案件提供的信用证金额是多少?",
        "截至2023年7月29日,北风为其他案件提供的信用证金额是多少?",
        "What was Northwind's Paper goodwill at July 29, 2023?",
        "根据2024年8月30日的公告,北风在加拿大有多少家门店?",
        "How many stores does Northwind operate outside Norway?",
    ],
)
def test_another_matter_day_or_document_is_silent(ask, question: str) -> None:
    assert ask(question, PAGES) is None
