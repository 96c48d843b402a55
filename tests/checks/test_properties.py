"""What holds for every customer: evidence under each finding, no pass on nothing, repaired records leave no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.checks.engine import run
from knowledge.sources.dimensions import dimensions
from store.policy import Policy

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)

PARTS = (
    *("parties", "facts", "statements", "scores", "invoices", "payments", "records", "contracts", "cases"),
    *("documents", "events"),
)
same_fixtures = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)


def troubled(make: SimpleNamespace) -> Any:
    """The good firm with trouble of every kind."""
    firm = make.good_firm()
    return replace(
        firm,
        statements=(make.sound(2025, 500_000, net_income=-50_000), *firm.statements[1:]),
        invoices=(*firm.invoices, make.invoice("R-X", "2026-05-01", "900")),
        records=(*firm.records, *(make.public_record(key) for key in dimensions())),
        contracts=(make.contract("V-2", ends="2026-12-24", status="disputed"),),
        cases=(make.complaint("2026-09-01", "2026-09-15"),),
        events=(make.event(), make.event("admin_penalty", severity="warn")),
        parties=(make.holding("沈砚秋", "70"), make.holding("顾闻笛", "70")),
    )


@same_fixtures
@given(gone=st.sets(st.sampled_from(PARTS)), bad=st.booleans())
def test_every_finding_stands_on_evidence_and_only_trouble_has_a_place_in_the_matrix(
    make: SimpleNamespace, check: Callable[..., Any], gone: set[str], bad: bool
) -> None:
    firm = troubled(make) if bad else make.good_firm()
    found = check(replace(firm, **dict.fromkeys(gone, ())))
    held = {item.id for item in found.result.evidence}
    for finding in found.findings:
        assert finding.evidence and set(finding.evidence) <= held, finding.check
        placed = finding.likelihood is not None and finding.impact is not None
        assert placed == (finding.status in ("warn", "fail")), finding.check
        if placed:
            assert 1 <= finding.likelihood <= 5 and 1 <= finding.impact <= 5
    for item in found.result.evidence:
        if item.calculation is not None:
            assert {ref for _, ref, _ in item.calculation.inputs} <= held, item.quote


@same_fixtures
@given(gone=st.sets(st.sampled_from(PARTS), min_size=1))
def test_less_knowledge_never_makes_a_pass(
    make: SimpleNamespace, check: Callable[..., Any], gone: set[str]
) -> None:
    """Of the good firm everything passes; what is taken away turns passes into unknown, and nothing into a pass."""
    firm = make.good_firm()
    before, after = check(firm), check(replace(firm, **dict.fromkeys(gone, ())))
    assert {each.check for each in after.findings if each.status == "pass"} <= {
        each.check for each in before.findings
    }
    for section in after.result.sections:
        old = before.section(section.name)
        assert section.completeness <= old.completeness


@pytest.mark.parametrize(
    ("gone", "checks"),
    [
        ("statements", ("finance.statements",)),
        ("invoices", ("business.payments",)),
        ("contracts", ("business.contracts",)),
        ("documents", ("reputation.news", "business.guarantees")),
        ("facts", ("business.concentration",)),
        ("parties", ("identity.register", "compliance.owners")),
        ("records", ("law.records", "law.suits")),
    ],
)
def test_what_a_check_needs_and_does_not_have_makes_it_unknown(
    make: SimpleNamespace, check: Callable[..., Any], gone: str, checks: tuple[str, ...]
) -> None:
    outcome = check(replace(make.good_firm(), **{gone: ()})).outcome
    for name in checks:
        assert outcome[name] == "unknown", outcome


@same_fixtures
@given(item=st.sampled_from(sorted(["total_assets", "total_liabilities", "current_assets", "current_liabilities",
                                    "operating_profit", "interest_expense", "operating_cash_flow",
                                    "retained_earnings", "equity", "revenue", "net_income"])))  # fmt: skip
def test_an_item_that_is_missing_never_gives_a_pass(
    make: SimpleNamespace, check: Callable[..., Any], item: str
) -> None:
    """Each check that needs the item is unknown without it."""
    needs = {
        "finance.debt_ratio": {"total_liabilities", "total_assets"},
        "finance.current_ratio": {"current_assets", "current_liabilities"},
        "finance.interest_cover": {"operating_profit", "interest_expense"},
        "finance.cash_flow": {"operating_cash_flow", "current_liabilities"},
        "finance.trend_revenue": {"revenue"},
        "finance.trend_net_income": {"net_income"},
        "finance.distress": {
            *("total_assets", "total_liabilities", "current_assets", "current_liabilities"),
            *("operating_profit", "retained_earnings", "equity"),
        },
    }
    firm = make.good_firm()
    cut = tuple(
        replace(each, items={name: value for name, value in each.items.items() if name != item})
        for each in firm.statements
    )
    outcome = check(replace(firm, statements=cut)).outcome
    for name, inputs in needs.items():
        assert outcome[name] == ("unknown" if item in inputs else "pass"), (name, item)


@same_fixtures
@given(
    kind=st.sampled_from(sorted(dimensions())),
    status=st.sampled_from(["repaired", "withdrawn", "Repaired"]),
    bad=st.booleans(),
)
def test_a_repaired_record_changes_nothing(
    make: SimpleNamespace, check: Callable[..., Any], kind: str, status: str, bad: bool
) -> None:
    """信用修复管理办法: after repair, showing and use must end; no outcome, count or word may tell of it."""
    firm = troubled(make) if bad else make.good_firm()
    record = make.public_record(kind, "已修复的记录", status=status)
    before, after = check(firm), check(replace(firm, records=(*firm.records, record)))
    assert after.outcome == before.outcome
    assert [each.values for each in after.findings] == [each.values for each in before.findings]
    assert not any("已修复的记录" in item.quote for item in after.result.evidence)


@same_fixtures
@given(order=st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(
    make: SimpleNamespace, check: Callable[..., Any], order: Any
) -> None:
    firm = troubled(make)
    mixed = {
        part: tuple(order.sample(rows, len(rows))) for part in PARTS if (rows := list(getattr(firm, part)))
    }
    assert check(replace(firm, **mixed)).outcome == check(firm).outcome


def test_the_same_dossier_gives_the_same_result(make: SimpleNamespace, check: Callable[..., Any]) -> None:
    firm = troubled(make)
    assert check(firm).result == check(firm).result


def test_policy_moves_limits_gravity_and_places(make: SimpleNamespace, policy: Policy) -> None:
    """Another policy over the same file: a higher bar, a graver penalty, a place of its own in the matrix."""
    firm = replace(
        make.good_firm(), records=(*make.good_firm().records, make.public_record("admin_penalty", "罚款"))
    )
    strict = policy.checks.model_copy(
        update={
            "debt_ratio": (Decimal(30), Decimal(35)),
            "levels": {"admin_penalty": "high"},
            "risks": {"compliance.admin_penalty": (2, 5)},
        }
    )
    usual, hard = (
        {each.check: each for section in run(firm, rules, now=NOW).sections for each in section.findings}
        for rules in (policy.checks, strict)
    )
    assert (usual["finance.debt_ratio"].status, hard["finance.debt_ratio"].status) == ("pass", "fail")
    assert (usual["compliance.admin_penalty"].status, hard["compliance.admin_penalty"].status) == (
        "warn",
        "fail",
    )
    assert (hard["compliance.admin_penalty"].likelihood, hard["compliance.admin_penalty"].impact) == (2, 5)
