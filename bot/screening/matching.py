"""Subjects against the entries of lists (名单比对): candidates, scores, and what speaks for and against.

A roster holds the entries of some lists, each in one version. That of the lists in force is kept between questions
and made again when a list changes; that of a delta holds only what is new or reads otherwise. Many threads may ask.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.screening.subjects import Subject, identifier_of
from knowledge.watchlists.circumstances import bare, numbers
from knowledge.watchlists.entry import ListEntry
from knowledge.watchlists.index import NameIndex
from knowledge.watchlists.scoring import Note, score
from knowledge.watchlists.service import Lists

#: Between the name of a list and the number of an entry; in neither of them.
_AND = "\x1f"


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

    def __init__(self, versions: Mapping[str, int], entries: Iterable[tuple[str, ListEntry]]) -> None:
        self.versions = dict(versions)
        self._entries: dict[str, ListEntry] = {}
        self._numbers: dict[str, set[str]] = defaultdict(set)
        self._sizes: dict[str, int] = defaultdict(int)
        named = []
        for name, entry in entries:
            key = f"{name}{_AND}{entry.id}"
            self._entries[key] = entry
            self._sizes[name] += 1
            named.append((key, [each.text for each in entry.names]))
            for number in numbers(entry.identifiers):
                self._numbers[number].add(key)
        self._index = NameIndex.build(named)

    def size(self, lists: Collection[str] | None = None) -> int:
        """How many entries there are, in these lists or in all."""
        return sum(self._sizes.values() if lists is None else (self._sizes[name] for name in lists))

    def has(self, list_: str, entry: str) -> bool:
        """Whether the entry is in it."""
        return f"{list_}{_AND}{entry}" in self._entries

    def entry_ids(self) -> list[str]:
        """The numbers of all entries."""
        return [key.split(_AND, 1)[1] for key in self._entries]

    def near(self, subject: Subject) -> dict[str, set[str]]:
        """The entries that share a number or rare pieces of a name with the subject: key → their names that do."""
        found: dict[str, set[str]] = defaultdict(set)
        for name in subject.names:
            for near in self._index.near(name):
                found[near.key].add(near.name)
        for number in subject.identifiers:
            for key in self._numbers.get(bare(identifier_of(number).number), ()):
                found[key].update()
        return found

    def find(self, subject: Subject, threshold: float, lists: Collection[str] | None = None) -> list[Found]:
        """The entries that are at least so likely the subject, the likeliest first."""
        found = []
        for key, names in self.near(subject).items():
            name = key.split(_AND, 1)[0]
            if lists is None or name in lists:
                told = self._weighed(subject, name, self._entries[key], names)
                if told.score >= threshold:
                    found.append(told)
        return sorted(found, key=lambda each: (-each.score, each.list, each.entry.id))

    def weigh(
        self, subject: Subject, list_: str, entry: str, names: Collection[str] | None = None
    ) -> Found | None:
        """The subject beside one entry, however unlike; None where the entry is not in it.

        `names` are those of the entry that are worth comparing, where the caller knows.
        """
        known = self._entries.get(f"{list_}{_AND}{entry}")
        return None if known is None else self._weighed(subject, list_, known, names)

    def _weighed(self, subject: Subject, name: str, entry: ListEntry, names: Collection[str] | None) -> Found:
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


class Rosters:
    """The roster of the lists in force, made when it is first asked for and again when a list changes."""

    def __init__(self, lists: Lists, names: Collection[str] = ()) -> None:
        """`names` are the lists that are screened against; none: all."""
        self._lists, self._names = lists, frozenset(names)
        self._lock = threading.Lock()
        self._current: Roster | None = None

    def versions(self) -> dict[str, int]:
        """The lists that are screened against, with the versions in force."""
        in_force = self._lists.in_force()
        return {name: at for name, at in in_force.items() if not self._names or name in self._names}

    def current(self) -> Roster:
        """The roster of the versions in force."""
        with self._lock:
            versions = self.versions()
            if self._current is None or self._current.versions != versions:
                self._current = Roster(
                    versions,
                    (
                        (name, entry)
                        for name, version in versions.items()
                        for entry in self._lists.entries(name, version)
                    ),
                )
            return self._current


def note_body(note: Note) -> dict[str, Any]:
    """A note as it is stored."""
    return {"feature": note.feature, "left": note.left, "right": note.right, "value": f"{note.value:.2f}"}
