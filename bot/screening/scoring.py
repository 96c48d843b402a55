"""A subject beside an entry (比对打分): names, then dates of birth, nationality, numbers and kind.

The comparison of names gives log odds; what else is known moves them. Until the scorer of the watch lists takes its
place, the moves below are plain judgement: a number in common outweighs any name, different birth years outweigh all
but the same name.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bot.screening.subjects import Subject
from knowledge.names.comparison import CERTAIN, Comparison, NameKind, compare
from knowledge.watchlists.entry import Kind, ListEntry

#: What each finding adds to the log odds.
_NUMBER, _BORN, _BORN_YEAR, _BORN_OTHERWISE = 10.0, 3.0, 1.0, -5.0
_NATION, _OTHER_NATION, _OTHER_KIND = 0.5, -1.5, -4.0


@dataclass(frozen=True, slots=True)
class Note:
    """One reason: what it saw on our side and on the entry's, and what it added to the log odds."""

    feature: str
    left: str
    right: str
    value: float


def score(subject: Subject, entry: ListEntry) -> tuple[str, str, float, tuple[Note, ...], tuple[Note, ...]]:
    """Our name and the entry's that fit best, the score, what speaks for it and what against."""
    our, theirs, best = _names(subject, entry)
    notes = [Note(reason.feature, reason.left, reason.right, reason.value) for reason in best.because]
    if best.deceiving:
        notes.append(Note("deceiving", best.deceiving, "", 0.0))
    more = [*_numbers(subject, entry), *_births(subject, entry), *_nations(subject, entry)]
    more += _kinds(subject, entry)
    odds = min(best.odds, 6.0) + sum(note.value for note in more)
    value = 1 / (1 + math.exp(-max(-CERTAIN, min(CERTAIN, odds))))
    notes = [*more, *notes]
    because = tuple(note for note in notes if note.value >= 0)
    against = tuple(note for note in notes if note.value < 0)
    return our, theirs, round(value, 4), because, against


def _names(subject: Subject, entry: ListEntry) -> tuple[str, str, Comparison]:
    kind = _kind(subject, entry)
    compared = (
        (our, theirs.text, compare(our, theirs.text, kind)) for our in subject.names for theirs in entry.names
    )
    return max(compared, key=lambda each: each[2].odds)


def _kind(subject: Subject, entry: ListEntry) -> NameKind:
    said = subject.kind if subject.kind != "unknown" else entry.kind.value
    return {"person": NameKind.PERSON, "organisation": NameKind.ORGANISATION}.get(said, NameKind.UNKNOWN)


def _numbers(subject: Subject, entry: ListEntry) -> list[Note]:
    from bot.screening.matching import bare

    theirs = {bare(each.number): each.number for each in entry.identifiers}
    return [
        Note("same_identifier", number, theirs[bare(number)], _NUMBER)
        for number in subject.identifiers
        if bare(number) and bare(number) in theirs
    ][:1]


def _births(subject: Subject, entry: ListEntry) -> list[Note]:
    if not subject.birth_dates or not entry.birth_dates:
        return []
    best = Note(
        "other_birth_date", str(subject.birth_dates[0]), str(entry.birth_dates[0].first), _BORN_OTHERWISE
    )
    for ours in subject.birth_dates:
        for theirs in entry.birth_dates:
            if not (ours.first <= theirs.last.last and theirs.first.first <= ours.last):
                continue
            exact = ours.first == ours.last and theirs.first.first == theirs.last.last
            feature, value = ("same_birth_date", _BORN) if exact else ("same_birth_year", _BORN_YEAR)
            if value > best.value:
                best = Note(feature, str(ours), str(theirs.first), value)
    return [best]


def _nations(subject: Subject, entry: ListEntry) -> list[Note]:
    ours = {nation.casefold() for nation in (*subject.nationalities, *subject.countries)}
    listed = (*entry.nationalities, *entry.citizenships, *entry.countries)
    theirs = {nation.casefold() for nation in listed}
    if not ours or not theirs:
        return []
    said = ", ".join((*subject.nationalities, *subject.countries)), ", ".join(dict.fromkeys(listed))
    if ours & theirs:
        return [Note("same_country", *said, _NATION)]
    return [Note("other_country", *said, _OTHER_NATION)]


def _kinds(subject: Subject, entry: ListEntry) -> list[Note]:
    if subject.kind == "unknown" or entry.kind is Kind.UNKNOWN or subject.kind == entry.kind.value:
        return []
    return [Note("other_kind", subject.kind, entry.kind.value, _OTHER_KIND)]


def bare(number: str) -> str:
    """A number without its kind, spaces and signs: “passport: E-123” is E123."""
    number = number.rpartition(":")[2] or number
    return "".join(character for character in number.upper() if character.isalnum())
