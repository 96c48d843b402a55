"""A Chinese name of somebody beside one in Latin letters (中英人名对照): transcribed, or spelt.

约翰·伯顿 is John Burton by the sounds of each part; 李明 is Li Ming by its letters, in the order of either language.
Letters that spell Chinese characters say which: that 以宁 sounds a little like Tingjun makes nobody the other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from knowledge.names.crossing import SPELT
from knowledge.names.keys import fold
from knowledge.names.korean import spelt_in_korean
from knowledge.names.people import person_words
from knowledge.names.phonetics import romanised, sounds_of_han, spells_syllables, transcribed

#: Between the parts of a name that is transcribed.
_DOTS = re.compile("[·・•]")


def person_crossing_features(han: str, latin_name: str) -> dict[str, float]:
    """What speaks for or against one person: a Chinese and a Latin name (李明 Li Ming, 约翰·伯顿 John Burton)."""
    parts = [part for part in re.split(r"[·・•.\s\-—–]+", fold(han).strip()) if part]
    words = [word.latin for word in person_words(latin_name) if word.latin]
    long_words = [word for word in words if len(word) > 1]
    letters = "".join(words)
    spelt = romanised("".join(parts), letters) if len("".join(parts)) <= 5 else 0.0
    for word in long_words if len(words) > 2 else ():
        # Miles Yu Maochun: a given name of the other language beside the Chinese one.
        spelt = max(
            spelt, 0.97 * romanised("".join(parts), "".join(each for each in words if each is not word))
        )
    if len(parts) > 1 and len("".join(parts)) <= 4:
        # 洁 瑞 张: the family name may stand last, as in the other language.
        spelt = max(spelt, romanised("".join((parts[-1], *parts[:-1])), letters))
    spelt = max(spelt, spelt_in_korean("".join(parts), words))
    fits: list[float] = []
    free = list(long_words)
    for part in parts:
        best = max(free, key=lambda word: transcribed(part, word), default=None)
        if best is None:
            fits.append(0.0)
            continue
        fits.append(transcribed(part, best))
        free.remove(best)
    last = transcribed(parts[-1], long_words[-1]) if parts and long_words else 0.0
    if spelt >= SPELT:
        # What the letters spell fits as a whole, whatever single words sound like.
        fits, free, last = [max(spelt, each) for each in fits], [], max(spelt, last)
    elif _are_characters(han, parts, spells_syllables(tuple(words))):
        # Letters that spell Chinese characters spell these, or somebody else.
        fits, free, last = [spelt], [], spelt
    sounds = sum(len(sounds_of_han(part)) for part in parts)
    fit = sum(fits) / len(fits) if fits else 0.0
    return {
        "spelt": spelt,
        "spelt_well": float(spelt >= SPELT),
        "fit": fit,
        "worst": min(fits, default=0.0),
        "last": last,
        "sounds": min(sounds, 9) / 9 * fit,
        "sounds_well": min(sounds, 9) / 9 * max(0.0, fit - 0.7) / 0.3,
        "parts": float(len(parts) > 1),
        "one_part_fit": float(len(parts) == 1) * last,
        "many_words": min(len(free), 3) / 3,
    }


def _are_characters(han: str, parts: Sequence[str], counts: Collection[int]) -> bool:
    """Whether a name is one of Chinese characters, of which letters may spell so many; in parts it is in any case."""
    count = len("".join(parts))
    return count in counts if len(parts) == 1 else bool(counts) and count <= 4 and not _DOTS.search(han)
