"""What finds a name in another script (跨文字检索): what its words mean, how a transcription sounds, usual spellings.

`among.pieces` finds a name by its letters, which is enough where letters are spelt after one another. 深圳能源 is found
beside Shenzhen Energy by what 能源 means, 洛克希德 beside Lockheed by its consonants, 顾立雄 beside Koo Li-hsiung by
the usual spelling of the family. Such pieces are frequent; the index reads the rarest of a name first.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

from knowledge.names.among import letter_groups, pieces
from knowledge.names.crossing import pieces_of
from knowledge.names.keys import HAN, fold
from knowledge.names.lexicon import load_lexicon
from knowledge.names.phonetics import sounds_of_han, sounds_of_latin, syllables, usual, wade_giles
from knowledge.names.scripts import latin, scripts_of, skeleton, sound, split_words, tidy

#: Concepts that are put into pairs at most, and words that are heard.
_CONCEPTS, _WORDS = 5, 8
#: Sounds that a transcription cannot tell apart, and those that it may leave out.
_MERGED = str.maketrans(
    {"R": "L", "J": "S", "X": "S", "T": "D", "F": "B", "M": "N", "H": None, "W": None, "Y": None}
)
_SILENT_R = re.compile("R(?![HWY]*$)(?=[BMFDTNLGJSRX])|R$")


@lru_cache(maxsize=65_536)
def every_piece(name: str) -> frozenset[str]:
    """What a name is found by, in its own script and in others."""
    return pieces.__wrapped__(name) | across(name)


def across(name: str) -> frozenset[str]:
    """What a name is found by in other scripts only."""
    text = tidy(name)
    found: set[str] = set()
    concepts: set[str] = set()
    lexicon = load_lexicon()
    if "han" in scripts_of(text):
        concepts |= _of_han(text, found)
    for word in split_words(text)[:_WORDS]:
        scripts = scripts_of(word)
        if "han" in scripts:
            continue
        written = latin(word)
        concepts |= lexicon.of_english(written)
        if "cyrillic" in scripts and (concept := lexicon.of_russian(word.lower())):
            concepts.add(concept)
        if "arabic" in scripts and (concept := lexicon.of_arabic(word)):
            concepts.add(concept)
        found |= _heard(sounds_of_latin(written))
    told = sorted(concept for concept in concepts if lexicon.group.get(concept) != "forms")[:_CONCEPTS]
    found.update("=" + concept for concept in told)
    found.update(f"={one}={other}" for one, other in combinations(told, 2))
    return frozenset(found)


def _of_han(text: str, found: set[str]) -> set[str]:
    """Concepts of a Chinese name; what its brands and parts sound like and are usually written as goes into `found`."""
    concepts: set[str] = set()
    for piece in pieces_of(text):
        concepts |= piece.concepts
        for written in piece.known:
            found |= _spelt(written)
        if piece.kind == "brand":
            found |= _heard(sounds_of_han(piece.text))
    parts = [part for part in re.split(f"[^{HAN}]+", fold(text)) if part]
    for part in parts:
        for table in ("given", "family"):
            for written in usual(table).get(part, ()):
                found |= _spelt(written)
        if len(parts) > 1:
            found |= _heard(sounds_of_han(part))
    if len(parts) == 1 and 2 <= len(parts[0]) <= 4:
        read = syllables(parts[0])
        given = "".join(map(wade_giles, read[1:]))
        found |= _spelt(given) | _spelt("".join(read[1:])) | _spelt("".join(read))
        for family in (*usual("family").get(parts[0][0], ()), *map(wade_giles, read[:1])):
            found |= _spelt(family)
    return concepts


def _spelt(written: str) -> set[str]:
    """The pieces of Latin letters, as `among.pieces` makes them."""
    found: set[str] = set()
    for word in written.lower().split():
        found |= letter_groups(sound(word))
        if len(bones := skeleton(word)) > 1:
            found.add("|" + bones)
    return found


def _heard(sounds: str) -> set[str]:
    """Two and two of the sounds that every script can say, and the whole."""
    plain = re.sub(r"(.)\1+", r"\1", _SILENT_R.sub("", sounds).translate(_MERGED))
    if len(plain) < 2:
        return set()
    padded = f"^{plain}$"
    return {"~" + padded[at : at + 3] for at in range(len(padded) - 2)} | {"~" + plain}
