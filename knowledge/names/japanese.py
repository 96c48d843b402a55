"""Japanese firms in Chinese characters (日本企业名称): how the characters are read in Japan.

青山精工株式会社 is Aoyama Seiko: each character has readings that came from China and words of the country's own, and
nobody can see which is meant. So letters are compared with all ways of reading at once. A name is Japanese by its
legal form or by a letter of kana.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

READINGS = Path(__file__).with_name("japanese.toml")
#: Characters that are read, and ways of reading two of them that are told.
_LONGEST, _WAYS = 8, 32
_JAPANESE = re.compile("株式会社|株式會社|有限会社|合同会社|[\u3040-\u30ff]")
#: Nichi and To are Nitto, Tetsu and Ko are Tekko: the end of the first gives way.
_GIVES_WAY = re.compile("(?<=[aeiou])(?:chi|tsu|ku)$")
#: Spellings of one sound: long vowels, doubled letters, and what a beginning turns into within a word.
_FOLDS = (
    ("oh", "o"), ("ou", "o"), ("oo", "o"), ("uu", "u"), ("tch", "ch"), ("mb", "nb"), ("mp", "np"), ("mm", "nm"),
    ("l", "r"), ("ca", "ka"), ("co", "ko"), ("cu", "ku"), ("g", "k"), ("z", "s"), ("d", "t"), ("b", "h"), ("p", "h"),
)  # fmt: skip
_DOUBLE = re.compile(r"(.)\1+")


def is_japanese(name: str) -> bool:
    """Whether a name in Chinese characters is one of Japan."""
    return _JAPANESE.search(name) is not None


@cache
def _readings() -> dict[str, tuple[str, ...]]:
    """The readings of each character, and of those that are read together."""
    found: dict[str, list[str]] = {}
    for kind, table in tomllib.loads(READINGS.read_text(encoding="utf-8")).items():
        for reading, written in table.items():
            for characters in (written,) if kind == "together" else written:
                short = _GIVES_WAY.sub("", reading) if kind == "sound" else reading
                found.setdefault(characters, []).extend(dict.fromkeys((reading, short)))
    return {characters: tuple(dict.fromkeys(readings)) for characters, readings in found.items()}


@lru_cache(maxsize=8192)
def japanese_spellings(han: str) -> tuple[str, ...]:
    """How one character or two may be spelt in Latin letters; nothing where one has no known reading."""
    known = _readings()
    if not 1 <= len(han) <= 2:
        return ()
    ways = [*known.get(han, ()), *map("".join, product(*(known.get(character, ()) for character in han)))]
    return tuple(dict.fromkeys(ways))[:_WAYS]


@lru_cache(maxsize=65_536)
def spelt_in_japanese(han: str, letters: str) -> float:
    """How well Latin letters spell characters as they are read in Japan, 0 to 1."""
    known, written = _readings(), _folded(letters)
    if not written or not 0 < len(han) <= _LONGEST:
        return 0.0
    far = float(len(written) + 99)
    rows = [[float(at) for at in range(len(written) + 1)]] + [[far] * (len(written) + 1) for _ in han]
    for start in range(len(han)):
        for size in (1, 2, 3):
            for reading in known.get(han[start : start + size], ()) if start + size <= len(han) else ():
                row = rows[start]
                for letter in _folded(reading):
                    row = _below(row, letter, written)
                rows[start + size] = list(map(min, rows[start + size], row))
    return max(0.0, 1 - rows[-1][-1] / len(written))


def _below(row: list[float], letter: str, written: str) -> list[float]:
    """The next row of an edit distance: the letter is read, left out or another one."""
    below = [row[0] + 1]
    for at, other in enumerate(written):
        below.append(min(row[at] + (letter != other), row[at + 1] + 1, below[at] + 1))
    return below


@lru_cache(maxsize=16_384)
def _folded(word: str) -> str:
    for spelling, sound in _FOLDS:
        word = word.replace(spelling, sound)
    return _DOUBLE.sub(r"\1", word)
