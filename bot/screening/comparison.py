"""Subjects beside the entries of lists (比对): what is a hit, what would be none today, and what is on no list now.

Pure functions of a roster and of what is known; `keeping` writes down what they come to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from bot.screening.matching import Found, Roster
from bot.screening.subjects import Subject
from knowledge.watchlists.errors import UnknownList
from store.hits import Hit, HitState


@dataclass(frozen=True, slots=True)
class Look:
    """What comparing came to: `found` are hits, `weak` are known hits that would be none today, `left` is whatever
    is on no list any more, with the version in which it was missed.
    """

    customer_id: UUID | None
    found: tuple[Found, ...] = ()
    weak: tuple[Found, ...] = ()
    left: tuple[tuple[Hit, int], ...] = ()


def compare(
    roster: Roster,
    versions: Mapping[str, int],
    subjects: Sequence[Subject],
    known: Sequence[Hit],
    customer_id: UUID | None,
    threshold: float,
) -> Look:
    """Hold subjects against a roster, and weigh again what is known of them; reads nothing else."""
    found = [each for subject in subjects for each in roster.find(subject, threshold, versions)]
    seen = {(each.subject.key, each.list, each.entry.id) for each in found}
    by_key = {subject.key: subject for subject in subjects}
    weak: list[Found] = []
    left: list[tuple[Hit, int]] = []
    for hit in known:
        if (hit.subject, hit.list, hit.entry) in seen or hit.list not in versions:
            continue
        if not roster.has(hit.list, hit.entry):
            left.append((hit, versions[hit.list]))
        elif hit.state is not HitState.CLOSED and hit.subject in by_key:
            told = roster.weigh(by_key[hit.subject], hit.list, hit.entry)
            assert told is not None
            if told.score >= threshold:
                found.append(told)  # no candidate by its pieces, but still a hit
            else:
                weak.append(told)
    found.sort(key=lambda each: (-each.score, each.list, each.entry.id))
    return Look(customer_id, tuple(found), tuple(weak), tuple(left))


def chosen(roster: Roster, lists: Sequence[str] | None) -> dict[str, int]:
    """The lists that are asked for with their versions; raises UnknownList."""
    if lists is None:
        return dict(roster.versions)
    if missing := [name for name in lists if name not in roster.versions]:
        raise UnknownList(
            f"there is no list {missing[0][:60]} to screen against; `bonafide lists show` names those that are loaded"
        )
    return {name: roster.versions[name] for name in lists}
