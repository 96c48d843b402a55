"""Payment behaviour (付款行为): days late, the last half year against the one before, what is overdue by age."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

from bot.checks.notebook import (
    Notebook,
    Value,
    days,
    failed,
    listed,
    money,
    number,
    pace,
    passed,
    percent,
    unknown,
    warned,
)
from bot.checks.result import Finding
from bot.dossier.ageing import Account, accounts

_HALF_YEAR = timedelta(days=183)
_YEAR = timedelta(days=365)


def check(book: Notebook) -> list[Finding]:
    """How the customer paid what we billed; unknown where nothing was billed yet."""
    held = accounts(book.dossier, book.day)
    if not held:
        return [unknown("business.payments", "checks.payments.none", [book.nothing("invoices", "issued")])]
    return [*_lateness(book, held), *_overdue(book, held)]


def _invoice(book: Notebook, account: Account) -> str:
    return book.cite(account.invoice, "invoice_number", "issued_on", "due_on", "amount", "currency", "status")


def _late(book: Notebook, paid: list[Account]) -> tuple[Decimal, list[str]]:
    used = [_invoice(book, account) for account in paid]
    for account in paid:
        used += [
            book.cite(one, "paid_on", "amount", "currency", "invoice_number") for one in account.payments[-1:]
        ]
    mean = (Decimal(sum(account.late or 0 for account in paid)) / len(paid)).quantize(Decimal("0.1"))
    inputs = [
        (account.invoice.invoice_number, used[at], Decimal(account.late or 0))
        for at, account in enumerate(paid)
    ]
    worked = book.calculate("average(paid_on - due_on)", inputs, mean, "days")
    return mean, [worked, *used[:4]]


def _lateness(book: Notebook, held: list[Account]) -> list[Finding]:
    paid = [account for account in held if account.late is not None and account.settled_on is not None]
    recent = [
        a for a in paid if a.settled_on and (book.day - a.settled_on.last).days <= book.policy.payment_days
    ]
    if not recent:
        used = [_invoice(book, account) for account in held[:5]]
        return [unknown("business.lateness", "checks.payments.unpaid", used, number=number(len(held)))]
    mean, used = _late(book, recent)
    said = {"late": days(abs(mean)), "number": number(len(recent))}
    found: list[Finding] = []
    if mean > book.policy.late_fail:
        found.append(failed("business.lateness", "checks.payments.late", used, 4, 3, **said))
    elif mean > book.policy.late_warn:
        found.append(warned("business.lateness", "checks.payments.late", used, 3, 2, **said))
    else:
        found.append(
            passed(
                "business.lateness",
                "checks.payments.late" if mean > 0 else "checks.payments.punctual",
                used,
                **said,
            )
        )
    half = book.day - _HALF_YEAR
    new = [a for a in recent if a.settled_on and a.settled_on.first > half]
    old = [a for a in recent if a.settled_on and half - _HALF_YEAR < a.settled_on.first <= half]
    if len(new) >= 2 and len(old) >= 2:
        now, used_now = _late(book, new)
        then, used_then = _late(book, old)
        used = [*used_now[:1], *used_then[:1]]
        said = {"new": pace(now), "old": pace(then)}
        before = _year_before(book, paid)
        if now - then >= book.policy.slower_warn and before and now - before[0] < book.policy.slower_warn:
            found.append(
                passed(
                    "business.payment_trend",
                    "checks.payments.seasonal",
                    [*used, before[1]],
                    **said,
                    before=pace(before[0]),
                )
            )
        elif now - then >= book.policy.slower_warn:
            found.append(warned("business.payment_trend", "checks.payments.slower", used, 4, 3, **said))
        else:
            found.append(passed("business.payment_trend", "checks.payments.steady", used, **said))
    return found


def _year_before(book: Notebook, paid: list[Account]) -> tuple[Decimal, str] | None:
    """The average of the same half year one year before, when trade with seasons pays by them too."""
    end = book.day - _YEAR
    same = [a for a in paid if a.settled_on and end - _HALF_YEAR < a.settled_on.first <= end]
    if len(same) < 2:
        return None
    mean, used = _late(book, same)
    return mean, used[0]


def _overdue(book: Notebook, held: list[Account]) -> list[Finding]:
    groups: dict[str, list[Account]] = defaultdict(list)
    for account in held:
        if account.open:
            groups[account.currency].append(account)
    late = {currency: [a for a in group if a.overdue] for currency, group in groups.items()}
    if not any(late.values()):
        used = [_invoice(book, account) for account in held[:5]]
        worked = book.calculate(
            "sum(overdue)", [("invoices", used[0], Decimal(len(held)))], Decimal(0), held[0].currency
        )
        return [passed("business.overdue", "checks.payments.nothing_overdue", [worked, *used])]
    found = []
    main = max(sorted(late), key=lambda currency: len(late[currency]))
    for currency, group in sorted(late.items()):
        if not group:
            continue
        used = [_invoice(book, account) for account in group]
        total = sum((account.open for account in group), Decimal(0))
        worked = book.calculate(
            f"sum(overdue {currency})",
            [(a.invoice.invoice_number, ref, a.open) for a, ref in zip(group, used, strict=True)],
            total,
            currency,
        )
        oldest = max(account.overdue for account in group)
        open_ = sum((account.open for account in groups[currency]), Decimal(0))
        share = (total / open_ * 100).quantize(Decimal("0.1"))
        said = {
            "amount": money(total, currency),
            "number": number(len(group)),
            "oldest": days(oldest),
            "share": percent(share),
            "ages": listed(*_ageing(book, group, currency)),
        }
        name = "business.overdue" if currency == main else f"business.overdue_{currency.lower()}"
        make = failed if oldest > book.policy.overdue_fail else warned
        likelihood = 5 if oldest > book.policy.overdue_fail else 3
        found.append(make(name, "checks.payments.overdue", [worked, *used[:6]], likelihood, 4, **said))
    return found


def _ageing(book: Notebook, group: list[Account], currency: str) -> list[Value]:
    """What is overdue by the groups of policy (账龄): up to 30 days, up to 60, …; groups with nothing are left out."""
    bounds = [*book.late_days, None]
    parts: list[Value] = []
    lower = 0
    for bound in bounds:
        held = [each for each in group if each.overdue > lower and (bound is None or each.overdue <= bound)]
        if held:
            amount = sum((each.open for each in held), Decimal(0))
            parts.append(("aged", str(lower + 1), str(bound or ""), str(amount), currency))
        lower = bound or lower
    return parts
