"""Public records and law suits (风险记录与诉讼): by dimension, role and state.

Repaired and withdrawn records, and those whose time of showing is over, are left out unless they are asked for.
"""

from __future__ import annotations

from decimal import Decimal

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.replies import facts, news
from bot.assistant.replies.context import Context
from bot.dossier.records import LITIGATION, PENALTIES, counts, is_closed, own_date
from store.evidence import Evidence
from store.records import Record

#: 出质 of a limited company and 质押 of a listed one are one thing to who asks.
PLEDGES = frozenset({"equity_pledge", "stock_pledge"})


def reply(context: Context) -> Draft:
    """The records that fit, newest first, with how many there are and what they claim."""
    visible = [item for item in context.dossier.records if counts(item, context.day)]
    hidden = [
        item for item in context.dossier.records if not counts(item, context.day) and _fits(context, item)
    ]
    fitting = [item for item in visible if _fits(context, item)]
    wants_repaired = "repaired" in context.request.aspects
    if not fitting and "negative_news" in context.request.items:
        return news.reply(context)
    draft = _listed(context, fitting) if fitting else _none(context, visible)
    if wants_repaired and hidden:
        draft = draft if fitting else Draft()
        lines = [
            note(context.say("records.repaired_heading"), *(_evidence(context, item) for item in hidden[:3]))
        ]
        lines += [_line(context, item) for item in hidden[: context.standards.listed]]
        draft = draft.joined(Draft(tuple(lines)))
    return draft.joined(Draft(tuple(facts.related(context, *context.request.items))))


def _kinds(context: Context) -> frozenset[str] | None:
    items = frozenset(context.request.items)
    if "admin_penalty" in items:
        # 环保行政处罚 is the narrower word, 行政处罚 alone the whole group.
        narrower = items & PENALTIES - {"admin_penalty"}
        return items - {"admin_penalty"} if narrower else items | PENALTIES
    if items & PLEDGES:
        return items | PLEDGES
    if items:
        return items
    if "litigation" in context.request.aspects:
        return LITIGATION
    return PENALTIES if "penalty" in context.request.aspects else None


def _fits(context: Context, item: Record) -> bool:
    kinds, aspects = _kinds(context), context.request.aspects
    if kinds is not None and item.dimension not in kinds:
        return False
    roles = {"defendant", "plaintiff"} & aspects
    if roles == {"plaintiff"} and item.role not in ("plaintiff", "creditor"):
        return False
    if roles == {"defendant"} and item.role in ("plaintiff", "creditor", "victim"):
        return False
    if "open_only" in aspects and is_closed(item):
        return False
    if "closed_only" in aspects and not is_closed(item):
        return False
    return context.within(own_date(item))


def _evidence(context: Context, item: Record) -> Evidence:
    return context.cite(
        item,
        *("dimension", "title", "record_number", "authority", "role", "amount", "currency"),
        *("filed_on", "published_on", "closed_on", "status", "counterparties"),
    )


def _listed(context: Context, fitting: list[Record]) -> Draft:
    used = [_evidence(context, item) for item in fitting]
    open_ = [item for item, one in zip(used, fitting, strict=True) if not is_closed(one)]
    total = context.tools.count("records", used, customer=context.customer.code)
    opened = context.tools.count("records not closed", open_, customer=context.customer.code)
    values = {"name": context.name, "kind": _kind_label(context), "open": str(len(open_))}
    if context.request.period is not None:
        said = context.book.count("answers.records.lead_in", len(fitting), period=context.span(), **values)
    else:
        said = context.book.count("answers.records.lead", len(fitting), **values)
    lines: list[Line] = [lead(said, total, opened)]
    lines += _claimed(context, fitting)
    lines += [_line(context, item) for item in fitting[: context.standards.listed]]
    if len(fitting) > context.standards.listed:
        lines.append(note(context.say("list.more", number=len(fitting) - context.standards.listed)))
    return Draft((*lines, *context.sourced(used)))


def _claimed(context: Context, fitting: list[Record]) -> list[Line]:
    """What is claimed in open matters against the customer, by currency."""
    if not context.request.aspects & {"sum"}:
        return []
    lines = []
    against = [
        item
        for item in fitting
        if item.amount is not None and not is_closed(item) and item.role != "plaintiff"
    ]
    for currency in dict.fromkeys(item.currency or "" for item in against):
        group = [item for item in against if (item.currency or "") == currency]
        inputs = [
            (item.record_number or item.title, _evidence(context, item), item.amount or Decimal(0))
            for item in group
        ]
        total = sum((value for _, _, value in inputs), Decimal(0))
        evidence = context.calculate(f"sum(amount {currency}) of open records", inputs, total, currency)
        lines.append(
            bullet(context.say("records.claimed", value=context.words.money(total, currency)), evidence)
        )
    return lines


def _kind_label(context: Context) -> str:
    items = context.request.items
    if "admin_penalty" in items and not set(items) & PENALTIES - {"admin_penalty"}:
        return context.label("record_kind", "penalty")
    if items:
        return context.words.list([context.label("dimension", item) for item in items])
    for aspect in ("litigation", "penalty"):
        if aspect in context.request.aspects:
            return context.label("record_kind", aspect)
    return context.label("record_kind", "any")


def _line(context: Context, item: Record) -> Line:
    comma = context.book["wording.list.comma"]
    day = own_date(item)
    parts = [context.label("dimension", item.dimension)]
    if item.role:
        parts.append(context.say("records.role", role=context.label("record_role", item.role)))
    if item.counterparties:
        parts.append(context.say("records.against", names=comma.join(item.counterparties)))
    if item.amount is not None:
        parts.append(context.words.money(item.amount, item.currency or ""))
    if item.authority:
        parts.append(item.authority)
    if item.record_number:
        parts.append(item.record_number)
    if item.status:
        status = context.label("status", item.status)
        closed = item.closed_on and is_closed(item)
        parts.append(
            context.say("records.closed_on", status=status, date=context.words.date(item.closed_on))  # type: ignore[arg-type]
            if closed
            else status
        )
    values = {"title": item.title, "details": comma.join(parts)}
    if day is None:
        return bullet(context.say("records.item_undated", **values), _evidence(context, item))
    return bullet(
        context.say("records.item", date=context.words.date(day), **values), _evidence(context, item)
    )


def _none(context: Context, visible: list[Record]) -> Draft:
    draft = context.missing(_kind_label(context), "records")
    if visible:
        used = [_evidence(context, item) for item in visible]
        counted = context.tools.count("records", used, customer=context.customer.code)
        said = context.book.count("answers.records.others", len(visible))
        draft = draft.joined(Draft((note(said, counted),)))
    return draft
