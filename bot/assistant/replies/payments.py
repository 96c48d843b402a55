"""What a customer paid and owes (付款与欠款): sums over a period, what is open or overdue; how it pays otherwise.

Amounts of different currencies are never added; each currency has its own line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.replies import invoices, punctuality
from bot.assistant.replies.context import Context
from bot.assistant.wording import plain
from bot.dossier.ageing import Account, accounts
from store.evidence import Evidence
from store.records import Payment


def reply(context: Context) -> Draft:
    """What was asked about payments; the whole behaviour when nothing is singled out."""
    if numbered := invoices.named(context):
        return invoices.told(context, numbered)
    if states := [state for state in invoices.STATES if state in context.request.items]:
        draft = Draft()
        for state in states:
            draft = draft.joined(invoices.in_state(context, state))
        return draft
    if "last" in context.request.items:
        return invoices.last_payment(context)
    held = accounts(context.dossier, context.day)
    if not held and not context.dossier.payments:
        return context.missing(context.label("place", "payments"), "invoices", "payments")
    asked = set(context.request.items)
    parts: list[Line] = []
    unknown: list[Draft] = []
    if "paid" in asked or (
        context.request.period is not None and not asked and "sum" in context.request.aspects
    ):
        _take(_paid(context), parts, unknown)
    if "invoiced" in asked and "open" not in asked and "overdue" not in asked:
        _take(_invoiced(context, held), parts, unknown)
    if asked & {"overdue", "open"}:
        parts += _owed(context, held, overdue_only="overdue" in asked)
    if (asked & {"days_late", "on_time"} and not asked & {"overdue"}) or (not parts and not unknown):
        behaviour = punctuality.behaviour(context, held)
        _take(behaviour, parts, unknown)
        if not asked and "trend" not in context.request.aspects and context.request.period is None:
            parts += _owed(context, held, overdue_only=True, aside=True)
    used = [item for line in parts for item in line.evidence]
    records = [
        context.tools.read[ref]
        for item in used
        if item.calculation
        for _, ref, _ in item.calculation.inputs[:1]
    ]
    draft = Draft(
        (*parts, *context.sourced([*(item for item in used if item.calculation is None), *records]))
    )
    for other in unknown:
        draft = draft.joined(other)
    return draft


def _take(result: Draft, parts: list[Line], unknown: list[Draft]) -> None:
    if result.unknown:
        unknown.append(result)
    else:
        parts += result.lines


def _invoice(context: Context, account: Account) -> Evidence:
    return invoices.cite_invoice(context, account.invoice)


def _payment(context: Context, payment: Payment) -> Evidence:
    return invoices.cite_payment(context, payment)


def _paid(context: Context) -> Draft:
    """What came in over the period, by currency."""
    payments = [
        item
        for item in context.dossier.payments
        if item.paid_on.first <= context.day and context.within(item.paid_on)
    ]
    if not payments:
        return context.missing(context.label("place", "payments"), "payments")
    lines = []
    for currency, group in _by_currency(payments).items():
        total, evidence = _sum(context, f"sum(payment.amount {currency}){context.window()}", group, currency)
        lines += _totals(context, "payments.paid", group, total, currency, evidence)
    return Draft(tuple(lines))


def _invoiced(context: Context, held: list[Account]) -> Draft:
    accounts_ = [item for item in held if context.within(item.invoice.issued_on)]
    if not accounts_:
        return context.missing(context.label("place", "invoices"), "invoices")
    lines = []
    for currency, group in _by_currency([item.invoice for item in accounts_]).items():
        total, evidence = _sum(context, f"sum(invoice.amount {currency}){context.window()}", group, currency)
        lines += _totals(context, "payments.invoiced", group, total, currency, evidence)
    return Draft(tuple(lines))


def _totals(
    context: Context, key: str, rows: Sequence[object], total: Decimal, currency: str, evidence: Evidence
) -> list[Line]:
    """The sum of one currency, and the average where it was asked for."""
    what = evidence.calculation.formula if evidence.calculation else key
    counted = context.tools.count(what, _inputs(context, evidence), customer=context.customer.code)
    values = {"name": context.name, "count": context.words.number(len(rows))}
    said = context.timed(key, value=context.words.money(total, currency), **values)
    lines = [lead(said, evidence, counted)]
    if "average" in context.request.aspects:
        mean = plain((total / len(rows)).quantize(Decimal("0.01"), ROUND_HALF_UP))
        inputs = [("sum", evidence, total), ("count", counted, Decimal(len(rows)))]
        average = context.calculate(f"{total} / {len(rows)}", inputs, mean, currency)
        said = context.timed(f"{key}_average", value=context.words.money(mean, currency), **values)
        lines.append(lead(said, average, counted))
    return lines


def _inputs(context: Context, evidence: Evidence) -> list[Evidence]:
    return (
        [context.tools.read[ref] for _, ref, _ in evidence.calculation.inputs] if evidence.calculation else []
    )


def _by_currency(rows: Iterable[object]) -> dict[str, list]:
    groups: dict[str, list] = defaultdict(list)
    for item in rows:
        groups[item.currency].append(item)  # type: ignore[attr-defined]
    return dict(sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0])))


def _sum(context: Context, formula: str, rows: Sequence[object], currency: str) -> tuple[Decimal, Evidence]:
    inputs = []
    for item in rows:
        if isinstance(item, Payment):
            inputs.append(
                (f"{item.invoice_number or ''} {item.paid_on}".strip(), _payment(context, item), item.amount)
            )
        else:
            evidence = context.cite(
                item, "invoice_number", "issued_on", "due_on", "amount", "currency", "status"
            )
            inputs.append((item.invoice_number, evidence, item.amount))  # type: ignore[attr-defined]
    total = plain(sum((value for _, _, value in inputs), Decimal(0)))
    return total, context.calculate(formula, inputs, total, currency)


def _owed(context: Context, held: list[Account], *, overdue_only: bool, aside: bool = False) -> list[Line]:
    """What is open (or overdue) on the day, by currency, with the oldest invoices."""
    fitting = [item for item in held if item.open and (item.overdue or not overdue_only)]
    kind = "overdue" if overdue_only else "open"
    day = context.words.date(context.day)
    if not fitting:
        rows = [_invoice(context, item) for item in held]
        if not rows:
            return []
        counted = context.calculate(
            f"count({kind} invoices) [{context.day}]",
            [("invoices", rows[0], Decimal(len(rows)))],
            Decimal(0),
            "rows",
        )
        make = bullet if aside else lead
        key = f"payments.{kind}_none" + ("_aside" if aside else "")
        values = {"date": day} if aside else {"date": day, "name": context.name}
        return [make(context.say(key, **values), counted)]
    lines: list[Line] = []
    for currency, group in _by_currency(fitting).items():
        inputs = [(item.invoice.invoice_number, _invoice(context, item), item.open) for item in group]
        total = plain(sum((item.open for item in group), Decimal(0)))
        evidence = context.calculate(f"sum({kind} {currency}) [{context.day}]", inputs, total, currency)
        counted = context.tools.count(
            f"{kind} invoices {currency}", [item for _, item, _ in inputs], customer=context.customer.code
        )
        values = {"date": day, "value": context.words.money(total, currency)}
        key = f"payments.{kind}" + ("_aside" if aside else "")
        if not aside:
            values["name"] = context.name
        said = context.book.count(f"answers.{key}", len(group), **values)
        lines.append((bullet if aside else lead)(said, evidence, counted))
    if not aside:
        oldest = sorted(fitting, key=lambda one: (-one.overdue, one.invoice.invoice_number))
        lines += [_open_invoice(context, item) for item in oldest[: context.standards.listed]]
        rest = len(fitting) - context.standards.listed
        if rest > 0:
            lines.append(note(context.say("list.more", number=rest)))
    return lines


def _open_invoice(context: Context, item: Account) -> Line:
    evidence = _invoice(context, item)
    used = [evidence, *(_payment(context, one) for one in item.payments)]
    values = {
        "number": item.invoice.invoice_number,
        "value": context.words.money(item.open, item.currency),
        "due": context.words.date(item.invoice.due_on),
    }
    if item.payments:
        inputs = [("amount", evidence, item.invoice.amount)]
        inputs += [(f"paid {one.paid_on}", _payment(context, one), one.amount) for one in item.payments]
        used.append(context.calculate("amount - paid", inputs, plain(item.open), item.currency))
    if not item.overdue:
        return bullet(context.say("payments.invoice_open", **values), *used)
    late = context.calculate(f"{context.day} - {item.invoice.due_on}", [], Decimal(item.overdue), "days")
    return bullet(
        context.say("payments.invoice_overdue", days=context.words.days(item.overdue), **values), *used, late
    )
