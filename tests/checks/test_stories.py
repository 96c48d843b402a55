"""Stories of firms: a good one, one that gets worse year by year, one nobody knows, one after credit repair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from bot.checks.anomalies import cause
from store.access import FieldClass
from store.evidence import Tier
from store.policy import Policy

Check = Callable[..., Any]


def test_a_good_firm_passes_everywhere_and_nothing_is_missing(make: SimpleNamespace, check: Check) -> None:
    found = check(make.good_firm(), make.compared())
    assert {each.check: each.status.value for each in found.findings if each.status != "pass"} == {}
    assert found.result.status == "pass"
    assert all(section.completeness == 1 for section in found.result.sections)


def test_a_firm_that_gets_worse_year_by_year(make: SimpleNamespace, check: Check) -> None:
    """Revenue falls, receivables swell, the profit is gone: trend, anomaly with its cause, ratios, score."""
    years = (
        make.sound(2025, 600_000, net_income=-90_000, operating_profit=-60_000, receivables=330_000,
                   current_assets=360_000, current_liabilities=420_000, total_liabilities=560_000, equity=40_000,
                   retained_earnings=-160_000, cash=10_000, operating_cash_flow=-120_000, interest_expense=30_000),
        make.sound(2024, 800_000, net_income=-20_000, operating_profit=10_000, receivables=200_000),
        make.sound(2023, 1_000_000),
    )  # fmt: skip
    found = check(make.dossier(make.profile(), statements=years))
    assert found.one("finance.trend_revenue").status in ("warn", "fail")
    assert found.one("finance.trend_net_income").status == "fail"
    assert found.one("finance.anomaly_receivables").phrase == "checks.anomaly.receivables_slow"
    assert found.one("finance.debt_ratio").status == "fail"
    assert found.one("finance.interest_cover").status == "fail"
    assert found.one("finance.distress").status == "fail"
    assert found.section("finance").status == "fail"


def test_nearly_nothing_is_known(make: SimpleNamespace, check: Check) -> None:
    """A name in the CRM: nothing passes but that the row is new, and there is a letter's worth of requests."""
    found = check(make.dossier())
    passed = {each.check for each in found.findings if each.status == "pass"}
    assert passed <= {"identity.freshness"}
    assert found.result.status != "pass"
    for name in ("finance", "business", "reputation", "law", "compliance"):
        assert found.section(name).status == "unknown", name
        assert found.section(name).completeness == 0
    wanted = {each.what for each in found.result.missing}
    assert {"licence", "address", "shareholders", "beneficial_owners", "statement 2025"} <= wanted


def test_a_statement_that_does_not_add_up_fails(make: SimpleNamespace, check: Check) -> None:
    found = check(make.dossier(make.profile(), statements=(make.sound(2025, equity=700_000),)))
    finding = found.one("finance.sums")
    assert finding.status == "fail" and "total_assets" in finding.values["what"][1]


def test_a_repaired_record_is_not_held_against_the_firm(make: SimpleNamespace, check: Check) -> None:
    """信用修复: listed in March, repaired in June; a second one is past the end of its showing."""
    gone = (
        make.public_record("dishonest_debtor", status="repaired"),
        make.public_record("admin_penalty", show_until=make.day("2026-10-31")),
    )
    clean = make.good_firm()
    assert check(make.replace(clean, records=clean.records + gone)).outcome == check(clean).outcome
    still = check(make.replace(clean, records=(*clean.records, make.public_record("dishonest_debtor"))))
    assert still.one("law.dishonest_debtor").status == "fail"


def test_suits_of_its_own_are_no_reproach(make: SimpleNamespace, check: Check) -> None:
    clean = make.good_firm()
    own = make.public_record("case_filing", "买卖合同纠纷", role="plaintiff")
    against = make.public_record("case_filing", "买卖合同纠纷", role="defendant")
    assert check(make.replace(clean, records=(*clean.records, own))).one("law.suits").status == "pass"
    assert check(make.replace(clean, records=(*clean.records, against))).one("law.suits").status == "warn"
    many = [make.replace(against, record_number=f"（2026）苏0106民初{number}号") for number in range(3)]
    assert check(make.replace(clean, records=(*clean.records, *many))).one("law.suits").status == "fail"


def test_one_suit_in_three_stages_is_one_suit_and_claims_once(make: SimpleNamespace, check: Check) -> None:
    """Filed, heard, judged under one number; a second suit claims in dollars, and currencies are not added."""
    stages = [
        make.public_record(kind, "买卖合同纠纷", role="defendant", record_number="（2026）苏0106民初88号",
                           amount=Decimal(5000), currency="CNY")
        for kind in ("case_filing", "hearing_notice", "judgment_document")
    ]  # fmt: skip
    other = make.public_record("case_filing", "Supply dispute", role="defendant", record_number="HCA 12/2026",
                               amount=Decimal(700), currency="USD")  # fmt: skip
    clean = make.good_firm()
    suits = check(make.replace(clean, records=(*clean.records, *stages, other))).one("law.suits")
    assert suits.status == "warn" and suits.values["number"] == ("number", "2")
    assert suits.values["amounts"] == ("list", "money\x1f5000\x1fCNY", "money\x1f700\x1fUSD")


def test_old_looks_do_not_speak_for_a_firm(make: SimpleNamespace, check: Check) -> None:
    """Courts were looked at two years ago and gave nothing: today that is unknown."""
    clean = make.good_firm()
    (record,) = clean.records
    then = make.replace(
        record, origin=make.replace(record.origin, recorded_at=datetime(2024, 11, 1, tzinfo=UTC))
    )
    found = check(make.replace(clean, records=(then,)))
    assert found.one("law.records").status == "unknown" and found.one("law.suits").status == "unknown"


def test_what_a_firm_says_of_itself_is_no_press(make: SimpleNamespace, check: Check) -> None:
    flyer = make.replace(make.document("公司简介"), tier=Tier.CUSTOMER_SUPPLIED)
    found = check(make.replace(make.good_firm(), documents=(flyer,)))
    assert found.one("reputation.news").status == "unknown"


def test_sources_that_disagree_stand_side_by_side(make: SimpleNamespace, check: Check) -> None:
    """The customer's own sheet says 2.4 million, the audited report 1.2; the report is proposed, for its source."""
    own = make.sound(2025, 2_400_000, given=make.origin("customer", Tier.CUSTOMER_SUPPLIED), audited=False)
    clean = make.good_firm()
    found = check(make.replace(clean, statements=(*clean.statements, own)))
    conflict = next(each for each in found.section("finance").conflicts if each.attribute == "revenue 2025")
    assert [side.source for side in conflict.sides] == ["annual report", "customer"]
    assert conflict.proposed == 0 and conflict.because == "checks.conflict.tier"
    assert found.section("finance").status != "pass"
    assert all(any(item.id == side.evidence for item in found.result.evidence) for side in conflict.sides)


def test_of_two_sources_of_one_rank_the_newer_is_proposed(make: SimpleNamespace, check: Check) -> None:
    clean = make.good_firm()
    told = (
        make.fact("employees", "310", "crm", on="2026-09-01"),
        make.fact("employees", "280", "erp", on="2025-01-15"),
    )
    found = check(make.replace(clean, facts=clean.facts + told))
    (conflict,) = found.section("business").conflicts
    assert conflict.sides[conflict.proposed].value == "310" and conflict.because == "checks.conflict.date"


def test_one_source_that_changed_its_mind_is_no_conflict(make: SimpleNamespace, check: Check) -> None:
    clean = make.good_firm()
    told = (make.fact("employees", "310", on="2026-09-01"), make.fact("employees", "280", on="2025-01-15"))
    assert check(make.replace(clean, facts=clean.facts + told)).section("business").conflicts == ()


def test_adverse_news_counts_by_story_and_not_by_copy(make: SimpleNamespace, check: Check) -> None:
    """Four papers print one freeze of shares: one finding that says four."""
    clean = make.good_firm()
    first = make.event()
    copies = [make.event(story=first.story, source=f"paper {number}") for number in range(3)]
    found = check(make.replace(clean, events=(first, *copies)))
    (finding,) = found.all("reputation.equity_freeze")
    assert finding.status == "fail" and len(finding.evidence) == 4
    storm = [make.event(story=first.story, source="wire") for _ in range(500)]
    (finding,) = check(make.replace(clean, events=(first, *storm))).all("reputation.equity_freeze")
    assert finding.values["number"] == ("number", "501") and len(finding.evidence) < 20
    other = check(make.replace(clean, events=(first, make.event())))
    assert len(other.all("reputation.equity_freeze")) == 2


def test_news_about_somebody_else_or_of_long_ago_is_not_told(make: SimpleNamespace, check: Check) -> None:
    clean = make.good_firm()
    others = (make.event(role="counterparty"), make.event(happened_on=make.day("2019-02-01")))
    assert check(make.replace(clean, events=others)).one("reputation.news").status == "pass"


def test_owners_through_a_holding_with_the_path(make: SimpleNamespace, check: Check) -> None:
    """沈砚秋 holds 58 % of a holding that holds 80 %: 46.4 %; the other holders end in firms or below the limit."""
    parties = (
        make.party("沈砚秋", "legal_representative"),
        make.holding("允合企业管理有限公司", "80", kind="organisation"),
        make.holding("顾闻笛", "20"),
        make.holding("沈砚秋", "58", held_in="允合企业管理有限公司"),
        make.holding("北辰投资有限公司", "42", held_in="允合企业管理有限公司", kind="organisation"),
    )
    found = check(make.replace(make.good_firm(), parties=parties))
    owners = found.one("compliance.owners")
    assert "沈砚秋" in str(owners.values["who"]) and "46.4" in str(owners.values["who"])
    assert "允合企业管理有限公司" in str(owners.values["who"]) and "顾闻笛" not in str(owners.values["who"])
    behind = found.one("compliance.owners_behind")
    assert behind.status == "unknown" and "北辰投资有限公司" in str(behind.values["who"])


def test_shares_beyond_a_hundred_percent_fail(make: SimpleNamespace, check: Check) -> None:
    parties = (make.holding("沈砚秋", "70"), make.holding("顾闻笛", "70"))
    assert check(make.replace(make.good_firm(), parties=parties)).one("compliance.shares").status == "fail"


def test_a_declared_owner_whom_the_register_does_not_show_is_told(
    make: SimpleNamespace, check: Check
) -> None:
    parties = (make.holding("沈砚秋", "100"), make.party("魏书遥", "beneficial_owner"))
    found = check(make.replace(make.good_firm(), parties=parties))
    assert found.one("compliance.owners_declared").status == "warn"


def test_a_customer_that_pays_later_and_later(make: SimpleNamespace, check: Check) -> None:
    paid = (
        ("R-1", "2026-01-10", "2026-01-12"), ("R-2", "2026-02-10", "2026-02-12"), ("R-3", "2026-03-10", "2026-03-12"),
        ("R-4", "2026-07-10", "2026-08-20"), ("R-5", "2026-08-10", "2026-09-25"), ("R-6", "2026-09-10", "2026-10-30"),
    )  # fmt: skip
    firm = make.replace(
        make.good_firm(),
        invoices=(
            *(make.invoice(number, due) for number, due, _ in paid),
            make.invoice("R-7", "2026-05-01", "900"),
        ),
        payments=tuple(make.payment(number, on) for number, _, on in paid),
    )
    found = check(firm)
    assert found.one("business.payment_trend").status == "warn"
    assert found.one("business.lateness").status == "warn"
    assert found.one("business.overdue").values["ages"] == ("list", "aged\x1f91\x1f\x1f900\x1fCNY")
    overdue = found.one("business.overdue")
    assert overdue.status == "fail" and overdue.values["amount"] == ("money", "900", "CNY")


def test_contracts_and_complaints(make: SimpleNamespace, check: Check) -> None:
    firm = make.replace(
        make.good_firm(),
        contracts=(
            make.contract("V-1", ends="2026-12-31"),
            make.contract("V-2", ends="2028-12-31", status="disputed"),
        ),
        cases=(make.complaint("2026-09-01", "2026-09-15"),),
    )
    found = check(firm)
    assert found.one("business.contracts").status == "warn"
    assert found.one("business.contracts_ending").status == "warn"
    assert found.one("business.complaints").phrase == "checks.complaints.late"


def test_as_of_a_day_before_the_trouble(make: SimpleNamespace, check: Check) -> None:
    """The day of the check is that of the dossier: an invoice due later is not overdue."""
    firm = make.replace(
        make.good_firm(),
        invoices=(make.invoice("R-9", "2026-05-01", "900"),),
        payments=(),
        as_of=make.day("2026-04-01"),
    )
    assert check(firm).one("business.overdue").status == "pass"


def test_news_of_a_listing_that_was_repaired_ends_with_it(make: SimpleNamespace, check: Check) -> None:
    """失信 in 2025, repaired in May 2026: the old news is gone with the record; news of a second listing is told."""
    clean = make.good_firm()
    record = make.public_record("dishonest_debtor", status="repaired", closed_on=make.day("2026-05-20"))
    old = make.event("dishonest_debtor", happened_on=make.day("2025-07-09"))
    firm = make.replace(clean, records=(*clean.records, record), events=(old,))
    assert check(firm).one("reputation.news").status == "pass"
    new = make.event("dishonest_debtor", happened_on=make.day("2026-09-09"))
    (finding,) = check(make.replace(firm, events=(old, new))).all("reputation.dishonest_debtor")
    assert finding.values["number"] == ("number", "1")
    still = make.public_record("dishonest_debtor")
    listed = make.replace(firm, records=(*firm.records, still))
    assert len(check(listed).all("reputation.dishonest_debtor")) == 1


def test_a_storm_of_stories_is_told_by_its_gravest(
    make: SimpleNamespace, check: Check, policy: Policy
) -> None:
    """Forty stories of one firm: the gravest by themselves, the rest in one line that counts them."""
    clean = make.good_firm()
    events = [make.event("admin_penalty", severity="warn") for _ in range(40)] + [
        make.event(status="confirmed")
    ]
    found = check(make.replace(clean, events=tuple(events)))
    told = [each for each in found.all("reputation") if each.check != "reputation.others"]
    assert len(told) == policy.checks.stories and told[0].check.startswith("reputation.equity_freeze")
    others = found.one("reputation.others")
    assert others.values["number"] == ("number", str(41 - policy.checks.stories))


def test_a_court_docket_says_nothing_of_the_tax_authority(make: SimpleNamespace, check: Check) -> None:
    """Each kind of source speaks for what it publishes: a court not for penalties, a register not for suits."""
    known = make.profile()
    docket = make.document("Docket", "court", Tier.COURT)
    found = check(make.dossier(make.replace(known, origin=make.origin("crm")), documents=(docket,)))
    assert found.one("law.records").status == "pass"
    assert found.one("compliance.records").status == "unknown"
    found = check(make.dossier(known))
    assert found.one("compliance.records").status == "pass"
    assert found.one("law.records").status == "unknown"


def test_a_supplier_that_owns_a_part_is_a_related_party(make: SimpleNamespace, check: Check) -> None:
    clean = make.good_firm()
    apart = make.party("宁波瀚屿物流有限公司", "supplier", "organisation")
    firm = make.replace(clean, parties=(*clean.parties, apart))
    assert check(firm).one("business.related").status == "pass"
    both = (*firm.parties, make.holding("宁波瀚屿物流有限公司", "5", kind="organisation"))
    assert check(make.replace(firm, parties=both)).one("business.related").status == "warn"


@pytest.mark.parametrize(
    ("item", "growth", "items", "expected"),
    [
        ("receivables", "12", {}, "receivables_growing"),
        ("receivables", "-30", {}, "receivables_slow"),
        ("inventory", "-5", {}, "inventory_unsold"),
        ("cash", "3", {"net_income": -5}, "cash_loss"),
        ("cash", "3", {"net_income": 5, "operating_cash_flow": -1}, "cash_unearned"),
        ("cash", "3", {"net_income": 5, "operating_cash_flow": 4}, "cash_spent"),
        ("operating_cash_flow", "25", {"net_income": 5}, "operating_cash_flow_growth"),
        ("operating_cash_flow", "-30", {"net_income": 5}, "operating_cash_flow_slow"),
        ("operating_cash_flow", "-30", {"net_income": -5}, "operating_cash_flow_loss"),
    ],
)
def test_the_likely_cause_of_an_anomaly(item: str, growth: str, items: dict[str, int], expected: str) -> None:
    """A firm that shrinks at a loss is not said to grow on credit."""
    given = {name: Decimal(value) for name, value in items.items()}
    assert cause(item, Decimal(growth), given) == expected


@pytest.mark.parametrize("written", ["5000万元", "人民币5,000万元", "CNY 50 million", "50000000.00 CNY"])
def test_one_sum_written_two_ways_is_no_conflict(make: SimpleNamespace, check: Check, written: str) -> None:
    clean = make.good_firm()
    told = make.fact("registered_capital", written, "customer", Tier.CUSTOMER_SUPPLIED)
    assert check(make.replace(clean, facts=(*clean.facts, told))).section("identity").conflicts == ()


def test_another_sum_or_currency_is_one(make: SimpleNamespace, check: Check) -> None:
    clean = make.good_firm()
    for written in ("8000万元", "USD 50 million"):
        told = make.fact("registered_capital", written, "customer", Tier.CUSTOMER_SUPPLIED)
        (conflict,) = check(make.replace(clean, facts=(*clean.facts, told))).section("identity").conflicts
        assert conflict.attribute == "registered_capital" and conflict.proposed == 0


def test_two_sources_name_two_legal_representatives(make: SimpleNamespace, check: Check) -> None:
    clean = make.good_firm()
    told = make.replace(
        make.party("魏书遥", "legal_representative"), origin=make.origin("customer", Tier.CUSTOMER_SUPPLIED)
    )
    (conflict,) = check(make.replace(clean, parties=(*clean.parties, told))).section("identity").conflicts
    assert [side.value for side in conflict.sides] == ["沈砚秋", "魏书遥"] and conflict.proposed == 0


def test_a_look_never_names_a_source_of_suspicion(make: SimpleNamespace, check: Check) -> None:
    """That an informer's file was read must not be told, not even by a pass that names where was looked."""
    tip = make.replace(make.document("线索", "匿名举报", Tier.COURT), field_class=FieldClass.SUSPICION)
    found = check(make.dossier(make.profile(), documents=(tip,)))
    assert found.one("law.records").status == "unknown"
    clean = make.good_firm()
    found = check(make.replace(clean, documents=(*clean.documents, tip)))
    assert "匿名举报" not in repr(found.result)


def test_a_source_of_authorities_says_nothing_of_suits(make: SimpleNamespace, check: Check) -> None:
    """The commission for development publishes credit repair and not what courts hear."""
    paper = make.document("信用信息报告", "成都市发展和改革委员会", Tier.GOVERNMENT)
    found = check(make.dossier(make.profile(), documents=(paper,)))
    assert found.one("law.suits").status == "unknown"
    court = make.document("裁判文书", "成都市中级人民法院", Tier.COURT)
    assert check(make.dossier(make.profile(), documents=(paper, court))).one("law.suits").status == "pass"


@pytest.mark.parametrize("declared", ["KESKINEN, Jarmo", "jarmo keskinen", "Ｊarmo Keskinen"])
def test_a_name_in_another_spelling_is_no_mismatch(
    make: SimpleNamespace, check: Check, declared: str
) -> None:
    parties = (make.holding("Jarmo Keskinen", "100"), make.party(declared, "beneficial_owner"))
    found = check(make.replace(make.good_firm(), parties=parties))
    assert found.all("compliance.owners_declared") == []


def test_who_pays_by_the_season_did_not_get_slower(make: SimpleNamespace, check: Check) -> None:
    """Every autumn the dealer of irrigation pumps pays forty days late, every spring on the day."""
    autumn = (
        ("F-1", "2025-08-10", "2025-09-20"), ("F-2", "2025-09-10", "2025-10-20"),
        ("F-3", "2026-03-10", "2026-03-10"), ("F-4", "2026-04-10", "2026-04-10"),
        ("F-5", "2026-08-10", "2026-09-20"), ("F-6", "2026-09-10", "2026-10-20"),
    )  # fmt: skip

    def trend(paid: tuple[tuple[str, str, str], ...]) -> Any:
        invoices = tuple(make.invoice(number, due) for number, due, _ in paid)
        payments = tuple(make.payment(number, on) for number, _, on in paid)
        firm = make.replace(make.good_firm(), invoices=invoices, payments=payments)
        return check(firm).one("business.payment_trend")

    assert trend(autumn).status == "pass" and trend(autumn).phrase == "checks.payments.seasonal"
    assert trend(autumn[2:]).status == "warn"


def test_a_turn_from_loss_to_profit_has_no_percentage(make: SimpleNamespace, check: Check) -> None:
    years = (make.sound(2025, net_income=98_000), make.sound(2024, net_income=-96_000))
    found = check(make.dossier(make.profile(), statements=years))
    assert found.one("finance.trend_net_income").phrase == "checks.trend.turned"
