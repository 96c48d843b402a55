"""What finds a name (检索片段): in its own script by its letters, in another by what it means and how it sounds.

`among.pieces` finds a name by its letters, which is enough where letters are spelt after one another. 深圳能源 is found
beside Shenzhen Energy by what 能源 means, 洛克希德 beside Lockheed by its consonants, 顾立雄 beside Koo Li-hsiung by
the usual spelling of the family. Pieces by which a name in Chinese characters is found from outside bear a mark, so
that whoever asks in letters reads them only when there is such a name.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import combinations

from knowledge.names.among import characters, letter_groups, read_aloud, word_pieces
from knowledge.names.keys import has_han
from knowledge.names.lexicon import load_lexicon
from knowledge.names.parts import MERGED, concepts_of, crossing_pieces
from knowledge.names.phonetics import sounds_of_latin
from knowledge.names.scripts import latin, split_words, tidy

#: The mark of pieces of a name in Chinese characters; alone it is a piece of every such name.
HAN_MARK = "汉"
#: Concepts that are put into pairs at most, and words that are heard.
_CONCEPTS, _WORDS = 5, 8

_SILENT_R = re.compile("R(?![HWY]*$)(?=[BMFDTNLGJSRX])|R$")
_DOUBLE = re.compile(r"(.)\1+")


def every_piece(name: str) -> frozenset[str]:
    """What a name is found by, in its own script and in others."""
    text = tidy(name)
    if not has_han(text):
        return own_pieces.__wrapped__(name) | crossing_pieces(name)
    crossing = {*letter_groups(read_aloud(text)), *crossing_pieces(name)}
    return frozenset(
        {*characters(text), *word_pieces(text), HAN_MARK, *(HAN_MARK + piece for piece in crossing)}
    )


@lru_cache(maxsize=65_536)
def own_pieces(name: str) -> frozenset[str]:
    """What a name asks for in its own script: characters, also as they sound; letters, with what words mean."""
    text = tidy(name)
    if has_han(text):
        groups = letter_groups(read_aloud(text))
        return frozenset({*characters(text), *word_pieces(text), *(HAN_MARK + group for group in groups)})
    found = word_pieces(text)
    lexicon = load_lexicon()
    concepts: set[str] = set()
    for word in split_words(text)[:_WORDS]:
        written = latin(word)
        concepts |= concepts_of(word, written)
        found |= _heard(sounds_of_latin(written))
    told = sorted(concept for concept in concepts if lexicon.group.get(concept) != "forms")[:_CONCEPTS]
    found.update("=" + concept for concept in told)
    found.update(f"={one}={other}" for one, other in combinations(told, 2))
    return frozenset(found)


def _heard(sounds: str) -> set[str]:
    """Two and two of the sounds that every script can say, and the whole."""
    plain = _DOUBLE.sub(r"\1", _SILENT_R.sub("", sounds).translate(MERGED))
    if len(plain) < 2:
        return set()
    padded = f"^{plain}$"
    return {"~" + padded[at : at + 3] for at in range(len(padded) - 2)} | {"~" + plain}


def whole_pieces(name: str) -> list[str]:
    """Of the pieces in its own script those that stand for whole words: their consonants, and what they mean."""
    return [piece for piece in own_pieces(name) if piece[0] in "|="]


def is_han(name: str) -> bool:
    """Whether there are Chinese characters in a name."""
    return has_han(tidy(name))
