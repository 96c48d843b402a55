"""Coverage (覆盖度): how much of a question in another script each of many names answers.

A way of writing a part is covered by as much of its rare pieces as a name has; a few of many speak less than their
share, for they may be there by chance. The best way of each part counts, and no part tells more than which name of all
it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.names.parts import Part
from knowledge.names.postings import hashed

#: Half of the pieces of a way are worth a quarter of them.
_POWER = 2.0


@dataclass(frozen=True, slots=True)
class Ways:
    """All ways of all parts of a question, laid out flat."""

    #: The hash of each piece of each way, and the number of the way.
    pieces: np.ndarray
    of_way: np.ndarray
    worth: np.ndarray
    #: The first way of each part.
    starts: np.ndarray

    @classmethod
    def of(cls, parts: Sequence[Part], mark: str) -> Ways:
        """The ways of these parts; every piece bears the mark of the script in which it is looked for."""
        ways = [way for part in parts for way in part.ways]
        return cls(
            pieces=hashed([mark + piece for way in ways for piece in way.pieces]),
            of_way=np.repeat(np.arange(len(ways)), [len(way.pieces) for way in ways]),
            worth=np.array([way.worth for way in ways]),
            starts=np.cumsum([0, *(len(part.ways) for part in parts[:-1])]),
        )


@dataclass(frozen=True, slots=True)
class Weighed:
    """The ways with what their pieces tell among so many names."""

    ways: Ways
    weights: np.ndarray
    #: The weight of all pieces of each way, and what the whole way tells.
    sums: np.ndarray
    values: np.ndarray
    #: What being the only one tells among these names, beside what it tells among all.
    scale: float

    @classmethod
    def among(cls, ways: Ways, sizes: np.ndarray, names: int, of_all: int) -> Weighed:
        """The ways among `names` names of one script, of which so many have each piece; few names tell little."""
        weights = np.log1p(names / np.maximum(sizes, 1))
        sums = np.bincount(ways.of_way, weights, minlength=len(ways.worth))
        values = np.minimum(sums, math.log1p(names)) * ways.worth
        return cls(ways, weights, sums, values, math.log1p(names) / math.log1p(of_all))

    @property
    def whole(self) -> float:
        """What all parts tell together."""
        return float(np.maximum.reduceat(self.values, self.ways.starts).sum())

    def shares(self, found: np.ndarray) -> np.ndarray:
        """The share of the question that each name answers, by the weights (names by ways) of what it has."""
        told = self.values * (found / self.sums) ** _POWER
        return np.maximum.reduceat(told, self.ways.starts, axis=1).sum(axis=1) * (self.scale / self.whole)
