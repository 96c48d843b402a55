"""How customers are tied to each other (关联关系): two that are named, or one to all others.

A shared name is told as a shared name; that two people are one is said only where an identity number or a date of
birth agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.replies.context import Context
from bot.assistant.replies.news import document_evidence
from bot.dossier.relations import Link, Tie, links
from store.evidence import Evidence
from store.records import Dossier

#: What of every other file is looked through when one customer is asked about.
_AGGREGATES = ("parties", "records", "facts")
_SHARED = frozenset({Tie.PERSON, Tie.SAME_PERSON, Tie.FIRM})


def reply(context: Context) -> Draft:
    """The ties of one customer to all others that the viewer may see."""
    found: list[Line] = []
    for other in context.tools.portfolio(_AGGREGATES):
        if other.id != context.dossier.id:
            told = links(context.dossier, other, context.day)
            found += [_line(context, other, link) for link in told]
    if not found:
        return _none(context, context.say("relations.none_of", name=context.name))
    said = context.say("relations.lead_of", name=context.name, number=len(found))
    return _listed(context, said, found)


def between(contexts: Sequence[Context]) -> Draft:
    """The ties between customers that are named, pair by pair."""
    draft = Draft()
    for one, other in combinations(contexts, 2):
        found = [_line(one, other.dossier, link) for link in links(one.dossier, other.dossier, one.day)]
        values = {"one": one.name.strip(), "other": other.name.strip()}
        if found:
            said = one.say("relations.lead", number=len(found), **values)
            known = [each.cite(each.dossier.profile, "legal_name") for each in (one, other)]
            draft = draft.joined(_listed(one, said, found, *known))
        else:
            draft = draft.joined(_none(one, one.say("relations.none", **values)))
    return draft


def _listed(context: Context, said: str, found: Sequence[Line], *beside: Evidence) -> Draft:
    evidence = [item for line in found for item in line.evidence[:1]]
    counted = context.tools.count("ties", evidence, customer=context.customer.code)
    shown = found[: context.standards.tabled]
    lines = [lead(said, counted, *beside), *shown]
    if len(found) > len(shown):
        lines.append(note(context.say("list.more", number=len(found) - len(shown))))
    return Draft(tuple(lines))


def _none(context: Context, sentence: str) -> Draft:
    """No tie on file is no proof that there is none: where was looked is told."""
    where = context.words.list([context.label("place", place) for place in (*_AGGREGATES, "documents")])
    looked = context.tools.nothing(", ".join(_AGGREGATES), "ties", customer=context.customer.code)
    date = context.words.date(context.tools.today)
    return Draft((note(context.say("missing.looked", where=where, date=date), looked),), unknown=(sentence,))


def _line(context: Context, other: Dossier, link: Link) -> Line:
    """One tie in words; the row that names the other customer is cited in its own file."""
    here, there = context.name.strip(), other.profile.legal_name
    home, named = (other, here) if link.reverse else (context.dossier, there)
    owner = there if link.reverse else here
    match link.tie:
        case Tie.PARTY:
            item = context.tools.cite(link.here, home, "name", "role", "share_percent")
            role = context.label("role", link.here.role)
            return bullet(context.say("relations.party", who=named, role=role, name=owner), item)
        case Tie.RECORD:
            item = context.tools.cite(link.here, home, "dimension", "title", "counterparties", "role")
            return bullet(context.say("relations.record", name=owner, title=link.what, who=named), item)
        case Tie.FACT:
            item = context.tools.cite(link.here, home, "attribute", "value")
            field = context.label("field", link.here.attribute)
            return bullet(context.say("profile.field", name=owner, field=field, value=link.here.value), item)
        case Tie.DOCUMENT:
            item = document_evidence(context, link.here)
            title = context.words.title(link.what)
            return bullet(context.say("relations.document", title=title, source=link.here.source), item)
    evidence = _both(context, other, link)
    if link.tie in _SHARED:
        roles = {
            "role": context.label("role", link.here.role),
            "other_role": context.label("role", link.there.role),  # type: ignore[union-attr]
        }
        said = context.say(f"relations.{link.tie.value}", who=link.what, one=here, other=there, **roles)
        return bullet(said, *evidence)
    said = context.say(f"relations.{link.tie.value}", what=link.what, one=here, other=there)
    return bullet(said, *evidence)


def _both(context: Context, other: Dossier, link: Link) -> tuple[Evidence, Evidence]:
    names = ("name", "role", "birth_date") if link.tie in _SHARED else ("legal_name", link.tie.value)
    return (context.cite(link.here, *names), context.tools.cite(link.there, other, *names))
