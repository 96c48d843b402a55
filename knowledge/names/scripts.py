"""Scripts (文字): what a name is written in, its words in Latin letters, and how they sound.

Names are compared by sound classes because every state spells foreign names its own way: Щербаков is Shcherbakov,
Chtcherbakov and Schtscherbakow. Latin letters come from AnyAscii; what stands here on top of it is folding of
spelling traditions. All of it serves for comparing only, names are shown as they were given.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from anyascii import anyascii

#: Ranges of letters by script; what is in none of them counts as Latin.
_SCRIPTS = (
    ("han", "\u3400-\u9fff\uf900-\ufaff"),
    ("kana", "\u3040-\u30ff"),
    ("hangul", "\u1100-\u11ff\uac00-\ud7af"),
    ("cyrillic", "\u0400-\u052f"),
    ("greek", "\u0370-\u03ff\u1f00-\u1fff"),
    ("arabic", "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff"),
    ("hebrew", "\u0590-\u05ff"),
    ("thai", "\u0e00-\u0e7f"),
    ("devanagari", "\u0900-\u097f"),
)
_LETTERS = {name: re.compile(f"[{letters}]") for name, letters in _SCRIPTS}
_ASCII, _LATIN = re.compile("[A-Za-z]"), frozenset({"latin"})
#: Scripts that write consonants and leave most vowels out.
ABJADS = frozenset({"arabic", "hebrew"})

#: Control and bidirectional characters, and what joins or splits nothing that can be seen.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)
#: Marks that belong to the letter before them: accents, vowels of Hebrew and Arabic, of Indian, Thai and other scripts.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983"
    "\u09bc-\u09cd\u0a01-\u0a03\u0a3c-\u0a51\u0a81-\u0a83\u0abc-\u0acd\u0b01-\u0b03\u0b3c-\u0b57\u0b82"
    "\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56\u0c81-\u0c83\u0cbc-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d81-\u0d83"
    "\u0dca-\u0ddf\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f71-\u0f84\u102b-\u103e"
    "\u1056-\u1059\u17b4-\u17d3"
)
_LETTER = rf"[^\W_][{_MARKS}]*"
_WORD = re.compile(rf"(?:{_LETTER})+(?:[.'’`ʼʻ](?:{_LETTER})+)*", re.UNICODE)
#: Vowel signs of Arabic and Hebrew, which one list writes and another does not.
_POINTS = re.compile(
    "[\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed]"
)
#: A letter between dots: J.P. Morgan, G.m.b.H., ООО.
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?", re.UNICODE)

#: Letters of Cyrillic and Greek that look like Latin ones; mixed within a word they are made to deceive.
_ALIKE = str.maketrans("АВЕЅІЈКМНОРСТХУаеѕіјорсхуΑΒΕΖΗΙΚΜΝΟΡΤΥΧο", "ABESIJKMHOPCTXYaesijopcxyABEZHIKMNOPTYXo")


def tidy(text: str) -> str:
    """The text in compatibility form without what cannot be seen; at most 400 characters are compared."""
    return " ".join(unicodedata.normalize("NFKC", _UNSEEN.sub("", text[:2000])).replace("ĸ", "к").split())[
        :400
    ]


@lru_cache(maxsize=131_072)
def scripts_of(text: str) -> frozenset[str]:
    """The scripts of its letters."""
    if text.isascii():
        return _LATIN if _ASCII.search(text) else frozenset()
    found = {name for name, pattern in _LETTERS.items() if pattern.search(text)}
    if re.search("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]", text):
        found.add("latin")
    return frozenset(found)


def undeceive(text: str) -> tuple[str, str | None]:
    """The text with look-alike letters of another script made Latin, and the word in which they stood, if any."""
    if text.isascii():
        return text, None
    deceiving: str | None = None

    def mend(match: re.Match[str]) -> str:
        nonlocal deceiving
        word = match.group()
        if not re.search("[A-Za-z]", word) or not re.search("[\u0370-\u03ff\u0400-\u052f]", word):
            return word
        plain = word.translate(_ALIKE)
        if re.search("[\u0370-\u03ff\u0400-\u052f]", plain):
            return word
        deceiving = deceiving or word
        return plain

    return re.sub(r"\w+", mend, text), deceiving


def split_words(text: str) -> list[str]:
    """The words of a name, dots of abbreviations taken out: J.P. Morgan → JP, Morgan."""
    text = _DOTTED.sub(lambda match: match.group().replace(".", "") + " ", text)
    return [word for word in _WORD.findall(text) if word.strip("_")]


@lru_cache(maxsize=131_072)
def latin(word: str) -> str:
    """One word in small Latin letters, accents and apostrophes gone; other scripts as they sound, roughly."""
    if _LETTERS["hangul"].search(word):
        syllables = re.findall("[A-Z][a-z]*|[a-z]+", anyascii(word))
        return "".join(_HANGUL.get(syllable, syllable) for syllable in syllables).lower()
    word = _POINTS.sub("", word)
    if _LETTERS["arabic"].search(word):
        word = _ARTICLE.sub("", word).translate(_ARABIC)
    word = word.translate(_CARONS)
    return re.sub(
        "[^a-z0-9]", "", anyascii(_CYRILLIC.sub(lambda match: _RUSSIAN[match.group()], word.lower())).lower()
    )


#: Where common spellings leave AnyAscii: Х, Й at the end, signs, Ukrainian and Belarusian letters.
_RUSSIAN = {
    "х": "kh",
    "щ": "shch",
    "ъ": "",
    "ь": "",
    "ё": "e",
    "й": "y",
    "ў": "u",
    "ґ": "g",
    "є": "ie",
    "ї": "i",
}
_CYRILLIC = re.compile("[" + "".join(_RUSSIAN) + "]")

#: The article, joined to its word; letters that AnyAscii spells otherwise than names do.
_ARTICLE = re.compile("^(?:ال|اﻟ)(?=..)")
_ARABIC = str.maketrans({"ظ": "z", "ذ": "z", "ﻯ": "y", "ى": "y", "ﻇ": "z"})

_CARONS = str.maketrans(
    {
        "č": "ch",
        "Č": "Ch",
        "ć": "ch",
        "Ć": "Ch",
        "š": "sh",
        "Š": "Sh",
        "ş": "sh",
        "Ş": "Sh",
        "ž": "zh",
        "Ž": "Zh",
    }
)

#: Korean syllables whose usual spelling in names is another than the rules of either romanisation.
_HANGUL = {
    "Gim": "kim", "I": "ri", "Li": "ri", "Bag": "pak", "Choe": "choe", "Jeong": "chong", "Jo": "cho",
    "No": "no",
    "Yu": "yu", "Im": "rim",
}  # fmt: skip

#: Spelling traditions folded onto one letter each; longest first. Capitals stand for sounds that Latin spells with
#: several letters: S sh, C ch, J zh.
_FOLDS = (
    ("schtsch", "SC"), ("shch", "SC"), ("chtch", "SC"), ("tsch", "C"), ("tch", "C"), ("dzh", "J"),
    ("dsch", "J"),
    ("sch", "S"), ("sh", "S"), ("cz", "C"), ("zh", "J"), ("dj", "J"), ("kh", "h"), ("ch", "C"),
    ("ph", "f"), ("gh", "g"),
    ("th", "t"), ("dh", "z"), ("ck", "k"), ("cq", "k"), ("qu", "k"), ("q", "k"), ("x", "ks"), ("w", "v"),
    ("ff", "f"),
    ("oo", "u"), ("ou", "u"), ("ee", "i"), ("iy", "i"), ("yi", "i"), ("ij", "i"), ("ie", "i"), ("ei", "i"),
    ("ey", "i"),
    ("ai", "i"), ("ay", "i"), ("ae", "e"), ("oe", "o"), ("eu", "u"), ("eo", "u"), ("au", "u"), ("ts", "z"),
    ("tz", "z"),
)  # fmt: skip
#: J is English between vowels and at the start (Jamal, Najib), Slavic elsewhere (Andrej, Ljubov); -vic is -vich.
_SLAVIC_J = re.compile("(?<=[^aeiou])j|(?<=.)j(?![aeiou])")
_SLAVIC_VIC = re.compile("(?<=[vn]i)c$")
#: Арлоў is Орлов in Russian.
_BELARUSIAN = re.compile("(?<=..)[aeo]u$")
_SOFT_C = re.compile("c(?=[eiy])")
_DOUBLE = re.compile(r"(.)\1+")
_VOWELS = re.compile("[aeiouy]+")


def _once(match: re.Match[str]) -> str:
    """A doubled letter once; a function costs less here than a template does."""
    return match[1]


@lru_cache(maxsize=131_072)
def sound(word: str) -> str:
    """How a Latin word sounds, whatever tradition spelt it: Yusuf, Yousef and Iusuf are one."""
    word = _BELARUSIAN.sub("ov", _SLAVIC_VIC.sub("ch", word))
    for spelling, letter in _FOLDS:
        word = word.replace(spelling, letter)
    word = word[:1] + _SLAVIC_J.sub("i", word[1:]) if len(word) > 1 else word
    word = _SOFT_C.sub("s", word).replace("c", "k").replace("y", "i").replace("J", "j")
    word = word.replace("e", "i").replace("o", "u").replace("ii", "i")
    word = _DOUBLE.sub(_once, word)
    return word[:-1] if len(word) > 3 and word.endswith("h") else word


@lru_cache(maxsize=131_072)
def skeleton(word: str) -> str:
    """The consonants of a Latin word by class, for scripts that write no vowels: Mukhtar and mkhtr are one."""
    # Arabic and Hebrew w (and the v of Persian) may be a vowel.
    consonants = _VOWELS.sub("", sound(word)).replace("v", "")
    return _DOUBLE.sub(_once, consonants.translate(_SKELETON))


_SKELETON = str.maketrans(
    {"p": "b", "t": "d", "k": "g", "h": "g", "f": "v", "z": "s", "S": "s", "C": "s", "j": "s"}
)
