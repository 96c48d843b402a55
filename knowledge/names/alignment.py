"""Alignment (对齐): which word of one name is which word of the other.

Words are compared as written, as they sound, and by their consonants where a script writes no vowels. The pairs are
taken best first; a word that is written as two (Abdul Rahman, Abdulrahman) is put together again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from rapidfuzz.distance import OSA, JaroWinkler

from knowledge.names.scripts import skeleton, sound

#: From here on two words can be the same word; below it they are two words.
ALIKE = 0.66
#: What two letters that changed places cost beside one that is another: a slip of the fingers, seldom another name.
SWAPPED = 0.5
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
    #: What it is in a firm's name: brand, trade, places, number or stop.
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """Words of both names that stand for each other; `how` is same, sound, swapped, consonants, initial or
    spelling."""

    left: tuple[Word, ...]
    right: tuple[Word, ...]
    likeness: float
    how: str

    @property
    def weight(self) -> float:
        """The mean weight of both sides."""
        if len(self.left) == 1 == len(self.right):
            return (self.left[0].weight + self.right[0].weight) / 2
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
    if _swapped(left, right):
        return 1 - SWAPPED / len(left), "swapped"
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


def _swapped(left: str, right: str) -> bool:
    """Whether two words of three letters or more differ in two neighbours that changed places."""
    if len(left) != len(right) or len(left) < 3:
        return False
    wrong = [at for at, (mine, theirs) in enumerate(zip(left, right, strict=True)) if mine != theirs]
    if len(wrong) != 2 or wrong[1] != wrong[0] + 1:
        return False
    first, second = wrong
    return left[first] == right[second] and left[second] == right[first]


def _spelling(left: str, right: str) -> float:
    """Edits by length, softened by Jaro-Winkler, which forgives the end of a word more than its beginning."""
    edits = OSA.normalized_similarity(left, right)
    return edits if edits < 0.4 else 0.6 * edits + 0.4 * JaroWinkler.similarity(left, right)


def align(left: Sequence[Word], right: Sequence[Word]) -> Alignment:
    """The best pairs of words, each used once; neighbours that were split are joined where that fits better."""
    left, right = left[:_WORDS], right[:_WORDS]
    candidates: list[tuple[float, int, int, int, int, float, str]] = []
    for i, mine in enumerate(left):
        for j, theirs in enumerate(right):
            if mine.others or theirs.others:
                score, how = word_likeness(mine, theirs)
            else:
                score, how = likeness(mine.latin, theirs.latin, mine.abjad or theirs.abjad)
            if score >= ALIKE:
                # Of equals the pair in the same place goes first.
                candidates.append((score - 0.002 * abs(i - j), i, 1, j, 1, score, how))
    for i, one, j, other, text, single in _joins(left, right):
        score, how = likeness(text, single, left[i].abjad or right[j].abjad)
        if score >= 0.85 and len(text) > 3:
            candidates.append((score + 0.01, i, one, j, other, score, how))
    candidates.sort(reverse=True)
    # Which words are taken, as bits.
    used_left = used_right = 0
    pairs: list[Pair] = []
    for _, i, one, j, other, score, how in candidates:
        mine, theirs = ((1 << one) - 1) << i, ((1 << other) - 1) << j
        if used_left & mine or used_right & theirs:
            continue
        used_left, used_right = used_left | mine, used_right | theirs
        pairs.append(Pair(tuple(left[i : i + one]), tuple(right[j : j + other]), score, how))
    return Alignment(
        tuple(pairs),
        tuple(word for k, word in enumerate(left) if not used_left >> k & 1),
        tuple(word for k, word in enumerate(right) if not used_right >> k & 1),
    )


def _joins(left: Sequence[Word], right: Sequence[Word]) -> list[tuple[int, int, int, int, str, str]]:
    """Two neighbours of one side against one word of the other, where their lengths do not rule it out.

    Щ has one letter and shch four, hence the margin.
    """
    unsure = any(word.abjad for word in left) or any(word.abjad for word in right)
    found = []
    for order, (many, few) in ((1, (left, right)), (-1, (right, left))):
        twos = [one.latin + other.latin for one, other in pairwise(many)]
        ones = [(at, word.latin, len(word.latin)) for at, word in enumerate(few)] if twos else ()
        for i, two in enumerate(twos):
            length = len(two)
            for j, one, size in ones:
                if unsure or -3 <= length - size <= 3 or (2 * size > length and 2 * length > size):
                    found.append((i, 2, j, 1, two, one) if order == 1 else (j, 1, i, 2, one, two))
    return found
