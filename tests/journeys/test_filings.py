"""Six real filings end to end: customers imported, documents ingested, every question on a figure asked.

What a person read on the page is the gold. A wrong figure is worse than none, so none may be wrong.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from bot.assembly import House, build
from bot.assistant.answer import Answer, Question
from bot.assistant.numerals import read_numerals
from bot.commands.ingest import ingest
from bot.commands.viewing import viewer_of
from bot.settings import Settings
from store.evidence import EvidenceKind

TESTS = Path(__file__).parents[1]
DATA = Path(os.environ.get("BONAFIDE_DATA") or TESTS.parents[1] / "shared" / "data") / "reports"
QUESTIONS = TESTS / "figures" / "filing_questions.jsonl"
NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

CUSTOMERS = """customer_key,legal_name,other_names
AMCR,Amcor plc,安姆科
BBY,"Best Buy Co., Inc.",百思买
COST,Costco Wholesale Corporation,开市客;好市多
JNJ,Johnson & Johnson,强生
PFE,Pfizer Inc.,辉瑞
ULTA,"Ulta Beauty, Inc.",
"""

pytestmark = [
    pytest.mark.real_data,
    pytest.mark.skipif(
        not DATA.is_dir(), reason=f"the real filings are not at {DATA}; set BONAFIDE_DATA to their folder"
    ),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A home of its own with the six customers and their filings."""
    home = tmp_path_factory.mktemp("filings")
    table = home / "customers.csv"
    table.write_text(CUSTOMERS, "utf-8")
    house = build(Settings(home=home / "home", now=NOW))
    report = house.intake.import_file("customers", table, actor="test")
    assert not report.aside
    ingested = ingest(house, tuple(sorted(DATA.glob("*.pdf"))))
    assert not ingested.aside
    yield house
    house.databases.close()


def ask(house: House, number: int, text: str) -> Answer:
    """One question of its own conversation."""
    return house.assistant.answer(
        Question(
            id=f"filing-{number}",
            text=text,
            viewer=viewer_of(house, "sales", "private"),
            conversation=f"filing-{number}",
            now=NOW,
            as_of=None,
            known_at=None,
        )
    )


def states_figure(answer: Answer) -> bool:
    """Whether the answer's first sentence states a figure of a document, and does not only quote a passage."""
    first = answer.claims[0] if answer.claims else None
    if first is None or answer.text.startswith(">"):
        return False
    cited = [item for item in answer.evidence if item.id in first.evidence]
    quoted = any(" ".join(first.text.split()) in " ".join(item.quote.split()) for item in cited)
    kinds = {item.kind for item in cited}
    return (
        not quoted
        and bool(kinds & {EvidenceKind.CALCULATION, EvidenceKind.PASSAGE})
        and first.text[-1] in ")）"
    )


def judge(gold: dict | None, answer: Answer) -> str:
    """``right``, ``silent``, ``page`` (the right figure from another page) or ``wrong``."""
    if not states_figure(answer):
        return "right" if gold is None else "silent"
    if gold is None:
        return "wrong"
    wanted = abs(Decimal(gold["value"]) * gold["scale"])
    slack = max(wanted * Decimal("0.0006"), Decimal(gold.get("tolerance", 0)))
    said = read_numerals(answer.claims[0].text).numbers
    if not any(
        abs(one.value - wanted) <= slack or (one.rounded and abs(one.value - wanted) <= one.step / 2)
        for one in said
    ):
        return "wrong"
    pages = {item.locator.get("page") for item in answer.evidence if item.kind is EvidenceKind.PASSAGE}
    return "right" if pages & {gold["page"], *gold["also"]} else "page"


def test_every_question_on_the_filings_end_to_end(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    verdicts: dict[str, str] = {}
    for number, line in enumerate(QUESTIONS.read_text("utf-8").splitlines()):
        asked = json.loads(line)
        verdicts[asked["id"]] = judge(asked["gold"], ask(house, number, asked["question"]))
    counts = Counter(verdicts.values())
    with capsys.disabled():
        print(f"\nfigures of filings, end to end: {dict(counts)} of {len(verdicts)}")
    assert [key for key, verdict in verdicts.items() if verdict in ("wrong", "page")] == []
    assert counts["right"] >= 0.9 * len(verdicts)


@pytest.mark.parametrize(
    "question",
    [
        "辉瑞Vyndaqel系列23Q2全球收入同比涨了百分之几?",
        "Paxlovid worldwide revenue Q2 2022?",
        "BBY domestic appliances revenue Q2 FY24",
    ],
)
def test_no_customer_is_said_to_be_unknown_who_is_named(house: House, question: str) -> None:
    answer = ask(house, 9_000, question)
    assert states_figure(answer)
    assert "没有名为" not in answer.text
    assert "no customer called" not in answer.text
