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

from store.concepts import Concept, Weighed, covered, marked, marks, settle, weigh
from store.schema.lexical import TITLE_MARK

#: The usual constants of BM25: saturation of repeated terms, and how far length counts.
SATURATION = 1.2
LENGTH_SHARE = 0.75

#: At most so many terms of a question give candidates, and together they may stand in so many passages.
CANDIDATE_TERMS = 18
CANDIDATE_BUDGET = 12_000

#: As many more for what a question says in the other language.
OTHER_TERMS = 14
OTHER_BUDGET = 6_000

#: Whole numbers stand for inverse frequencies in the database, so that a sum is the same in whatever order.
WEIGHT_UNIT = 1024

#: How much of the score is that of the whole page; the rest is that of its best passage.
PAGE = 0.7

#: Of its weight, what a term counts for that stands nowhere: it may be a slip of the pen, or no word at all.
UNKNOWN = 0.5
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
    """The terms of a question in their order, each with its inverse frequency, and its concepts otherwise said."""

    terms: tuple[str, ...]
    weights: Mapping[str, float]
    concepts: tuple[Weighed, ...] = ()
    #: What the question's terms would weigh that stand in no passage at all.
    missing: float = 0.0

    @property
    def total(self) -> float:
        """The sum of the inverse frequencies, a concept by the heavier of its words."""
        own = sum(self.weights.values())
        for concept in self.concepts:
            own += max(concept.best - _sum(self.weights, self.weights.keys() & set(concept.terms)), 0.0)
        return own

    def rarest(self, frequencies: Mapping[str, int]) -> list[tuple[str, int]]:
        """The terms that give candidates, rarest first, with their weights as whole numbers."""
        return _rarest(self.weights, frequencies, CANDIDATE_TERMS, CANDIDATE_BUDGET)

    def other(self, frequencies: Mapping[str, int]) -> list[tuple[str, int]]:
        """The same for texts in the other language, by its words alone; what both share gives candidates already."""
        words: dict[str, float] = {}
        for concept in self.concepts:
            for way in concept.ways:
                for term in way.phrase:
                    words[term] = max(words.get(term, 0.0), way.weight / len(way.phrase))
        return _rarest(words, frequencies, OTHER_TERMS, OTHER_BUDGET)


def _rarest(
    weights: Mapping[str, float], frequencies: Mapping[str, int], terms: int, budget: int
) -> list[tuple[str, int]]:
    present = sorted(
        (frequencies[term], place, term) for place, term in enumerate(weights) if frequencies.get(term)
    )
    chosen: list[tuple[str, int]] = []
    spent = 0
    for frequency, _, term in present[:terms]:
        if chosen and spent + frequency > budget:
            break
        spent += frequency
        chosen.append((term, round(weights[term] * WEIGHT_UNIT)))
    return chosen


def local_statistics(candidates: Sequence[Candidate]) -> tuple[dict[str, int], Statistics]:
    """Frequencies and statistics of a scope that was read whole, as if it were the collection."""
    frequencies: Counter[str] = Counter()
    for candidate in candidates:
        frequencies.update(set(candidate.terms.split()))
    frequencies.pop(TITLE_MARK, None)
    return frequencies, Statistics(len(candidates), sum(candidate.length for candidate in candidates))


def ask(
    terms: Iterable[str],
    frequencies: Mapping[str, int],
    statistics: Statistics,
    concepts: Iterable[Concept] = (),
) -> Asked:
    """Weigh the terms of a question; what stands in no passage cannot tell passages apart and is left out."""
    terms = tuple(terms)
    weights = {
        term: statistics.inverse_frequency(frequencies[term]) for term in terms if frequencies.get(term)
    }
    weighed = weigh(concepts, frequencies, statistics.inverse_frequency)
    translated = covered(weighed)
    absent = sum(1 for term in terms if not frequencies.get(term) and term not in translated)
    missing = UNKNOWN * absent * statistics.inverse_frequency(0)
    return Asked(tuple(weights), weights, weighed, missing)


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its score.

    `held` is the weight of what its page says of the question, `share` that weight beside all that was asked for.
    """

    candidate: Candidate
    score: float
    held: float = 0.0
    share: float = 0.0


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
    weights, total = {**asked.weights, **marks(asked.concepts)}, asked.total
    for page in pages:
        held = _sum(weights, page.counts)
        page.held = _sum(weights, page.counts.keys() | page.titled.keys())
        page.score = PAGE * _bm25(page.counts, page.length, mean_length, weights)
        page.score += COVERAGE * held * held / total
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
    whole = total + asked.missing
    return [
        Scored(
            page.parts[0].candidate, round(page.score, 6), round(page.held, 6), round(page.held / whole, 6)
        )
        for page in pages
    ]


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
    titled: Counter[str] = field(default_factory=Counter)
    length: int = 0
    score: float = 0.0
    held: float = 0.0


def _pages(asked: Asked, candidates: Sequence[Candidate]) -> list[_Page]:
    pages: dict[int, _Page] = {}
    concepts = asked.concepts
    weights = {**asked.weights, **marks(concepts)}
    looked = asked.weights.keys() | {term for one in concepts for way in one.ways for term in way.phrase}
    for candidate in candidates:
        title, _, body = candidate.terms.rpartition(TITLE_MARK)
        counts = Counter([term for term in body.split() if term in looked])
        titled = Counter([term for term in title.split() if term in looked]) if title else Counter()
        if concepts:
            counts, titled = (_own(counts, body, asked), _own(titled, title, asked))
        if not counts and not titled:
            continue
        page = pages.setdefault(candidate.block_id, _Page())
        page.parts.append(_Part(candidate, counts, body))
        page.counts.update(counts)
        page.titled.update(titled)
        page.length += candidate.length
    for page in pages.values() if concepts else ():
        settle(page.counts, concepts, weights)
        settle(page.titled, concepts, weights)
        for part in page.parts:
            settle(part.counts, concepts, weights)
    return list(pages.values())


def _own(counts: Counter[str], body: str, asked: Asked) -> Counter[str]:
    """The terms of the question in a body, and the marks of what it says in other words."""
    own = Counter({term: times for term, times in counts.items() if term in asked.weights})
    if counts:
        own.update(marked(counts, body, asked.concepts))
    return own


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
