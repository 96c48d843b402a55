"""Subjects against the entries of lists (名单比对): candidates, scores, and what speaks for and against.

A roster holds the entries of some lists, each in one version. That of the lists in force is kept between questions
and made again when a list changes; that of a delta holds only what is new or reads otherwise. Many threads may ask.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.screening.shelf import Shelf
from bot.screening.subjects import Subject, identifier_of
from knowledge.watchlists.circumstances import bare
from knowledge.watchlists.entry import ListEntry
from knowledge.watchlists.scoring import Note, score
from knowledge.watchlists.service import Lists


@dataclass(frozen=True, slots=True)
class Found:
    """A subject beside an entry: how likely they are one, by which names, and why."""

    subject: Subject
    list: str
    version: int
    entry: ListEntry
    our_name: str
    matched: str
    score: float
    because: tuple[Note, ...]
    against: tuple[Note, ...]


class Roster:
    """Entries of some lists, ready to be asked."""

    def __init__(self, versions: Mapping[str, int], shelves: Mapping[str, Shelf]) -> None:
        self.versions, self._shelves = dict(versions), dict(shelves)

    @classmethod
    def of(cls, list_: str, version: int, entries: Iterable[ListEntry]) -> Roster:
        """Some entries of one list."""
        return cls({list_: version}, {list_: Shelf.of(entries)})

    def size(self, lists: Collection[str] | None = None) -> int:
        """How many entries there are, in these lists or in all."""
        return sum(shelf.size for name, shelf in self._shelves.items() if lists is None or name in lists)

    def has(self, list_: str, entry: str) -> bool:
        """Whether the entry is in it."""
        return list_ in self._shelves and bool(self._shelves[list_].entries([entry]))

    def find(self, subject: Subject, threshold: float, lists: Collection[str] | None = None) -> list[Found]:
        """The entries that are at least so likely the subject, the likeliest first."""
        found = []
        for name, shelf in self._shelves.items():
            if lists is not None and name not in lists:
                continue
            near = _near(shelf, subject)
            for key, entry in shelf.entries(near).items():
                told = self._weighed(subject, name, entry, near[key])
                if told.score >= threshold:
                    found.append(told)
        return sorted(found, key=lambda each: (-each.score, each.list, each.entry.id))

    def weigh(self, subject: Subject, list_: str, entry: str) -> Found | None:
        """The subject beside one entry, however unlike; None where the entry is not in it."""
        known = self._shelves[list_].entries([entry]) if list_ in self._shelves else {}
        return self._weighed(subject, list_, known[entry], ()) if known else None

    def _weighed(self, subject: Subject, name: str, entry: ListEntry, names: Collection[str]) -> Found:
        told = score(subject.query, entry, names or None)
        return Found(
            subject,
            name,
            self.versions[name],
            entry,
            told.our_name,
            told.matched,
            told.score,
            told.because,
            told.against,
        )


def _near(shelf: Shelf, subject: Subject) -> dict[str, set[str]]:
    """The entries that share a number or rare pieces of a name with the subject, with their names that do."""
    found: dict[str, set[str]] = defaultdict(set)
    for name in subject.names:
        for near in shelf.index.near(name):
            found[near.key].add(near.name)
    for number in subject.identifiers:
        for key in shelf.numbers.get(bare(identifier_of(number).number), ()):
            found[key].update()
    return found


class Rosters:
    """The roster of the lists in force, made when it is first asked for and again when a list changes."""

    def __init__(self, lists: Lists, names: Collection[str] = (), *, folder: Path | None = None) -> None:
        """`names` are the lists that are screened against; none: all. Indexes are kept in `folder`, if any."""
        self._lists, self._names, self._folder = lists, frozenset(names), folder
        self._lock = threading.Lock()
        self._current: Roster | None = None
        self._shelves: dict[tuple[str, int], Shelf] = {}

    def versions(self) -> dict[str, int]:
        """The lists that are screened against, with the versions in force."""
        in_force = self._lists.in_force()
        return {name: at for name, at in in_force.items() if not self._names or name in self._names}

    def current(self) -> Roster:
        """The roster of the versions in force."""
        with self._lock:
            versions = self.versions()
            if self._current is None or self._current.versions != versions:
                known = self._shelves
                self._shelves = {
                    key: known[key] if key in known else self._shelf(*key) for key in versions.items()
                }
                shelves = {name: shelf for (name, _), shelf in self._shelves.items()}
                self._current = Roster(versions, shelves)
            return self._current

    def _shelf(self, name: str, version: int) -> Shelf:
        lists = self._lists
        stands = next(each for each in lists.versions(name) if each.version == version)
        return Shelf.stored(
            self._folder,
            name,
            stands.sha256,
            lambda: lists.entries(name, version),
            lambda wanted: lists.entries(name, version, only=wanted),
            stands.entries,
        )


def note_body(note: Note) -> dict[str, Any]:
    """A note as it is stored."""
    return {"feature": note.feature, "left": note.left, "right": note.right, "value": f"{note.value:.2f}"}
