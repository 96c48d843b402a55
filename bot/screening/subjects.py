"""Who is screened (筛查对象): a firm under all its names, and the people and firms behind it.

A subject is plain and frozen. What a decision on it rests on is its `matter`: names, kind, dates of birth,
nationalities, identifiers. Two parties of one name are one subject with both roles, unless their dates of birth or
their kinds say that they are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from bot.dossier.ownership import holds, owners
from bot.screening.errors import NothingToScreen
from knowledge.watchlists.entry import Identifier, Kind, Scheme
from knowledge.watchlists.formats.schemes import scheme_of
from knowledge.watchlists.scoring import Query
from store.canonical import digest, plain
from store.dates import PartialDate
from store.names import search_key
from store.records import Dossier, Party

#: The role of the firm itself, and of whoever was only named.
CUSTOMER, NAMED = "customer", "named"
_FIRM = "firm"
#: A name that is longer says nothing more about who is meant.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Subject:
    """Somebody to be held against the lists; the first of `names` is the one that is shown."""

    key: str
    names: tuple[str, ...]
    kind: str = "unknown"
    roles: tuple[str, ...] = ()
    birth_dates: tuple[PartialDate, ...] = ()
    nationalities: tuple[str, ...] = ()
    #: Of a firm where it is registered, of a free name whatever country was given.
    countries: tuple[str, ...] = ()
    identifiers: tuple[str, ...] = ()
    #: The share held, as far as it is known: of beneficial owners through all layers.
    percent: Decimal | None = None

    @property
    def name(self) -> str:
        """The name that is shown."""
        return self.names[0]

    @property
    def matter(self) -> dict[str, Any]:
        """What a decision rests on, in an order of its own."""
        return {
            "names": sorted(self.names),
            "kind": self.kind,
            "birth_dates": sorted(map(str, self.birth_dates)),
            "nationalities": sorted(self.nationalities),
            "countries": sorted(self.countries),
            "identifiers": sorted(self.identifiers),
        }

    @property
    def query(self) -> Query:
        """It as the scorer takes it."""
        return Query(
            names=self.names,
            kind=Kind(self.kind),
            birth_dates=self.birth_dates,
            nationalities=self.nationalities,
            countries=self.countries,
            identifiers=tuple(map(identifier_of, self.identifiers)),
        )

    @property
    def matter_hash(self) -> str:
        """A hash of what a decision rests on."""
        return digest(plain(self.matter))


def shown(name: str) -> str:
    """A name as it is screened: as it is written, without the spaces around it and without end."""
    return name.strip()[:LONGEST]


def identifier_of(text: str) -> Identifier:
    """A number as people write it: `passport: E123`, or bare, when its form says whether it is a USCC or an LEI."""
    kind, _, number = text.rpartition(":")
    number = number.strip() or text
    if kind.strip():
        return Identifier(scheme_of(kind), number)
    plain = "".join(character for character in number.upper() if character.isalnum())
    if len(plain) == 18 and _USCC.fullmatch(plain):
        return Identifier(Scheme.USCC, number)
    return Identifier(Scheme.LEI if len(plain) == 20 and plain[-2:].isdigit() else Scheme.OTHER, number)


#: Department, category, region, organisation and check; an identity number of a person has 17 digits (GB 32100-2015).
_USCC = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}(?!\d{9}[\dX]$)[0-9A-HJ-NP-RTUWXY]{10}")


def changed_fields(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    """The fields in which two matters differ."""
    return tuple(field for field in after if before.get(field, []) != after[field])


def named(
    name: str,
    *,
    kind: str | None = None,
    birth_date: str | None = None,
    nationality: str | None = None,
    country: str | None = None,
    identifiers: Sequence[str] = (),
) -> Subject:
    """A free name with what else is known of whom it means; raises NothingToScreen."""
    name = " ".join(name.split())[:LONGEST]
    if not any(character.isalnum() for character in name):
        raise NothingToScreen("there is no name to screen; give one with at least a letter or a digit")
    kind = (kind or "unknown").strip().lower()
    if kind not in ("person", "organisation", "vessel", "aircraft", "unknown"):
        raise NothingToScreen(
            f"“{kind[:40]}” is no kind; write person, organisation, vessel, aircraft or unknown"
        )
    try:
        births = (PartialDate.parse(birth_date),) if birth_date else ()
    except ValueError as wrong:
        raise NothingToScreen(f"birth_date: {wrong}") from None
    subject = Subject(
        key="",
        names=(name,),
        kind=kind,
        roles=(NAMED,),
        birth_dates=births,
        nationalities=_given(nationality),
        countries=_given(country),
        identifiers=_given(*identifiers),
    )
    # Whoever is asked for with other data is somebody else: what was decided of one says nothing of the other.
    whom = {**subject.matter, "names": [search_key(name)]}
    return replace(subject, key=f"name:{digest(plain(whom))[:40]}")


def subjects_of(
    dossier: Dossier, *, roles: Iterable[str], owner_percent: Decimal, day: date
) -> list[Subject]:
    """The firm, its parties in these roles, and whoever owns so much of it through all layers."""
    profile = dossier.profile
    numbers = (
        profile.uscc and f"uscc:{profile.uscc}",
        profile.lei and f"lei:{profile.lei}",
        profile.registration_number and f"registration:{profile.registration_number}",
    )
    firm = Subject(
        key=f"{dossier.id.hex}:{_FIRM}",
        names=_once(*map(shown, (profile.legal_name, *(other.name for other in profile.other_names)))),
        kind="organisation",
        roles=(CUSTOMER,),
        countries=_given(profile.country),
        identifiers=_given(*numbers),
    )
    wanted = frozenset(roles)
    found: dict[str, Subject] = {}
    for party in dossier.parties:
        if party.role in wanted and holds(party, day) and _says_something(party.name):
            _add(found, _of_party(dossier, party))
    behind = owners(dossier.parties, list(firm.names), day)
    shares = {search_key(owner.name): owner.percent for owner in behind if owner.percent >= owner_percent}
    return [firm, *(_owning(subject, shares) for subject in found.values())]


def _owning(subject: Subject, shares: dict[str, Decimal]) -> Subject:
    percent = next((shares[key] for name in subject.names if (key := search_key(name)) in shares), None)
    if percent is None:
        return subject
    roles = _once(*subject.roles, "beneficial_owner")
    return replace(subject, percent=percent.quantize(Decimal("0.01")), roles=roles)


def _of_party(dossier: Dossier, party: Party) -> Subject:
    return Subject(
        key=f"{dossier.id.hex}:{digest(search_key(party.name))[:24]}",
        names=(shown(party.name),),
        kind=party.kind if party.kind in ("person", "organisation") else "unknown",
        roles=(party.role,),
        birth_dates=(party.birth_date,) if party.birth_date else (),
        nationalities=_given(party.nationality),
        identifiers=_given(*party.identifiers),
    )


def _add(found: dict[str, Subject], subject: Subject) -> None:
    """Join the subject to the one of the same name, or keep it beside it when both cannot be one."""
    key = subject.key
    for turn in range(2, 100):
        known = found.get(key)
        if known is None:
            found[key] = replace(subject, key=key)
            return
        if _may_be_one(known, subject):
            found[key] = replace(
                known,
                names=_once(*known.names, *subject.names),
                kind=known.kind if known.kind != "unknown" else subject.kind,
                roles=_once(*known.roles, *subject.roles),
                birth_dates=tuple(dict.fromkeys((*known.birth_dates, *subject.birth_dates))),
                nationalities=_once(*known.nationalities, *subject.nationalities),
                identifiers=_once(*known.identifiers, *subject.identifiers),
            )
            return
        born = subject.birth_dates[0] if subject.birth_dates else subject.kind
        key = f"{subject.key}:{born}" if turn == 2 else f"{subject.key}:{born}:{turn}"


def _may_be_one(one: Subject, other: Subject) -> bool:
    if "unknown" not in (one.kind, other.kind) and one.kind != other.kind:
        return False
    if not one.birth_dates or not other.birth_dates:
        return True
    return any(
        left.first <= right.last and right.first <= left.last
        for left in one.birth_dates
        for right in other.birth_dates
    )


def _says_something(name: str) -> bool:
    return any(character.isalnum() for character in name)


def _given(*texts: str | None) -> tuple[str, ...]:
    return _once(*(text.strip() for text in texts if text and text.strip()))


def _once(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))
