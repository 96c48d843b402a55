"""What is missing about a customer, and what is older than policy allows (缺失与过期)."""

from __future__ import annotations

import re
from decimal import Decimal

from bot.assistant.draft import Draft, Line, bullet, heading, lead, note, quote
from bot.assistant.replies.context import Context
from bot.assistant.replies.figures import place
from bot.assistant.replies.passages import quoting
from bot.assistant.replies.pieces import sentences
from bot.assistant.wording import partial
from bot.dossier.completeness import gaps
from store.access import FieldClass
from store.evidence import Evidence

#: What documents say when something has not come yet.
_MISSING_WORDS = (
    "missing outstanding to be requested not yet received not provided 缺少 尚缺 待补 未提供 尚未提交"
)
_MISSING = re.compile(
    r"\b(?:missing|outstanding|to be requested|not yet (?:received|provided|arrived|submitted)"
    r"|still (?:waiting|to come)|has not arrived)\b"
    r"|缺少|尚缺|待补|未提供|尚未(?:提供|提交|收到)|还没(?:有)?(?:提供|收到)",
    re.IGNORECASE,
)
#: Parts of a file by the class that one must be allowed to see before their absence means anything.
_PUBLIC = ("records", "documents")
_INTERNAL = ("statements", "invoices", "payments", "contracts", "contacts", "scores", "notes")


def reply(context: Context) -> Draft:
    """The gaps as a list of what is unknown; then what is there but old."""
    inside = FieldClass.INTERNAL in context.tools.question.viewer.classes
    parts = (*_PUBLIC, *(_INTERNAL if inside else ()))
    absent = [context.label(gap.table, gap.name) for gap in gaps(context.dossier, parts)]
    looked = context.tools.nothing(
        "profile, parties, " + ", ".join(parts), "gaps", customer=context.customer.code
    )
    until = context.words.date(context.tools.today)
    where = context.words.list([context.label("place", part) for part in ("profile", "parties", *parts)])
    lines: list[Line] = []
    if absent:
        counted = context.calculate(
            "count(gaps)", [("gaps", looked, Decimal(len(absent)))], Decimal(len(absent)), "rows"
        )
        lines.append(lead(context.book.count("answers.gaps.lead", len(absent), name=context.name), counted))
        lines += [bullet(item, looked) for item in absent]
    else:
        lines.append(lead(context.say("gaps.none", name=context.name), looked))
    old = [line for part in ("customers", *parts) for line in _old(context, part)]
    if old:
        lines += [heading(context.say("gaps.old")), *old]
    lines += _told_missing(context)
    lines.append(note(context.say("missing.looked", where=where, date=until), looked))
    unknown = tuple(context.say("missing.plain", what=item, name=context.name) for item in absent)
    return Draft(tuple(lines), focus={"unknown": unknown})


def _told_missing(context: Context) -> list[Line]:
    """What notes and documents themselves call missing."""
    lines: list[Line] = []
    for item in context.dossier.notes[:20]:
        if _MISSING.search(item.text):
            said = context.say(
                "list.item", head=context.words.date(item.at[:10]), details=" ".join(item.text.split())[:300]
            )
            lines.append(bullet(said, context.cite(item, "at", "channel", "by", "text")))
    for hit in context.tools.search(_MISSING_WORDS, customers=(context.customer,), k=4):
        stated = [hit.text[a:b] for a, b in sentences(hit.text) if _MISSING.search(hit.text[a:b])]
        for words in stated[:3]:
            evidence = context.tools.passage(quoting(hit.evidence, words, context.customer.code))
            lines.append(quote(words, evidence, after=place(evidence, context.book, context.words)))
    return [heading(context.say("gaps.told")), *lines[:5]] if lines else []


def _old(context: Context, part: str) -> list[Line]:
    rows = (context.dossier.profile,) if part == "customers" else getattr(context.dossier, part)
    if not rows or part == "documents":
        return []
    evidence = [_evidence(context, part, item) for item in rows[:40]]
    dated = [item for item in evidence if item.date]
    if not dated:
        return []
    newest = max(dated, key=lambda item: item.date or "")
    allowed = context.standards.freshness.get(part)
    age = (context.day - partial(newest.date or "").last).days
    if allowed is None or age <= allowed:
        return []
    basis = context.calculate(f"{context.day} - {newest.date}", [], Decimal(age), "days")
    limit = context.calculate("freshness limit of policy", [], Decimal(allowed), "days")
    label = context.label("place", "profile" if part == "customers" else part)
    values = {"what": label, "date": context.words.date(newest.date or ""), "age": context.words.days(age)}
    return [
        bullet(
            context.say("gaps.item_old", limit=context.words.days(allowed), **values), newest, basis, limit
        )
    ]


def _evidence(context: Context, part: str, item: object) -> Evidence:
    columns = {"customers": ("legal_name",), "statements": ("period_end", "period_kind"), "notes": ("at",)}
    return context.cite(item, *columns.get(part, ("observed_on",)))
