"""Customers made by hand for the checks, and a way to run all checks over one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from bot.checks.engine import run
from bot.checks.result import CheckResult, Finding
from bot.checks.screened import ComparedList, ListedHit, ListedOwnership, Screened
from store.access import FieldClass
from store.dates import PartialDate
from store.evidence import Evidence, EvidenceKind, Tier
from store.identity import new_id
from store.policy import Policy
from store.records import (
    Case,
    Contract,
    DocumentCard,
    Dossier,
    Fact,
    Invoice,
    Origin,
    Party,
    Payment,
    Profile,
    Record,
    RiskEvent,
    Statement,
)

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def origin(source: str = "ERP", tier: Tier = Tier.INTERNAL, *, observed: str | None = "2026-11-01") -> Origin:
    """Where a handmade row comes from."""
    return Origin(
        version=new_id(),
        subject=new_id(),
        number=1,
        recorded_at=NOW,
        recorded_seq=1,
        source=source,
        tier=tier,
        field_class=FieldClass.INTERNAL,
        observed_on=PartialDate.parse(observed) if observed else None,
    )


def register() -> Origin:
    """A row of the company register."""
    return origin("国家企业信用信息公示系统", Tier.REGISTER)


def day(text: str) -> PartialDate:
    """A date."""
    return PartialDate.parse(text)


def statement(year: int, *, given: Origin | None = None, audited: bool = True, **items: int) -> Statement:
    """The statement of a business year in CNY."""
    return Statement(
        given or origin("annual report", Tier.FILING, observed=f"{year + 1}-04-20"),
        day(f"{year}-12-31"),
        "year",
        "CNY",
        audited=audited,
        items={name: Decimal(value) for name, value in items.items()},
    )


def sound(year: int, revenue: int = 1_000_000, **changed: int) -> Statement:
    """A statement that adds up and is healthy in every ratio."""
    items = {
        "revenue": revenue,
        "cost_of_sales": revenue * 70 // 100,
        "gross_profit": revenue - revenue * 70 // 100,
        "operating_profit": revenue * 12 // 100,
        "interest_expense": revenue // 100,
        "net_income": revenue * 8 // 100,
        "total_assets": revenue,
        "current_assets": revenue * 60 // 100,
        "fixed_assets": revenue * 40 // 100,
        "cash": revenue * 20 // 100,
        "receivables": revenue * 15 // 100,
        "inventory": revenue * 10 // 100,
        "total_liabilities": revenue * 40 // 100,
        "current_liabilities": revenue * 30 // 100,
        "retained_earnings": revenue * 30 // 100,
        "equity": revenue - revenue * 40 // 100,
        "operating_cash_flow": revenue * 10 // 100,
    }
    return statement(year, **{**items, **changed})


def invoice(number: str, due: str, amount: str = "100", *, issued: str | None = None) -> Invoice:
    """An invoice in CNY."""
    return Invoice(origin(), number, day(issued or f"{due[:5]}01-01"), day(due), Decimal(amount), "CNY")


def payment(number: str, paid: str, amount: str = "100") -> Payment:
    """A payment of an invoice."""
    return Payment(origin(), day(paid), Decimal(amount), "CNY", number)


def holding(name: str, percent: str | None, *, held_in: str | None = None, kind: str = "person") -> Party:
    """A shareholding as the register has it."""
    share = None if percent is None else Decimal(percent)
    return Party(register(), name, "shareholder", kind, share, held_in=held_in)


def party(name: str, role: str, kind: str = "person", **more: Any) -> Party:
    """Somebody with another role."""
    return Party(register(), name, role, kind, **more)


def public_record(dimension: str, title: str = "（2026）苏0106执1841号", **more: Any) -> Record:
    """A public record of the customer."""
    more.setdefault("status", "open")
    more.setdefault("role", "subject")
    more.setdefault("published_on", day("2026-06-02"))
    return Record(origin("中国执行信息公开网", Tier.COURT), dimension, title, **more)


def fact(
    attribute: str, value: str, source: str = "crm", tier: Tier = Tier.INTERNAL, on: str = "2026-10-01"
) -> Fact:
    """A fact of some source."""
    return Fact(origin(source, tier, observed=on), attribute, value)


def document(title: str = "行业周报", source: str = "media", tier: Tier = Tier.MEDIA) -> DocumentCard:
    """A document about the customer."""
    return DocumentCard(
        id=new_id(),
        sha256="0" * 64,
        external_id=None,
        title=title,
        source=source,
        tier=tier,
        field_class=FieldClass.PUBLIC,
        published=day("2026-10-02"),
        language="zh",
        url=None,
        added_at=NOW,
    )


def event(
    kind: str = "equity_freeze", *, story: UUID | None = None, source: str = "media", **more: Any
) -> RiskEvent:
    """What a document says against the customer."""
    number = new_id()
    passage = Evidence(
        id=f"passage:{number}",
        kind=EvidenceKind.PASSAGE,
        source=source,
        quote="公司股权被司法冻结。",
        tier=Tier.MEDIA,
        date="2026-10-02",
        customer="C-1001",
        field_class=FieldClass.INTERNAL,
    )
    given: dict[str, Any] = {
        "severity": "high",
        "status": "alleged",
        "role": "subject",
        "words": ("冻结",),
        "happened_on": day("2026-10-01"),
        **more,
    }
    return RiskEvent(
        new_id(), number, story or new_id(), kind, evidence=passage, added_at=NOW, added_seq=1, **given
    )


def contract(number: str, *, ends: str, status: str = "active") -> Contract:
    """A contract with the customer."""
    return Contract(origin(), number, ends_on=day(ends), status=status)


def complaint(opened: str, due: str, *, closed: str | None = None) -> Case:
    """A complaint of the customer."""
    return Case(
        origin(), "complaint", day(opened), "短装两箱", due_on=day(due), closed_on=closed and day(closed)
    )


#: Valid by its check character; the firm is made up.
USCC = "91320106MA1K8Q2R7C"


def profile(**changed: Any) -> Profile:
    """A firm of which the register says everything."""
    given: dict[str, Any] = {
        "country": "CN",
        "uscc": USCC,
        "address": "南京市鼓楼区汉中路一百号",
        "industry": "专用设备制造业",
        "business_scope": "精密机械的研发与制造",
        "legal_form": "有限责任公司",
        "registered_capital": Decimal(50_000_000),
        "currency": "CNY",
        "founded": day("2009-05-18"),
        **changed,
    }
    return Profile(register(), "江苏恒岳精密机械有限公司", **given)


def dossier(given: Profile | None = None, **parts: Any) -> Dossier:
    """A dossier with what is given and nothing else."""
    return Dossier(
        id=new_id(),
        code="C-1001",
        profile=given or Profile(origin("crm"), "江苏恒岳精密机械有限公司"),
        as_of=None,
        known_at=None,
        known_seq=1,
        **parts,
    )


def good_firm() -> Dossier:
    """A firm that has nothing against it and hides nothing."""
    paid = [(f"R-{month:02d}", f"2026-{month:02d}-20") for month in range(1, 11)]
    return dossier(
        profile(),
        parties=(
            party("沈砚秋", "legal_representative"),
            holding("沈砚秋", "60"),
            holding("顾闻笛", "40"),
            party("沈砚秋", "beneficial_owner", share_percent=Decimal(60)),
            party("顾闻笛", "beneficial_owner", share_percent=Decimal(40)),
        ),
        facts=(fact("largest_customer_share", "最大客户占收入 18%"),),
        statements=tuple(
            sound(year, revenue)
            for year, revenue in ((2025, 1_200_000), (2024, 1_100_000), (2023, 1_000_000))
        ),
        invoices=tuple(invoice(number, due) for number, due in paid),
        payments=tuple(payment(number, due) for number, due in paid),
        records=(public_record("registry_change", "经营范围变更", published_on=day("2019-03-01")),),
        contracts=(contract("V-1", ends="2028-12-31"),),
        cases=(complaint("2026-02-01", "2026-02-15", closed="2026-02-09"),),
        documents=(document(), document("审计报告", "annual report", Tier.FILING)),
    )


@pytest.fixture
def make() -> SimpleNamespace:
    """The makers of handmade rows."""
    return SimpleNamespace(
        **{
            made.__name__: made
            for made in (
                *(origin, register, day, statement, sound, invoice, payment, holding, party),
                *(public_record, fact, document, event, contract, complaint, profile, dossier, good_firm),
                *(compared, listed_hit),
            )
        },
        replace=replace,
    )


def compared(*hits: ListedHit, owned: tuple[ListedOwnership, ...] = (), old: bool = False) -> Screened:
    """A screening of the customer and those behind it against one list."""
    return Screened("S-1", NOW, 3, (ComparedList("house", 4, "2026-11-20", old),), hits, owned)


def listed_hit(code: str = "H-1", state: str = "open", **more: Any) -> ListedHit:
    """An owner beside an entry."""
    return ListedHit(
        key=f"rec-{new_id()}",
        code=code,
        state=state,
        ours="沈砚秋",
        list="house",
        version=4,
        entry="W-7",
        entry_name="Shen Yanqiu",
        matched="SHEN Yan Qiu",
        score=Decimal("0.9312"),
        at=NOW,
        **more,
    )


class Checked:
    """A result, with its findings by check id."""

    def __init__(self, result: CheckResult) -> None:
        self.result = result
        self.findings: list[Finding] = [each for section in result.sections for each in section.findings]

    def all(self, prefix: str) -> list[Finding]:
        """The findings of a check, or of a group of checks (`law`)."""
        return [each for each in self.findings if each.check == prefix or each.check.startswith(f"{prefix}.")]

    def one(self, check: str) -> Finding:
        """The only finding of a check."""
        found = [each for each in self.findings if each.check == check]
        assert len(found) == 1, (check, [(each.check, each.status) for each in self.findings])
        return found[0]

    def section(self, name: str) -> Any:
        """A section by its name."""
        return next(each for each in self.result.sections if each.name == name)

    @property
    def outcome(self) -> dict[str, str]:
        """Status by check."""
        return {each.check: each.status.value for each in self.findings}


@pytest.fixture
def check(policy: Policy) -> Callable[..., Checked]:
    """check(dossier, screened): every check over it, on 21 November 2026."""

    def make_check(given: Dossier, screened: Screened | None = None) -> Checked:
        return Checked(
            run(
                given,
                policy.checks,
                now=NOW,
                policy_version=policy.version,
                late_days=policy.payments.late_days,
                screened=screened,
            )
        )

    return make_check
