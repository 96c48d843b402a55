"""What two customers have to do with each other (关联关系): one in the other's file, and what stands in both.

A name that stands in both files may be two people of one name; only an identity number or a date of birth that
agrees makes it more than that, and one that differs ends it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import combinations, product
from typing import Any

from bot.dossier.ownership import holds
from bot.dossier.records import counts
from store.names import search_key
from store.records import DocumentCard, Dossier, Party, Profile

#: Names that are shorter may stand in any sentence.
_TELLING = 4
#: A name or a place that more files have (a court, a state fund, a business park) ties nobody.
_CROWD = 12


class Tie(StrEnum):
    """How two files are tied."""

    PARTY = "party"
    RECORD = "record"
    FACT = "fact"
    PERSON = "person"
    SAME_PERSON = "same_person"
    FIRM = "firm"
    ADDRESS = "address"
    WEBSITE = "website"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True)
class Link:
    """One tie: the row of the one file, the row of the other (None: the other is named in it), and what they share."""

    tie: Tie
    here: Any
    there: Any | None
    what: str
    #: Whether `here` is a row of the other file, in which the first customer is named.
    reverse: bool = False


def links(one: Dossier, other: Dossier, day: date) -> tuple[Link, ...]:
    """Every tie between two files on a day, the surest first."""
    found = [
        *_named(one, other, day),
        *(Link(link.tie, link.here, None, link.what, reverse=True) for link in _named(other, one, day)),
        *_shared_parties(one, other, day),
        *_shared_places(one.profile, other.profile),
        *_shared_documents(one, other),
    ]
    order = list(Tie)
    return tuple(sorted(found, key=lambda link: order.index(link.tie)))


def pairs(dossiers: Iterable[Dossier], day: date) -> Iterator[tuple[Dossier, Dossier]]:
    """Those customers that a name, an address or a website ties, each pair once; all others have no tie to look for.

    Facts and documents alone bring no pair: they are looked through where two are named.
    """
    listed = list(dossiers)
    having: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, dossier in enumerate(listed):
        for key in _keys(dossier, day):
            having[key].append(at)
    found = {
        pair
        for places in having.values()
        if 1 < len(places) <= _CROWD
        for pair in combinations(sorted(set(places)), 2)
    }
    for one, other in sorted(found):
        yield listed[one], listed[other]


def _keys(dossier: Dossier, day: date) -> Iterator[tuple[str, str]]:
    """What another file may have too."""
    for name in names_of(dossier.profile):
        yield "name", name
    for party in dossier.parties:
        if holds(party, day):
            yield "name", search_key(party.name)
    for record in dossier.records:
        if counts(record, day):
            yield from (("name", search_key(name)) for name in record.counterparties)
    if dossier.profile.address:
        yield "address", search_key(dossier.profile.address)
    if dossier.profile.website:
        yield "website", _site(dossier.profile.website)


def names_of(profile: Profile) -> frozenset[str]:
    """The customer's names as they are compared."""
    return frozenset(
        search_key(name) for name in (profile.legal_name, *(o.name for o in profile.other_names))
    )


def _named(one: Dossier, other: Dossier, day: date) -> Iterator[Link]:
    """Rows of the one file that name the other customer."""
    theirs = names_of(other.profile)
    for party in one.parties:
        if holds(party, day) and search_key(party.name) in theirs:
            yield Link(Tie.PARTY, party, None, party.name)
    for record in one.records:
        if counts(record, day) and any(search_key(name) in theirs for name in record.counterparties):
            yield Link(Tie.RECORD, record, None, record.title)
    spoken = (other.profile.legal_name, *(name.name for name in other.profile.other_names))
    for fact in one.facts:
        if any(len(name) >= _TELLING and name.casefold() in fact.value.casefold() for name in spoken):
            yield Link(Tie.FACT, fact, None, fact.attribute)


def _shared_parties(one: Dossier, other: Dossier, day: date) -> Iterator[Link]:
    """People and firms that stand in both files, once each."""
    ours, theirs = names_of(one.profile), names_of(other.profile)
    told: set[str] = set()
    for mine, its in product(one.parties, other.parties):
        key = search_key(mine.name)
        if key != search_key(its.name) or key in told or key in ours | theirs:
            continue
        if not (holds(mine, day) and holds(its, day)) or _differ(mine, its):
            continue
        told.add(key)
        if "organisation" in (mine.kind, its.kind):
            yield Link(Tie.FIRM, mine, its, mine.name)
        else:
            yield Link(Tie.SAME_PERSON if _agree(mine, its) else Tie.PERSON, mine, its, mine.name)


def _agree(mine: Party, its: Party) -> bool:
    """Whether something beside the name says that two people are one."""
    born = (
        mine.birth_date is not None and mine.birth_date == its.birth_date and mine.birth_date.day is not None
    )
    # What is masked for this viewer is alike for many people.
    shared = set(mine.identifiers) & set(its.identifiers)
    return born or any("*" not in number for number in shared)


def _differ(mine: Party, its: Party) -> bool:
    """Whether dates of birth say that two people are two."""
    if mine.birth_date is None or its.birth_date is None:
        return False
    return mine.birth_date.last < its.birth_date.first or its.birth_date.last < mine.birth_date.first


def _shared_places(one: Profile, other: Profile) -> Iterator[Link]:
    if one.address and other.address and search_key(one.address) == search_key(other.address):
        yield Link(Tie.ADDRESS, one, other, one.address)
    if one.website and other.website and _site(one.website) == _site(other.website):
        yield Link(Tie.WEBSITE, one, other, one.website)


def _site(address: str) -> str:
    return address.casefold().split("://")[-1].removeprefix("www.").rstrip("/")


def _shared_documents(one: Dossier, other: Dossier) -> Iterator[Link]:
    """Documents in which both are named, the newest first."""
    held = {card.id for card in other.documents}
    both = [card for card in one.documents if card.id in held]
    both.sort(key=_published, reverse=True)
    for card in both:
        yield Link(Tie.DOCUMENT, card, None, card.title)


def _published(card: DocumentCard) -> str:
    return card.published.last.isoformat() if card.published else ""
