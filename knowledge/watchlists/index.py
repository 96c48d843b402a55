"""Names among very many (名称索引): candidates for a name out of millions, by shared rare pieces, in compact arrays.

The pieces are those of `knowledge.names.across`. In its own script a name is found by its rarest pieces, which are
read until a budget of postings is spent; in the other one by its parts, each of which may be spelt, heard or
translated (`knowledge.names.parts`). What is added or removed afterwards lies beside the arrays until they are built
anew. An index is derived: it can be built again.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from knowledge.names.across import HAN_MARK, every_piece, is_han, own_pieces, whole_pieces
from knowledge.names.coverage import Ways, Weighed
from knowledge.names.parts import parts_of
from knowledge.names.postings import Postings, hashed

#: Postings that one look-up reads, and pieces that it reads at least (the rarest).
_POSTINGS, _LEAST = 8_000, 4
#: Of very many names, one posting in so many names is read: rare pieces are less rare among them.
_ONE_IN = 20
#: In another script pieces are frequent: so many postings are read, so many times as many are
#: read of the names that are looked at closely, and of so many names.
_CROSSING, _CLOSELY, _LOOKED_AT = 60_000, 2, 2_000
#: Among more names than this the rarest pieces must do: so many postings, and a quarter of the limit instead of half.
_MANY, _CROSSING_MANY = 100_000, 20_000
#: Candidates that are given back, and the pieces that more than this share of all names have.
_GIVEN, _COMMON = 40, 0.2
#: Where less than one name in so many is in the other script, it is asked only for words that somebody there has whole.
_FEW = 1000
#: Where the nearest name shares so much, those that share less than this part of it are left out behind the first.
_SURE, _FAR, _KEPT = 0.55, 0.4, 10
#: What is added to the length of a name before it speaks against it: in its own script, and in another.
_OWN, _OTHER = 4.0, 16.0
#: Changes of the way in which names are taken apart make old files useless.
VERSION = 3


@dataclass(frozen=True, slots=True)
class Near:
    """A name that shares rare pieces with the one that was asked; `share` of their weight, from 0 to 1."""

    key: str
    name: str
    share: float

    def rank(self, stretch: float) -> float:
        """What it is sorted by: of two names that share as much, the shorter one is nearer."""
        return self.share / math.sqrt(stretch + min(len(self.name), 255))


@dataclass(slots=True)
class NameIndex:
    """Names by key; many threads may ask while nobody adds or removes."""

    _arrays: Postings
    _gone: set[str] = field(default_factory=set)
    _added: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _having: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def build(cls, everybody: Iterable[tuple[str, Sequence[str]]]) -> NameIndex:
        """The index over (key, names); a key comes once."""
        return cls(Postings.build(everybody))

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._arrays) + sum(len(names) for names in self._added.values())

    def keys(self) -> Iterator[str]:
        """Every key that is in it."""
        for number in range(len(self._arrays.key_offsets) - 1):
            key = self._arrays.key(number)
            if key not in self._gone:
                yield key
        yield from self._added

    def put(self, key: str, names: Collection[str]) -> None:
        """Put somebody in, or in place of what was known under the key."""
        self.remove(key)
        self._added[key] = tuple(dict.fromkeys(names))
        for name in self._added[key]:
            for piece in hashed(every_piece(name)):
                self._having[int(piece)].append((key, name))

    def remove(self, key: str) -> None:
        """Take somebody out; who is not there stays away."""
        self._gone.add(key)
        for name in self._added.pop(key, ()):
            for piece in hashed(every_piece(name)):
                self._having[int(piece)].remove((key, name))

    @property
    def beside(self) -> int:
        """How many keys lie beside the arrays: when they are many, the index is worth building anew."""
        return len(self._gone) + len(self._added)

    def near(self, name: str, limit: int = _GIVEN) -> list[Near]:
        """The names that share the rarest pieces with this one, those that share most first.

        Nobody in its own script is passed over for somebody in the other one: where both are many, more are given
        back than the limit says, half as many of the other.
        """
        own, other = self._in_own_script(name, limit), self._in_other_script(name, limit)
        if not own or not other:
            return own or other
        # What is in both is told by the larger share.
        room = max(limit // (2 if len(self) <= _MANY else 4), limit - len(own))
        best: dict[tuple[str, str], Near] = {}
        for each in sorted((*own, *other[:room]), key=lambda each: each.share):
            best[each.key, each.name] = each
        return _sorted(best.values(), _OTHER)

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder, whole or not at all; additions must have been built in before."""
        if self.beside:
            raise ValueError("build the index anew before it is saved: some names lie beside it")
        self._arrays.save(folder, VERSION)

    @classmethod
    def load(cls, folder: Path) -> NameIndex | None:
        """The index that lies in a folder; None where there is none, a broken one or one of another version."""
        arrays = Postings.load(folder, VERSION)
        return None if arrays is None else cls(arrays)

    def _sizes(self, wanted: np.ndarray, places: np.ndarray) -> np.ndarray:
        """In how many names each piece is, with those that were added."""
        if not self._added:
            return places
        return places + np.array([len(self._having.get(int(one), ())) for one in wanted], np.int64)

    def _in_own_script(self, name: str, limit: int) -> list[Near]:
        wanted = hashed(own_pieces(name))
        wanted.sort()
        at, sizes = self._arrays.places(wanted)
        every = self._sizes(wanted, sizes)
        weights = np.where(every > 0, np.log1p(max(1, len(self)) / np.maximum(every, 1)), 0.0)
        whole = float(weights.sum())
        if not whole:
            return []
        found = self._of_added(
            wanted, np.zeros(len(wanted), np.int64), weights, lambda sums: sums[:, 0] / whole
        )
        order = self._rarest(sizes, max(_POSTINGS, len(self._arrays) // _ONE_IN))
        if len(order):
            read = self._arrays.read(at[order])
            # Sums by name without sorting what was read, which is most of it.
            sums = np.bincount(read, np.repeat(weights[order], sizes[order]), minlength=len(self._arrays))
            many = limit + len(self._gone)
            best = self._arrays.best(sums, many, _OWN)
            ranks = sums[best] / np.sqrt(_OWN + self._arrays.lengths[best])
            best = best[np.argsort(-ranks, kind="stable")[:many]]
            found += self._told(best, sums[best] / whole)
        near = _near_enough(_sorted(found, _OWN)[:limit])
        # What nobody has tells how far away even the nearest may be.
        unknown = math.log1p(max(1, len(self))) * int((every == 0).sum())
        known = whole / (whole + unknown)
        return [Near(each.key, each.name, each.share * known) for each in near] if unknown else near

    def _in_other_script(self, name: str, limit: int) -> list[Near]:
        """Those whose parts answer the parts of this name, where anybody has a name in another script."""
        wanted = hashed([HAN_MARK])
        han = int(self._sizes(wanted, self._arrays.places(wanted)[1])[0])
        mark, there = ("", len(self) - han) if is_han(name) else (HAN_MARK, han)
        if there <= 0:
            return []
        if there * _FEW < len(self) and not self._has_any(mark + piece for piece in whole_pieces(name)):
            return []
        parts = parts_of(name)
        if not parts:
            return []
        ways = Ways.of(parts, mark)
        at, sizes = self._arrays.places(ways.pieces)
        weighed = Weighed.among(ways, self._sizes(ways.pieces, sizes), there, len(self))
        found = self._of_added(ways.pieces, ways.of_way, weighed.weights, weighed.shares)
        closely = self._closely(at, sizes, weighed.weights)
        if len(closely):
            order = self._rarest(sizes, _CLOSELY * self._budget())
            slots = np.full(len(self._arrays), -1, np.int32)
            slots[closely] = np.arange(len(closely), dtype=np.int32)
            slot = slots[self._arrays.read(at[order])]
            seen = slot >= 0
            cells = (slot * len(ways.worth) + np.repeat(ways.of_way[order], sizes[order]))[seen]
            told = np.repeat(weighed.weights[order], sizes[order])[seen]
            sums = np.bincount(cells, told, minlength=len(closely) * len(ways.worth))
            shares = weighed.shares(sums.reshape(len(closely), -1))
            best = np.argsort(-shares / np.sqrt(_OTHER + self._arrays.lengths[closely]), kind="stable")
            best = best[: limit + len(self._gone)]
            found += self._told(closely[best], shares[best])
        return _near_enough(_sorted(found, _OTHER)[:limit])

    def _has_any(self, pieces: Iterable[str]) -> bool:
        wanted = hashed(pieces)
        return bool(self._sizes(wanted, self._arrays.places(wanted)[1]).any())

    def _closely(self, at: np.ndarray, sizes: np.ndarray, weights: np.ndarray) -> np.ndarray:
        """The names that are worth a closer look: those with most of the rarer pieces of any way."""
        _, first = np.unique(at, return_index=True)
        order = first[self._rarest(sizes[first], self._budget())]
        if not len(order):
            return order
        read, told = self._arrays.read(at[order]), np.repeat(weights[order], sizes[order])
        sums = np.bincount(read, told, minlength=len(self._arrays))
        return self._arrays.best(sums, _LOOKED_AT, _OTHER)

    def _budget(self) -> int:
        """How many postings a name in another script is looked for in."""
        return _CROSSING if len(self._arrays) <= _MANY else _CROSSING_MANY

    def _rarest(self, sizes: np.ndarray, budget: int) -> np.ndarray:
        """The pieces that are read, the rarest first, until the budget of postings is spent."""
        order = np.argsort(sizes, kind="stable")
        order = order[sizes[order] > 0]
        rare = order[sizes[order] <= max(50, _COMMON * len(self._arrays))]
        order = rare if len(rare) else order
        return order[: max(_LEAST, int(np.searchsorted(np.cumsum(sizes[order]), budget, side="right")))]

    def _told(self, names: np.ndarray, shares: np.ndarray) -> list[Near]:
        """Those of the arrays' names whose owners are still there."""
        found = []
        for number, share in zip(names.tolist(), shares.tolist(), strict=True):
            key = self._arrays.key(int(self._arrays.owners[number]))
            if key not in self._gone:
                found.append(Near(key, self._arrays.name(number), share))
        return found

    def _of_added(
        self,
        wanted: np.ndarray,
        of_way: np.ndarray,
        weights: np.ndarray,
        shares: Callable[[np.ndarray], np.ndarray],
    ) -> list[Near]:
        """The same over those that were added: the weights of what each has, by ways, and its share."""
        if not self._added:
            return []
        numbers: dict[tuple[str, str], int] = {}
        cells = [
            (numbers.setdefault(pair, len(numbers)), way, weight)
            for piece, way, weight in zip(wanted.tolist(), of_way.tolist(), weights.tolist(), strict=True)
            for pair in self._having.get(piece, ())
        ]
        sums = np.zeros((len(numbers), int(of_way.max(initial=0)) + 1))
        for row, way, weight in cells:
            sums[row, way] += weight
        return [Near(*pair, float(share)) for pair, share in zip(numbers, shares(sums), strict=True)]


def _sorted(found: Iterable[Near], stretch: float) -> list[Near]:
    return sorted(found, key=lambda one: (-one.rank(stretch), one.key, one.name))


def _near_enough(found: list[Near]) -> list[Near]:
    """Without those that share little where somebody shares much; in another script nobody may share much."""
    nearest = max((one.share for one in found), default=0.0)
    least = _FAR * nearest if nearest >= _SURE else 0.0
    return [one for at, one in enumerate(found) if at < _KEPT or one.share >= least]
