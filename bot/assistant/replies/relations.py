"""How customers are tied to each other (关联关系): two that are named, or one to all others.

A shared name is told as a shared name; that two people are one is said only where an identity number or a date of
birth agrees.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import combinations

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, Line, bullet, lead, note
from bot.assistant.naming import Named
from bot.assistant.replies.context import Context
from bot.assistant.replies.news import document_evidence
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from bot.assistant.wording import Wording
from bot.dossier.relations import Link, Tie, links, pairs
from prompts.phrasebook import Phrasebook
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
        return _none_of(context, context.say("relations.none_of", name=context.name))
    said = context.say("relations.lead_of", name=context.name, number=len(found))
    return _listed_of(context, said, found)


def between(contexts: Sequence[Context]) -> Draft:
    """The ties between customers that are named, pair by pair."""
    draft = Draft()
    for one, other in combinations(contexts, 2):
        found = [_line(one, other.dossier, link) for link in links(one.dossier, other.dossier, one.day)]
        values = {"one": one.name.strip(), "other": other.name.strip()}
        if found:
            said = one.say("relations.lead", number=len(found), **values)
            known = [each.cite(each.dossier.profile, "legal_name") for each in (one, other)]
            draft = draft.joined(_listed_of(one, said, found, *known))
        else:
            draft = draft.joined(_none_of(one, one.say("relations.none", **values)))
    return draft


def among(request: Request, tools: Tools, book: Phrasebook, words: Wording, standards: Standards) -> Draft:
    """The ties between any two customers that the viewer may see, of the kind that is asked for."""
    day = tools.as_of.last if tools.as_of else tools.today
    found: list[Line] = []
    for one, other in pairs(tools.portfolio(_AGGREGATES), day):
        named = Named(one.id, one.code, one.profile.legal_name)
        context = Context(request, named, one, tools, book, words, standards)
        asked = [link for link in links(one, other, day) if _is_asked(link, request.text)]
        found += [_line(context, other, link) for link in asked]
    if not found:
        return _none(tools, book, words, _AGGREGATES, book["answers.relations.none_at_all"])
    said = book.say("answers.relations.lead_all", number=len(found))
    return _listed(tools, book, said, found, most=standards.tabled * 2)


_ASKED = (
    (re.compile(r"shareholder|股东|持股", re.IGNORECASE), frozenset({"shareholder"})),
    (re.compile(r"legal rep|法定代表人|法人", re.IGNORECASE), frozenset({"legal_representative"})),
    (re.compile(r"director|董事", re.IGNORECASE), frozenset({"director", "chairman"})),
    (re.compile(r"guarant|担保|互保", re.IGNORECASE), frozenset({"guarantor", "guarantee"})),
    (re.compile(r"beneficial|受益", re.IGNORECASE), frozenset({"beneficial_owner"})),
)


def _is_asked(link: Link, text: str) -> bool:
    """Whether a tie is of the kind that a question names; all are where it names none."""
    if re.search(r"\baddress|地址", text, re.IGNORECASE):
        return link.tie is Tie.ADDRESS
    roles = frozenset().union(*(roles for pattern, roles in _ASKED if pattern.search(text)))
    if not roles:
        return True
    rows = [row for row in (link.here, link.there) if row is not None]
    has = [getattr(row, "role", None) in roles or getattr(row, "dimension", None) in roles for row in rows]
    return any(has)


def _listed(
    tools: Tools,
    book: Phrasebook,
    said: str,
    found: Sequence[Line],
    *beside: Evidence,
    most: int,
    customer: str | None = None,
) -> Draft:
    evidence = [item for line in found for item in line.evidence[:1]]
    counted = tools.count("ties", evidence, customer=customer)
    shown = found[:most]
    lines = [lead(said, counted, *beside), *shown]
    if len(found) > len(shown):
        lines.append(note(book.say("answers.list.more", number=len(found) - len(shown))))
    return Draft(tuple(lines))


def _none(
    tools: Tools,
    book: Phrasebook,
    words: Wording,
    places: Sequence[str],
    sentence: str,
    *,
    customer: str | None = None,
) -> Draft:
    """No tie on file is no proof that there is none: where was looked is told."""
    where = words.list([book[f"labels.place.{place}"] for place in places])
    looked = tools.nothing(", ".join(_AGGREGATES), "ties", customer=customer)
    said = book.say("answers.missing.looked", where=where, date=words.date(tools.today))
    return Draft((note(said, looked),), unknown=(sentence,))


def _listed_of(context: Context, said: str, found: Sequence[Line], *beside: Evidence) -> Draft:
    most, customer = context.standards.tabled, context.customer.code
    return _listed(context.tools, context.book, said, found, *beside, most=most, customer=customer)


def _none_of(context: Context, sentence: str) -> Draft:
    places, customer = (*_AGGREGATES, "documents"), context.customer.code
    return _none(context.tools, context.book, context.words, places, sentence, customer=customer)


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
