"""Who looked at a customer, asked about it or changed it (台账查询); only for those who may read the ledger."""

from __future__ import annotations

from bot.assistant.draft import Draft, bullet, lead, note
from bot.assistant.replies.context import Context

_LOOKS = frozenset({"asked", "answer", "opened", "exported", "viewed", "searched"})


def reply(context: Context) -> Draft:
    """The entries of the ledger about the customer, newest first; raises Forbidden."""
    limit = 500
    entries = context.tools.ledger(context.customer, period=context.request.period, limit=limit)
    looks = "looked" in context.request.aspects
    changes = "changed" in context.request.aspects
    if looks != changes:
        entries = [
            (entry, item) for entry, item in entries if (entry.action.split(".")[0] in _LOOKS) == looks
        ]
    if not entries:
        return context.missing(context.label("place", "ledger"), "ledger")
    evidence = [item for _, item in entries]
    counted = context.tools.count("ledger entries", evidence, customer=context.customer.code)
    values = {"name": context.name, "what": context.label("place", "ledger"), "number": len(entries)}
    if context.request.period is not None:
        lines = [lead(context.say("list.lead_in", period=context.span(), **values), counted)]
    else:
        lines = [lead(context.say("list.lead", **values), counted)]
    for entry, item in entries[: context.standards.listed * 2]:
        said = context.say(
            "ledger.item",
            at=context.words.instant(entry.at),
            actor=entry.actor,
            action=context.label("action", entry.action.replace(".", "_")),
        )
        lines.append(bullet(said, item))
    if len(entries) > context.standards.listed * 2:
        lines.append(note(context.say("list.more", number=len(entries) - context.standards.listed * 2)))
    return Draft(tuple(lines))
