"""Single facts of the business background (经营背景事实), asked for by attribute: auditor, largest buyer, backlog.

Where sources disagree all of them stand side by side, each with its date, and then which of them is trusted more.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.replies.context import Context
from store.evidence import Evidence, Tier
from store.records import Fact

#: Facts that say more about what another topic answers.
RELATED = {
    "manager": ("succession",),
    "legal_representative": ("succession",),
    "beneficial_owner": ("beneficial_owner_note",),
    "shareholder": ("share_transfer", "shareholder_listed"),
    "parent": ("parent_support",),
    "guarantor": ("guarantees_received", "parent_support"),
    "guarantee": ("guarantees_given", "guarantees_received", "parent_support"),
    "bankruptcy": ("company_status", "going_concern", "scheme"),
    "liquidation": ("company_status", "expected_dividend"),
    "admin_penalty": ("credit_repair",),
    "env_penalty": ("credit_repair",),
    "auditor": ("going_concern",),
    "scores": ("bond_rating",),
    "stage": ("company_status",),
}
#: Words that ask for what is kept under several names.
SPOKEN = {"sanctions": ("shareholder_listed",), "audit_opinion": ("going_concern",)}
#: What only a screening of the lists themselves can deny.
SCREENED = frozenset({"sanctions"})

_AMOUNT = re.compile(r"(?<![\d.])(\d+(?:\.\d+)?) ([A-Z]{3})(?![A-Za-z])")
_TRUST = {tier: place for place, tier in enumerate(Tier)}


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says, as people read it."""

    text: str
    evidence: Evidence
    tier: Tier
    seen: date


def reply(context: Context) -> Draft:
    """The asked attributes; what is on file under none of them is said to be missing."""
    draft = Draft()
    for attribute in context.request.items:
        kept = [name for name in SPOKEN.get(attribute, ()) if sides_of(context, name)]
        for name in kept or (attribute,):
            draft = draft.joined(_attribute(context, name))
    return draft.joined(Draft(tuple(related(context, *context.request.items))))


def _attribute(context: Context, attribute: str) -> Draft:
    label = context.label("field", attribute)
    sides = sides_of(context, attribute)
    if not sides:
        missing = context.missing(label, "facts", "documents")
        if attribute in SCREENED:
            # Nothing on file is not a clean screening (筛查), and must not be read as one.
            return missing.joined(Draft(unknown=(context.say("missing.unscreened"),)))
        return missing
    if len({_plain(side.text) for side in sides}) == 1:
        said = context.say("profile.field", name=context.name, field=label, value=sides[0].text)
        used = [side.evidence for side in sides[:3]]
        return Draft((lead(said, *used), *context.sourced(used)))
    said = context.say("profile.conflict", name=context.name, field=label)
    return Draft((lead(said, *(side.evidence for side in sides)), *side_by_side(context, sides)))


def sides_of(context: Context, attribute: str) -> list[Side]:
    """What the facts say of an attribute: the newest of each source, the most trusted first."""
    newest: dict[str, Fact] = {}
    for fact in context.dossier.facts:
        held = newest.get(fact.origin.source)
        if fact.attribute == attribute and (held is None or _seen(fact) > _seen(held)):
            newest[fact.origin.source] = fact
    found = [
        Side(
            worded(context, fact.value),
            context.cite(fact, "attribute", "value"),
            fact.origin.tier,
            _seen(fact),
        )
        for fact in newest.values()
    ]
    return sorted(found, key=trust)


def trust(side: Side) -> tuple[int, int]:
    """The order of trust: the tier of the source, then how new it is."""
    return _TRUST.get(side.tier, len(_TRUST)), -side.seen.toordinal()


def side_by_side(context: Context, sides: Sequence[Side]) -> list[Line]:
    """Each source with what it says and when, and which of them is trusted more."""
    return [*bullets(context, sides), *trusted(context, sides)]


def bullets(context: Context, sides: Sequence[Side]) -> list[Line]:
    """Each source with what it says and when."""
    lines = []
    for side in sides:
        values = {"source": side.evidence.source, "value": side.text}
        said = context.say("profile.side_dated", date=context.words.date(side.seen), **values)
        lines.append(bullet(said, side.evidence))
    return lines


def trusted(context: Context, sides: Sequence[Side]) -> list[Line]:
    """Which of several sources is trusted more, and why: by tier, then by date."""
    if len(sides) < 2:
        return []
    best, other = sorted(sides, key=trust)[:2]
    values = {
        "source": best.evidence.source,
        "tier": context.label("tier", best.tier),
        "date": context.words.date(best.seen),
    }
    key = "profile.trusted" if best.tier != other.tier else "profile.trusted_newer"
    return [note(context.say(key, **values), best.evidence)]


def related(context: Context, *asked: str) -> list[Line]:
    """Facts that belong to what was asked: a change of management, a transfer of shares, a repair applied for."""
    names = dict.fromkeys(name for item in asked for name in RELATED.get(item, ()))
    lines = []
    for name in names:
        for side in sides_of(context, name):
            values = {"source": side.evidence.source, "date": context.words.date(side.seen)}
            said = context.say(
                "profile.related", field=context.label("field", name), value=side.text, **values
            )
            lines.append(bullet(said, side.evidence))
    return lines


def worded(context: Context, value: str) -> str:
    """The value as its source words it, with sums as people read them: 6200000 CNY becomes 620万元."""

    def money(match: re.Match[str]) -> str:
        return context.words.money(Decimal(match[1]), match[2])

    return _AMOUNT.sub(money, value)


def _seen(fact: Fact) -> date:
    return fact.origin.observed_on.last if fact.origin.observed_on else fact.origin.recorded_at.date()


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()
