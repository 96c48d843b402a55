"""Likeness (相似度): how well a stretch of a text fits a name that it does not spell out.

Chinese short forms are ordered parts of the full name that begin like it and end where a word ends; Latin names may
have a letter or two wrong. What is doubtful stays under the score from which a name is taken.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from knowledge.names.directory import Entry, NameIndex
from knowledge.names.keys import core
from knowledge.names.ordinary import COMMON_ENGLISH
from knowledge.passages.stopwords import ENGLISH_STOP_WORDS

#: From this score on a likeness can be taken for the name.
ACCEPTED = 0.75

#: The most that two characters alone, or a short name with a wrong character, can have.
_DOUBTFUL = 0.7
_ONE_WRONG = 0.74


def chinese_likeness(run: str, entry: Entry, index: NameIndex, *, bare: bool) -> float:
    """How well a stretch of the text is a short form of the name: an ordered part of it that begins like it."""
    weights = index.weights(entry)
    worth = sum(weights[: len(entry.core)]) or 1.0
    starts = {entry.core[0], entry.short[0]}
    edges = _word_edges(run)
    best = 0.0
    for start in range(len(run)):
        edge = run[start] in starts
        if start not in edges or not (edge or bare):
            continue
        places = _ordered(run[start:], entry.whole)
        # 武汉三镇 is not the start of 武汉三特: a short form ends where a word ends.
        while places and start + len(places) not in edges:
            places.pop()
        length = len(places)
        telling = sum(not entry.generic[at] for at in places)
        if telling < 2 or (length < 3 and not (edge and run in (run[start : start + 2], entry.brand))):
            continue
        joined = sum(b == a + 1 for a, b in pairwise(places)) / (length - 1)
        covered = min(1.0, sum(weights[at] for at in places) / (0.7 * worth))
        score = 0.35 + (0.25 if edge else 0.0) + 0.2 * joined + 0.2 * covered
        best = max(best, score if length > 2 else min(score, _DOUBTFUL))
    if bare and best < ACCEPTED:
        best = max(best, _alike(run, entry))
    return min(best, 0.99)


@lru_cache(maxsize=4096)
def _word_edges(run: str) -> frozenset[int]:
    """The places in a run of Chinese characters where words begin and end."""
    import rjieba

    edges, at = {0}, 0
    for word in rjieba.cut(run):
        at += len(word)
        edges.add(at)
    return frozenset(edges)


def _ordered(run: str, name: str) -> list[int]:
    """The places in `name` of the longest start of `run` that is an ordered part of it, close together if it can be."""
    places: list[int] = []
    at = 0
    for number, char in enumerate(run):
        found = name.find(char, at)
        if found < 0:
            break
        pair = run[number : number + 2]
        together = name.find(pair, at) if len(pair) == 2 else -1
        if together >= 0 and (not places or found != at):
            found = together
        places.append(found)
        at = found + 1
    return places


def _alike(run: str, entry: Entry) -> float:
    """Likeness of a bare name with an error in it; one wrong character in a short brand is only a suggestion."""
    from rapidfuzz.distance import Levenshtein

    best = 0.0
    query = core(run)
    for kernel in {entry.core, entry.short}:
        errors = Levenshtein.distance(query, kernel, score_cutoff=2)
        longest = max(len(query), len(kernel))
        if errors > 2 or longest < 3 or errors * 3 > longest:
            continue
        limit = 0.95 if longest >= 6 else _ONE_WRONG
        best = max(best, min(limit, 1 - errors / longest))
    return best


def latin_spans(words: Sequence[str]) -> Iterable[str]:
    for size in range(1, 5):
        for at in range(len(words) - size + 1):
            span = words[at : at + size]
            if span[0] in ENGLISH_STOP_WORDS or span[-1] in ENGLISH_STOP_WORDS:
                continue
            if len(" ".join(span)) >= 4 and not all(word.isdigit() for word in span):
                yield " ".join(span)


def latin_likeness(span: str, kernel: str) -> float:
    """Likeness of a stretch of words with a name: only a letter or two may differ, and the more the longer it is."""
    from rapidfuzz.distance import OSA

    longest = max(len(span), len(kernel))
    allowed = 0 if longest < 5 else 1 if longest < 9 else 2
    if span == kernel:
        return 0.99
    if not allowed or abs(len(span) - len(kernel)) > allowed or span[0] != kernel[0]:
        return 0.0
    if span in COMMON_ENGLISH or all(
        word in COMMON_ENGLISH or word in ENGLISH_STOP_WORDS for word in span.split()
    ):
        return 0.0
    errors = OSA.distance(span, kernel, score_cutoff=allowed)
    return 0.0 if errors > allowed else 1 - errors / longest
