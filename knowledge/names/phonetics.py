"""How Chinese characters sound beside Latin letters (音译): transcribed foreign names, and romanised Chinese ones.

洛克希德 is Lockheed by its consonants; 王定宇 is Wang Ting-yu by the rules of Wade and Giles. Both are compared as
sequences of sound classes with costs for what Chinese cannot say (an r before a consonant, two consonants together).
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from itertools import product
from pathlib import Path

from rapidfuzz.distance import OSA

#: Usual transcriptions of given and family names.
USUAL = Path(__file__).with_name("transcriptions.toml")

#: Sound classes of Pinyin's beginnings.
_STARTS = {
    "zh": "J", "ch": "J", "sh": "S", "b": "B", "p": "B", "m": "M", "f": "F", "d": "D", "t": "D", "n": "N",
    "l": "L",
    "g": "G", "k": "G", "h": "H", "j": "J", "q": "J", "x": "X", "r": "L", "z": "S", "c": "S", "s": "S",
    "w": "W", "y": "Y",
}  # fmt: skip
#: Spellings of Latin names by sound class, longest first; vowels are left out, and the gh of Loughton and Wright.
_SPELT = (
    ("ough", ""), ("augh", ""), ("eigh", ""), ("igh", ""),
    ("tsch", "J"), ("sch", "S"), ("tch", "J"), ("sh", "S"), ("ch", "J"), ("ph", "F"), ("th", "T"),
    ("gh", "G"), ("ck", "G"),
    ("kn", "N"), ("wr", "L"), ("dge", "J"), ("qu", "GW"), ("x", "GS"), ("ng", "N"), ("dg", "J"),
    ("ll", "L"), ("ss", "S"),
    ("tt", "D"), ("nn", "N"), ("mm", "M"), ("pp", "B"), ("bb", "B"), ("dd", "D"), ("ff", "F"), ("rr", "L"),
    ("cc", "G"),
    ("zz", "S"), ("ce", "S"), ("ci", "S"), ("cy", "S"), ("ge", "J"), ("gi", "J"), ("b", "B"), ("p", "B"),
    ("m", "M"),
    ("f", "F"), ("v", "W"), ("d", "D"), ("t", "D"), ("n", "N"), ("l", "L"), ("r", "R"), ("g", "G"),
    ("k", "G"), ("c", "G"),
    ("q", "G"), ("h", "H"), ("j", "J"), ("z", "S"), ("s", "S"), ("w", "W"), ("y", "Y"),
)  # fmt: skip
#: The letters y, w and h are vowels or silent where none follows: Healy, Brown, Sarah.
_SILENT = re.compile("(?<=.)[yw](?![aeiouy])|(?<=[aeiou])h(?![aeiouy])")
#: What leaving a sound out costs; all others cost 1.
_LEFT_OUT = {"R": 0.25, "H": 0.4, "W": 0.45, "Y": 0.25, "N": 0.6, "L": 0.7, "D": 0.8, "T": 0.8, "G": 0.8}
#: What one sound instead of another costs; all other pairs cost 1.
_NEAR = {
    frozenset("LR"): 0.0, frozenset("JS"): 0.3, frozenset("JD"): 0.5, frozenset("JG"): 0.5,
    frozenset("GH"): 0.35,
    frozenset("FW"): 0.3, frozenset("MN"): 0.4, frozenset("BW"): 0.6, frozenset("BF"): 0.6,
    frozenset("HF"): 0.6,
    frozenset("JY"): 0.4, frozenset("HW"): 0.5, frozenset("DS"): 0.6,
    # Pinyin's x stands for s, sh and the h of Hilton (希尔顿); an English th is 斯, 特 or 修.
    frozenset("XS"): 0.0, frozenset("XH"): 0.2, frozenset("XJ"): 0.3, frozenset("TD"): 0.0, frozenset("TS"): 0.15,
    frozenset("TX"): 0.2, frozenset("TF"): 0.4,
}  # fmt: skip


#: Readings in names that differ from the most frequent one.
_IN_NAMES = {
    "什": "shi",
    "柏": "bo",
    "伯": "bo",
    "重": "chong",
    "长": "chang",
    "卡": "ka",
    "夏": "xia",
    "厦": "xia",
    "乐": "le",
    "扎": "za",
    "曾": "zeng",
    "单": "shan",
    "翟": "zhai",
    "覃": "qin",
    "仇": "qiu",
}


def usual(table: str) -> dict[str, tuple[str, ...]]:
    """What names are usually written as in the other script or at full length: given, family or nicknames."""
    return _tables()[table]


@cache
def _tables() -> dict[str, dict[str, tuple[str, ...]]]:
    tables = tomllib.loads(USUAL.read_text(encoding="utf-8"))
    return {
        name: {han: tuple(latin.split("|")) for han, latin in table.items()} for name, table in tables.items()
    }


@lru_cache(maxsize=32_768)
def pinyin(character: str) -> str:
    """The reading of a simplified character in Pinyin without its tone; empty for what is none."""
    from pypinyin import lazy_pinyin

    if character in _IN_NAMES:
        return _IN_NAMES[character]
    read = lazy_pinyin(character, errors="ignore")
    return read[0].replace("ü", "v") if read else ""


def syllables(han: str) -> tuple[str, ...]:
    """The Pinyin of each character."""
    return tuple(filter(None, map(pinyin, han)))


@lru_cache(maxsize=65_536)
def wade_giles(syllable: str) -> str:
    """A Pinyin syllable as Wade and Giles, and passports of Taiwan, would spell it (without apostrophes)."""
    word = syllable
    for pattern, spelling in _WADE:
        word = pattern.sub(spelling, word, count=1)
    return word


_WADE = tuple(
    (re.compile(pattern), spelling)
    for pattern, spelling in (
        ("^zhi$", "chih"), ("^chi$", "chih"), ("^shi$", "shih"), ("^ri$", "jih"), ("^zi$", "tzu"),
        ("^ci$", "tzu"), ("^si$", "ssu"),
        ("^zh", "ch"), ("^[jq]", "ch"), ("^x", "hs"), ("^[zc](?!h)", "ts"), ("^r", "j"), ("^b", "p"),
        ("^d", "t"), ("^g", "k"),
        ("ian$", "ien"), ("ong$", "ung"), ("(?<=[gkh])e$", "o"), ("^yi$", "i"), ("^you$", "yu"),
        ("^ye$", "yeh"), ("ie$", "ieh"),
        ("(?<=[dtnlzcs])uo$", "o"), ("ui$", "ui"), ("^yan$", "yen"),
    )
)  # fmt: skip


#: A syllable by Pinyin, or by Wade and Giles.
_SYLLABLE = (
    "(?:[zcs]h|hs|t[sz]|ss|[bpmfdtnlgkhjqxrzcsyw])?"
    "(?:i?ang|i?ong|uang|eng|ing|i?ung|iao|i[ae]n|uai|uan|ai|[ue]i|ao|ou|an|en|in|un|ia|i?eh?|iu|u[aoe]h?|er|ih|[aoiuv])"
)


@lru_cache(maxsize=65_536)
def spells_syllables(words: tuple[str, ...]) -> frozenset[int]:
    """How many Chinese characters a name of several Latin words may spell, whichever they are: two to four, or none."""
    counts = [[size for size in range(1, 4) if re.fullmatch(_SYLLABLE * size, word)] for word in words[:5]]
    return frozenset(sum(sizes) for sizes in product(*counts) if len(sizes) >= 2 and sum(sizes) <= 4)


@lru_cache(maxsize=65_536)
def sounds_of_han(han: str) -> str:
    """The consonants of a transcription by class: 洛克希德 → LGSD."""
    found = []
    for syllable in syllables(han):
        if syllable == "er":
            found.append("L")
            continue
        start = next((start for start in ("zh", "ch", "sh") if syllable.startswith(start)), syllable[:1])
        found.append(_STARTS.get(start, ""))
        if syllable.endswith(("n", "ng")) and len(syllable) > 1:
            found.append("N")
    return re.sub("N+", "N", "".join(found))


@lru_cache(maxsize=65_536)
def sounds_of_latin(word: str) -> str:
    """The consonants of a Latin word by class: lockheed → LGHD."""
    found, at = [], 0
    word = _SILENT.sub("", word)
    while at < len(word):
        for spelling, sound in _SPELT:
            if word.startswith(spelling, at):
                if sound and not (
                    found and len(sound) == 1 and found[-1] == sound and word[at - 1] not in "aeiou"
                ):
                    found.append(sound)
                at += len(spelling)
                break
        else:
            at += 1
    return "".join(found)


@lru_cache(maxsize=262_144)
def transcribed(han: str, word: str) -> float:
    """How well a transcription fits a Latin word, 0 to 1."""
    if word in usual("given").get(han, ()):
        return 1.0
    mine, theirs = sounds_of_han(han), sounds_of_latin(word)
    if not mine or not theirs:
        return 0.0
    row = [0.0]
    for sound in theirs:
        row.append(row[-1] + _LEFT_OUT.get(sound, 1.0))
    for number, sound in enumerate(mine):
        gone = _LEFT_OUT.get(sound, 1.0)
        below = [row[0] + gone]
        for at, other in enumerate(theirs):
            changed = 0.0 if sound == other else _NEAR.get(frozenset((sound, other)), 1.0)
            # The first sound is heard best.
            changed *= 1.3 if number == at == 0 else 1.0
            below.append(min(row[at] + changed, row[at + 1] + gone, below[at] + _LEFT_OUT.get(other, 1.0)))
        row = below
    fit = max(0.0, 1 - row[-1] / max(len(mine), len(theirs)))
    starts_alike = _vowel_start(han) == (word[:1] in "aeiou")
    return fit if starts_alike else fit * 0.85


def _vowel_start(han: str) -> bool:
    read = syllables(han[:1])
    return bool(read) and read[0][:1] in "aeiouyw"


@lru_cache(maxsize=65_536)
def romanised(han: str, letters: str) -> float:
    """How well Latin letters spell Chinese characters, by Pinyin or by Wade and Giles; family name first or last."""
    read = syllables(han)
    if not read or not letters:
        return 0.0
    orders = [read, (*read[1:], read[0])] if 2 <= len(read) <= 4 else [read]
    best = 0.0
    if 2 <= len(han) <= 4:
        # 顾立雄 is Koo Li-hsiung: the family name by its own tradition, the given name by rule.
        for family in usual("family").get(han[0], ()):
            orders += [(family, *read[1:]), (*read[1:], family)]
    for order in orders:
        for spelt in ("".join(order).replace("v", "u"), "".join(map(wade_giles, order)).replace("v", "u")):
            best = max(best, OSA.normalized_similarity(spelt, letters))
    return best
