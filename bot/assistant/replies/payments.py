"""How a customer pays (付款行为): days late, share on time, what is overdue, sums over a period, the trend.

Amounts of different currencies are never added; each currency has its own line.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.replies import invoices
from bot.assistant.replies.context import Context
from bot.assistant.stretches import shift_months
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
        behaviour = _behaviour(context, held)
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


def _window(context: Context) -> str:
    if context.request.period is None:
        return ""
    return f" [{context.request.period.first}..{context.request.period.last}]"


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
        total, evidence = _sum(context, f"sum(payment.amount {currency}){_window(context)}", group, currency)
        lines += _totals(context, "payments.paid", group, total, currency, evidence)
    return Draft(tuple(lines))


def _invoiced(context: Context, held: list[Account]) -> Draft:
    accounts_ = [item for item in held if context.within(item.invoice.issued_on)]
    if not accounts_:
        return context.missing(context.label("place", "invoices"), "invoices")
    lines = []
    for currency, group in _by_currency([item.invoice for item in accounts_]).items():
        total, evidence = _sum(context, f"sum(invoice.amount {currency}){_window(context)}", group, currency)
        lines += _totals(context, "payments.invoiced", group, total, currency, evidence)
    return Draft(tuple(lines))


def _totals(
    context: Context, key: str, rows: Sequence[object], total: Decimal, currency: str, evidence: Evidence
) -> list[Line]:
    """The sum of one currency, and the average where it was asked for."""
    what = evidence.calculation.formula if evidence.calculation else key
    counted = context.tools.count(what, _inputs(context, evidence), customer=context.customer.code)
    values = {"name": context.name, "count": context.words.number(len(rows))}
    said = _timed(context, key, value=context.words.money(total, currency), **values)
    lines = [lead(said, evidence, counted)]
    if "average" in context.request.aspects:
        mean = plain((total / len(rows)).quantize(Decimal("0.01"), ROUND_HALF_UP))
        inputs = [("sum", evidence, total), ("count", counted, Decimal(len(rows)))]
        average = context.calculate(f"{total} / {len(rows)}", inputs, mean, currency)
        said = _timed(context, f"{key}_average", value=context.words.money(mean, currency), **values)
        lines.append(lead(said, average, counted))
    return lines


def _timed(context: Context, key: str, **values: str) -> str:
    if context.request.period is None:
        return context.say(key, **values)
    return context.say(f"{key}_in", period=context.span(), **values)


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


def _behaviour(context: Context, held: list[Account]) -> Draft:
    """Average days late and share on time over the paid invoices; the last half year against the one before."""
    paid = [item for item in held if item.late is not None and context.within(item.settled_on)]
    if not paid:
        return context.missing(context.label("place", "paid_invoices"), "invoices", "payments")
    average, evidence = _late(context, paid, _window(context))
    on_time = [item for item in paid if item.late is not None and item.late <= 0]
    inputs = [
        (item.invoice.invoice_number, _settled(context, item), Decimal(item.late or 0)) for item in paid
    ]
    share = plain((Decimal(len(on_time)) / len(paid) * 100).quantize(Decimal("0.0001")))
    formula = f"{len(on_time)} / {len(paid)} * 100 (days late <= 0){_window(context)}"
    shared = context.calculate(formula, inputs, share, "percent")
    key = "late" if average > 0 else "early" if average < 0 else "punctual"
    values = {
        "name": context.name,
        "count": context.words.number(len(paid)),
        "share": context.words.percent(share, 1),
    }
    if key != "punctual":
        values["days"] = context.words.days(abs(average))
    lines = [lead(_timed(context, f"payments.{key}", **values), evidence, shared)]
    lines += _trend(context, held)
    worst = max(paid, key=lambda item: item.late or 0)
    if (worst.late or 0) > 0:
        late = context.calculate(
            f"{worst.settled_on} - {worst.invoice.due_on}", [], Decimal(worst.late or 0), "days"
        )
        said = context.say(
            "payments.worst",
            number=worst.invoice.invoice_number,
            days=context.words.days(worst.late or 0),
            due=context.words.date(worst.invoice.due_on),
            paid=context.words.date(worst.settled_on),  # type: ignore[arg-type]
        )
        lines.append(bullet(said, _invoice(context, worst), _settled(context, worst), late))
    return Draft(tuple(lines))


def _settled(context: Context, item: Account) -> Evidence:
    on = next(one for one in item.payments if one.paid_on == item.settled_on)
    return _payment(context, on)


def _late(context: Context, paid: list[Account], window: str) -> tuple[Decimal, Evidence]:
    inputs = [
        (item.invoice.invoice_number, _settled(context, item), Decimal(item.late or 0)) for item in paid
    ]
    total = sum((value for _, _, value in inputs), Decimal(0))
    mean = plain((total / len(paid)).quantize(Decimal("0.1"), ROUND_HALF_UP))
    return mean, context.calculate(f"average(paid_on - due_on){window}", inputs, mean, "days")


def _trend(context: Context, held: list[Account]) -> list[Line]:
    if context.request.period is not None:
        return []
    middle, start = shift_months(context.day, -6), shift_months(context.day, -12)
    late = [item for item in held if item.settled_on and middle < item.settled_on.first <= context.day]
    before = [item for item in held if item.settled_on and start < item.settled_on.first <= middle]
    earlier = _year_before(context, held)
    if len(late) >= 2 and len(earlier) >= 2:
        return [_season(context, late, earlier)]
    if len(late) < 2 or len(before) < 2:
        return []
    new, new_evidence = _late(context, late, f" [{middle}..{context.day}]")
    old, old_evidence = _late(context, before, f" [{start}..{middle}]")
    key = _pace(new, old)
    said = context.say(f"payments.trend_{key}", new=_lateness(context, new), old=_lateness(context, old))
    return [bullet(said, new_evidence, old_evidence)]


def _year_before(context: Context, held: list[Account]) -> list[Account]:
    """What was paid in the same half year of the year before."""
    last, first = shift_months(context.day, -12), shift_months(context.day, -18)
    return [item for item in held if item.settled_on and first < item.settled_on.first <= last]


def _season(context: Context, late: list[Account], earlier: list[Account]) -> Line:
    """The last half year against the same of the year before, so that a season is not taken for a trend."""
    day, middle = context.day, shift_months(context.day, -6)
    last, first = shift_months(day, -12), shift_months(day, -18)
    new, new_evidence = _late(context, late, f" [{middle}..{day}]")
    old, old_evidence = _late(context, earlier, f" [{first}..{last}]")
    key = _pace(new, old)
    said = context.say(f"payments.year_{key}", new=_lateness(context, new), old=_lateness(context, old))
    return bullet(said, new_evidence, old_evidence)


def _pace(new: Decimal, old: Decimal) -> str:
    return "slower" if new - old >= 2 else "faster" if old - new >= 2 else "steady"


def _lateness(context: Context, days: Decimal) -> str:
    if days == 0:
        return context.book["answers.payments.on_day"]
    return context.say(
        "payments.days_late" if days > 0 else "payments.days_early", days=context.words.days(abs(days))
    )
