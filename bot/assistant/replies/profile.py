"""Who a customer is (工商信息): names, identifiers, registration, stage; each field with its source."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from bot.assistant.draft import Draft, Line, bullet, lead
from bot.assistant.replies import changes, facts
from bot.assistant.replies.context import Context
from store.evidence import Evidence
from store.records import Fact

#: The fields of a whole profile, in the order of reading.
FIELDS = (
    "other_names",
    "uscc",
    "lei",
    "registration_number",
    "legal_form",
    "industry",
    "business_scope",
    "registered_capital",
    "founded",
    "address",
    "country",
    "website",
    "stage",
    "owner",
    "tags",
)


_EXPECTED = ("address", "industry", "business_scope", "registered_capital", "founded")


def reply(context: Context) -> Draft:
    """The asked fields, or the whole profile."""
    asked = [item for item in context.request.items if item in FIELDS]
    return _fields(context, asked) if asked else _whole(context)


def _fields(context: Context, asked: list[str]) -> Draft:
    draft = Draft()
    used: list[Evidence] = []
    for item in asked:
        values = _values(context, item)
        if not values:
            draft = draft.joined(context.missing(context.label("field", item), "profile", "facts"))
            continue
        label = context.label("field", item)
        if len({_plain(text) for text, _ in values}) == 1:
            text, _evidence = values[0]
            said = context.say("profile.field", name=context.name, field=label, value=text)
            draft = draft.joined(Draft((lead(said, *(item for _, item in values[:3])),)))
            used += [item for _, item in values[:3]]
        else:
            said = context.say("profile.conflict", name=context.name, field=label)
            lines = [lead(said, *(item for _, item in values))]
            lines += [_sided(context, text, evidence) for text, evidence in values]
            lines += facts.trusted(context, [_side(context, text, evidence) for text, evidence in values])
            draft = draft.joined(Draft(tuple(lines)))
            continue
    draft = draft.joined(Draft((*facts.related(context, *asked), *context.sourced(used))))
    return draft.joined(changes.of(context, "profile", tuple(asked))) if changes.asked(context) else draft


def _side(context: Context, text: str, evidence: Evidence) -> facts.Side:
    return facts.Side(text, evidence, evidence.tier, context.seen(evidence))


def _sided(context: Context, text: str, evidence: Evidence) -> Line:
    if evidence.date:
        day = context.words.date(evidence.date)
        return bullet(
            context.say("profile.side_dated", source=evidence.source, value=text, date=day), evidence
        )
    return bullet(context.say("profile.side", source=evidence.source, value=text), evidence)


def _values(context: Context, item: str) -> list[tuple[str, Evidence]]:
    """What the register row says of a field, and what other sources say of it; the newest of each source."""
    profile = context.dossier.profile
    found: list[tuple[str, Evidence]] = []
    value = getattr(profile, item)
    if value not in (None, "", ()):
        names = (item, "currency") if item == "registered_capital" else (item,)
        found.append((shown(context, item, value), context.cite(profile, *names)))
    seen = {found[0][1].source} if found else set()
    for fact in context.dossier.facts:
        if fact.attribute == item and fact.origin.source not in seen:
            seen.add(fact.origin.source)
            found.append((_fact_value(context, item, fact), context.cite(fact, "attribute", "value")))
    return found


def _fact_value(context: Context, item: str, fact: Fact) -> str:
    if item == "registered_capital" and fact.value.isdecimal():
        return context.words.money(Decimal(fact.value), context.dossier.profile.currency or "")
    return facts.worded(context, fact.value)


def shown(context: Context, item: str, value: Any) -> str:
    """A field of the profile as people read it."""
    profile = context.dossier.profile
    match item:
        case "registered_capital":
            return context.words.money(value, profile.currency or "")
        case "founded":
            return context.words.date(value)
        case "other_names":
            comma = context.book["wording.list.comma"]
            return comma.join(
                context.say(
                    "profile.other_name", name=other.name, kind=context.label("name_kind", other.kind)
                )
                for other in value
            )
        case "tags":
            return context.book["wording.list.comma"].join(value)
        case "stage" | "country":
            return context.label(item, str(value))
    return str(value)


def _plain(text: str) -> str:
    return "".join(text.split()).casefold()


def headline(context: Context) -> Line:
    """Who it is in one line: name, code, trade, country and stage."""
    profile = context.dossier.profile
    head = context.cite(profile, "legal_name", "industry", "stage", "country")
    parts = [
        context.label(item, str(value)) if item in ("country", "stage") else str(value)
        for item in ("industry", "country", "stage")
        if (value := getattr(profile, item))
    ]
    described = context.book["wording.list.comma"].join(parts)
    key = "profile.lead" if described else "profile.lead_bare"
    values = {"described": described} if described else {}
    return lead(context.say(key, name=profile.legal_name, code=context.customer.code, **values), head)


def _whole(context: Context) -> Draft:
    first = headline(context)
    lines = [first]
    used = list(first.evidence)
    for item in FIELDS:
        values_of = _values(context, item) if item not in ("industry", "country", "stage") else []
        if not values_of:
            continue
        label = context.label("field", item)
        texts = {_plain(text) for text, _ in values_of}
        if len(texts) == 1:
            text, evidence = values_of[0]
            lines.append(bullet(context.say("profile.item", field=label, value=text), evidence))
            used.append(evidence)
        else:
            sides = [context.say("profile.side", source=item.source, value=text) for text, item in values_of]
            value = context.book["answers.source.joint"].join(sides)
            lines.append(
                bullet(
                    context.say("profile.item_conflict", field=label, value=value),
                    *(item for _, item in values_of),
                )
            )
    for party in context.dossier.parties:
        if party.role == "legal_representative" and (party.until is None or party.until.last >= context.day):
            evidence = context.cite(party, "name", "role")
            label = context.label("role", party.role)
            lines.append(bullet(context.say("profile.item", field=label, value=party.name), evidence))
            used.append(evidence)
    return Draft((*lines, *context.sourced(used)), unknown=_unknown(context))


def _unknown(context: Context) -> tuple[str, ...]:
    """One sentence on what a profile should have and this one has not."""
    profile = context.dossier.profile
    absent = [context.label("field", item) for item in _EXPECTED if getattr(profile, item) in (None, "")]
    if not (profile.uscc or profile.lei or profile.registration_number):
        absent.insert(0, context.label("gap", "identifier"))
    roles = {party.role for party in context.dossier.parties}
    absent += [
        context.label("role", role) for role in ("legal_representative", "shareholder") if role not in roles
    ]
    return (
        (context.say("missing.plain", what=context.words.list(absent), name=context.name),) if absent else ()
    )
