"""Single invoices and payments (单张发票与单笔付款): one by its number, those in a state, the last payment."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.replies.context import Context
from bot.assistant.wording import plain
from bot.dossier.ageing import Account, accounts, state_of
from store.evidence import Evidence
from store.records import Invoice, Payment

#: The states that can be asked for, as systems of accounts write them.
STATES = {
    "disputed": frozenset({"disputed", "in_dispute"}),
    "partly_paid": frozenset({"partly_paid", "partially_paid"}),
    "written_off": frozenset({"written_off"}),
    "cancelled": frozenset({"cancelled", "canceled", "void", "voided", "credited"}),
}
_SIGNS = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


def named(context: Context) -> list[Invoice]:
    """The invoices whose numbers stand in the question, however their parts are joined."""
    text = _bare(context.request.text)
    found = []
    for invoice in context.dossier.invoices:
        number = _bare(invoice.invoice_number)
        at = text.find(number) if len(number) > 3 and any(sign.isdigit() for sign in number) else -1
        if at >= 0 and not text[at + len(number) : at + len(number) + 1].isdigit():
            found.append(invoice)
    return found


def _bare(text: str) -> str:
    return _SIGNS.sub("", text.casefold())


def told(context: Context, invoices: list[Invoice]) -> Draft:
    """Invoices by number: amount, days, what was paid on them and what is left."""
    held = {account.invoice.origin.version: account for account in accounts(context.dossier, context.day)}
    draft = Draft()
    used: list[Evidence] = []
    for invoice in invoices[: context.standards.listed]:
        item = cite_invoice(context, invoice)
        used.append(item)
        lines: list[Line] = [_described(context, invoice, item)]
        account = held.get(invoice.origin.version)
        if account is not None:
            lines += _standing(context, account, item)
        draft = draft.joined(Draft(tuple(lines)))
    return draft.joined(Draft(tuple(context.sourced(used))))


def in_state(context: Context, state: str) -> Draft:
    """The invoices in a state, the newest first."""
    label = context.label("invoice_state", state)
    fitting = [
        invoice
        for invoice in context.dossier.invoices
        if state_of(invoice, context.dossier, context.day) in STATES[state]
        and invoice.issued_on.first <= context.day
        and context.within(invoice.issued_on)
    ]
    if not fitting:
        return context.missing(context.say("payments.stated", status=label), "invoices")
    used = [cite_invoice(context, invoice) for invoice in fitting]
    counted = context.tools.count(f"invoices {state}", used, customer=context.customer.code)
    held = {account.invoice.origin.version: account for account in accounts(context.dossier, context.day)}
    what = context.say("payments.stated", status=label)
    lines: list[Line] = [
        lead(context.say("list.lead", name=context.name, what=what, number=len(fitting)), counted)
    ]
    for invoice, item in list(zip(fitting, used, strict=True))[: context.standards.listed]:
        account = held.get(invoice.origin.version)
        left = _left(context, account, item) if account is not None and account.open else []
        values = _values(context, invoice)
        del values["status"]
        said = context.say("payments.invoice_item", **values)
        if left:
            said = context.say(
                "payments.invoice_item_left",
                item=said,
                left=context.words.money(account.open, invoice.currency),  # type: ignore[union-attr]
            )
        lines.append(bullet(said, item, *left))
    if len(fitting) > context.standards.listed:
        lines.append(note(context.say("list.more", number=len(fitting) - context.standards.listed)))
    return Draft((*lines, *context.sourced(used)))


def last_payment(context: Context) -> Draft:
    """The newest payment: when, how much, on which invoice; several of one day stand together."""
    payments = [
        one
        for one in context.dossier.payments
        if one.paid_on.first <= context.day and context.within(one.paid_on)
    ]
    if not payments:
        return context.missing(context.label("place", "payments"), "payments")
    newest = max(one.paid_on for one in payments)
    lines: list[Line] = []
    used = []
    for one in [one for one in payments if one.paid_on == newest][: context.standards.listed]:
        item = cite_payment(context, one)
        used.append(item)
        values = {
            "name": context.name,
            "date": context.words.date(one.paid_on),
            "value": context.words.money(one.amount, one.currency),
        }
        key = "payments.last"
        if one.invoice_number:
            key, values["number"] = "payments.last_on", one.invoice_number
        lines.append((bullet if lines else lead)(context.say(key, **values), item))
    return Draft((*lines, *context.sourced(used)))


def cite_invoice(context: Context, invoice: Invoice) -> Evidence:
    """Evidence of an invoice."""
    return context.cite(invoice, "invoice_number", "issued_on", "due_on", "amount", "currency", "status")


def cite_payment(context: Context, payment: Payment) -> Evidence:
    """Evidence of a payment."""
    return context.cite(payment, "paid_on", "amount", "currency", "invoice_number")


def _values(context: Context, invoice: Invoice) -> dict[str, str]:
    return {
        "number": invoice.invoice_number,
        "value": context.words.money(invoice.amount, invoice.currency),
        "issued": context.words.date(invoice.issued_on),
        "due": context.words.date(invoice.due_on),
        "status": context.label(
            "invoice_state", state_of(invoice, context.dossier, context.day) or "unstated"
        ),
    }


def _described(context: Context, invoice: Invoice, item: Evidence) -> Line:
    return lead(context.say("payments.invoice", name=context.name, **_values(context, invoice)), item)


def _standing(context: Context, account: Account, item: Evidence) -> list[Line]:
    """What was paid on an invoice by the day, what is left, and how long it has been due."""
    day = context.words.date(context.day)
    lines: list[Line] = []
    for payment in account.payments[: context.standards.listed]:
        values = {
            "date": context.words.date(payment.paid_on),
            "value": context.words.money(payment.amount, payment.currency),
        }
        lines.append(bullet(context.say("payments.part", **values), cite_payment(context, payment)))
    if account.open:
        left = context.words.money(account.open, account.currency)
        key = "payments.left" if account.payments else "payments.left_all"
        lines.append(bullet(context.say(key, date=day, value=left), item, *_left(context, account, item)))
    elif account.late is not None:
        worked = context.calculate(
            f"{account.settled_on} - {account.invoice.due_on}", [], Decimal(account.late), "days"
        )
        key = "settled_late" if account.late > 0 else "settled_early" if account.late < 0 else "settled"
        values = {"days": context.words.days(abs(account.late))} if account.late else {}
        paid = [cite_payment(context, one) for one in account.payments]
        said = context.say(f"payments.{key}", date=context.words.date(account.settled_on), **values)  # type: ignore[arg-type]
        lines.append(bullet(said, item, *paid, worked))
    if account.overdue:
        worked = context.calculate(
            f"{context.day} - {account.invoice.due_on}", [], Decimal(account.overdue), "days"
        )
        said = context.say("payments.overdue_by", days=context.words.days(account.overdue), date=day)
        lines.append(bullet(said, item, worked))
    return lines


def _left(context: Context, account: Account, item: Evidence) -> list[Evidence]:
    """The calculation of what is left of a partly paid invoice; nothing where it is all left."""
    if not account.payments:
        return []
    inputs = [("amount", item, account.invoice.amount)]
    inputs += [(f"paid {one.paid_on}", cite_payment(context, one), one.amount) for one in account.payments]
    return [context.calculate("amount - paid", inputs, plain(account.open), account.currency)]
