"""The background check as a whole (客户背调): which checks make a section, and what a section says beside them.

A pure function of a dossier, a screening and the policy: the same of each gives the same result, so a check can be
made again as of any day and for any viewer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from bot.checks import (
    anomalies,
    compliance,
    distress,
    identifiers,
    law,
    payments,
    registration,
    reputation,
    standing,
    statements,
)
from bot.checks.conflicts import conflicts
from bot.checks.notebook import Notebook
from bot.checks.requests import requests
from bot.checks.result import CheckResult, Conflict, Finding, Section, SectionName, Status
from bot.checks.screened import Screened
from store.dates import PartialDate
from store.evidence import Evidence, EvidenceKind
from store.policy.types import ChecksSection
from store.records import Dossier

#: Raised by hand when the meaning of a check changes; stored with every result.
VERSION = "2"

Check = Callable[[Notebook], list[Finding]]
OnStep = Callable[[SectionName, Status], None]

CHECKS: dict[SectionName, tuple[Check, ...]] = {
    SectionName.IDENTITY: (registration.check, identifiers.check),
    SectionName.FINANCE: (statements.check, anomalies.check, distress.check),
    SectionName.BUSINESS: (payments.check, standing.check),
    SectionName.REPUTATION: (reputation.check,),
    SectionName.LAW: (law.check,),
    SectionName.COMPLIANCE: (compliance.check,),
}

_GRAVITY = (Status.PASS, Status.UNKNOWN, Status.WARN, Status.FAIL)


def run(
    dossier: Dossier,
    policy: ChecksSection,
    *,
    now: datetime,
    policy_version: str = "",
    late_days: Sequence[int] = (),
    screened: Screened | None = None,
    on_step: OnStep | None = None,
) -> CheckResult:
    """Check a customer section by section; `on_step` hears of each section when it is done.

    `late_days` are policy's groups of overdue invoices; `screened` is what the watch lists said of the customer.
    """
    day = dossier.as_of.last if dossier.as_of else now.astimezone(UTC).date()
    book = Notebook(dossier, policy, day, now, late_days, screened)
    disagreed = conflicts(book)
    sections = []
    for name, checks in CHECKS.items():
        findings = tuple(_placed(finding, policy) for check in checks for finding in check(book))
        section = _section(book, name, findings, tuple(disagreed.get(name, ())))
        sections.append(section)
        if on_step is not None:
            on_step(name, section.status)
    return CheckResult(
        customer_id=dossier.id,
        customer=dossier.code,
        name=dossier.profile.legal_name,
        made_at=now,
        known_seq=dossier.known_seq,
        status=worst(section.status for section in sections),
        sections=tuple(sections),
        missing=tuple(requests(book)),
        evidence=_in_use(book, sections),
        versions={"checks": VERSION, "policy": policy_version},
    )


def _placed(finding: Finding, policy: ChecksSection) -> Finding:
    """The finding at the place in the risk matrix that policy gives its check; stories of one kind share it."""
    if finding.likelihood is None:
        return finding
    place = policy.risks.get(finding.check) or policy.risks.get(".".join(finding.check.split(".")[:2]))
    return finding if place is None else replace(finding, likelihood=place[0], impact=place[1])


def worst(states: Iterable[Status]) -> Status:
    """The gravest of several outcomes; what is unknown weighs more than a pass."""
    return max(states, key=_GRAVITY.index, default=Status.UNKNOWN)


def section_status(states: Sequence[Status], disagreed: Sequence[object]) -> Status:
    """The outcome of a section: its gravest; sources that disagree are to be looked at, so that it is no pass."""
    status = worst(states)
    return Status.WARN if disagreed and status in (Status.PASS, Status.UNKNOWN) else status


def completeness(states: Sequence[Status]) -> float:
    """The share of checks that could be made, from 0 to 1."""
    known = sum(state is not Status.UNKNOWN for state in states)
    return round(known / len(states), 2) if states else 0.0


def _section(
    book: Notebook, name: SectionName, findings: tuple[Finding, ...], disagreed: tuple[Conflict, ...]
) -> Section:
    """Completeness is the share of checks that could be made; freshness and sources are those of the records cited."""
    cited = [book.evidence[ref] for finding in findings for ref in finding.evidence if ref in book.evidence]
    stated = [item for item in cited if item.kind in (EvidenceKind.RECORD, EvidenceKind.PASSAGE)]
    ages = [(book.day - day).days for item in stated if (day := _day(item)) is not None]
    states = [finding.status for finding in findings]
    return Section(
        name=name,
        status=section_status(states, disagreed),
        completeness=completeness(states),
        freshness_days=max(0, min(ages)) if ages else None,
        sources=len({item.source for item in stated}),
        findings=findings,
        conflicts=disagreed,
    )


def _day(item: Evidence) -> date | None:
    return PartialDate.parse(item.date[:10]).last if item.date else None


def _in_use(book: Notebook, sections: Iterable[Section]) -> tuple[Evidence, ...]:
    """The evidence of all findings and conflicts in the order of first use; what a calculation stands on follows it."""
    wanted: dict[str, None] = {}

    def add(ref: str) -> None:
        item = book.evidence.get(ref)
        if item is None or ref in wanted:
            return
        wanted[ref] = None
        if item.calculation is not None:
            for _, part, _ in item.calculation.inputs:
                add(part)

    for section in sections:
        for finding in section.findings:
            for ref in finding.evidence:
                add(ref)
        for conflict in section.conflicts:
            for side in conflict.sides:
                add(side.evidence)
    return tuple(book.evidence[ref] for ref in wanted)
