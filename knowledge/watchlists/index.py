"""Names among very many (名称索引): candidates for a name out of millions, by shared rare pieces, in compact arrays.

The pieces are those of `knowledge.names.across`: pairs of Chinese characters, groups of three letters of the Latin
sound, consonants of words, meanings, so that a name in one script finds one in another. Postings lie in one array,
sorted by the hash of the piece; the rarest pieces of a name are read until a budget of postings is spent. What is added
or removed afterwards lies beside the arrays until they are built anew. An index is derived: it can be built again.
"""

from __future__ import annotations

import math
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from knowledge.names.across import every_piece as pieces

#: Postings that one look-up reads, and pieces that it reads at least (the rarest).
_POSTINGS, _LEAST = 8_000, 4
#: Of very many names, one posting in so many names is read: rare pieces are less rare among them.
_ONE_IN = 20
#: Candidates that are given back, and the pieces that more than this share of all names have.
_GIVEN, _COMMON = 40, 0.2
#: Where the nearest name shares so much, those that share less than this part of it are left out behind the first.
_SURE, _FAR, _KEPT = 0.55, 0.4, 10
#: Changes of the way in which names are taken apart make old files useless.
VERSION = 2


@dataclass(frozen=True, slots=True)
class Near:
    """A name that shares rare pieces with the one that was asked; `share` of their weight, from 0 to 1."""

    key: str
    name: str
    share: float

    @property
    def rank(self) -> float:
        """What it is sorted by: of two names that share as much, the shorter one is nearer."""
        return self.share / math.sqrt(4.0 + min(len(self.name), 255))


@dataclass(frozen=True, slots=True)
class _Arrays:
    """The index proper; texts lie in one run of bytes each, cut at their offsets."""

    hashes: np.ndarray
    starts: np.ndarray
    postings: np.ndarray
    lengths: np.ndarray
    owners: np.ndarray
    name_bytes: np.ndarray
    name_offsets: np.ndarray
    key_bytes: np.ndarray
    key_offsets: np.ndarray


@dataclass(slots=True)
class NameIndex:
    """Names by key; many threads may ask while nobody adds or removes."""

    _arrays: _Arrays
    _gone: set[str] = field(default_factory=set)
    _added: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _having: dict[int, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def build(cls, everybody: Iterable[tuple[str, Sequence[str]]]) -> NameIndex:
        """The index over (key, names); a key comes once."""
        keys: list[bytes] = []
        names: list[bytes] = []
        owners: list[int] = []
        lengths: list[int] = []
        found: list[np.ndarray] = []
        counts: list[int] = []
        for number, (key, texts) in enumerate(everybody):
            keys.append(key.encode())
            for text in dict.fromkeys(texts):
                # A name is taken apart once here: what `pieces` remembers would be in the way.
                hashes = np.fromiter(map(_hash, pieces.__wrapped__(text)), np.uint32)
                names.append(text.encode("utf-8", "surrogatepass"))
                owners.append(number)
                lengths.append(min(len(text), 255))
                found.append(hashes)
                counts.append(len(hashes))
        every = np.concatenate(found) if found else np.empty(0, np.uint32)
        of_name = np.repeat(np.arange(len(names), dtype=np.int32), counts)
        order = np.argsort(every, kind="stable")
        unique, starts = np.unique(every[order], return_index=True)
        return cls(
            _Arrays(
                hashes=unique,
                starts=np.append(starts, len(every)).astype(np.int64),
                postings=of_name[order],
                lengths=np.array(lengths, np.uint8),
                owners=np.array(owners, np.int32),
                name_bytes=np.frombuffer(b"".join(names), np.uint8),
                name_offsets=_offsets(names),
                key_bytes=np.frombuffer(b"".join(keys), np.uint8),
                key_offsets=_offsets(keys),
            )
        )

    def __len__(self) -> int:
        """How many names there are."""
        return len(self._arrays.owners) + sum(len(names) for names in self._added.values())

    def keys(self) -> Iterator[str]:
        """Every key that is in it."""
        for number in range(len(self._arrays.key_offsets) - 1):
            key = self._key(number)
            if key not in self._gone:
                yield key
        yield from self._added

    def put(self, key: str, names: Collection[str]) -> None:
        """Put somebody in, or in place of what was known under the key."""
        self.remove(key)
        self._added[key] = tuple(dict.fromkeys(names))
        for name in self._added[key]:
            for piece in pieces(name):
                self._having[_hash(piece)].append((key, name))

    def remove(self, key: str) -> None:
        """Take somebody out; who is not there stays away."""
        self._gone.add(key)
        for name in self._added.pop(key, ()):
            for piece in pieces(name):
                held = self._having[_hash(piece)]
                held.remove((key, name))

    @property
    def beside(self) -> int:
        """How many keys lie beside the arrays: when they are many, the index is worth building anew."""
        return len(self._gone) + len(self._added)

    def near(self, name: str, limit: int = _GIVEN) -> list[Near]:
        """The names that share the rarest pieces with this one, those that share most first."""
        wanted = np.fromiter(map(_hash, pieces(name)), np.uint32)
        wanted.sort()
        weights = self._weights(wanted)
        whole = float(weights[weights > 0].sum())
        if not whole:
            return []
        found = self._in_arrays(wanted, weights, whole, limit) + self._in_additions(wanted, weights, whole)
        found.sort(key=lambda one: (-one.rank, one.key, one.name))
        nearest = max((one.share for one in found), default=0.0)
        # In another script little is shared with whoever is meant, too.
        least = _FAR * nearest if nearest >= _SURE else 0.0
        return [one for at, one in enumerate(found[:limit]) if at < _KEPT or one.share >= least]

    def save(self, folder: Path) -> None:
        """Write the arrays into a folder, whole or not at all; additions must have been built in before."""
        if self.beside:
            raise ValueError("build the index anew before it is saved: some names lie beside it")
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / "names.partial.npz"
        with partial.open("wb") as file:
            parts = {name: getattr(self._arrays, name) for name in _Arrays.__slots__}
            np.savez(file, version=np.array([VERSION]), **parts)
        partial.replace(folder / "names.npz")

    @classmethod
    def load(cls, folder: Path) -> NameIndex | None:
        """The index that lies in a folder; None where there is none, a broken one or one of another version."""
        try:
            with np.load(folder / "names.npz", allow_pickle=False) as file:
                if int(file["version"][0]) != VERSION:
                    return None
                return cls(_Arrays(**{name: file[name] for name in _Arrays.__slots__}))
        except (OSError, ValueError, KeyError, EOFError, zlib.error, BadZipFile):
            return None

    def _places(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where the pieces stand in the arrays, and in how many names each is; 0 for pieces of no name."""
        arrays = self._arrays
        if not len(arrays.hashes):
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        at = np.minimum(np.searchsorted(arrays.hashes, wanted), len(arrays.hashes) - 1)
        return at, np.where(arrays.hashes[at] == wanted, arrays.starts[at + 1] - arrays.starts[at], 0)

    def _weights(self, wanted: np.ndarray) -> np.ndarray:
        """What each piece tells: the logarithm of one in how many names has it; 0 where nobody has it."""
        sizes = self._places(wanted)[1]
        if self._added:
            sizes = sizes + np.array([len(self._having.get(int(one), ())) for one in wanted], np.int64)
        return np.where(sizes > 0, np.log1p(max(1, len(self)) / np.maximum(sizes, 1)), 0.0)

    def _in_arrays(self, wanted: np.ndarray, weights: np.ndarray, whole: float, limit: int) -> list[Near]:
        arrays = self._arrays
        at, sizes = self._places(wanted)
        order = np.argsort(sizes, kind="stable")
        order = order[sizes[order] > 0]
        rare = order[sizes[order] <= max(50, _COMMON * len(arrays.owners))]
        order = rare if len(rare) else order
        spent = np.cumsum(sizes[order])
        budget = max(_POSTINGS, len(arrays.owners) // _ONE_IN)
        order = order[: max(_LEAST, int(np.searchsorted(spent, budget, side="right")))]
        if not len(order):
            return []
        read = np.concatenate(
            [arrays.postings[arrays.starts[at[one]] : arrays.starts[at[one] + 1]] for one in order]
        )
        # Sums by name without sorting what was read, which is most of it; only the best places are told apart.
        sums = np.bincount(read, np.repeat(weights[order], sizes[order]), minlength=len(arrays.owners))
        ranks = sums[read] / np.sqrt(4.0 + arrays.lengths[read])
        most = (limit + len(self._gone)) * len(order)
        if len(read) > most:
            read = read[np.argpartition(-ranks, most)[: most + 1]]
        names = np.unique(read)
        best = names[np.argsort(-sums[names] / np.sqrt(4.0 + arrays.lengths[names]), kind="stable")]
        found: list[Near] = []
        for number in best[: limit + len(self._gone)]:
            key = self._key(int(arrays.owners[number]))
            if key not in self._gone:
                found.append(Near(key, self._name(int(number)), float(sums[number]) / whole))
        return found[:limit]

    def _in_additions(self, wanted: np.ndarray, weights: np.ndarray, whole: float) -> list[Near]:
        shares: dict[tuple[str, str], float] = defaultdict(float)
        if self._added:
            for one, weight in zip(wanted, weights, strict=True):
                for pair in self._having.get(int(one), ()):
                    shares[pair] += float(weight) / whole
        return [Near(key, name, share) for (key, name), share in shares.items()]

    def _key(self, number: int) -> str:
        arrays = self._arrays
        return bytes(arrays.key_bytes[arrays.key_offsets[number] : arrays.key_offsets[number + 1]]).decode()

    def _name(self, number: int) -> str:
        arrays = self._arrays
        text = bytes(arrays.name_bytes[arrays.name_offsets[number] : arrays.name_offsets[number + 1]])
        return text.decode("utf-8", "surrogatepass")


def _hash(piece: str) -> int:
    return zlib.crc32(piece.encode("utf-8", "surrogatepass"))


def _offsets(texts: Sequence[bytes]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)]).astype(np.int64)
