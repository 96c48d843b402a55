"""Invoices and what was paid on them (账龄): open amounts, days overdue, days late, as of a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from store.dates import PartialDate
from store.records import Dossier, Invoice, Payment

#: States of an invoice that nothing is owed on.
SETTLED = frozenset({"cancelled", "canceled", "void", "voided", "written_off", "credited"})
PAID = frozenset({"paid", "settled"})


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
    paid: dict[str, list[Payment]] = defaultdict(list)
    for payment in sorted(dossier.payments, key=lambda item: item.paid_on):
        if payment.invoice_number and payment.paid_on.first <= day:
            paid[payment.invoice_number].append(payment)
    found = []
    for invoice in dossier.invoices:
        if invoice.issued_on.first > day or (invoice.status or "").lower() in SETTLED:
            continue
        found.append(
            _account(
                invoice,
                [one for one in paid[invoice.invoice_number] if one.currency == invoice.currency],
                day,
            )
        )
    return found


def _account(invoice: Invoice, payments: list[Payment], day: date) -> Account:
    received = Decimal(0)
    settled_on: PartialDate | None = None
    for payment in payments:
        received += payment.amount
        if received >= invoice.amount and settled_on is None:
            settled_on = payment.paid_on
    left = max(invoice.amount - received, Decimal(0))
    if not payments and (invoice.status or "").lower() in PAID:
        left = Decimal(0)
    late = (settled_on.first - invoice.due_on.last).days if settled_on else None
    overdue = max((day - invoice.due_on.last).days, 0) if left else 0
    return Account(invoice, tuple(payments), left, settled_on, late, overdue)
