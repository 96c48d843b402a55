"""Questions on six real filings, with the value and page that a person read there; skipped where they are absent."""

from __future__ import annotations

import json
import os
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from knowledge.figures import (
    Filing,
    FoundFigure,
    PageText,
    find_figures,
    load_lexicon,
    read_filings,
    read_question,
)
from knowledge.reading.pdf import read_pdf
from knowledge.reading.shapes import ReadingLimits

HERE = Path(__file__).parent
DATA = Path(os.environ.get("BONAFIDE_DATA") or HERE.parents[2] / "shared" / "data") / "reports"

#: The file of each customer and the names that its questions call it by.
CUSTOMERS = {
    "Amcor": ("AMCOR_2023Q2_10Q.pdf", ["Amcor plc", "AMCR", "安姆科"]),
    "Best Buy": ("BESTBUY_2024Q2_10Q.pdf", ["Best Buy Co., Inc.", "Best Buy", "BBY", "百思买"]),
    "Costco": (
        "COSTCO_2023_8K_dated-2023-08-16.pdf",
        ["Costco Wholesale Corporation", "Costco", "好市多", "开市客"],
    ),
    "Johnson & Johnson": (
        "JOHNSON_JOHNSON_2023_8K_dated-2023-08-23.pdf",
        ["Johnson & Johnson", "J&J", "JNJ", "强生"],
    ),
    "Pfizer": ("PFIZER_2023Q2_EARNINGS.pdf", ["Pfizer Inc.", "Pfizer", "辉瑞"]),
    "Ulta Beauty": ("ULTABEAUTY_2024Q1_EARNINGS.pdf", ["Ulta Beauty, Inc.", "Ulta Beauty", "Ulta"]),
}

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not DATA.is_dir(), reason=f"the real filings are not at {DATA}; set BONAFIDE_DATA to their folder"
    ),
]


@pytest.fixture(scope="module")
def filings() -> dict[str, list[Filing]]:
    read = {}
    for customer, (name, _) in CUSTOMERS.items():
        document = read_pdf((DATA / name).read_bytes(), limits=ReadingLimits())
        pages = [PageText(block.text, int(block.locator["page"]), name) for block in document.blocks]
        read[customer] = read_filings(pages)
    return read


def judge(gold: dict | None, found: FoundFigure | None) -> str:
    """``right``, ``silent`` (nothing found where there is something), ``page`` or ``wrong``."""
    if found is None or gold is None:
        return "right" if found is None and gold is None else "wrong" if gold is None else "silent"
    amount = Decimal(gold["value"]) * gold["scale"]
    # The same figure may be printed in thousands on one page and in millions with one decimal on another.
    # What is worked out and not printed may be rounded another way; an outflow may be given without its sign.
    slack = max(abs(amount) * Decimal("0.0005"), Decimal(gold.get("tolerance", 0)))
    outflow = amount < 0 < found.amount and gold["scale"] > 1
    same = (
        abs(found.amount - (-amount if outflow else amount)) <= slack and found.is_percent == gold["percent"]
    )
    if not same or found.currency != gold["currency"]:
        return "wrong"
    return "right" if found.page in (gold["page"], *gold["also"]) else "page"


def test_the_questions_on_filings(
    filings: dict[str, list[Filing]], capsys: pytest.CaptureFixture[str]
) -> None:
    lexicon = load_lexicon()
    verdicts: dict[str, str] = {}
    for line in (HERE / "filing_questions.jsonl").read_text("utf-8").splitlines():
        asked = json.loads(line)
        names = CUSTOMERS[asked["customer"]][1]
        query = read_question(asked["question"], today=date(2023, 9, 30), names=names, lexicon=lexicon)
        found = find_figures(query, filings[asked["customer"]], lexicon=lexicon) if query else []
        verdicts[asked["id"]] = judge(asked["gold"], found[0] if found else None)
    assert len(verdicts) > 150
    counts = Counter(verdicts.values())
    with capsys.disabled():
        print(f"\nfigures of filings: {dict(counts)} of {len(verdicts)}")
    assert [key for key, verdict in verdicts.items() if verdict in ("wrong", "page")] == []
    assert counts["right"] >= 0.95 * len(verdicts)


def test_every_quote_stands_on_its_page(filings: dict[str, list[Filing]]) -> None:
    lexicon = load_lexicon()
    query = read_question("What was net sales?", today=date(2023, 9, 30), lexicon=lexicon)
    assert query is not None
    found = [figure for group in filings.values() for figure in find_figures(query, group, lexicon=lexicon)]
    assert found
    for figure in found:
        pages = [placed.page for group in filings.values() for filing in group for placed in filing.tables]
        text = next(
            page.text for page in pages if (page.document, page.page) == (figure.document, figure.page)
        )
        assert all(line in text for line in figure.quote.split("\n"))
