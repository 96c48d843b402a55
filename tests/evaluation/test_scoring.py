"""Scoring by itself: answers written by hand as JSON, right and wrong in one thing at a time."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.evaluation import citations, figures
from bot.evaluation.amounts import UNITS, amounts, says_amount
from bot.evaluation.calculations import agrees, work_out
from bot.evaluation.errors import LineUnusable
from bot.evaluation.gold import Outcome, read_gold
from bot.evaluation.questions import read_questions
from bot.evaluation.scoring import customers_of, outcome_of, score

RECORD = {
    "id": "e1",
    "ref": "rec-00000000-0000-7000-8000-000000000001",
    "kind": "record",
    "source": "Annual report",
    "tier": "filing",
    "date": "2026-04-24",
    "quote": "revenue: 3642000000\nperiod_end: 2025-12-31",
    "customer": "C-1007",
    "external_id": "hanyu-report",
    "title": "瀚屿集团",
    "url": None,
    "locator": {"aggregate": "statements"},
    "class": "public",
}
SEARCH = {
    **RECORD,
    "id": "e2",
    "ref": "sea-1",
    "kind": "search",
    "quote": "documents: AAA",
    "class": "internal",
}


def answer(text: str = "瀚屿集团2025年营业收入:36.42亿元。", **more: Any) -> dict[str, Any]:
    """An answer with one claim on one record, unless it is told otherwise."""
    return {
        "answer": f"{text} [1]",
        "language": "zh",
        "claims": [{"text": text, "evidence": ["e1"]}],
        "evidence": [RECORD],
        "unknown": [],
        "clarify": None,
        "refused": None,
        **more,
    }


def wrong(given_answer: Mapping[str, Any], codes: list[str] | None = None, /, **gold: Any) -> list[str]:
    """What the verdict objects to; `codes` are the gold's customers as codes."""
    return list(score(given_answer, read_gold(gold), customers=codes).objections)


# ── how an answer ends ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_answer_that_begins_with_what_is_not_known_states_nothing() -> None:
    nothing = "没有查到2026年的营业收入。"
    looked = {"text": "查找范围:财务报表", "evidence": ["e2"]}
    beside = {"text": "现有报表:2025年", "evidence": ["e1"]}
    silent = answer(nothing, unknown=[nothing], claims=[looked, beside], evidence=[RECORD, SEARCH])
    assert outcome_of(silent) is Outcome.UNKNOWN
    partly = answer(unknown=[nothing], evidence=[RECORD, SEARCH])
    assert outcome_of(partly) is Outcome.ANSWER
    in_vain = answer("Looked in vain.", unknown=[nothing], claims=[looked], evidence=[SEARCH])
    assert outcome_of(in_vain) is Outcome.UNKNOWN
    assert outcome_of(answer(refused="no")) is Outcome.REFUSED
    assert outcome_of(answer(clarify={"question": "which?", "options": []})) is Outcome.CLARIFY


def test_one_of_several_outcomes_is_enough() -> None:
    assert wrong(answer(), outcome=["answer", "unknown"]) == []
    assert wrong(answer(), outcome="refused") == ["answer, not refused"]


# ── what it says ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_of_each_list_of_words_one_must_stand_in_the_text_whatever_its_width_and_case() -> None:
    assert wrong(answer(), says=[["３６.42亿", "3,642 million"], ["瀚屿"]]) == []
    assert wrong(answer(), says=[["33.18"], ["瀚屿"]]) == ["says nothing of 33.18"]
    assert wrong(answer("C\\_1 \\[x\\] A\\*B"), says=[["c_1 [X] a*b"]]) == []


def test_what_must_not_be_said_must_not_stand_in_evidence_either_but_the_askers_own_words_may() -> None:
    assert wrong(answer(), says_not=["3642000000"]) == ["shows 3642000000"]
    assert wrong(answer(evidence=[RECORD, SEARCH]), says_not=["AAA"]) == []
    rows = [{"cells": ["C-1007", "AAA"], "evidence": []}]
    assert wrong(answer(table={"title": "t", "rows": rows}), says_not=["aaa"]) == ["shows aaa"]


def test_customers_are_those_of_the_table_else_those_of_the_evidence() -> None:
    rows = [{"cells": [code, "name"], "evidence": []} for code in ("C-2", "C-1")]
    listed = answer(table={"title": "t", "rows": rows})
    assert customers_of(answer()) == ["C-1007"]
    assert customers_of(listed) == ["C-2", "C-1"]
    assert wrong(listed, ["C-1", "C-2"], customers=["a", "b"]) == []
    assert wrong(listed, ["C-1", "C-2"], customers=["a", "b"], ordered=True) == [
        "customers: in the order C-2, C-1"
    ]
    assert wrong(listed, ["C-1", "C-3"], customers=["a", "c"]) == ["customers: lacks C-3; has C-2 too"]
    assert wrong(listed, [], customers=[]) == ["customers: has C-2, C-1 too"]
    asked_back = {"question": "which?", "options": [{"label": "x", "value": "C-9"}]}
    assert customers_of(answer(clarify=asked_back)) == ["C-9"]


def test_sources_and_language_are_asked_where_the_gold_names_them() -> None:
    assert wrong(answer(), sources=["hanyu-report"], language="zh") == []
    assert wrong(answer(), sources="court-1", language="en") == [
        "does not cite court-1",
        "answers in zh, not en",
    ]


# ── amounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "amount", "unit", "currency"),
    [
        ("收入36.42亿元", "36.42", "亿", "CNY"),
        ("revenue of CNY 3,642 million", "36.42", "亿", "CNY"),
        ("收入364200万元", "3642", "million", "CNY"),
        ("revenue: 3,642,000,000", "36.42", "亿", None),
        ("资产负债率71.3%", "71.3", "%", None),
        ("liabilities are 71.3 per cent of assets", "71.3", "%", None),
        ("净利润-1.365亿元", "-1.365", "亿", "CNY"),
        ("a loss of EUR 2.48 million", "-2.48", "million", "EUR"),
        ("net income (USD 2,480 thousand)", "-2.48", "million", "USD"),
        ("net income: GBP -2.34 million", "-2.34", "million", "GBP"),
        ("欠3.24万美元", "32400", "", "USD"),
        ("晚付24.4天", "24.4", "", None),
    ],
)
def test_one_amount_is_said_in_many_ways(text: str, amount: str, unit: str, currency: str | None) -> None:
    assert says_amount(text, Decimal(amount), unit, currency=currency)


@pytest.mark.parametrize(
    ("text", "amount", "unit", "currency"),
    [
        ("收入36.42万元", "36.42", "亿", "CNY"),
        ("收入36.42亿美元", "36.42", "亿", "CNY"),
        ("收入36.4亿元", "36.42", "亿", "CNY"),
        ("资产负债率71.3", "71.3", "%", None),
        ("71.3%", "71.3", "", None),
        ("净利润1.365亿元", "-1.365", "亿", "CNY"),
        ("net income of EUR -2.48 million", "2.48", "million", "EUR"),
        ("in 2025-12", "-12", "", None),
    ],
)
def test_another_unit_currency_sign_or_precision_is_another_amount(
    text: str, amount: str, unit: str, currency: str | None
) -> None:
    assert not says_amount(text, Decimal(amount), unit, currency=currency)


def test_the_tolerance_is_in_the_unit_of_the_amount() -> None:
    assert says_amount("36.4亿", Decimal("36.42"), "亿", tolerance=Decimal("0.05"))
    assert not says_amount("36.3亿", Decimal("36.42"), "亿", tolerance=Decimal("0.05"))
    value = {"amount": "36.42", "unit": "亿", "tolerance": "0.01", "currency": "CNY"}
    assert wrong(answer(), value=value) == []
    assert wrong(answer("收入33.18亿元"), value=value) == ["does not say CNY 36.42亿"]


@given(st.decimals(0, 10**12, places=2), st.sampled_from([unit for unit in UNITS if unit != "%"]))
def test_what_is_written_with_a_unit_is_read_with_it(number: Decimal, unit: str) -> None:
    assert [said.value for said in amounts(f"{number:,f} {unit}")] == [number.scaleb(UNITS[unit])]
    assert says_amount(f"{number:,f} {unit}", number, unit)
    assert not says_amount(f"{number:,f} {unit}", number + 1, unit)


# ── calculations ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("formula", "inputs", "result"),
    [
        ("(sales [2025] - sales [2024]) / sales [2024] * 100", {"sales [2025]": "3642", "sales [2024]": "3318"},
         "9.7649"),
        ("current_assets / current_liabilities [2025-12-31]", {"current_assets": "151", "current_liabilities": "100"},
         "1.51"),
        ("20 / 23 * 100 (days late <= 0)", {"A-1": "-4"}, "86.9565"),
        ("amount - paid", {"amount": "120940", "paid 2026-05-06": "48376"}, "72564"),
        ("C-1002: sum(overdue CNY) [2026-11-21]", {"HY-2": "237750", "HY-1": "217770"}, "455520"),
        ("average(paid_on - due_on)", {"HY-1": "45", "HY-2": "38"}, "41.5"),
        ("average of 2 customers: average(days late)", {"sum": "-3.5"}, "-1.75"),
        ("count(records)", {"#1": "1", "#2": "1"}, "2"),
        ("2026-10-09 - 2026-08-25", {}, "45"),
        ("100% × 12.6% + 70% × 34.2%", {"a → b": "100"}, "36.54"),
    ],
)  # fmt: skip
def test_a_calculation_is_worked_out_again(formula: str, inputs: dict[str, str], result: str) -> None:
    parts = [{"name": name, "value": value} for name, value in inputs.items()]
    stated = {"formula": formula, "inputs": parts, "result": result, "unit": "x"}
    assert agrees(stated) is True
    assert agrees({**stated, "result": str(Decimal(result) + 3)}) is False


@pytest.mark.parametrize(
    "formula",
    ["freshness limit of policy", "count(gaps)", "1 / 0", "__import__('os').system('x')", "9" * 400 + " ** 9", "("],
)  # fmt: skip
def test_what_cannot_be_worked_out_is_neither_right_nor_wrong(formula: str) -> None:
    assert work_out(formula, [("gaps", Decimal(5))]) is None


# ── citations and figures ───────────────────────────────────────────────────────────────────────────────────────────


class Shelf:
    """An archive in which everything is there, or nothing."""

    def __init__(self, *, there: bool = True, classes: tuple[str, ...] = ("public", "internal")) -> None:
        self.there, self.classes = there, classes

    def opens(self, item: Mapping[str, Any]) -> bool:
        return self.there

    def keeps(self, item: Mapping[str, Any]) -> bool:
        return self.there


def test_a_claim_must_have_evidence_that_is_there_and_may_be_seen() -> None:
    assert citations.faults(answer(), Shelf()) == {}
    assert citations.faults(answer(claims=[{"text": "x", "evidence": []}]), Shelf()) == {0: "no evidence"}
    assert "e9" in citations.faults(answer(claims=[{"text": "x", "evidence": ["e9"]}]), Shelf())[0]
    assert citations.faults(answer(), Shelf(there=False)) == {0: "e1: there is no such record"}
    secret = answer(evidence=[{**RECORD, "class": "suspicion"}])
    assert "may not see" in citations.faults(secret, Shelf())[0]
    assert citations.faults(secret, Shelf(classes=("suspicion",))) == {}
    assert citations.faults({**answer(), "answer": "x [7]"}, Shelf()) == {-1: "the mark [7] leads to nothing"}
    assert -1 in citations.faults(answer(evidence=[RECORD, RECORD]), Shelf())


def test_a_search_in_vain_tells_of_nothing_even_where_its_class_may_not_be_seen() -> None:
    counted = {
        **SEARCH,
        "id": "e3",
        "kind": "calculation",
        "calculation": {
            "formula": "count(x)",
            "inputs": [{"name": "found", "evidence": "sea-1", "value": "0"}],
            "result": "0",
            "unit": "rows",
        },
    }
    claims = [{"text": "none", "evidence": ["e2", "e3"]}]
    public = Shelf(classes=("public",))
    assert citations.faults(answer(claims=claims, evidence=[RECORD, SEARCH, counted]), public) == {}


def test_a_calculation_that_comes_to_something_else_is_no_citation() -> None:
    calculation = {
        "formula": "a - b",
        "inputs": [
            {"name": "a", "evidence": "rec-1", "value": "5"},
            {"name": "b", "evidence": "rec-2", "value": "2"},
        ],
        "result": "4",
        "unit": "CNY",
    }
    item = {**RECORD, "kind": "calculation", "ref": "cal-1", "calculation": calculation}
    assert citations.faults(answer("4元", evidence=[item]), Shelf()) == {0: "e1: a - b is not 4"}


def test_every_figure_of_a_claim_is_in_its_evidence_or_a_date_that_was_given() -> None:
    assert figures.faults(answer()) == {}
    assert list(figures.faults(answer("2025年营业收入:37亿元"))) == [0]
    assert list(figures.faults(answer("截至2026年11月21日,收入36.42亿元"))) == [0]
    assert figures.faults(answer("截至2026年11月21日,收入36.42亿元"), given=["2026-11-21"]) == {}
    assert figures.faults(answer("360集团收入36.42亿元"), names=["360集团"]) == {}


# ── question files ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_broken_lines_are_set_aside_with_their_number_and_the_others_go_on() -> None:
    lines = [
        b'{"id": "a", "question": "Who is Nordhafen?", "gold": {}}',
        b"",
        b"nonsense",
        b'["a list"]',
        b'{"question": 7, "gold": {}}',
        b'{"question": "x"}',
        b'{"question": "x", "gold": {"outcome": "maybe"}}',
        b'{"question": "x", "gold": {"sayz": []}}',
        b'{"question": "x", "gold": {"value": {"amount": "1", "unit": "stone"}}}',
        b'{"question": "x", "gold": {"value": {"amount": "1e99999"}}}',
        b'{"question": "x", "gold": {"value": {"amount": "NaN"}}}',
        b'{"question": "x", "as": 3, "gold": {}}',
        b'{"question": "x", "as_of": "soon", "gold": {}}',
        b'{"question": "x", "known_at": "soon", "gold": {}}',
        b'{"question": "\xff", "gold": {}}',
        b'{"question": "' + b"x" * 1_000_001 + b'", "gold": {}}',
        b'{"question": "b", "known_at": "2026-03-31", "gold": {"says_not": "x"}}',
    ]
    found = read_questions(lines)
    assert [(asked.line, asked.text) for asked in found.questions] == [(1, "Who is Nordhafen?"), (17, "b")]
    assert [aside.line for aside in found.aside] == list(range(3, 17))
    reasons = {aside.line: aside.reason for aside in found.aside}
    assert "“stone” is no unit" in reasons[9]
    assert "gold.sayz" in reasons[8]
    assert "no “gold”" in reasons[6]
    assert found.questions[1].known_at is not None
    assert found.questions[1].known_at.isoformat() == "2026-03-31T23:59:59.999999+00:00"


def test_gold_must_be_an_object() -> None:
    with pytest.raises(LineUnusable, match="no “gold”"):
        read_gold(None)
