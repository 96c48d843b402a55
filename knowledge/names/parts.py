"""A name as a question in another script (跨文字提问): its parts, and the ways in which each may be written there.

恒岳 may stand as Hengyue or Heng Yue, as it is spelt; 洛克希德 as Lockheed, as it sounds; 能源 as Energy, as it is
translated; 青山 as Aoyama, where the firm is Japanese. Of the ways of one part the best counts, so that a part weighs
the same however many ways it has.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge.names.among import letter_groups
from knowledge.names.chinese import chinese_parts
from knowledge.names.crossing import Piece, pieces_of
from knowledge.names.firms import is_stop
from knowledge.names.japanese import is_japanese, japanese_spellings
from knowledge.names.keys import HAN, fold
from knowledge.names.lexicon import load_lexicon
from knowledge.names.phonetics import sounds_of_han, sounds_of_latin, syllables, usual, wade_giles
from knowledge.names.scripts import latin, scripts_of, skeleton, sound, split_words, tidy

#: Parts that are looked at: nobody tells a name apart by its thirteenth part; words that are read.
_PARTS, _LONGEST = 12, 20
#: What a way tells that is heard, and not spelt or meant.
_HEARD = 0.8
#: Sounds that a transcription cannot tell apart, and those that it may leave out.
MERGED = str.maketrans(
    {"R": "L", "J": "S", "X": "S", "T": "D", "F": "B", "M": "N", "H": None, "W": None, "Y": None}
)
#: An r that no vowel follows is not said: Martin, Spencer.
_SILENT_R = re.compile("(?<=[a-z])r(?![aeiouyr])")
#: 尔 stands for an l or for an r that another would leave out.
_ER = re.compile("(?<=.)[尔儿耳]")
#: A word may begin with a vowel, or with a sound that is one in the other script.
_OPEN = frozenset("aeiouwyv")
_DOUBLE = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Way:
    """One way of writing a part: the pieces by which an index finds it, and how much it tells, from 0 to 1."""

    pieces: frozenset[str]
    worth: float = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a name with the ways in which it may be written."""

    ways: tuple[Way, ...]


#: That there is a legal form: people have none.
_FORM = Part((Way(frozenset({"=form"})),))


@lru_cache(maxsize=8192)
def parts_of(name: str) -> tuple[Part, ...]:
    """The parts of a name, in order, each once."""
    text = tidy(name)
    found = _of_han(text) if "han" in scripts_of(text) else _of_letters(text)
    return tuple(part for part in dict.fromkeys(found) if part.ways)


def crossing_pieces(name: str) -> frozenset[str]:
    """What a name is found by in another script: the pieces of all ways of all parts.

    Of a name in letters without those letters, by which it is found in any case.
    """
    text = tidy(name)
    if "han" in scripts_of(text):
        return frozenset().union(*(way.pieces for part in parts_of.__wrapped__(name) for way in part.ways))
    words, has_form = _words_of(text)
    ways = (
        way for word, concepts in words for way in (*heard(word), *(each.pieces for each in _meant(concepts)))
    )
    return frozenset({"=form"} if has_form else ()).union(*ways)


def _of_letters(text: str) -> list[Part]:
    """Words in letters: as spelt, as heard, as meant."""
    words, has_form = _words_of(text)
    found = [
        _part(_spelt(word), *(Way(each, _HEARD) for each in heard(word)), *_meant(concepts))
        for word, concepts in words[: _PARTS - 1]
    ]
    return [*found, *([_FORM] if has_form else [])]


def _words_of(text: str) -> tuple[list[tuple[str, frozenset[str]]], bool]:
    """The words that are looked at and what they mean, terms of several words as a whole; and whether one is a form."""
    lexicon = load_lexicon()
    said = [(word, latin(word)) for word in split_words(text)[:_LONGEST]]
    found: list[tuple[str, frozenset[str]]] = []
    has_form = False
    for at, (word, written) in enumerate(said):
        concepts = concepts_of(word, written)
        for size in (2, 3):
            concepts |= lexicon.terms.get("_".join(each for _, each in said[at : at + size]), frozenset())
        if any(lexicon.group[each] == "forms" for each in concepts):
            has_form = True
        elif written and not is_stop(written):
            found.append((written, concepts))
    return found, has_form


def concepts_of(word: str, written: str) -> frozenset[str]:
    """What a word in letters means."""
    lexicon, scripts = load_lexicon(), scripts_of(word)
    concepts = lexicon.of_english(written)
    if "cyrillic" in scripts and (concept := lexicon.of_russian(word.lower())):
        concepts |= {concept}
    if "arabic" in scripts and (concept := lexicon.of_arabic(word)):
        concepts |= {concept}
    return concepts


def _of_han(text: str) -> list[Part]:
    words = [word for word in re.split(f"[^{HAN}]+", fold(text)) if word]
    firm, found = chinese_parts(text), []
    if not (firm.form or firm.trades) and len(words) > 1:
        found = [_of_name(word) for word in words]
    elif not (firm.form or firm.trades) and words and 2 <= len(words[0]) <= 4:
        found = _of_person(words[0])
    pieces = pieces_of(text)
    japanese = is_japanese(text)
    found += [part for piece in pieces if piece.kind != "forms" for part in _of_piece(piece, japanese)]
    return [*found[: _PARTS - 1], *([_FORM] if any(piece.kind == "forms" for piece in pieces) else [])]


def _of_person(han: str) -> list[Part]:
    """The family name and the given name of somebody Chinese, as several states spell them."""
    read = pinyin_of(han)
    if len(read) < 2:
        return []
    families = (read[0], wade_giles(read[0]), *usual("family").get(han[0], ()))
    given = ("".join(read[1:]), "".join(map(wade_giles, read[1:])), " ".join(read[1:]))
    return [_part(*map(_spelt, families)), _part(*map(_spelt, given))]


def _of_name(han: str) -> Part:
    """A part of a transcribed name: 约翰 is usually John."""
    known = [written for table in ("given", "family") for written in usual(table).get(han, ())]
    return _part(*map(_spelt, known), *(Way(each, _HEARD) for each in heard_in_han(han)))


def _of_piece(piece: Piece, japanese: bool) -> list[Part]:
    """A piece of a firm's name; what is read in Japan is written in words of two characters."""
    if piece.kind == "latin":
        return [_part(_spelt(piece.text))]
    ways = [_spelt(written) for written in piece.known]
    if piece.kind in ("brand", "nouns") or (piece.kind == "places" and not piece.known):
        read = pinyin_of(piece.text)
        ways += [_spelt("".join(read)), _spelt(" ".join(read))]
        ways += [Way(each, _HEARD) for each in heard_in_han(piece.text)]
    words = [piece.text[at : at + 2] for at in range(0, len(piece.text), 2)] if japanese else []
    read_there = [[_spelt(each) for each in japanese_spellings(word)] for word in words]
    ways += [way for first in read_there[:1] for way in first]
    whole = _part(*ways, *_meant(piece.concepts), *_by_character(piece))
    return [whole, *(_part(*each) for each in read_there[1:])]


def pinyin_of(han: str) -> list[str]:
    """The Pinyin of each character as passports write it."""
    return [each.replace("v", "u") for each in syllables(han)]


def _by_character(piece: Piece) -> list[Way]:
    """A brand of two or three characters that may be translated one by one: 蓝力 Blue Force."""
    if piece.kind != "brand" or piece.known or not 2 <= len(piece.text) <= 3:
        return []
    chinese = load_lexicon().chinese
    concepts = [chinese.get(character, frozenset()) for character in piece.text]
    if not all(concepts):
        return []
    return [Way(frozenset("=" + min(each) for each in concepts))]


def _meant(concepts: frozenset[str]) -> list[Way]:
    group = load_lexicon().group
    return [Way(frozenset({"=" + concept})) for concept in sorted(concepts) if group[concept] != "forms"]


def _part(*ways: Way) -> Part:
    return Part(tuple(dict.fromkeys(way for way in ways if way.pieces)))


def _spelt(written: str) -> Way:
    return Way(spelt(written))


def spelt(written: str) -> frozenset[str]:
    """The pieces of Latin letters, as `among.pieces` makes them."""
    found: set[str] = set()
    for word in re.findall(
        "[a-z0-9]+", written.lower().replace("v", "u") if " " in written else written.lower()
    ):
        found |= letter_groups(sound(word))
        if len(bones := skeleton(word)) > 1:
            found.add("|" + bones)
    return frozenset(found)


def heard(word: str) -> list[frozenset[str]]:
    """What a word in Latin letters sounds like in another script; a ch may be a k."""
    spoken = _SILENT_R.sub("", word)
    ways = [spoken, spoken.replace("ch", "k")] if "ch" in spoken else [spoken]
    return list(
        dict.fromkeys(
            filter(None, (_grams(sounds_of_latin(each), each[0] in _OPEN) for each in ways if each))
        )
    )


def heard_in_han(han: str) -> list[frozenset[str]]:
    """What Chinese characters sound like, with 尔 and without it."""
    ways = dict.fromkeys((han, _ER.sub("", han)))
    return list(
        dict.fromkeys(filter(None, (_grams(sounds_of_han(each), _begins_open(each)) for each in ways)))
    )


def _begins_open(han: str) -> bool:
    return "".join(syllables(han[:1]))[:1] in _OPEN


def _grams(sounds: str, opened: bool) -> frozenset[str]:
    """Two and two of the sounds that every script can say, and the whole; an A for a vowel before them."""
    plain = _DOUBLE.sub(r"\1", ("A" if opened else "") + sounds.translate(MERGED))
    if len(plain) < 2:
        return frozenset()
    padded = f"^{plain}$"
    return frozenset({"≈" + padded[at : at + 3] for at in range(len(padded) - 2)} | {"≈" + plain})
