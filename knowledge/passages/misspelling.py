"""Misspelt questions (错别字): what is probably meant, by the words of passages that look like the question.

Nothing is corrected against a dictionary, which knows no firm's name: a word that stands in no passage is replaced by
the closest one of the passages nearest to the question as a whole. A Latin word gives way to one that is a letter or
two away; a Han character to the one that stands between the same neighbours.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence

from knowledge.passages.terms import fold, singular

#: A question of which less than this share of terms is known may be misspelt.
KNOWN_SHARE = 0.8

#: Latin words shorter than this have too many neighbours to guess.
_SHORTEST = 4

_HAN = "\u4e00-\u9fff"
_RUN = re.compile(f"[{_HAN}]+")
_WORD = re.compile("[a-z]+")


def doubtful(terms: Sequence[str], known: Collection[str]) -> bool:
    """Whether so few of these terms stand in any passage that the question may be misspelt."""
    return sum(term in known for term in terms) < KNOWN_SHARE * len(terms)


def respell(text: str, unknown: Collection[str], near: Sequence[str]) -> str | None:
    """The folded text with unknown terms replaced by what stands in `near`; None where nothing fits.

    `near` are the terms of passages as the store keeps them, the most alike first.
    """
    folded = fold(text)
    words = _words(folded, set(unknown), near)
    changed = _WORD.sub(lambda match: words.get(match.group(), match.group()), folded)
    changed = _RUN.sub(lambda match: _run(match.group(), set(unknown), near), changed)
    return changed if changed != folded else None


def _words(folded: str, unknown: set[str], near: Sequence[str]) -> dict[str, str]:
    """Each unknown Latin word with the closest known one."""
    from rapidfuzz.distance import OSA

    wanted = {word for word in _WORD.findall(folded) if len(word) >= _SHORTEST and singular(word) in unknown}
    if not wanted:
        return {}
    there = Counter(
        term for terms in near for term in set(terms.split()) if term.isascii() and term.isalpha()
    )
    found: dict[str, str] = {}
    for word in wanted:
        reach = 1 if len(word) < 7 else 2
        close = [
            (OSA.distance(singular(word), term, score_cutoff=reach), -times, term)
            for term, times in there.items()
            if len(term) >= _SHORTEST - 1 and abs(len(term) - len(word)) <= reach
        ]
        best = min(close, default=None)
        if best is not None and best[0] <= reach:
            found[word] = best[2]
    return found


def _run(run: str, unknown: set[str], near: Sequence[str]) -> str:
    """A run of Han characters with those replaced that make its bigrams unknown."""
    strange = [run[at : at + 2] in unknown for at in range(len(run) - 1)]
    guesses: list[tuple[int, int, int, str]] = []
    for at in range(len(run)):
        touched = sum(strange[max(at - 1, 0) : at + 1])
        if touched:
            guesses += [
                (-touched, -times, at, character) for character, times in _between(run, at, near).items()
            ]
    spelled, settled = list(run), set()
    for _, _, at, character in sorted(guesses):
        # What stands beside a replaced character was judged by a neighbour that is no longer there.
        if not settled & {at - 1, at, at + 1} and character != run[at]:
            spelled[at] = character
            settled.add(at)
    return "".join(spelled)


def _between(run: str, at: int, near: Sequence[str]) -> Mapping[str, int]:
    """The characters that stand at this place in passages with the same neighbours, and in how many."""
    before, after = run[max(at - 2, 0) : at], run[at + 1 : at + 3]
    if before and after:
        pattern = rf"{before[-1]}([{_HAN}]) \1{after[0]}"
    elif len(before) == 2:
        pattern = rf"{before} {before[1]}([{_HAN}])"
    elif len(after) == 2:
        pattern = rf"([{_HAN}]){after[0]} {after}"
    else:
        return {}
    found: dict[str, int] = defaultdict(int)
    looked = re.compile(pattern)
    for terms in near:
        for character in set(looked.findall(terms)):
            found[character] += 1
    return found
