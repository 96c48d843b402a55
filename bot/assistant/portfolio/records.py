"""Public records as a measure (公示记录): which are in force of a kind, role and state, and what they claim."""

from __future__ import annotations

from decimal import Decimal

from bot.assistant.portfolio.dues import counted, span, within
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Readings, Setting, Unknown, Used
from bot.assistant.wording import plain
from bot.dossier.records import LITIGATION, PENALTIES, counts, is_closed, own_date
from store.records import Dossier, Record

_RECORD = ("dimension", "title", "record_number", "role", "amount", "currency", "filed_on", "status")
#: Records that tell of a suit itself, without enforcement and what follows it.
SUITS = frozenset(
    [
        *("case_filing", "hearing_notice", "court_notice", "service_notice", "judgment_document"),
        *("pre_litigation_mediation", "labour_arbitration"),
    ]
)
#: Records that say what a firm is as long as they stand: who was a judgment debtor and has paid is none any more.
STANDING = frozenset(
    [
        *("judgment_debtor", "dishonest_debtor", "consumption_restriction", "exit_restriction"),
        *("business_exception", "serious_violation", "tax_abnormal", "disciplinary_list"),
    ]
)
#: Records of what a firm gave; what it was given by others is none of its own.
_GIVEN = frozenset({"guarantee"})


def fitting_records(dossier: Dossier, term: Term, setting: Setting) -> list[Record]:
    """The records in force of the kinds, role and state that `term.detail` names (`litigation+defendant+open`)."""
    kind, *flags = term.detail.split("+")
    if stands(term):
        flags.append("open")
    kinds = {"litigation": LITIGATION, "penalty": PENALTIES, "suits": SUITS}.get(kind)
    if kinds is None and kind not in ("", "any"):
        kinds = frozenset(kind.split(","))
    found = []
    for record in dossier.records:
        if not counts(record, setting.day) or (kinds is not None and record.dimension not in kinds):
            continue
        if record.dimension in _GIVEN and record.role == "creditor" and "plaintiff" not in flags:
            continue
        if "plaintiff" in flags and record.role not in ("plaintiff", "creditor"):
            continue
        if "defendant" in flags and record.role in ("plaintiff", "creditor", "victim"):
            continue
        if ("open" in flags and is_closed(record)) or ("closed" in flags and not is_closed(record)):
            continue
        if within(own_date(record), term.period):
            found.append(record)
    return found


def stands(term: Term) -> bool:
    """Whether a kind of record is asked for as what a firm is now, and not as what once was."""
    kind, *flags = term.detail.split("+")
    return kind in STANDING and term.period is None and not flags


def records(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """How many records fit."""
    rows = fitting_records(dossier, term, setting)
    return counted(f"count(records {term.detail}){span(term.period)}", rows, _RECORD, setting)


def claimed(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """What the records that fit claim, by currency."""
    rows = [row for row in fitting_records(dossier, term, setting) if row.amount is not None]
    found = []
    for currency in sorted({row.currency or "" for row in rows}):
        group = [row for row in rows if (row.currency or "") == currency]
        total = plain(sum((row.amount or Decimal(0) for row in group), Decimal(0)))
        used = tuple(Used(row, _RECORD, row.record_number or row.title, row.amount) for row in group)
        found.append(Reading("money", total, currency, f"sum(record.amount {currency})", used))
    return tuple(found) or Unknown("no_amount")
