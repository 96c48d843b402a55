"""Invoices and what was paid on them (账龄): open amounts, days overdue, days late, as of a day.

The picture of an earlier day knows payments until that day and states that had been seen by then: an invoice that is
paid or written off today was still owed the day before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from store.dates import PartialDate
from store.records import Dossier, Invoice, Payment

#: States of an invoice that nothing is owed on.
SETTLED = frozenset({"cancelled", "canceled", "void", "voided", "written_off", "credited"})
PAID = frozenset({"paid", "settled"})
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Account:
    """One invoice with the payments that name it. `late` is days between due day and the last needed payment."""

    invoice: Invoice
    payments: tuple[Payment, ...]
    open: Decimal
    settled_on: PartialDate | None
    late: int | None
    overdue: int

    @property
    def currency(self) -> str:
        """The invoice's currency."""
        return self.invoice.currency


def accounts(dossier: Dossier, day: date) -> list[Account]:
    """Every invoice issued by `day` as it stood then, newest first; payments in another currency do not count."""
    paid: dict[tuple[str, str], list[Payment]] = defaultdict(list)
    for payment in sorted(dossier.payments, key=_paid_on):
        if payment.invoice_number and payment.paid_on.first <= day:
            paid[payment.invoice_number, payment.currency].append(payment)
    found = []
    for invoice in dossier.invoices:
        state = state_of(invoice, dossier, day)
        if invoice.issued_on.first > day or state in SETTLED:
            continue
        named = paid.get((invoice.invoice_number, invoice.currency), ())
        found.append(_account(invoice, named, state, day))
    return found


def _paid_on(payment: Payment) -> tuple[date, date]:
    # As dates compare, without asking them: a customer of years has hundreds.
    return payment.paid_on.first, payment.paid_on.last


def state_of(invoice: Invoice, dossier: Dossier, day: date) -> str:
    """The state that an invoice was known to have on the day; empty where the only state on file was seen later."""
    if dossier.as_of is not None:
        origin = invoice.origin
        seen = origin.observed_on.first if origin.observed_on else origin.recorded_at.date()
        if seen > day:
            return ""
    return (invoice.status or "").lower()


def _account(invoice: Invoice, payments: Sequence[Payment], state: str, day: date) -> Account:
    received = _NOTHING
    settled_on: PartialDate | None = None
    for payment in payments:
        received += payment.amount
        if settled_on is None and received >= invoice.amount:
            settled_on = payment.paid_on
    left = invoice.amount - received
    if left < 0 or (not payments and state in PAID):
        left = _NOTHING
    late = (settled_on.first - invoice.due_on.last).days if settled_on else None
    overdue = max((day - invoice.due_on.last).days, 0) if left else 0
    return Account(invoice, tuple(payments), left, settled_on, late, overdue)
