"""The rules of monitoring (预警规则): what of a change they look at, and what they say of it.

Pure: a rule, a change and a day give a draft of an alert or nothing. The rules themselves stand in the policy file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from bot.assistant.answer import describe
from bot.dossier.records import REPAIRED
from bot.monitoring.conditions import day_of, fits, number, said
from store.access import FieldClass
from store.alerts import SEVERITIES, Draft, Severity
from store.dates import PartialDate
from store.events import StoredEvent
from store.evidence import Evidence, EvidenceKind, Tier, record_id
from store.policy.alerts import AlertsSection, RuleSection
from store.watching import ChangedRow

#: What a row of each aggregate is selected by.
_KIND = {
    "records": "dimension",
    "parties": "role",
    "facts": "attribute",
    "contracts": "status",
    "cases": "kind",
}
#: Dates of a row, the first that it has counts.
_DATES = (
    *("published_on", "filed_on", "scored_on", "opened_on", "from", "signed_on", "period_end"),
    "observed_on",
)
_SHOWN = (
    *("legal_name", "dimension", "title", "record_number", "authority", "role", "name", "share_percent"),
    *(
        "attribute",
        "value",
        "provider",
        "score",
        "grade",
        "scored_on",
        "amount",
        "currency",
        "filed_on",
        "published_on",
    ),
    *(
        "status",
        "period_end",
        "revenue",
        "net_income",
        "equity",
        "registered_capital",
        "address",
        "contract_number",
    ),
    *("ends_on", "kind", "summary", "opened_on", "invoice_number", "due_on"),
)


@dataclass(frozen=True, slots=True)
class Context:
    """What rules know beside the change: the customer's code and name, and the day."""

    code: str
    name: str
    day: date
    language: str = "en"


def judge_event(
    rules: Sequence[RuleSection], told: StoredEvent, context: Context, max_age: int
) -> Draft | None:
    """What the first rule that fits says of a risk event; resolved and denied matters raise nothing."""
    event = told.event
    happened = event.happened_on or day_of(event.evidence.date)
    if event.status in ("resolved", "denied") or _is_old(happened, context.day, max_age):
        return None
    if event.evidence.tier is Tier.INTERNAL:
        return None  # what we wrote ourselves is no news to us
    for rule in rules:
        if rule.over != "events" or not fits(rule, event.kind, event.role, event.amount):
            continue
        if rule.severity_at_least and _less(event.severity, rule.severity_at_least):
            continue
        return Draft(
            customer_id=told.customer_id,
            rule=rule.id,
            severity=Severity(rule.severity or event.severity),
            item=str(event.id),
            story=str(event.story),
            values={
                "kind": ["label", f"event.{event.kind}"],
                "title": ["text", (event.evidence.title or event.evidence.source)[:200]],
                "words": ["list", *(f"text\x1f{word}" for word in event.words[:3])],
                "date": ["date", str(happened or context.day)],
            },
            evidence=describe(event.evidence, event.evidence.id),
            source=event.evidence.source,
        )
    return None


def judge_row(rules: Sequence[RuleSection], row: ChangedRow, context: Context, max_age: int) -> list[Draft]:
    """What the rules say of a changed row: the first that fits, of the register's entry each that fits.

    What is removed, repaired or closed raises nothing, and neither does what stood just so at the last look.
    """
    if is_settled(row, context.day) or _is_old(_date_of(row), context.day, max_age):
        return []
    drafts = []
    kind = str(row.body.get(_KIND.get(row.aggregate, ""), "") or "")
    for rule in rules:
        if rule.over != row.aggregate or not fits(
            rule, kind, row.body.get("role"), number(row.body.get("amount"))
        ):
            continue
        values = said(rule, row, kind)
        if values is None:
            continue
        if not _stood(rule, row, context.day):
            drafts.append(
                Draft(
                    customer_id=row.customer_id,
                    rule=rule.id,
                    severity=Severity(rule.severity or "warn"),
                    item=_item(row, context.day),
                    story=str(row.subject_id),
                    values=values,
                    evidence=describe(row_evidence(row, context), record_id(row.version_id)),
                    source=row.source,
                    subject_id=row.subject_id,
                )
            )
        if row.aggregate != "customers":
            break
    return drafts


def is_repaired(row: ChangedRow, day: date) -> bool:
    """Whether a record is not held against anybody any more: repaired, removed, or past its showing."""
    if row.aggregate != "records":
        return False
    until = day_of(row.body.get("show_until"))
    over = until is not None and until.last < day
    return row.removed or over or str(row.body.get("status") or "").lower() in REPAIRED


def is_settled(row: ChangedRow, day: date) -> bool:
    """Whether nobody holds a row against anybody any more: repaired, removed, or a closed record."""
    closed = row.aggregate == "records" and str(row.body.get("status") or "").lower() == "closed"
    return row.removed or closed or is_repaired(row, day)


def _before(row: ChangedRow) -> ChangedRow | None:
    """The row as the last look saw it; None where it saw none."""
    if not row.stood or row.before is None:
        return None
    return replace(row, body=row.before, before=None, stood=False, removed=row.before_removed)


def _stood(rule: RuleSection, row: ChangedRow, day: date) -> bool:
    """Whether a record or statement was so already when the last look saw it, so that nothing is new."""
    earlier = _before(row)
    if row.aggregate not in ("records", "statements") or earlier is None or is_settled(earlier, day):
        return False
    kind = str(earlier.body.get(_KIND.get(row.aggregate, ""), "") or "")
    held = fits(rule, kind, earlier.body.get("role"), number(earlier.body.get("amount")))
    return held and said(rule, earlier, kind) is not None


def _item(row: ChangedRow, day: date) -> str:
    """What is counted: a record once however often it is written again, but anew when it comes back after a repair."""
    earlier = _before(row)
    back = earlier is not None and is_settled(earlier, day)
    return str(row.subject_id if row.aggregate == "records" and not back else row.version_id)


def row_evidence(row: ChangedRow, context: Context) -> Evidence:
    """The changed row as evidence: the columns that matter, and what they were before."""
    lines = [f"{name}: {row.body[name]}" for name in _SHOWN if row.body.get(name) not in (None, "")]
    if row.before:
        changed = [name for name in _SHOWN if row.before.get(name) != row.body.get(name)]
        lines += [f"{name} before: {row.before.get(name)}" for name in changed]
    return Evidence(
        id=record_id(row.version_id),
        kind=EvidenceKind.RECORD,
        source=row.source,
        quote="\n".join(lines)[:2000],
        tier=Tier(row.tier),
        date=row.observed_on or row.recorded_at.date().isoformat(),
        customer=context.code,
        title=context.name,
        url=row.url,
        locator={"aggregate": row.aggregate, "version": row.number},
        recorded_at=row.recorded_at,
        field_class=FieldClass(row.field_class),
    )


def _date_of(row: ChangedRow) -> PartialDate | None:
    if row.aggregate in ("customers", "facts", "contracts") or (row.aggregate == "parties" and row.before):
        return None  # what counts is when it changed, which is now
    if row.aggregate == "statements":
        return day_of(row.observed_on)
    return next(
        (day for name in _DATES if (day := day_of(row.body.get(name))) is not None), day_of(row.observed_on)
    )


def _is_old(day: PartialDate | None, today: date, max_age: int) -> bool:
    return day is not None and (today - day.last).days > max_age


def _less(severity: str, least: str) -> bool:
    return SEVERITIES.index(Severity(severity)) < SEVERITIES.index(Severity(least))


def rules_over(section: AlertsSection, *over: str) -> list[RuleSection]:
    """The rules over these kinds of change, in the order of the file."""
    return [rule for rule in section.rules if rule.over in over]
