"""What is simply listed: contacts, contracts, cases, notes, scores (联系人、合同、投诉、沟通记录、评分)."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.replies import facts, passages
from bot.assistant.replies.context import Context
from bot.assistant.topics import load_lexicon, phrases_of
from bot.assistant.wording import partial
from store.dates import PartialDate
from store.evidence import Evidence
from store.records import Case, Contact, Contract, Note, Score

#: A credit insurance limit is asked for, not a score.
_LIMIT = re.compile(r"insurance|limit|保险|额度", re.IGNORECASE)


def contacts(context: Context) -> Draft:
    """Whom to call, with title, telephone and mail as far as this viewer may see them."""

    def line(item: Contact) -> tuple[str, Evidence]:
        parts = [part for part in (item.title, item.phone, item.email) if part]
        text = context.book["wording.list.comma"].join([item.name, *parts])
        return text, context.cite(item, "name", "title", "phone", "email")

    return _list(context, "contacts", context.dossier.contacts, line)


def contracts(context: Context) -> Draft:
    """Contracts with their term, amount and state; those that end soonest first when the end is asked for.

    Where a clause is asked for (质保期, warranty), the contracts that have it, each with that clause alone.
    """
    rows: Sequence[Contract] = [item for item in context.dossier.contracts if _touches(context, item)]
    matters = context.request.items
    if matters:
        rows = [item for item in rows if _clauses(item, matters)]
        if not rows:
            return _told_or_missing(context, "contracts", matters)
    if "ending" in context.request.aspects:
        rows = sorted(rows, key=lambda item: (item.ends_on is None, item.ends_on or PartialDate(9999)))

    def line(item: Contract) -> tuple[str, Evidence]:
        comma = context.book["wording.list.comma"]
        parts = [item.title] if item.title else []
        if item.amount is not None:
            parts.append(context.words.money(item.amount, item.currency or ""))
        if item.starts_on and item.ends_on:
            days = (context.words.date(item.starts_on), context.words.date(item.ends_on))
            parts.append(context.say("contracts.term", first=days[0], last=days[1]))
        elif item.ends_on:
            parts.append(context.say("contracts.until", last=context.words.date(item.ends_on)))
        elif item.signed_on:
            parts.append(context.say("contracts.signed", date=context.words.date(item.signed_on)))
        if item.status:
            parts.append(context.label("status", item.status))
        parts += _clauses(item, matters) if matters else list(item.clauses[:3])
        columns = (
            "contract_number",
            "title",
            "signed_on",
            "starts_on",
            "ends_on",
            "amount",
            "currency",
            "status",
            "clauses",
        )
        return context.say("list.item", head=item.contract_number, details=comma.join(parts)), context.cite(
            item, *columns
        )

    return _list(context, "contracts", rows, line)


def _clauses(item: Contract, matters: Sequence[str]) -> list[str]:
    """The clauses of a contract that speak of what is asked for."""
    words = [
        phrase for matter in matters for phrase in phrases_of(load_lexicon(), "item", "contracts", matter)
    ]
    return [clause for clause in item.clauses if any(word in clause.casefold() for word in words)]


def _told_or_missing(context: Context, place: str, matters: Sequence[str]) -> Draft:
    """What documents say of a matter that no row holds, else that it is not on file."""
    quoted = passages.about(context)
    if quoted.claims_stated:
        return replace(quoted, unknown=())
    what = context.words.list([context.label("matter", matter) for matter in matters])
    return context.missing(what, place, "documents")


def _touches(context: Context, item: Contract) -> bool:
    period = context.request.period
    if period is None:
        return True
    start, end = item.starts_on or item.signed_on, item.ends_on
    if "ending" in context.request.aspects:
        return end is not None and end.first <= period.last and end.last >= period.first
    return (start is None or start.first <= period.last) and (end is None or end.last >= period.first)


def cases(context: Context) -> Draft:
    """Complaints and feedback, with owner, time limit and outcome."""
    rows = [item for item in context.dossier.cases if context.within(item.opened_on)]
    if "open_only" in context.request.aspects:
        rows = [item for item in rows if item.closed_on is None]

    def line(item: Case) -> tuple[str, Evidence]:
        comma = context.book["wording.list.comma"]
        parts = [context.label("case", item.kind), item.summary]
        if item.owner:
            parts.append(context.say("cases.owner", owner=item.owner))
        if item.closed_on:
            parts.append(context.say("cases.closed", date=context.words.date(item.closed_on)))
            parts += [item.outcome] if item.outcome else []
        elif item.due_on:
            late = item.due_on.last < context.day
            parts.append(
                context.say("cases.overdue" if late else "cases.due", date=context.words.date(item.due_on))
            )
        else:
            parts.append(context.say("cases.open"))
        columns = ("kind", "opened_on", "summary", "owner", "due_on", "closed_on", "outcome")
        head = context.words.date(item.opened_on)
        return context.say("list.item", head=head, details=comma.join(parts)), context.cite(item, *columns)

    return _list(context, "cases", rows, line)


def notes(context: Context) -> Draft:
    """Calls, visits, mails and meetings, newest first; where a matter is asked for, those that speak of it."""
    rows = [item for item in context.dossier.notes if context.within(partial(item.at[:10]))]
    matters = context.request.items
    if matters:
        words = [phrase for one in matters for phrase in phrases_of(load_lexicon(), "item", "notes", one)]
        rows = [item for item in rows if any(word in item.text.casefold() for word in words)]
        if not rows:
            return _told_or_missing(context, "notes", matters)

    def line(item: Note) -> tuple[str, Evidence]:
        comma = context.book["wording.list.comma"]
        head = [context.words.date(item.at[:10])]
        if item.channel:
            head.append(context.label("channel", item.channel))
        if item.by:
            head.append(item.by)
        said = context.say("list.item", head=comma.join(head), details=" ".join(item.text.split())[:400])
        return said, context.cite(item, "at", "channel", "by", "text")

    return _list(context, "notes", rows, line)


def scores(context: Context) -> Draft:
    """Scores and grades by others, each with its scale."""
    rows = [item for item in context.dossier.scores if context.within(item.scored_on)]

    def line(item: Score) -> tuple[str, Evidence]:
        value = context.words.number(item.score)
        if item.scale_min is not None and item.scale_max is not None:
            low, high = context.words.number(item.scale_min), context.words.number(item.scale_max)
            value = context.say("scores.scaled", score=value, low=low, high=high)
        parts = [value]
        if item.grade:
            parts.append(context.say("scores.grade", grade=item.grade))
        if item.scored_on:
            parts.append(context.words.date(item.scored_on))
        said = context.say(
            "list.item", head=item.provider, details=context.book["wording.list.comma"].join(parts)
        )
        columns = ("provider", "score", "scale_min", "scale_max", "grade", "scored_on")
        return said, context.cite(item, *columns)

    limits: list[Line] = []
    for side in facts.sides_of(context, "credit_insurance_limit"):
        label = context.label("field", "credit_insurance_limit")
        said = context.say("profile.field", name=context.name, field=label, value=side.text)
        limits += [lead(said, side.evidence), *context.sourced([side.evidence])]
    limits += facts.related(context, "scores")
    if limits and _LIMIT.search(context.request.text):
        return Draft(tuple(limits))
    return _list(context, "scores", rows, line).joined(Draft(tuple(limits)))


def _list(
    context: Context, place: str, rows: Sequence[Any], line: Callable[[Any], tuple[str, Evidence]]
) -> Draft:
    label = context.label("place", place)
    if not rows:
        return context.missing(label, place)
    written = [line(item) for item in rows]
    evidence = [item for _, item in written]
    counted = context.tools.count(place, evidence, customer=context.customer.code)
    values = {"name": context.name, "what": label}
    if context.request.period is not None:
        said = context.say("list.lead_in", period=context.span(), number=len(rows), **values)
    else:
        said = context.say("list.lead", number=len(rows), **values)
    lines: list[Line] = [lead(said, counted)]
    lines += [bullet(text, item) for text, item in written[: context.standards.listed]]
    if len(rows) > context.standards.listed:
        lines.append(note(context.say("list.more", number=len(rows) - context.standards.listed)))
    return Draft((*lines, *context.sourced(evidence)))
