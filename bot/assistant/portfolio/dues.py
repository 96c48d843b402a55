"""What customers owe and paid, over the portfolio (应收与回款): pure functions of (dossier, term, setting)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Readings, Setting, Unknown, Used
from bot.assistant.stretches import Period, shift_months
from bot.assistant.wording import plain
from bot.dossier.ageing import Account
from store.dates import PartialDate
from store.records import Dossier

_INVOICE = ("invoice_number", "issued_on", "due_on", "amount", "currency", "status")
#: Paid invoices from which on a mean says something.
_FEW = 2
_PAYMENT = ("paid_on", "amount", "currency", "invoice_number")


def trailing(day: date) -> Period:
    """The twelve months that end on a day."""
    return Period(shift_months(day, -12) + timedelta(days=1), day, "span")


def within(day: PartialDate | None, period: Period | None) -> bool:
    """Whether a date lies in a period; without a period every date does."""
    return period is None or (day is not None and day.first <= period.last and day.last >= period.first)


def span(period: Period | None) -> str:
    """The period as it stands in a formula."""
    return f" [{period.first}..{period.last}]" if period else ""


def owed(kind: str) -> Callable[[Dossier, Term, Setting], Readings]:
    """What is open or overdue on the day, by currency."""

    def read(dossier: Dossier, term: Term, setting: Setting) -> Readings:
        held = setting.accounts(dossier)
        if not held:
            return Unknown("no_invoices")
        fitting = [one for one in held if one.open and (kind == "open" or one.overdue)]
        found = []
        for currency in sorted({one.currency for one in held}):
            group = [one for one in fitting if one.currency == currency]
            used = tuple(Used(one.invoice, _INVOICE, one.invoice.invoice_number, one.open) for one in group)
            total = plain(sum((one.open for one in group), Decimal(0)))
            used = used or (Used(next(one.invoice for one in held if one.currency == currency), _INVOICE),)
            found.append(Reading("money", total, currency, f"sum({kind} {currency}) [{setting.day}]", used))
        return tuple(found)

    return read


def overdue_days(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """Days by which the oldest open invoice is overdue."""
    held = setting.accounts(dossier)
    if not held:
        return Unknown("no_invoices")
    oldest = max(held, key=lambda one: one.overdue)
    used = (Used(oldest.invoice, _INVOICE),)
    formula = f"{setting.day} - {oldest.invoice.due_on}" if oldest.overdue else f"max({setting.day} - due_on)"
    return (Reading("days", Decimal(oldest.overdue), "", formula, used),)


def overdue_count(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """How many open invoices are overdue, by more days than `term.detail` says where it says any."""
    held = setting.accounts(dossier)
    if not held:
        return Unknown("no_invoices")
    least = int(term.detail or 0)
    late = [one for one in held if one.open and one.overdue > least]
    late.sort(key=lambda one: -one.overdue)
    over = f" by more than {least} days" if least else ""
    return counted(f"count(overdue invoices{over})", [one.invoice for one in late], _INVOICE, setting)


def slowing(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """By how many days later a customer pays in the last half year than in the same half of the year before.

    At least two invoices must have been paid in each, so that one bill is no trend; a season is none either.
    """
    day = setting.day
    late = _paid_accounts(dossier, _half(day), setting)
    before = _paid_accounts(dossier, _half(shift_months(day, -12)), setting)
    if min(len(late), len(before)) < _FEW:
        return Unknown("no_trend")
    new, old = _mean(late), _mean(before)
    used = tuple(_settled(one) for one in late)
    formula = f"{new} - {old} (average days late{span(_half(day))} less the same a year before)"
    plain_used = tuple(Used(one.row, one.columns, one.label) for one in used)
    return (Reading("days", new - old, "", formula, plain_used),)


def _half(day: date) -> Period:
    return Period(shift_months(day, -6) + timedelta(days=1), day, "span")


def _mean(paid: list[Account]) -> Decimal:
    total = sum((Decimal(one.late or 0) for one in paid), Decimal(0))
    return plain((total / len(paid)).quantize(Decimal("0.1"), ROUND_HALF_UP))


def invoices(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """How many invoices were issued in the period."""
    held = [one.invoice for one in setting.accounts(dossier) if within(one.invoice.issued_on, term.period)]
    return counted(f"count(invoices){span(term.period)}", held, _INVOICE, setting)


def _paid_accounts(dossier: Dossier, period: Period, setting: Setting) -> list[Account]:
    return [
        one for one in setting.accounts(dossier) if one.late is not None and within(one.settled_on, period)
    ]


def _settled(account: Account) -> Used:
    payment = next(one for one in account.payments if one.paid_on == account.settled_on)
    return Used(payment, _PAYMENT, account.invoice.invoice_number, Decimal(account.late or 0))


def days_late(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """Days late on average over the invoices settled in the period, else the last twelve months."""
    period = term.period or trailing(setting.day)
    paid = _paid_accounts(dossier, period, setting)
    if not paid:
        return Unknown("no_paid_invoices")
    total = sum((Decimal(one.late or 0) for one in paid), Decimal(0))
    mean = plain((total / len(paid)).quantize(Decimal("0.1"), ROUND_HALF_UP))
    used = tuple(_settled(one) for one in paid)
    return (Reading("days", mean, "", f"average(paid_on - due_on){span(period)}", used),)


def on_time(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """The share of invoices that were settled on time, in percent."""
    period = term.period or trailing(setting.day)
    paid = _paid_accounts(dossier, period, setting)
    if not paid:
        return Unknown("no_paid_invoices")
    good = sum(1 for one in paid if (one.late or 0) <= 0)
    share = plain((Decimal(good) / len(paid) * 100).quantize(Decimal("0.0001")))
    used = tuple(_settled(one) for one in paid)
    formula = f"{good} / {len(paid)} * 100 (days late <= 0){span(period)}"
    return (Reading("percent", share, "", formula, used),)


def flow(kind: str) -> Callable[[Dossier, Term, Setting], Readings]:
    """What was paid or invoiced in the period, by currency."""

    def read(dossier: Dossier, term: Term, setting: Setting) -> Readings:
        if kind == "paid":
            rows = [(one, one.paid_on, _PAYMENT) for one in dossier.payments]
        else:
            rows = [(one.invoice, one.invoice.issued_on, _INVOICE) for one in setting.accounts(dossier)]
        if not rows:
            return Unknown("no_payments" if kind == "paid" else "no_invoices")
        fitting = [one for one in rows if one[1].first <= setting.day and within(one[1], term.period)]
        found = []
        for currency in sorted({row.currency for row, _, _ in rows}):
            group = [(row, columns) for row, _, columns in fitting if row.currency == currency]
            total = plain(sum((row.amount for row, _ in group), Decimal(0)))
            used = tuple(Used(row, columns, row.invoice_number or "", row.amount) for row, columns in group)
            found.append(
                Reading("money", total, currency, f"sum({kind} {currency}){span(term.period)}", used)
            )
        return tuple(found)

    return read


def counted(what: str, rows: Iterable[object], columns: tuple[str, ...], setting: Setting) -> Readings:
    """So many rows, each of them evidence."""
    used = tuple(Used(row, columns, f"#{number}", Decimal(1)) for number, row in enumerate(rows, start=1))
    return (Reading("count", Decimal(len(used)), "", what, used),)
