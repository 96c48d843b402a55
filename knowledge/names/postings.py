"""Postings (倒排表): which names have a piece, in compact arrays that are read from a file as they are.

Postings lie in one array, sorted by the hash of the piece, and within a piece by the number of the name. Texts lie in
one run of bytes each, cut at their offsets.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from knowledge.names.across import every_piece


@dataclass(frozen=True, slots=True)
class Postings:
    """Names by their pieces, and whose names they are."""

    hashes: np.ndarray
    starts: np.ndarray
    postings: np.ndarray
    lengths: np.ndarray
    owners: np.ndarray
    name_bytes: np.ndarray
    name_offsets: np.ndarray
    key_bytes: np.ndarray
    key_offsets: np.ndarray

    @classmethod
    def build(cls, everybody: Iterable[tuple[str, Sequence[str]]]) -> Postings:
        """The postings of (key, names)."""
        keys: list[bytes] = []
        names: list[bytes] = []
        owners: list[int] = []
        lengths: list[int] = []
        found: list[np.ndarray] = []
        counts: list[int] = []
        for number, (key, texts) in enumerate(everybody):
            keys.append(key.encode())
            for text in dict.fromkeys(texts):
                hashes = hashed(every_piece(text))
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

    def save(self, folder: Path, version: int) -> None:
        """Write the arrays into a folder, whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        partial = folder / "names.partial.npz"
        with partial.open("wb") as file:
            parts = {each.name: getattr(self, each.name) for each in fields(self)}
            np.savez(file, version=np.array([version]), **parts)
        partial.replace(folder / "names.npz")

    @classmethod
    def load(cls, folder: Path, version: int) -> Postings | None:
        """The arrays that lie in a folder; None where there are none, broken ones or those of another version."""
        try:
            with np.load(folder / "names.npz", allow_pickle=False) as file:
                if int(file["version"][0]) != version:
                    return None
                return cls(**{each.name: file[each.name] for each in fields(cls)})
        except (OSError, ValueError, KeyError, EOFError, zlib.error, BadZipFile):
            return None

    def __len__(self) -> int:
        """How many names there are."""
        return len(self.owners)

    def places(self, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where pieces stand, and in how many names each is; 0 for pieces of no name."""
        if not len(self.hashes):
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.int64)
        at = np.minimum(np.searchsorted(self.hashes, wanted), len(self.hashes) - 1)
        return at, np.where(self.hashes[at] == wanted, self.starts[at + 1] - self.starts[at], 0)

    def read(self, places: np.ndarray) -> np.ndarray:
        """The names that have the pieces at these places, one piece after the other."""
        return np.concatenate([self.postings[self.starts[at] : self.starts[at + 1]] for at in places])

    def key(self, number: int) -> str:
        """The key of somebody."""
        return bytes(self.key_bytes[self.key_offsets[number] : self.key_offsets[number + 1]]).decode()

    def name(self, number: int) -> str:
        """A name as it was given."""
        text = bytes(self.name_bytes[self.name_offsets[number] : self.name_offsets[number + 1]])
        return text.decode("utf-8", "surrogatepass")

    def best(self, sums: np.ndarray, most: int, stretch: float) -> np.ndarray:
        """The numbers of the names with the largest sums for their length, in no order, and no name without any."""
        names = np.flatnonzero(sums > 0)
        if len(names) <= most:
            return names
        ranks = sums[names] / np.sqrt(stretch + self.lengths[names])
        # Of equals at the end all stay.
        least = -np.partition(-ranks, most - 1)[most - 1]
        return names[ranks >= least]


def hashed(pieces: Iterable[str]) -> np.ndarray:
    """The hash of each piece."""
    return np.fromiter((zlib.crc32(each.encode("utf-8", "surrogatepass")) for each in pieces), np.uint32)


def _offsets(texts: Sequence[bytes]) -> np.ndarray:
    return np.concatenate([[0], np.cumsum([len(text) for text in texts], dtype=np.int64)]).astype(np.int64)
