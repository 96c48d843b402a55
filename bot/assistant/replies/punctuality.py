"""Whether a customer pays on time (付款守时): days late, the share on time, the trend, and the season beside it."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from bot.assistant.draft import Draft, Line, bullet, lead
from bot.assistant.replies import invoices
from bot.assistant.replies.context import Context
from bot.assistant.stretches import shift_months
from bot.assistant.wording import plain
from bot.dossier.ageing import Account
from store.evidence import Evidence


def behaviour(context: Context, held: list[Account]) -> Draft:
    """Average days late and share on time over the paid invoices; the last half year against the one before."""
    paid = [item for item in held if item.late is not None and context.within(item.settled_on)]
    if not paid:
        return context.missing(context.label("place", "paid_invoices"), "invoices", "payments")
    average, evidence = _late(context, paid, context.window())
    on_time = [item for item in paid if item.late is not None and item.late <= 0]
    inputs = [
        (item.invoice.invoice_number, _settled(context, item), Decimal(item.late or 0)) for item in paid
    ]
    share = plain((Decimal(len(on_time)) / len(paid) * 100).quantize(Decimal("0.0001")))
    formula = f"{len(on_time)} / {len(paid)} * 100 (days late <= 0){context.window()}"
    shared = context.calculate(formula, inputs, share, "percent")
    key = "late" if average > 0 else "early" if average < 0 else "punctual"
    values = {
        "name": context.name,
        "count": context.words.number(len(paid)),
        "share": context.words.percent(share, 1),
    }
    if key != "punctual":
        values["days"] = context.words.days(abs(average))
    lines = [lead(context.timed(f"payments.{key}", **values), evidence, shared)]
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
        lines.append(
            bullet(said, invoices.cite_invoice(context, worst.invoice), _settled(context, worst), late)
        )
    return Draft(tuple(lines))


def _settled(context: Context, item: Account) -> Evidence:
    on = next(one for one in item.payments if one.paid_on == item.settled_on)
    return invoices.cite_payment(context, on)


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
