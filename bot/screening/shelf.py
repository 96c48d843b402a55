"""The entries of one list, ready to be asked (单个名单索引): an index over names and numbers, entries read when needed.

The index of a version is kept in the data folder, so that a command answers at once; it can be thrown away and is made
again. Its folder is named by the hash of the list's files: another list under the same name never finds it.
"""

from __future__ import annotations

import json
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from knowledge.watchlists.circumstances import numbers
from knowledge.watchlists.entry import ListEntry
from knowledge.watchlists.index import VERSION, NameIndex

#: Entries that are kept in memory after they were read.
_REMEMBERED = 20_000

Fetch = Callable[[Sequence[str]], Iterator[ListEntry]]


class Shelf:
    """One list in one version; many threads may ask."""

    def __init__(
        self, index: NameIndex, numbers_: Mapping[str, Sequence[str]], fetch: Fetch, size: int
    ) -> None:
        self.index, self.numbers, self.size = index, numbers_, size
        self._fetch = fetch
        self._read: dict[str, ListEntry | None] = {}

    @classmethod
    def of(cls, entries: Iterable[ListEntry]) -> Shelf:
        """A shelf of entries that are all in memory: of a delta."""
        held = {entry.id: entry for entry in entries}

        def fetch(wanted: Sequence[str]) -> Iterator[ListEntry]:
            return (held[each] for each in wanted if each in held)

        shelf = cls(*_indexed(held.values()), fetch, len(held))
        shelf._read.update(held)
        return shelf

    @classmethod
    def stored(
        cls,
        folder: Path | None,
        name: str,
        sha256: str,
        entries: Callable[[], Iterator[ListEntry]],
        fetch: Fetch,
        size: int,
    ) -> Shelf:
        """The shelf of a list in force: from its folder, else made of `entries` and written there."""
        if folder is None:
            return cls(*_indexed(entries()), fetch, size)
        place = folder / f"{name}-{sha256[:24]}-{VERSION}"
        index, numbers_ = NameIndex.load(place), read_numbers(place)
        if index is None or numbers_ is None:
            index, numbers_ = _indexed(entries())
            keep_index(place, name, index, numbers_)
        return cls(index, numbers_, fetch, size)

    def entries(self, wanted: Iterable[str]) -> dict[str, ListEntry]:
        """The entries with these numbers; those that are not in the list are left out."""
        keys = list(wanted)
        missing = [key for key in keys if key not in self._read]
        if missing:
            if len(self._read) > _REMEMBERED:
                self._read = {}
                missing = keys
            found: dict[str, ListEntry | None] = dict.fromkeys(missing)
            for at in range(0, len(missing), 500):
                found |= {entry.id: entry for entry in self._fetch(missing[at : at + 500])}
            self._read = {**self._read, **found}
        return {key: entry for key in keys if (entry := self._read.get(key)) is not None}


def _indexed(entries: Iterable[ListEntry]) -> tuple[NameIndex, dict[str, list[str]]]:
    """The index over names, and which entries have a number."""
    having: dict[str, list[str]] = defaultdict(list)

    def named() -> Iterator[tuple[str, list[str]]]:
        for entry in entries:
            for number in sorted(numbers(entry.identifiers)):
                having[number].append(entry.id)
            yield entry.id, [name.text for name in entry.names]

    return NameIndex.build(named()), dict(having)


def read_numbers(place: Path) -> dict[str, list[str]] | None:
    """The numbers beside an index that is kept, with the keys that have them; None where they cannot be read."""
    try:
        read = json.loads((place / "numbers.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return read if isinstance(read, dict) else None


def keep_index(place: Path, name: str, index: NameIndex, numbers_: Mapping[str, Sequence[str]]) -> None:
    """Write the index whole or not at all, and throw those of older versions away; without room it is made anew."""
    partial = place.with_name(f"{place.name}.{os.getpid()}")
    try:
        partial.mkdir(parents=True, exist_ok=True)
        index.save(partial)
        (partial / "numbers.json").write_text(json.dumps(numbers_), encoding="utf-8")
        shutil.rmtree(place, ignore_errors=True)
        partial.rename(place)
        for old in place.parent.glob(f"{name}-*-*"):
            if old.name.rsplit("-", 2)[0] == name and old != place:
                shutil.rmtree(old, ignore_errors=True)
    except OSError:
        shutil.rmtree(partial, ignore_errors=True)
