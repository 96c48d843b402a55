"""Public records (风险记录): which of them still count, which are over, and the kinds that go together."""

from __future__ import annotations

from datetime import date

from store.dates import PartialDate
from store.records import Record

#: States that are no longer held against anybody (信用修复).
REPAIRED = frozenset({"repaired", "withdrawn", "removed"})

#: What courts publish of a dispute, up to enforcement and bankruptcy.
LITIGATION = frozenset(
    [
        "case_filing",
        "hearing_notice",
        "court_notice",
        "service_notice",
        "judgment_document",
        "pre_litigation_mediation",
        "labour_arbitration",
        "judgment_debtor",
        "dishonest_debtor",
        "terminated_enforcement",
        "consumption_restriction",
        "exit_restriction",
        "equity_freeze",
        "judicial_auction",
        "valuation_inquiry",
        "public_exhortation",
        "bankruptcy",
    ]
)
#: What authorities hold against a firm; 行政处罚 in a question is all of it.
PENALTIES = frozenset(
    [
        "admin_penalty",
        "env_penalty",
        "tax_arrears",
        "tax_violation",
        "tax_abnormal",
        "serious_violation",
        "business_exception",
        "disciplinary_list",
    ]
)


def counts(record: Record, day: date) -> bool:
    """Whether a record still counts: neither repaired nor withdrawn, and not past the end of its showing."""
    over = record.show_until is not None and record.show_until.last < day
    return not over and (record.status or "").strip().lower() not in REPAIRED


def own_date(record: Record) -> PartialDate | None:
    """The date that a record goes by: filed, else published."""
    return record.filed_on or record.published_on


def is_closed(record: Record) -> bool:
    """Whether the matter is over."""
    return (record.status or "").lower() == "closed" or (
        record.status is None and record.closed_on is not None
    )
