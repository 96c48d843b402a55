"""Who looked at a customer, asked about it or changed it (台账查询); only for those who may read the ledger."""

from __future__ import annotations

from typing import Any

from bot.assistant.draft import Draft, bullet, lead, note
from bot.assistant.replies.context import Context
from store.ledger import Entry

#: Columns that people ask about by name.
_FIELDS = ("address", "stage", "owner", "registered_capital", "legal_name", "industry", "website")

_LOOKS = frozenset({"asked", "source", "exported"})
#: What people decided, and no rule: acts on alerts, hits and proposals, sent letters.
_DECISIONS = frozenset({"alert", "hit", "proposal", "letter", "channel"})
_BY_RULE = ("alert.open", "alert.escalate", "proposal.add", "hit.opened", "hit.reopened", "hit.closed")


def reply(context: Context) -> Draft:
    """The entries of the ledger about the customer, newest first; raises Forbidden."""
    limit = 500
    if "changed" in context.request.aspects and "looked" not in context.request.aspects:
        return _changes(context)
    entries = context.tools.ledger(context.customer, period=context.request.period, limit=limit)
    if "looked" in context.request.aspects:
        entries = [(entry, item) for entry, item in entries if entry.action.split(".")[0] in _LOOKS]
    elif "decided" in context.request.aspects:
        entries = [(entry, item) for entry, item in entries if is_decision(entry)]
        if not entries:
            return context.missing(context.label("place", "decisions"), "ledger")
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
        lines.append(bullet(_told(context, entry), item))
    if len(entries) > context.standards.listed * 2:
        lines.append(note(context.say("list.more", number=len(entries) - context.standards.listed * 2)))
    return Draft(tuple(lines))


def is_decision(entry: Entry) -> bool:
    """Whether an entry is what somebody decided, and no rule."""
    return (
        entry.action.split(".")[0] in _DECISIONS
        and entry.action not in _BY_RULE
        and not entry.actor.startswith("rule:")
    )


def _told(context: Context, entry: Entry) -> str:
    """One entry in words: when, who, what, of which alert or hit, and the reason that was given."""
    action = context.label("action", entry.action.replace(".", "_"))
    if is_decision(entry) and entry.subject:
        action = context.say("ledger.of", action=action, subject=entry.subject)
    who = context.tools.people().get(entry.actor) or entry.actor
    said = context.say("ledger.item", at=context.words.instant(entry.at), actor=who, action=action)
    reason = str(entry.detail.get("words") or "")
    return context.say("ledger.because", said=said, reason=reason) if reason else said


def _shown(context: Context, value: Any) -> str:
    """A value as people read it: lists in words, nothing as a dash."""
    if value is None or value == "":
        return "–"
    if isinstance(value, (list, tuple)):
        return context.book["wording.list.comma"].join(str(each) for each in value)
    return str(value)


def _changes(context: Context) -> Draft:
    """Who changed what: the versions of the customer's rows, changes before first entries."""
    steps = context.tools.changes(context.customer, period=context.request.period, limit=400)
    told = context.request.text.casefold()
    fields = {name for name in _FIELDS if name in told or context.label("field", name).casefold() in told}
    fields |= {"address"} if "地址" in told else set()
    if fields:
        steps = [
            (step, item) for step, item in steps if any(change.field in fields for change in step.changes)
        ]
    later = [(step, item) for step, item in steps if step.number > 1 or step.removed] or steps
    if not later:
        return context.missing(context.label("place", "changes"), "changes")
    counted = context.tools.count("changes", [item for _, item in later], customer=context.customer.code)
    what = context.label("place", "changes")
    lines = [lead(context.say("list.lead", name=context.name, what=what, number=len(later)), counted)]
    for step, item in later[: context.standards.listed]:
        shown = [change for change in step.changes if not fields or change.field in fields][:3]
        changed = [
            context.say(
                "ledger.change",
                field=context.label("field", change.field),
                before=_shown(context, change.before),
                after=_shown(context, change.after),
            )
            for change in shown
        ]
        if step.number == 1 and step.called and not fields:
            changed = [context.say("ledger.added", what=step.called)]
        said = context.say(
            "ledger.changed",
            at=context.words.instant(step.recorded_at),
            actor=context.tools.people().get(step.actor) or step.actor,
            what=context.label("place", step.aggregate),
            changes=context.book["answers.source.joint"].join(changed),
        )
        lines.append(bullet(said, item))
    if len(later) > context.standards.listed:
        lines.append(note(context.say("list.more", number=len(later) - context.standards.listed)))
    return Draft(tuple(lines))
