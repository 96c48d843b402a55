"""Rules over what customers owe (逾期规则): invoices that grow old, shares that grow, payment that slows down.

Pure as the others: rules, the accounts of one customer and a day give drafts of alerts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from bot.assistant.answer import describe
from bot.dossier.ageing import Account
from store.alerts import Draft, Severity
from store.evidence import Evidence
from store.policy.alerts import RuleSection
from store.records import Invoice

#: Payments that a comparison with the customer's own history needs on either side, and the days of its newer side.
_PAYMENTS = 3
_LATELY = 90
_HISTORY = 365


@dataclass(frozen=True, slots=True)
class Owing:
    """What one customer owes on a day; `show` makes evidence of an invoice."""

    customer_id: UUID
    accounts: Sequence[Account]
    day: date
    show: Callable[[Invoice], Evidence]


def judge_owing(rules: Sequence[RuleSection], owing: Owing, max_age: int) -> Iterator[Draft]:
    """What the rules over invoices say: of each open one the first that fits, and of all together."""
    aged = [rule for rule in rules if rule.days_overdue is not None]
    for account in owing.accounts:
        rule = next((each for each in aged if account.overdue >= (each.days_overdue or 0)), None)
        if rule is not None and account.open and not _is_history(rule, account, max_age):
            yield _overdue(rule, account, owing)
    for rule in rules:
        if rule.overdue_share is not None:
            yield from _share(rule, rule.overdue_share, owing)
        if rule.slower_by is not None:
            yield from _slower(rule, rule.slower_by, owing)


def _is_history(rule: RuleSection, account: Account, max_age: int) -> bool:
    """Whether it had been so for long when we learned of the invoice: an import of old books is no news."""
    learned = account.invoice.origin.recorded_at.date()
    since = account.invoice.due_on.last + timedelta(days=rule.days_overdue or 0)
    return (learned - since).days > max_age


def _overdue(rule: RuleSection, account: Account, owing: Owing) -> Draft:
    invoice = account.invoice
    values = {
        "invoice": ["text", invoice.invoice_number],
        "amount": ["money", str(invoice.amount), invoice.currency],
        "days": ["days", str(account.overdue)],
        "due": ["date", str(invoice.due_on)],
    }
    return _draft(
        rule, owing, invoice, f"invoice:{invoice.origin.subject}", str(invoice.origin.subject), values
    )


def _share(rule: RuleSection, share: Decimal, owing: Owing) -> Iterator[Draft]:
    """Percent of what is open that is overdue, currency by currency; counted once a month."""
    by_currency: dict[str, list[Account]] = defaultdict(list)
    for account in owing.accounts:
        if account.open:
            by_currency[account.currency].append(account)
    for currency, mine in sorted(by_currency.items()):
        late = [account for account in mine if account.overdue]
        overdue = sum((account.open for account in late), Decimal(0))
        percent = overdue / sum(account.open for account in mine) * 100
        if len(mine) >= _PAYMENTS and percent >= share:
            values = {"percent": ["percent", str(percent)], "amount": ["money", str(overdue), currency]}
            oldest = max(late, key=lambda account: account.overdue).invoice
            yield _draft(rule, owing, oldest, _monthly("share", currency, owing), f"share:{currency}", values)


def _slower(rule: RuleSection, by: int, owing: Owing) -> Iterator[Draft]:
    """The average days late of the last three months against the year before them; counted once a month."""
    lately, before = [], []
    for account in owing.accounts:
        if account.late is None or account.settled_on is None:
            continue
        age = (owing.day - account.settled_on.last).days
        if age <= _LATELY:
            lately.append(account)
        elif age <= _LATELY + _HISTORY:
            before.append(account)
    if min(len(lately), len(before)) < _PAYMENTS:
        return
    now, then = _average(lately), _average(before)
    if now - then < by:
        return
    values = {"before": ["days", str(then)], "after": ["days", str(now)]}
    worst = max(lately, key=lambda account: account.late or 0).invoice
    yield _draft(rule, owing, worst, _monthly("slower", "", owing), "slower", values)


def _average(accounts: Sequence[Account]) -> Decimal:
    return (Decimal(sum(account.late or 0 for account in accounts)) / len(accounts)).quantize(Decimal("0.1"))


def _monthly(what: str, currency: str, owing: Owing) -> str:
    return ":".join([what, str(owing.customer_id), currency, f"{owing.day:%Y-%m}"])


def _draft(
    rule: RuleSection, owing: Owing, invoice: Invoice, item: str, story: str, values: dict[str, Any]
) -> Draft:
    evidence = owing.show(invoice)
    return Draft(
        customer_id=owing.customer_id,
        rule=rule.id,
        severity=Severity(rule.severity or "warn"),
        item=item,
        story=story,
        values=values,
        evidence=describe(evidence, evidence.id),
        source=evidence.source,
        subject_id=invoice.origin.subject,
    )
