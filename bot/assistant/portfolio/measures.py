"""The measures of the portfolio (指标): each a pure function of (dossier, term, setting), with what it has to read.

They reuse what single answers use: open accounts, lateness, ratios, owners through layers, records in force. A value
that is not known is `Unknown`, never zero; what is merely absent from a list (no law suit on file) counts as none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.assistant.portfolio.contracts import contract_amount, contract_end, contracts
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
from bot.assistant.portfolio.people import beneficial_owners, contacts, parties
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Readings, Setting, Unknown, Used
from bot.assistant.portfolio.records import claimed, records
from bot.assistant.portfolio.replacing import replaced
from bot.assistant.portfolio.statements import growth_of, item_of
from bot.assistant.portfolio.stories import bad_news
from bot.dossier.completeness import gaps
from store.dates import PartialDate
from store.records import Dossier

_ALERT = ("code", "severity", "state")
_PARTS = ("statements", "scores", "contracts", "contacts")
_CASE = ("kind", "opened_on", "summary", "owner", "due_on", "closed_on")


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


def _gaps(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """How much of the file is missing, of what is read for all customers: public records and documents are not."""
    found = gaps(dossier, _PARTS if setting.inside else ())
    used = tuple(Used(gap, ()) for gap in found)
    summed = " + ".join("1" for _ in found) or "0"
    formula = f"{summed} (missing: {', '.join(gap.name for gap in found) or 'nothing'})"
    return (Reading("count", Decimal(len(found)), "", formula, used),)


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
    "records": _measure(records, "records", "count"),
    "claimed": _measure(claimed, "records", "money"),
    "contracts": _measure(contracts, "contracts", "count"),
    "contract_end": _measure(contract_end, "contracts", "date"),
    "contract_amount": _measure(contract_amount, "contracts", "money"),
    "cases": _measure(_cases, "cases", "count"),
    "beneficial_owner": _measure(beneficial_owners, "parties", "count"),
    "parties": _measure(parties, "parties", "count"),
    "replaced": _measure(replaced, "parties records", "count"),
    "contacts": _measure(contacts, "contacts", "count"),
    "statements": _measure(_statements, "statements", "count"),
    "score": _measure(_score, "scores", "score"),
    "last_note": _measure(_last_note, "notes", "date"),
    "registered_capital": _measure(_capital, "", "money"),
    "founded": _measure(_founded, "", "date"),
    "field": _measure(_field, "", "text"),
    "last_check": _measure(_checked, "", "date"),
    "check_outcome": _measure(_outcome, "", "text"),
    "gaps": _measure(_gaps, "parties statements scores contracts contacts", "count"),
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
