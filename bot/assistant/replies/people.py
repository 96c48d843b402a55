"""Owners and people (股东、受益所有人、主要人员): roles, shares, and beneficial owners through layers of firms."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.assistant.draft import Draft, Line, bullet, heading, lead, note
from bot.assistant.replies import changes, facts, passages
from bot.assistant.replies.context import Context
from bot.assistant.wording import plain
from bot.dossier.ownership import Owner, holds, owners
from store.evidence import Evidence
from store.records import Party

#: What "who owns" and "the people" ask for when no role is named.
ALL_ROLES = ("legal_representative", "shareholder", "director", "supervisor", "manager", "guarantor")


def reply(context: Context) -> Draft:
    """The parties in the asked roles; owners through layers where owners are asked for."""
    asked = _roles(context)
    layered = any(party.held_in and party.role == "shareholder" for party in context.dossier.parties)
    if "shareholder" in context.request.items and layered and "beneficial_owner" not in asked:
        asked = (*asked, "beneficial_owner")
    draft = Draft()
    for role in asked:
        if role == "chair":
            draft = draft.joined(_chair(context))
            continue
        if role == "beneficial_owner":
            draft = draft.joined(_beneficial(context))
            continue
        found = _in_role(context, role)
        if found:
            draft = draft.joined(_listed(context, role, found))
        elif role in context.request.items and not (role == "manager" and _in_role(context, _HEAD)):
            draft = draft.joined(_absent(context, role))
    if not context.request.items:
        if not draft.lines:
            return context.missing(context.label("place", "parties"), "parties")
        if any(party.role == "shareholder" for party in context.dossier.parties):
            draft = draft.joined(_beneficial(context))
    said = facts.related(context, *asked) if context.request.items else []
    draft = draft.joined(Draft((*said, *context.sourced(_records(draft)))))
    if context.request.items and changes.asked(context):
        return draft.joined(changes.of(context, "people", context.request.items))
    return draft


_HEAD = "legal_representative"


def _roles(context: Context) -> tuple[str, ...]:
    """The asked roles; whoever manages a firm stands in most registers as its legal representative."""
    asked = context.request.items or ALL_ROLES
    if "manager" in context.request.items and _HEAD not in asked:
        return (_HEAD, *asked)
    return tuple(asked)


def _chair(context: Context) -> Draft:
    """Registers name directors and not who chairs them; the documents may."""
    quoted = passages.about(context)
    found = _in_role(context, "director")
    listed = _listed(context, "director", found) if found else Draft()
    if quoted.claims_stated or found:
        missing = (context.say("missing.plain", what=context.label("role", "chair"), name=context.name),)
        draft = listed.joined(replace(quoted, unknown=()) if quoted.claims_stated else Draft())
        return draft if quoted.claims_stated else replace(draft, unknown=missing)
    return context.missing(context.label("role", "chair"), "parties", "documents")


def _records(draft: Draft) -> list[Evidence]:
    return [
        item for line in draft.claims for item in line.evidence if item.calculation is None and item.locator
    ]


def _in_role(context: Context, role: str) -> list[Party]:
    return [item for item in context.dossier.parties if item.role == role and item.held_in is None]


def _absent(context: Context, role: str) -> Draft:
    """Nobody in the role as a party; a fact may say it in words (竞争对手: …)."""
    for fact in context.dossier.facts:
        if fact.attribute in (role, f"{role}s"):
            label = context.label("role", role)
            evidence = context.cite(fact, "attribute", "value")
            return Draft(
                (
                    lead(
                        context.say("profile.field", name=context.name, field=label, value=fact.value),
                        evidence,
                    ),
                )
            )
    return context.missing(context.label("role", role), "parties", "facts")


def _party(context: Context, party: Party) -> Evidence:
    return context.cite(
        party, "name", "role", "kind", "share_percent", "voting_percent", "held_in", "from", "to"
    )


def _named(context: Context, party: Party) -> str:
    if party.share_percent is not None:
        percent = context.words.percent(party.share_percent)
        return context.say("people.with_share", name=party.name, percent=percent)
    return party.name


def _listed(context: Context, role: str, found: list[Party]) -> Draft:
    now = [party for party in found if holds(party, context.day)]
    gone = [party for party in found if not holds(party, context.day)]
    label = context.label("role", role)
    lines: list[Line] = []
    if len(now) == 1:
        party = now[0]
        values = {"name": context.name, "role": label, "who": _named(context, party)}
        if party.since:
            said = context.say("people.one_since", date=context.words.date(party.since), **values)
        else:
            said = context.say("people.one", **values)
        lines.append(lead(said, _party(context, party)))
    elif now:
        ordered = sorted(now, key=lambda party: -(party.share_percent or Decimal(0)))
        evidence = [_party(context, party) for party in ordered]
        counted = context.tools.count(role, evidence, customer=context.customer.code)
        lines.append(
            lead(context.say("people.many", name=context.name, role=label, number=len(now)), counted)
        )
        for party, item in zip(ordered, evidence, strict=True):
            lines.append(bullet(_named(context, party), item))
    for party in gone[:3]:
        if party.until is None:
            continue
        said = context.say("people.former", who=party.name, role=label, date=context.words.date(party.until))
        lines.append(note(said, _party(context, party)))
    return Draft(tuple(lines))


def _beneficial(context: Context) -> Draft:
    """Who holds, through all layers, at least the share that policy names; and who is registered as such."""
    profile = context.dossier.profile
    names = [profile.legal_name, *(other.name for other in profile.other_names)]
    found = owners(context.dossier.parties, names, context.day)
    limit = Decimal(context.standards.beneficial_percent)
    large = [owner for owner in found if owner.percent >= limit]
    registered = [item for item in _in_role(context, "beneficial_owner") if holds(item, context.day)]
    if not large and not registered:
        draft = context.missing(context.label("role", "beneficial_owner"), "parties")
        if found:
            largest = found[0]
            share = _share(context, largest)
            said = context.say(
                "people.largest", who=largest.name, percent=context.words.percent(largest.percent)
            )
            draft = draft.joined(Draft((note(said, *share),)))
        return draft
    lines: list[Line] = []
    threshold = context.calculate("beneficial ownership from (policy)", [], limit, "percent")
    if large:
        shown = context.words.percent(limit)
        lines.append(heading(context.say("people.beneficial", percent=shown)))
        lines += [_owner(context, owner, threshold) for owner in large]
    for party in registered:
        who = _named(context, party)
        lines.append(
            bullet(
                context.say("people.registered", who=who, source=party.origin.source), _party(context, party)
            )
        )
    return Draft(tuple(lines))


def _share(context: Context, owner: Owner) -> list[Evidence]:
    """The calculation of an effective share, and the shareholdings that it multiplies."""
    inputs, terms = [], []
    for stake in owner.stakes:
        factors = []
        for party in stake.links:
            inputs.append(
                (
                    f"{party.name} → {party.held_in or context.name}",
                    _party(context, party),
                    party.share_percent or Decimal(0),
                )
            )
            factors.append(f"{plain(party.share_percent or Decimal(0))}%")
        terms.append(" × ".join(factors))
    result = plain(owner.percent.quantize(Decimal("0.0001")))
    return [context.calculate(" + ".join(terms), inputs, result, "percent"), *(item for _, item, _ in inputs)]


def _owner(context: Context, owner: Owner, threshold: Evidence) -> Line:
    percent = context.words.percent(owner.percent)
    evidence = _share(context, owner)
    direct = len(owner.stakes) == 1 and len(owner.stakes[0].links) == 1
    key = "people.owner_firm" if owner.kind == "organisation" else "people.owner"
    if direct:
        return bullet(context.say(f"{key}_direct", who=owner.name, percent=percent), *evidence)
    paths = []
    for stake in owner.stakes:
        steps = [
            context.say(
                "people.step",
                holder=party.name,
                percent=context.words.percent(party.share_percent or Decimal(0)),
            )
            for party in stake.links
        ]
        paths.append(" → ".join([*steps, context.name]))
    joint = context.book["answers.source.joint"]
    return bullet(
        context.say(f"{key}_through", who=owner.name, percent=percent, path=joint.join(paths)), *evidence
    )
