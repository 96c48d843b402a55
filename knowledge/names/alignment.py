"""Alignment (对齐): which word of one name is which word of the other.

Words are compared as written, as they sound, and by their consonants where a script writes no vowels. The pairs are
taken best first; a word that is written as two (Abdul Rahman, Abdulrahman) is put together again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA, JaroWinkler

from knowledge.names.scripts import skeleton, sound

#: From here on two words can be the same word; below it they are two words.
ALIKE = 0.66
#: Words that are the same in sound, by consonants alone, or as an initial are worth this much.
SOUND, CONSONANTS, INITIAL = 0.97, 0.94, 0.8
#: More words than this are not aligned; the rest counts as left over.
_WORDS = 16


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a name: as given, in Latin letters, whether its script writes no vowels, and what it weighs."""

    given: str
    latin: str
    abjad: bool = False
    weight: float = 1.0
    #: Other readings of it in Latin letters.
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of both names that stand for each other; `how` is same, sound, consonants, initial or spelling."""

    left: tuple[Word, ...]
    right: tuple[Word, ...]
    likeness: float
    how: str

    @property
    def weight(self) -> float:
        """The mean weight of both sides."""
        return (sum(word.weight for word in self.left) + sum(word.weight for word in self.right)) / 2


@dataclass(frozen=True, slots=True)
class Alignment:
    """The pairs and what is left over on either side."""

    pairs: tuple[Pair, ...]
    left: tuple[Word, ...]
    right: tuple[Word, ...]


@lru_cache(maxsize=262_144)
def likeness(left: str, right: str, abjad: bool = False) -> tuple[float, str]:
    """How alike two Latin words are, 0 to 1, and in what way."""
    if left == right:
        return 1.0, "same"
    if not left or not right:
        return 0.0, "spelling"
    if len(left) == 1 or len(right) == 1:
        begins = left[0] == right[0] or sound(left)[:1] == sound(right)[:1]
        return (INITIAL, "initial") if begins and not (left + right).isdigit() else (0.0, "initial")
    if left.isdigit() or right.isdigit():
        return 0.0, "spelling"
    heard_left, heard_right = sound(left), sound(right)
    if heard_left == heard_right:
        return SOUND, "sound"
    best, how = _spelling(left, right), "spelling"
    heard = SOUND * _spelling(heard_left, heard_right)
    if heard > best:
        best = heard
    if abjad:
        bones_left, bones_right = skeleton(left), skeleton(right)
        if len(bones_left) > 1 and len(bones_right) > 1:
            bones = CONSONANTS * OSA.normalized_similarity(bones_left, bones_right)
            if bones > best:
                best, how = bones, "consonants"
        elif bones_left and bones_left == bones_right:
            best, how = max(best, 0.8), "consonants"
    return best, how


def word_likeness(left: Word, right: Word) -> tuple[float, str]:
    """How alike two words are in the readings that fit best; only the first reading can be the same."""
    abjad = left.abjad or right.abjad
    best = likeness(left.latin, right.latin, abjad)
    for mine in (left.latin, *left.others):
        for theirs in (right.latin, *right.others):
            score, how = likeness(mine, theirs, abjad)
            if how == "same":
                score, how = SOUND, "sound"
            if score > best[0]:
                best = score, how
    return best


def _spelling(left: str, right: str) -> float:
    """Edits by length, softened by Jaro-Winkler, which forgives the end of a word more than its beginning."""
    edits = OSA.normalized_similarity(left, right)
    return edits if edits < 0.4 else 0.6 * edits + 0.4 * JaroWinkler.similarity(left, right)


def align(left: Sequence[Word], right: Sequence[Word]) -> Alignment:
    """The best pairs of words, each used once; neighbours that were split are joined where that fits better."""
    left, right = list(left)[:_WORDS], list(right)[:_WORDS]
    candidates: list[tuple[float, int, int, int, int, str]] = []
    for i, mine in enumerate(left):
        for j, theirs in enumerate(right):
            score, how = word_likeness(mine, theirs)
            if score >= ALIKE:
                # Of equals the pair in the same place goes first.
                candidates.append((score - 0.002 * abs(i - j), i, 1, j, 1, how))
    for i, j, one, other in _joins(left, right):
        text = "".join(word.latin for word in left[i : i + one])
        single = "".join(word.latin for word in right[j : j + other])
        abjad = left[i].abjad or right[j].abjad
        score, how = likeness(text, single, abjad)
        if score >= 0.85 and len(text) > 3:
            candidates.append((score + 0.01, i, one, j, other, how))
    candidates.sort(reverse=True)
    used_left: set[int] = set()
    used_right: set[int] = set()
    pairs: list[Pair] = []
    for _score, i, one, j, other, how in candidates:
        mine, theirs = range(i, i + one), range(j, j + other)
        if used_left.intersection(mine) or used_right.intersection(theirs):
            continue
        used_left.update(mine)
        used_right.update(theirs)
        words_left, words_right = tuple(left[k] for k in mine), tuple(right[k] for k in theirs)
        if one == other == 1:
            value, how = word_likeness(left[i], right[j])
        else:
            joined_left = "".join(word.latin for word in words_left)
            joined_right = "".join(word.latin for word in words_right)
            value, how = likeness(joined_left, joined_right, words_left[0].abjad or words_right[0].abjad)
        pairs.append(Pair(words_left, words_right, value, how))
    return Alignment(
        tuple(pairs),
        tuple(word for k, word in enumerate(left) if k not in used_left),
        tuple(word for k, word in enumerate(right) if k not in used_right),
    )


def _joins(left: Sequence[Word], right: Sequence[Word]) -> list[tuple[int, int, int, int]]:
    """Two neighbours of one side against one word of the other, where their lengths do not rule it out."""
    ours, theirs = [len(word.latin) for word in left], [len(word.latin) for word in right]
    unsure = any(word.abjad for word in (*left, *right))
    found = []
    for i, mine in enumerate(ours):
        for j, other in enumerate(theirs):
            if i + 1 < len(ours) and (unsure or _near(mine + ours[i + 1], other)):
                found.append((i, j, 2, 1))
            if j + 1 < len(theirs) and (unsure or _near(mine, other + theirs[j + 1])):
                found.append((i, j, 1, 2))
    return found


def _near(one: int, other: int) -> bool:
    """Whether two words of these lengths can be spellings of one: Щ has one letter and shch four, hence the margin."""
    return abs(one - other) <= 3 or 2 * min(one, other) > max(one, other)
