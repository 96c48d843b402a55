"""Readings that need not be worked out again (记住的读数): what customers owe, as long as nothing changed.

What is read of hundreds of thousands of invoices for one question is asked for again by the next. Readings are kept
in this process only, for one day, one policy and one set of classes that a viewer may see; of whomever the store has
learned something since, they are forgotten. They are the readings that the measures gave, never another figure.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from uuid import UUID

from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Readings, Unknown

#: Rows that the kept readings of one term may stand on, and terms kept at once: some 60 MB at most each.
_ROWS = 40_000
_TERMS = 4


@dataclass(slots=True)
class _Kept:
    """The readings of one key as of one number of the ledger."""

    seq: int
    readings: dict[Term, dict[UUID, Readings]] = field(default_factory=dict)


class Remembered:
    """The readings of the last questions; safe between threads, empty after a restart."""

    def __init__(self, *, keys: int = 2) -> None:
        """`keys` is for how many days, policies and viewers' classes readings are kept."""
        self._keys, self._lock = keys, Lock()
        self._kept: dict[Hashable, _Kept] = {}

    def of(
        self, key: Hashable, seq: int, changed: Callable[[int], Iterable[UUID]]
    ) -> Mapping[Term, Mapping[UUID, Readings]]:
        """What is known as of `seq`; `changed` gives the customers of whom something was learned after a number."""
        with self._lock:
            kept = self._kept.get(key)
            if kept is None or kept.seq > seq:
                return {}
            if kept.seq < seq:
                gone = set(changed(kept.seq))
                fresh = {
                    term: {one: found for one, found in readings.items() if one not in gone}
                    for term, readings in kept.readings.items()
                }
                kept = self._kept[key] = _Kept(seq, fresh)
            return dict(kept.readings)

    def keep(self, key: Hashable, seq: int, found: Mapping[Term, Mapping[UUID, Readings]]) -> None:
        """Keep readings as of `seq` beside those that are known; a term that stands on too many rows is left out."""
        with self._lock:
            kept = self._kept.pop(key, None)
            if kept is not None and kept.seq > seq:
                self._kept[key] = kept
                return
            known = kept.readings if kept is not None and kept.seq == seq else {}
            for term, readings in found.items():
                merged = {**known.pop(term, {}), **readings}
                if sum(_size(one) for one in merged.values()) <= _ROWS:
                    known[term] = merged
            while len(known) > _TERMS:
                known.pop(next(iter(known)))
            self._kept[key] = _Kept(seq, known)
            while len(self._kept) > self._keys:
                self._kept.pop(next(iter(self._kept)))


def _size(readings: Readings) -> int:
    return 0 if isinstance(readings, Unknown) else sum(len(one.used) for one in readings)
