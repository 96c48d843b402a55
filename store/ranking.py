"""Ranking (排序): the one scoring function, the same for both databases.

A database gives candidates; what a passage is worth for a question is computed here from the terms of both, with
BM25 over statistics that we keep. On top of it, in this order of weight: how much of the question a passage covers
as a whole, whether its words stand side by side as they do in the question, and whether the title speaks
of it. Nothing here touches a database, a clock or a setting.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
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

#: How much of the score is that of the whole page; the rest is that of its best passage.
PAGE = 0.7

#: What the boosts weigh; each is a share of the inverse frequencies of the question.
COVERAGE = 1.0
ADJACENCY = 0.6
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
    """A passage that may answer: its place, its terms (title, mark, body) and what ties are broken by."""

    passage_id: int
    document_id: Any
    block_id: int
    start: int
    end: int
    length: int
    terms: str
    published: str | None


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


def local_statistics(candidates: Sequence[Candidate]) -> tuple[dict[str, int], Statistics]:
    """Frequencies and statistics of a scope that was read whole, as if it were the collection."""
    frequencies: Counter[str] = Counter()
    for candidate in candidates:
        frequencies.update(set(candidate.terms.split()))
    frequencies.pop(TITLE_MARK, None)
    return frequencies, Statistics(len(candidates), sum(candidate.length for candidate in candidates))


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
    """The pages that share a term with the question, each by its best passage, best page first.

    A page is scored as one text, because what a question asks for is often said in two of its passages. Equal
    scores are ordered by the newer date and then by the place in the collection, so the order is stable.
    """
    pages = _pages(asked, candidates)
    if not pages:
        return []
    mean_length = sum(page.length for page in pages) / len(pages)
    mean_length = max(mean_length, statistics.mean_length)
    weights, total = asked.weights, asked.total
    for page in pages:
        covered = _sum(weights, page.counts)
        page.score = PAGE * _bm25(page.counts, page.length, mean_length, weights)
        page.score += COVERAGE * covered * covered / total
        page.score += TITLE * _sum(weights, page.titled)
        for part in page.parts:
            part.score = _bm25(part.counts, part.candidate.length, statistics.mean_length, weights)
        page.parts.sort(key=lambda part: (-part.score, part.candidate.passage_id))
        page.score += (1 - PAGE) * page.parts[0].score
    pages.sort(key=lambda page: (-page.score, page.parts[0].candidate.passage_id))
    # Chinese bigrams overlap, so that they already stand for what is side by side.
    neighbours = [pair for pair in pairwise(asked.terms) if pair[0].isascii() and pair[1].isascii()]
    for page in pages[:ADJACENCY_DEPTH]:
        page.score += ADJACENCY * _adjacent(neighbours, page, weights)
    pages.sort(key=_order)
    return [Scored(page.parts[0].candidate, round(page.score, 6)) for page in pages]


@dataclass(slots=True)
class _Part:
    """A passage while it is being scored."""

    candidate: Candidate
    counts: Counter[str]
    body: str
    score: float = 0.0


@dataclass(slots=True)
class _Page:
    """A page or article while it is being scored: the terms of the question in its passages together."""

    parts: list[_Part] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    titled: set[str] = field(default_factory=set)
    length: int = 0
    score: float = 0.0


def _pages(asked: Asked, candidates: Sequence[Candidate]) -> list[_Page]:
    pages: dict[int, _Page] = {}
    weights = asked.weights
    for candidate in candidates:
        title, _, body = candidate.terms.rpartition(TITLE_MARK)
        counts = Counter([term for term in body.split() if term in weights])
        titled = [term for term in title.split() if term in weights] if title else []
        if not counts and not titled:
            continue
        page = pages.setdefault(candidate.block_id, _Page())
        page.parts.append(_Part(candidate, counts, body))
        page.counts.update(counts)
        page.titled.update(titled)
        page.length += candidate.length
    return list(pages.values())


def _bm25(counts: Mapping[str, int], length: int, mean: float, weights: Mapping[str, float]) -> float:
    damping = SATURATION * (1 - LENGTH_SHARE + LENGTH_SHARE * length / mean)
    return sum(weights[term] * n * (SATURATION + 1) / (n + damping) for term, n in sorted(counts.items()))


def _sum(weights: Mapping[str, float], terms: Iterable[str]) -> float:
    """The weights of distinct terms, added in one order so that the last digit is the same everywhere."""
    return sum(weights[term] for term in sorted(terms))


def _adjacent(neighbours: Sequence[tuple[str, str]], page: _Page, weights: Mapping[str, float]) -> float:
    """The weight of the pairs that follow each other in the question and in a passage of the page alike."""
    found = 0.0
    texts = [f" {part.body.strip()} " for part in page.parts]
    for left, right in neighbours:
        if left in page.counts and right in page.counts:
            pair = f" {left} {right} "
            if any(pair in text for text in texts):
                found += min(weights[left], weights[right])
    return found


def _order(page: _Page) -> tuple[float, int, int]:
    candidate = page.parts[0].candidate
    newest = int((candidate.published or "0").replace("-", "").ljust(8, "0"))
    return (-round(page.score, 6), -newest, candidate.passage_id)
