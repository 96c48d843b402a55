"""The language of a text or a question: Chinese, English, or neither."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en", "other"]

#: How much of a long text is looked at, in characters, from its start and from its middle.
SAMPLE = 4_000

_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9d]")
_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_WORD = re.compile("[A-Za-z\u00c0-\u024f]+")

#: Chinese function characters: they carry a sentence, a firm's name has none.
_CHINESE = re.compile("[的了是吗呢么哪谁何在和对与及也都]")

_ENGLISH = frozenset(
    [
        "the",
        "of",
        "and",
        "to",
        "in",
        "is",
        "are",
        "was",
        "were",
        "be",
        "been",
        "for",
        "on",
        "with",
        "that",
        "this",
        "what",
        "which",
        "who",
        "how",
        "when",
        "where",
        "why",
        "does",
        "did",
        "do",
        "has",
        "have",
        "had",
        "by",
        "from",
        "at",
        "as",
        "it",
        "its",
        "an",
        "or",
        "not",
        "will",
        "would",
        "can",
        "could",
        "should",
        "list",
        "show",
        "tell",
        "give",
        "any",
        "many",
        "much",
    ]
)
_OTHER_LATIN = frozenset(
    [
        "le",
        "la",
        "les",
        "des",
        "du",
        "un",
        "une",
        "et",
        "est",
        "sont",
        "dans",
        "pour",
        "qui",
        "que",
        "quel",
        "quelle",
        "avec",
        "sur",
        "der",
        "die",
        "das",
        "und",
        "ist",
        "sind",
        "ein",
        "eine",
        "mit",
        "von",
        "den",
        "dem",
        "für",
        "wie",
        "viel",
        "welche",
        "el",
        "los",
        "las",
        "del",
        "y",
        "es",
        "son",
        "con",
        "por",
        "para",
        "cuál",
        "qué",
        "il",
        "gli",
        "di",
        "che",
        "per",
        "con",
        "della",
        "quale",
        "o",
        "os",
        "as",
        "e",
        "do",
        "da",
        "em",
        "não",
        "com",
        "uma",
        "het",
        "een",
        "van",
        "en",
        "voor",
        "på",
        "och",
        "att",
        "av",
        "ir",
        "yra",
        "kiek",
    ]
)


def detect_language(text: str) -> Language:
    """Tell Chinese, English and everything else apart, in a question of three words or in a report.

    A question in Chinese about a firm with an English name is Chinese; an English sentence around a Chinese name is
    English. Japanese (by its kana), Korean, Russian and other Latin languages are ``other``, and so is a text
    without letters. Japanese written with Han characters alone cannot be told from Chinese.
    """
    sample = text if len(text) <= 2 * SAMPLE else text[:SAMPLE] + " " + text[len(text) // 2 :][:SAMPLE]
    letters = len(_LETTER.findall(sample))
    if not letters:
        return "other"
    han, kana, latin = (len(kind.findall(sample)) for kind in (_HAN, _KANA, _LATIN))
    if kana >= 2 and kana > 0.12 * (han + kana):
        return "other"
    if letters - han - kana - latin > 0.3 * letters:
        return "other"
    words = [word.lower() for word in _WORD.findall(sample)]
    english = sum(word in _ENGLISH for word in words)
    asking = len(_CHINESE.findall(sample))
    if han and 0.6 * han + 3 * asking > max(2.5 * english, 0.08 * len(words)):
        return "zh"
    other = sum(word in _OTHER_LATIN for word in words)
    accented = sum(not word.isascii() for word in words)
    if english >= other and (english or accented <= len(words) / 4):
        return "en"
    return "other"
