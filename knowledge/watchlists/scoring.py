"""Somebody beside an entry of a list (名单比对打分): a score that is a probability, what speaks for it and against.

The names give log odds (`knowledge.names.comparison`). What else both sides say moves them: dates and places of
birth, nationality, country, gender, kind, numbers, and how much the list itself trusts the name. Each finding is
declared in `odds.toml` with how often it is seen when both are one and when they are two; 0.5 is even odds. What one
side does not say says nothing.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cached_property

from knowledge.names.comparison import CERTAIN, Comparison, NameKind, compare
from knowledge.names.scripts import scripts_of
from knowledge.watchlists.circumstances import births, countries, genders, identifiers, nationalities, places
from knowledge.watchlists.entry import Identifier, Kind, ListEntry, ListName, Quality
from knowledge.watchlists.odds import Note, name_limits, weight
from store.dates import PartialDate

__all__ = ["Match", "Note", "Query", "score"]

#: Names of an entry that are compared at most where the index did not say which; some have hundreds of spellings.
_NAMES = 60
#: Nothing but a number in common makes names certain that are not the same.
_MOST = 0.9999


@dataclass(frozen=True, slots=True)
class Query:
    """Somebody who is looked for; the first of `names` is the one that is shown."""

    names: tuple[str, ...]
    kind: Kind = Kind.UNKNOWN
    birth_dates: tuple[PartialDate, ...] = ()
    birth_places: tuple[str, ...] = ()
    nationalities: tuple[str, ...] = ()
    #: Where somebody lives or a firm is registered.
    countries: tuple[str, ...] = ()
    gender: str | None = None
    #: Where the kind of a number is not known, its scheme is OTHER.
    identifiers: tuple[Identifier, ...] = ()


@dataclass(frozen=True)
class Match:
    """A query beside an entry: the names that fit best, how likely both are one, and why."""

    our_name: str
    matched: str
    quality: Quality
    score: float
    odds: float
    #: What speaks beside the names, and how the names compare; most matches are never asked for their reasons.
    found: tuple[Note, ...]
    compared: Comparison

    @cached_property
    def because(self) -> tuple[Note, ...]:
        """What speaks for both being one."""
        return tuple(note for note in self._notes if note.value >= 0)

    @cached_property
    def against(self) -> tuple[Note, ...]:
        """What speaks against it."""
        return tuple(note for note in self._notes if note.value < 0)

    @cached_property
    def _notes(self) -> tuple[Note, ...]:
        names = (Note(each.feature, each.left, each.right, each.value) for each in self.compared.because)
        deceiving = self.compared.deceiving
        return (*([Note("deceiving", deceiving, "", 0.0)] if deceiving else ()), *self.found, *names)


def score(query: Query, entry: ListEntry, names: Collection[str] | None = None) -> Match:
    """The query beside the entry; `names` are those of the entry that are worth comparing, all without it."""
    kind = _name_kind(query, entry)
    our, theirs, compared = _best(query, entry, kind, names)
    found = [*_of_name(theirs, compared)]
    found += births(query.birth_dates, entry.birth_dates)
    found += nationalities(query.nationalities, (*entry.nationalities, *entry.citizenships))
    found += countries(query.countries, entry)
    found += places(query.birth_places, entry.birth_places)
    found += genders(query.gender, entry.genders)
    found += _kinds(query.kind, entry.kind)
    found += identifiers(query.identifiers, entry.identifiers)
    odds = _held(compared, our, kind) + sum(note.value for note in found)
    value = min(_MOST, 1 / (1 + math.exp(-max(-CERTAIN, min(CERTAIN, odds)))))
    return Match(
        our_name=our,
        matched=theirs.text,
        quality=theirs.quality,
        score=round(value, 4),
        odds=round(odds, 3),
        found=tuple(found),
        compared=compared,
    )


def _name_kind(query: Query, entry: ListEntry) -> NameKind:
    """What the names are compared as: what the list says, for it knows; then what the asker says."""
    said = entry.kind if entry.kind is not Kind.UNKNOWN else query.kind
    if said is Kind.PERSON:
        return NameKind.PERSON
    return NameKind.UNKNOWN if said is Kind.UNKNOWN else NameKind.ORGANISATION


def _best(
    query: Query, entry: ListEntry, kind: NameKind, names: Collection[str] | None
) -> tuple[str, ListName, Comparison]:
    """The pair of names that fits best, a weak alias counting less; of equals the two that are more alike."""
    theirs = [name for name in entry.names if names is None or name.text in names] or list(entry.names)
    best: tuple[tuple[float, float], str, ListName, Comparison] | None = None
    for mine in query.names:
        for name in theirs[:_NAMES]:
            compared = compare(mine, name.text, kind)
            odds = _held(compared, mine, kind) + sum(note.value for note in _of_name(name, compared))
            if best is None or (odds, compared.odds) > best[0]:
                best = (odds, compared.odds), mine, name, compared
    if best is None:
        raise ValueError("a query and an entry have at least one name each")
    return best[1:]


def _held(compared: Comparison, name: str, kind: NameKind) -> float:
    """The log odds of the names within what names can say."""
    limits = name_limits()
    person = kind is NameKind.PERSON or compared.way.startswith("person")
    most = limits["most_person" if person else "most_organisation"]
    if person and compared.told is not None and compared.told <= 1 and not _whole_in_one(name):
        # One word of a longer name is hardly a name: thousands are called Khattab somewhere.
        alone = len(name.split()) <= 1
        most = limits["most_one_word" if alone else "most_one_word_of_many"]
    return max(limits["least"], min(most, compared.odds))


def _whole_in_one(name: str) -> bool:
    """Whether a name is whole though it is one word: family and given name in Chinese or Korean writing."""
    return len(name) >= 2 and bool(scripts_of(name) & {"han", "hangul"})


def _of_name(name: ListName, compared: Comparison) -> Iterable[Note]:
    """That the list trusts the name little speaks against as much as the name speaks for."""
    if name.quality is Quality.WEAK and compared.odds > 0:
        yield Note("weak_alias", "", name.text, weight("weak_alias"))
    elif name.quality is Quality.FORMER and compared.odds > 0:
        yield Note("former_name", "", name.text, weight("former_name"))


def _kinds(ours: Kind, theirs: Kind) -> list[Note]:
    if Kind.UNKNOWN in (ours, theirs) or ours is theirs:
        return []
    return [Note("other_kind", ours.value, theirs.value, weight("other_kind"))]
