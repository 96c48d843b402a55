"""Ranking (排序): the one scoring function, the same for both databases.

A database gives candidates; what a passage is worth for a question is computed here from the terms of both, with
BM25 over statistics that we keep. On top of it, in this order of weight: how much of the question a passage covers
as a whole, whether its words stand side by side as they do in the question, whether the larger document speaks of
the rest, and whether the title does. Nothing here touches a database, a clock or a setting.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from store.schema.lexical import TITLE_MARK

#: The usual constants of BM25: saturation of repeated terms, and how far length counts.
SATURATION = 1.2
LENGTH_SHARE = 0.75

#: At most so many terms of a question give candidates, and together they may stand in so many passages.
CANDIDATE_TERMS = 18
CANDIDATE_BUDGET = 12_000

#: Whole numbers stand for inverse frequencies in the database, so that a sum is the same in whatever order.
WEIGHT_UNIT = 1024

#: What the boosts weigh; each is a share of the inverse frequencies of the question.
COVERAGE = 0.5
ADJACENCY = 0.4
WHOLE_DOCUMENT = 0.35
TITLE = 0.25

#: So many of the best passages are looked at for words that stand side by side.
ADJACENCY_DEPTH = 60


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of the passages that a viewer may see: how many, and the sum of their lengths in terms."""

    passages: int
    length: int

    @property
    def mean_length(self) -> float:
        """The mean number of terms in a passage, at least 1."""
        return max(self.length / self.passages, 1.0) if self.passages else 1.0

    def inverse_frequency(self, frequency: int) -> float:
        """The idf of a term that stands in `frequency` passages; never negative."""
        return math.log(1 + (max(self.passages - frequency, 0) + 0.5) / (frequency + 0.5))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may answer: its place, its terms (title, mark, body) and what ties are broken by.

    `whole` is what it is a part of: the report of a page, else the document itself.
    """

    passage_id: int
    document_id: Any
    block_id: int
    start: int
    end: int
    length: int
    terms: str
    published: str | None
    whole: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The terms of a question in their order, each with its inverse frequency."""

    terms: tuple[str, ...]
    weights: Mapping[str, float]

    @property
    def total(self) -> float:
        """The sum of the inverse frequencies."""
        return sum(self.weights.values())

    def rarest(self, frequencies: Mapping[str, int]) -> list[tuple[str, int]]:
        """The terms that give candidates, rarest first, with their weights as whole numbers."""
        present = sorted(
            (frequencies[term], place, term) for place, term in enumerate(self.terms) if frequencies.get(term)
        )
        chosen: list[tuple[str, int]] = []
        spent = 0
        for frequency, _, term in present[:CANDIDATE_TERMS]:
            if chosen and spent + frequency > CANDIDATE_BUDGET:
                break
            spent += frequency
            chosen.append((term, round(self.weights[term] * WEIGHT_UNIT)))
        return chosen


def ask(terms: Iterable[str], frequencies: Mapping[str, int], statistics: Statistics) -> Asked:
    """Weigh the terms of a question; what stands in no passage cannot tell passages apart and is left out."""
    weights = {
        term: statistics.inverse_frequency(frequencies[term]) for term in terms if frequencies.get(term)
    }
    return Asked(tuple(weights), weights)


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score."""

    candidate: Candidate
    score: float


def rank(asked: Asked, candidates: Sequence[Candidate], statistics: Statistics) -> list[Scored]:
    """The candidates that share a term with the question, best first.

    Equal scores are ordered by the newer date and then by the place in the collection, so the order is stable.
    """
    if not asked.weights:
        return []
    mean, total = statistics.mean_length, asked.total
    weights = asked.weights
    scores: list[list[Any]] = []
    spoken: dict[str, set[str]] = defaultdict(set)
    for candidate in candidates:
        title, _, body = candidate.terms.rpartition(TITLE_MARK)
        counts: dict[str, int] = {}
        for term in body.split():
            if term in weights:
                counts[term] = counts.get(term, 0) + 1
        titled = {term for term in title.split() if term in weights}
        if not counts and not titled:
            continue
        damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * candidate.length / mean)
        score = sum(weights[t] * n * (SATURATION + 1) / (n + damping) for t, n in counts.items())
        covered = sum(weights[term] for term in counts)
        score += COVERAGE * covered * covered / total
        score += TITLE * sum(weights[term] for term in titled)
        spoken[candidate.whole].update(counts)
        scores.append([score, candidate, counts, body])
    for entry in scores:
        rest = spoken[entry[1].whole].difference(entry[2])
        entry[0] += WHOLE_DOCUMENT * sum(weights[term] for term in sorted(rest))
    scores.sort(key=lambda entry: -entry[0])
    neighbours = list(zip(asked.terms, asked.terms[1:], strict=False))
    for entry in scores[:ADJACENCY_DEPTH]:
        entry[0] += ADJACENCY * _adjacent(neighbours, entry[2], entry[3], weights)
    scores.sort(key=_order)
    return [Scored(candidate, round(score, 6)) for score, candidate, *_ in scores]


def _adjacent(
    neighbours: Sequence[tuple[str, str]], counts: Mapping[str, int], body: str, weights: Mapping[str, float]
) -> float:
    """The weight of the pairs that follow each other in the question and in the passage alike."""
    text = f" {body.strip()} "
    return sum(
        min(weights[left], weights[right])
        for left, right in neighbours
        if left in counts and right in counts and f" {left} {right} " in text
    )


def _order(entry: Sequence[Any]) -> tuple[float, int, int]:
    score, candidate = entry[0], entry[1]
    newest = int((candidate.published or "0").replace("-", "").ljust(8, "0"))
    return (-round(score, 6), -newest, candidate.passage_id)
