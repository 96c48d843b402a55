"""The measures of the portfolio (指标): each a pure function of (dossier, term, setting), with what it has to read.

They reuse what single answers use: open accounts, lateness, ratios, owners through layers, records in force. A value
that is not known is `Unknown`, never zero; what is merely absent from a list (no law suit on file) counts as none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.assistant.portfolio.dues import (
    counted,
    days_late,
    flow,
    invoices,
    on_time,
    overdue_count,
    overdue_days,
    owed,
    slowing,
    span,
    within,
)
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Readings, Setting, Unknown, Used
from bot.assistant.portfolio.replacing import replaced
from bot.assistant.portfolio.statements import growth_of, item_of
from bot.assistant.portfolio.stories import bad_news
from bot.assistant.wording import plain
from bot.dossier.ownership import holds, owners
from bot.dossier.records import LITIGATION, PENALTIES, counts, is_closed, own_date
from store.dates import PartialDate
from store.records import Contract, Dossier, Record

_RECORD = ("dimension", "title", "record_number", "role", "amount", "currency", "filed_on", "status")
_CONTRACT = ("contract_number", "title", "starts_on", "ends_on", "amount", "currency", "status")
_ALERT = ("code", "severity", "state")
_CASE = ("kind", "opened_on", "summary", "owner", "due_on", "closed_on")
_PARTY = ("name", "role", "kind", "share_percent", "held_in", "from", "to")


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


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure: how it is read, from which aggregates, and its unit."""

    read: Callable[[Dossier, Term, Setting], Readings]
    aggregates: frozenset[str]
    unit: str


def _item(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    return item_of(dossier, term.detail, term.period, setting.day)


def _growth(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    return growth_of(dossier, term.detail, term.period, setting.day)


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


def _records(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    rows = fitting_records(dossier, term, setting)
    return counted(f"count(records {term.detail}){span(term.period)}", rows, _RECORD, setting)


def _claimed(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    rows = [row for row in fitting_records(dossier, term, setting) if row.amount is not None]
    found = []
    for currency in sorted({row.currency or "" for row in rows}):
        group = [row for row in rows if (row.currency or "") == currency]
        total = plain(sum((row.amount or Decimal(0) for row in group), Decimal(0)))
        used = tuple(Used(row, _RECORD, row.record_number or row.title, row.amount) for row in group)
        found.append(Reading("money", total, currency, f"sum(record.amount {currency})", used))
    return tuple(found) or Unknown("no_amount")


def _contracts(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    rows = [row for row in dossier.contracts if _counts(row, term, setting.day)]
    return counted(f"count(contracts {term.detail}){span(term.period)}", rows, _CONTRACT, setting)


def _counts(contract: Contract, term: Term, day: date) -> bool:
    flags = term.detail.split("+")
    if "ending" in flags:
        gone = (contract.status or "").lower() in ("terminated", "completed", "expired", "draft")
        future = term.period is None or term.period.last >= day
        if term.period is None:
            return contract.ends_on is not None and contract.ends_on.first >= day and not gone
        return (
            contract.ends_on is not None and within(contract.ends_on, term.period) and not (gone and future)
        )
    if "running" in flags:
        return _running(contract, day)
    return within(contract.signed_on or contract.starts_on, term.period)


def _running(contract: Contract, day: date) -> bool:
    if (contract.status or "").lower() in ("terminated", "completed", "expired", "draft"):
        return False
    start = contract.starts_on or contract.signed_on
    started = start is None or start.first <= day
    return started and (contract.ends_on is None or contract.ends_on.last >= day)


def _contract_end(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    running = [row for row in dossier.contracts if _running(row, setting.day) and row.ends_on is not None]
    if not running:
        return Unknown("no_contract")
    first = min(running, key=lambda row: row.ends_on or PartialDate(9999))
    return (Reading("date", first.ends_on.last, used=(Used(first, _CONTRACT),)),)  # type: ignore[union-attr]


def _contract_amount(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    rows = [row for row in dossier.contracts if _running(row, setting.day) and row.amount is not None]
    found = []
    for currency in sorted({row.currency or "" for row in rows}):
        group = [row for row in rows if (row.currency or "") == currency]
        total = plain(sum((row.amount or Decimal(0) for row in group), Decimal(0)))
        used = tuple(Used(row, _CONTRACT, row.contract_number, row.amount) for row in group)
        found.append(Reading("money", total, currency, f"sum(contract.amount {currency})", used))
    return tuple(found) or Unknown("no_contract")


def _cases(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    flags = term.detail.split("+")
    kinds = {"complaint", "feedback", "suggestion"} & set(flags)
    rows = [row for row in dossier.cases if not kinds or row.kind in kinds]
    if "open" in flags:
        rows = [row for row in rows if row.closed_on is None or row.closed_on.first > setting.day]
    if "late" in flags:
        rows = [row for row in rows if row.closed_on is None and row.due_on and row.due_on.last < setting.day]
    rows = [row for row in rows if within(row.opened_on, term.period)]
    return counted(f"count(cases {term.detail}){span(term.period)}", rows, _CASE, setting)


def _beneficial(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """Who holds the share that policy names, through layers, or is registered as beneficial owner."""
    names = [dossier.profile.legal_name, *(other.name for other in dossier.profile.other_names)]
    limit = Decimal(setting.standards.beneficial_percent)
    large = [
        owner
        for owner in owners(dossier.parties, names, setting.day)
        if owner.percent >= limit and owner.kind == "person"
    ]
    rows = {stake.links[0].origin.version: stake.links[0] for owner in large for stake in owner.stakes}
    known = {owner.name for owner in large}
    registered = [
        party
        for party in dossier.parties
        if party.role == "beneficial_owner" and party.held_in is None and holds(party, setting.day)
    ]
    rows |= {party.origin.version: party for party in registered}
    known |= {party.name for party in registered}
    used = tuple(Used(row, _PARTY, row.name, row.share_percent) for row in rows.values())
    return (Reading("count", Decimal(len(known)), "", f"count(beneficial owners from {limit}%)", used),)


def _parties(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    roles = set(term.detail.split(",")) if term.detail else set()
    rows = [row for row in dossier.parties if (not roles or row.role in roles) and holds(row, setting.day)]
    return counted(f"count(parties {term.detail})", rows, _PARTY, setting)


def _contacts(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    return counted("count(contacts)", dossier.contacts, ("name", "title"), setting)


def _statements(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    rows = [row for row in dossier.statements if within(row.period_end, term.period)]
    if term.detail == "audited":
        rows = [row for row in rows if row.audited]
    columns = ("period_end", "period_kind", "currency", "audited")
    return counted(f"count(statements {term.detail}){span(term.period)}", rows, columns, setting)


def _score(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    rows = [row for row in dossier.scores if within(row.scored_on, term.period)]
    if not rows:
        return Unknown("no_score")
    latest = max(rows, key=lambda row: (row.scored_on or PartialDate(1900), row.origin.recorded_seq))
    columns = ("provider", "score", "scale_min", "scale_max", "grade", "scored_on")
    return (Reading("score", latest.score, used=(Used(latest, columns),)),)


def _last_note(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    if not dossier.notes:
        return Unknown("no_note")
    latest = max(dossier.notes, key=lambda row: row.at)
    day = PartialDate.parse(latest.at[:10])
    return (Reading("date", day.last, used=(Used(latest, ("at", "channel", "by", "text")),)),)


def _capital(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    profile = dossier.profile
    if profile.registered_capital is None:
        return Unknown("no_field")
    used = (Used(profile, ("legal_name", "registered_capital", "currency")),)
    return (Reading("money", profile.registered_capital, profile.currency or "", used=used),)


def _founded(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    if dossier.profile.founded is None:
        return Unknown("no_field")
    used = (Used(dossier.profile, ("legal_name", "founded")),)
    return (Reading("date", dossier.profile.founded.first, used=used),)


def _field(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """A field of the profile as text; `term.detail` names it."""
    value = getattr(dossier.profile, term.detail, None)
    if value in (None, "", ()):
        return Unknown("no_field")
    text = "; ".join(value) if isinstance(value, tuple) else str(value)
    return (Reading("text", text, used=(Used(dossier.profile, ("legal_name", term.detail)),)),)


def _checked(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    held = setting.checked.get(dossier.id)
    if held is None:
        return Unknown("never_checked")
    return (Reading("date", held.made_at.date(), used=(Used(held, ()),)),)


def _outcome(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """What the latest check came to, where that is what `term.detail` says."""
    held = setting.checked.get(dossier.id)
    if held is None:
        return Unknown("never_checked")
    return (Reading("text", held.status if held.status == term.detail else "", used=(Used(held, ()),)),)


def _alerts(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    rows = setting.alerts.get(dossier.id, ())
    if term.detail:
        rows = tuple(row for row in rows if row.severity == term.detail)
    rows = tuple(sorted(rows, key=lambda row: (row.severity != "high", -row.opened_at.timestamp())))
    return counted(f"count(open alerts {term.detail})".replace(" )", ")"), rows, _ALERT, setting)


def _measure(read: Callable[[Dossier, Term, Setting], Readings], aggregates: str, unit: str) -> Measure:
    return Measure(read, frozenset(aggregates.split()), unit)


MEASURES: dict[str, Measure] = {
    "overdue": _measure(owed("overdue"), "invoices payments", "money"),
    "open": _measure(owed("open"), "invoices payments", "money"),
    "overdue_days": _measure(overdue_days, "invoices payments", "days"),
    "overdue_count": _measure(overdue_count, "invoices payments", "count"),
    "days_late": _measure(days_late, "invoices payments", "days"),
    "slowing": _measure(slowing, "invoices payments", "days"),
    "on_time": _measure(on_time, "invoices payments", "percent"),
    "invoices": _measure(invoices, "invoices payments", "count"),
    "paid": _measure(flow("paid"), "payments", "money"),
    "invoiced": _measure(flow("invoiced"), "invoices payments", "money"),
    "item": _measure(_item, "statements", "money"),
    "growth": _measure(_growth, "statements", "percent"),
    "records": _measure(_records, "records", "count"),
    "claimed": _measure(_claimed, "records", "money"),
    "contracts": _measure(_contracts, "contracts", "count"),
    "contract_end": _measure(_contract_end, "contracts", "date"),
    "contract_amount": _measure(_contract_amount, "contracts", "money"),
    "cases": _measure(_cases, "cases", "count"),
    "beneficial_owner": _measure(_beneficial, "parties", "count"),
    "parties": _measure(_parties, "parties", "count"),
    "replaced": _measure(replaced, "parties records", "count"),
    "contacts": _measure(_contacts, "contacts", "count"),
    "statements": _measure(_statements, "statements", "count"),
    "score": _measure(_score, "scores", "score"),
    "last_note": _measure(_last_note, "notes", "date"),
    "registered_capital": _measure(_capital, "", "money"),
    "founded": _measure(_founded, "", "date"),
    "field": _measure(_field, "", "text"),
    "last_check": _measure(_checked, "", "date"),
    "check_outcome": _measure(_outcome, "", "text"),
    "alerts": _measure(_alerts, "", "count"),
    "events": _measure(bad_news, "", "count"),
    # Attributes are tested by `attributes`, and shown as fields.
    "place": _measure(lambda d, t, s: _field(d, Term("field", "address"), s), "", "text"),
    "industry": _measure(lambda d, t, s: _field(d, Term("field", "industry"), s), "", "text"),
    "stage": _measure(lambda d, t, s: _field(d, Term("field", "stage"), s), "", "text"),
    "owner": _measure(lambda d, t, s: _field(d, Term("field", "owner"), s), "", "text"),
    "legal_form": _measure(lambda d, t, s: _field(d, Term("field", "legal_form"), s), "", "text"),
    # A word whose meaning is still open, and a name among the parties: tested, never read.
    "text": _measure(lambda d, t, s: Unknown("no_field"), "", "text"),
    "party": _measure(lambda d, t, s: Unknown("no_field"), "parties", "text"),
    "called": _measure(lambda d, t, s: _field(d, Term("field", "legal_name"), s), "", "text"),
}


def unit_of(term: Term) -> str:
    """The unit of a term; an item of a statement has its own."""
    if term.name == "item":
        from bot.assistant.portfolio.statements import unit_of_item

        return unit_of_item(term.detail)
    return MEASURES[term.name].unit


def aggregates_of(terms: Iterable[Term]) -> frozenset[str]:
    """What must be read for these terms."""
    return frozenset().union(*(MEASURES[term.name].aggregates for term in terms))
