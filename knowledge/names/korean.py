"""Korean names in Chinese characters (韩朝人名): how the characters sound in Korean, however their letters are spelt.

金铁三 is Kim Chol Sam in the North and Kim Cheol-sam in the South. Readings stand by the Revised Romanisation in
`transcriptions.toml`; folding makes the spellings of both states and of passports one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import product

from rapidfuzz.distance import OSA

from knowledge.names.phonetics import usual

#: Spellings of one sound, longest first: Young and Yong, Woo and U, Park and Pak, Cheol and Chol.
_FOLDS = (
    ("ark", "ag"), ("oung", "ong"), ("yung", "yong"), ("sh", "s"), ("ch", "j"), ("eo", "o"), ("eu", "u"), ("ae", "e"),
    ("oo", "u"), ("ee", "i"), ("ui", "i"), ("k", "g"), ("t", "d"), ("p", "b"), ("r", "l"),
)  # fmt: skip
_GLIDE = re.compile("^(?:y(?=i)|w(?=u))")


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    for spelling, sound in _FOLDS:
        word = word.replace(spelling, sound)
    return _GLIDE.sub("", word)


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for reading, characters in usual("korean").items():
        for character in characters[0]:
            found[character] = (*found.get(character, ()), *_spoken(reading))
    return found


def _spoken(reading: str) -> tuple[str, ...]:
    """A reading as the North says it, and as the South does at the beginning of a word: Ri, I; Ro, No."""
    if reading.startswith(("ri", "ry")):
        return _folded(reading), _folded(reading[1:])
    return (_folded(reading), _folded("n" + reading[1:])) if reading[0] == "r" else (_folded(reading),)


@lru_cache(maxsize=16_384)
def _orders(han: str) -> tuple[str, ...]:
    """What a name of two to four characters sounds like, family name first and last."""
    known = _readings()
    if not 2 <= len(han) <= 4 or any(character not in known for character in han):
        return ()
    ways = product(*(known[character] for character in han))
    return tuple(spelt for read in ways for spelt in ("".join(read), "".join((*read[1:], read[0]))))


def spelt_in_korean(han: str, words: Sequence[str]) -> float:
    """How well Latin words spell Chinese characters as they are read in Korean, 0 to 1."""
    orders = _orders(han)
    if not orders or len(words) > 4:
        return 0.0
    letters = "".join(map(_folded, words))
    return max(OSA.normalized_similarity(spelt, letters) for spelt in orders)
