"""Questions about all customers, over a small book of ten: who is listed, in which order, and what is unknown.

The gold of `portfolio_questions.jsonl` was written from the book before the questions were asked; those of the phase
"fresh" were written last, and the share of them that was right at the first trial stands in the report of the work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.assistant.answer import Answer, Question
from bot.assistant.service import Assistant
from knowledge.sources.intake import Intake
from store.access import Audience, FieldClass, Viewer
from store.engine import Databases
from store.identity import new_id
from store.policy import Policy

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
HERE = Path(__file__).parent
#: The order in which kinds are imported: customers first.
KINDS = (
    *("users", "customers", "parties", "contacts", "statements", "scores", "invoices", "payments", "records"),
    *("contracts", "cases", "notes"),
)


def rows_of(name: str) -> list[dict[str, Any]]:
    """The lines of a file beside this one."""
    with (HERE / name).open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


BOOK = rows_of("portfolio_book.jsonl")
QUESTIONS = rows_of("portfolio_questions.jsonl")
NAMES = {row["customer_key"]: row["legal_name"] for row in BOOK if row["table"] == "customers"}


class Office:
    """An assistant over the book, and conversations with it."""

    def __init__(self, databases: Databases, policy: Policy) -> None:
        self.databases, self.policy = databases, policy
        self.assistant = Assistant(databases, None, policy=policy, clock=lambda: NOW)

    def ask(self, text: str, viewer: Viewer, *, conversation: str = "", **more: Any) -> Answer:
        question = Question(f"q-{new_id()}", text, viewer, conversation, NOW, **more)
        answer = self.assistant.answer(question)
        return self.assistant.keep(answer) if conversation else answer

    def take(self, kind: str, rows: list[dict[str, Any]], folder: Path) -> None:
        file = folder / f"{kind}.jsonl"
        file.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
        report = Intake(self.databases, policy=self.policy, clock=lambda: NOW).import_file(
            kind, file, actor="test"
        )
        assert report.aside == [], report.aside


@pytest.fixture
def office(databases: Databases, policy: Policy, tmp_path: Path) -> Iterator[Office]:
    """The book of ten customers in a database of either kind."""
    made = Office(databases, policy)
    for kind in KINDS:
        rows = [{k: v for k, v in row.items() if k != "table"} for row in BOOK if row["table"] == kind]
        made.take(kind, rows, tmp_path)
    yield made


def listed(answer: Answer) -> list[str]:
    """The keys of the customers in the table of an answer, in order."""
    keys = {name: key for key, name in NAMES.items()}
    return [] if answer.table is None else [keys[str(row.cells[1])] for row in answer.table.rows]


def objections(row: dict[str, Any], answer: Answer) -> list[str]:
    """What is wrong with an answer."""
    gold, wrong = row["gold"], []
    if gold.get("asks_back"):
        return [] if not answer.claims and answer.unknown else ["does not ask back"]
    if answer.focus.get("topic") != "portfolio":
        return ["is no answer about the portfolio"]
    if answer.versions.get("dropped") != "0":
        wrong.append(f"the guard dropped {answer.versions['dropped']} lines")
    got = listed(answer)
    if "customers" in gold:
        same = got == gold["customers"] if gold.get("ordered") else sorted(got) == sorted(gold["customers"])
        if not same:
            wrong.append(f"lists {got}, not {gold['customers']}")
    if gold.get("nobody") and got:
        wrong.append(f"lists {got}, not nobody")
    wrong += [f"does not say {words}" for words in gold.get("says", ()) if words not in answer.text]
    told = " ".join(answer.unknown)
    wrong += [f"{key} is not told as unknown" for key in gold.get("unknown", ()) if NAMES[key] not in told]
    if "unknown" in gold:
        others = {key for key, name in NAMES.items() if name in told} - set(gold["unknown"])
        wrong += [f"{key} is told as unknown" for key in sorted(others)]
    if answer.language != row["language"]:
        wrong.append(f"answers in {answer.language}")
    return wrong


def test_every_question_of_the_file_is_answered_right(office: Office, viewer: Callable[..., Viewer]) -> None:
    wrong, turns = {}, {}
    for row in QUESTIONS:
        turns[row["id"]] = turns.get(row.get("after", ""), f"talk-{row['id']}")
        answer = office.ask(row["question"], viewer("risk"), conversation=turns[row["id"]])
        if found := objections(row, answer):
            wrong[f"{row['id']} {row['question']}"] = found
    assert len(QUESTIONS) >= 60
    assert wrong == {}


def test_every_row_and_every_total_stands_on_evidence(office: Office, viewer: Callable[..., Viewer]) -> None:
    for text in ("top ten by overdue amount", "总应收账款是多少", "which customers in Zhejiang pay late"):
        answer = office.ask(text, viewer("risk"))
        known = {item.id for item in answer.evidence}
        assert answer.claims
        assert all(claim.evidence and set(claim.evidence) <= known for claim in answer.claims)
        assert answer.table is not None
        assert all(row.evidence for row in answer.table.rows)


def test_amounts_of_two_currencies_are_never_one_number(
    office: Office, viewer: Callable[..., Viewer]
) -> None:
    answer = office.ask("total overdue amount", viewer("risk"))
    sums = {
        (item.calculation.unit, item.calculation.result)
        for item in answer.evidence
        if item.calculation and item.calculation.formula.startswith("sum(overdue amount")
    }
    assert {(unit, int(value)) for unit, value in sums} == {
        ("CNY", 420_000),
        ("EUR", 45_000),
        ("USD", 80_000),
    }
    assert "Each currency stands by itself" in answer.text


def test_an_answer_can_be_asked_why(office: Office, viewer: Callable[..., Viewer]) -> None:
    office.ask("总应收账款是多少", viewer("risk"), conversation="why")
    answer = office.ask("为什么?", viewer("risk"), conversation="why")
    assert "490,000" in answer.text
    assert office.ask("打开来源1", viewer("risk"), conversation="why").text.startswith("**来源1")


def test_what_was_known_then_is_asked_with_as_of(office: Office, viewer: Callable[..., Viewer]) -> None:
    from store.dates import PartialDate

    then = office.ask("哪些客户有逾期", viewer("risk"), as_of=PartialDate.parse("2026-08-31"))
    assert listed(then) == ["sz-elec", "hz-pump"]
    assert "截至2026年8月31日" in then.text


def test_a_public_place_hears_public_facts_only(office: Office, viewer: Callable[..., Viewer]) -> None:
    square = viewer("risk", Audience.channel("#general"))
    answer = office.ask("top ten by overdue amount", square)
    told = json.dumps(answer.as_json(), ensure_ascii=False)
    assert listed(answer) == []
    assert not any(figure in told for figure in ("300,000", "120,000", "300000", "no invoices"))
    assert listed(office.ask("customers in Germany", square)) == ["bremen", "munich"]
    assert listed(office.ask("陈雨桐负责的客户有哪些", square)) == []


@pytest.mark.parametrize(("role", "place"), [("sales", None), ("risk", "#general"), ("admin", None)])
def test_what_is_hidden_changes_nothing_by_count_order_or_absence(
    office: Office, viewer: Callable[..., Viewer], tmp_path: Path, role: str, place: str | None
) -> None:
    """The same answers, to the letter, before and after our own suspicion is filed."""
    asker = viewer(role, Audience.channel(place) if place else None)
    texts = [row["question"] for row in QUESTIONS] + [
        "哪些客户有风险记录",
        "which customers have records",
        "who has not been checked for six months",
        "open alerts",
        "which checks failed in finance",
        "what changed since Monday",
        "rank customers by number of lawsuits",
    ]
    before = [asked(office, text, asker) for text in texts]
    suspect(office, tmp_path)
    after = [asked(office, text, asker) for text in texts]
    assert [text for text, one, two in zip(texts, before, after, strict=True) if one != two] == []
    seen = office.ask("which customers have records", viewer("compliance"))
    assert "nj-soft" in listed(seen)


def asked(office: Office, text: str, asker: Viewer) -> str:
    answer = office.ask(text, asker)
    return json.dumps([{**answer.as_json(), "id": ""}, answer.focus], ensure_ascii=False, sort_keys=True)


def suspect(office: Office, folder: Path) -> None:
    """Rows of our own suspicion on a customer that is otherwise clean, and a customer that is all suspicion."""
    hidden = {"class": FieldClass.SUSPICION.value, "source": "Risk"}
    from store.customers import Customers
    from store.engine import unit_of_work
    from store.evidence import Tier
    from store.history import History, NewVersion
    from store.ledger import Ledger

    def version(table: str, key: str, customer: Any, body: dict[str, Any]) -> NewVersion:
        return NewVersion(
            aggregate=table,
            natural_key=key,
            body=body,
            customer_id=customer,
            source=hidden["source"],
            tier=Tier.INTERNAL,
            field_class=FieldClass.SUSPICION,
            cause="test",
        )

    with unit_of_work(office.databases.write) as connection:
        customer = Customers(connection).find("nj-soft").id
        history = History(
            connection, Ledger(connection, lambda: NOW).append(actor="risk", action="import", detail={})
        )
        record = {
            "dimension": "dishonest_debtor",
            "title": "疑似",
            "status": "open",
            "role": "defendant",
            "published_on": "2026-11-01",
        }
        invoice = {
            "invoice_number": "S-1",
            "issued_on": "2026-01-01",
            "due_on": "2026-02-01",
            "amount": "9000000",
            "currency": "CNY",
        }
        statement = {
            "period_end": "2025-12-31",
            "period_kind": "year",
            "currency": "CNY",
            "revenue": "99",
            "net_income": "-5",
            "total_assets": "10",
            "total_liabilities": "9",
        }
        owner = {"name": "影子", "role": "beneficial_owner", "kind": "person"}
        case = {"kind": "complaint", "opened_on": "2026-11-01", "summary": "内部"}
        contract = {"contract_number": "S-1", "ends_on": "2026-12-01", "status": "active"}
        profile = {
            "legal_name": "杭州隐形有限公司",
            "country": "CN",
            "address": "浙江省杭州市1号",
            "stage": "active",
            "industry": "软件",
            "owner": "chen.yutong@demo.example",
        }
        history.record_all(
            [
                version("records", "s-record", customer, record),
                version("invoices", "s-invoice", customer, invoice),
                version("statements", "s-statement", customer, statement),
                version("parties", "s-owner", customer, owner),
                version("cases", "s-case", customer, case),
                version("contracts", "s-contract", customer, contract),
                version("notes", "s-note", customer, {"at": "2026-11-20", "text": "…"}),
                version("scores", "s-score", customer, {"provider": "us", "score": "1"}),
                version("customers", "s-customer", None, profile),
            ]
        )
