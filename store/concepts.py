"""Concepts (概念): what a question asks for, in its own words and in the words of the other language.

A concept counts once on a page: by the terms of the question, or by the best of its other ways of being said, which
weighs less, so that a text in the language of the question comes before its translation. Pure like `ranking`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

#: What a concept weighs in the other language, against the same words in the language of the question.
TRANSLATED = 0.6

#: What it weighs where the words of asking have no term of their own (为什么: due to, because).
IMPLIED = 0.3

#: What a phrase is worth where its words stand apart, against side by side.
APART = 0.5


@dataclass(frozen=True, slots=True)
class Concept:
    """Terms of a question that mean one thing, and the phrases that say it in the other language."""

    terms: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to say a concept: its terms and what it is worth; `mark` is its key among the terms of a page."""

    mark: str
    phrase: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Weighed:
    """A concept as a collection knows it: the ways that occur in it, the heaviest first."""

    terms: tuple[str, ...]
    ways: tuple[Way, ...]

    @property
    def best(self) -> float:
        """The weight of the heaviest way."""
        return self.ways[0].weight


def weigh(
    concepts: Iterable[Concept], frequencies: Mapping[str, int], inverse: Callable[[int], float]
) -> tuple[Weighed, ...]:
    """The concepts that can be found, weighed by how rare their words are but never above the question's own."""
    found: list[Weighed] = []
    for number, concept in enumerate(concepts):
        own = sum(inverse(frequencies.get(term, 0)) for term in concept.terms)
        ways = []
        for place, phrase in enumerate(concept.phrases):
            if all(frequencies.get(term) for term in phrase):
                rarity = sum(inverse(frequencies[term]) for term in dict.fromkeys(phrase))
                weight = TRANSLATED * min(rarity, own) if concept.terms else IMPLIED * rarity
                ways.append(Way(f"~{number}.{place}", phrase, weight))
        if ways:
            found.append(Weighed(concept.terms, tuple(sorted(ways, key=lambda way: (-way.weight, way.mark)))))
    return tuple(found)


def marks(concepts: Sequence[Weighed]) -> dict[str, float]:
    """The weights of all ways by their marks; a mark with “?” is a phrase whose words stand apart."""
    weights = {way.mark: way.weight for concept in concepts for way in concept.ways}
    apart = {
        f"{way.mark}?": APART * way.weight
        for concept in concepts
        for way in concept.ways
        if len(way.phrase) > 1
    }
    return weights | apart


def marked(counts: Mapping[str, int], body: str, concepts: Sequence[Weighed]) -> dict[str, int]:
    """How often each way is said in a body of terms; `counts` holds the terms of all ways that stand in it."""
    found: dict[str, int] = {}
    for concept in concepts:
        for way in concept.ways:
            if not all(term in counts for term in way.phrase):
                continue
            if len(way.phrase) == 1:
                found[way.mark] = counts[way.phrase[0]]
                continue
            times = f" {body} ".count(f" {' '.join(way.phrase)} ")
            if times:
                found[way.mark] = times
            else:
                found[f"{way.mark}?"] = min(counts[term] for term in way.phrase)
    return found


def settle(counts: Counter[str], concepts: Sequence[Weighed], weights: Mapping[str, float]) -> None:
    """Let every concept count once: by its own terms or by its best way, whichever weighs more."""
    for concept in concepts:
        ways = [mark for way in concept.ways for mark in (way.mark, f"{way.mark}?") if mark in counts]
        if not ways:
            continue
        best = max(ways, key=lambda mark: (weights[mark], counts[mark], mark))
        own = sum(weights[term] for term in sorted(concept.terms) if term in counts)
        keep = best if weights[best] > own else None
        for mark in ways:
            if mark != keep:
                del counts[mark]
        if keep is not None:
            for term in concept.terms:
                counts.pop(term, None)


def covered(concepts: Iterable[Weighed]) -> frozenset[str]:
    """The terms of the question that can be found in other words."""
    return frozenset(term for concept in concepts for term in concept.terms)


def wanted(concepts: Iterable[Concept]) -> list[str]:
    """The terms of all phrases, each once."""
    return list(dict.fromkeys(term for concept in concepts for phrase in concept.phrases for term in phrase))


def said(terms: Collection[str], body: str, concepts: Iterable[Concept | Weighed]) -> set[int]:
    """Which concepts, by their place, are said in the other language in this body of terms."""
    found: set[int] = set()
    padded = f" {body} "
    for number, concept in enumerate(concepts):
        phrases = concept.phrases if isinstance(concept, Concept) else (way.phrase for way in concept.ways)
        if any(
            phrase[0] in terms and (len(phrase) == 1 or f" {' '.join(phrase)} " in padded)
            for phrase in phrases
        ):
            found.add(number)
    return found
