"""The lexicon of firms' names (企业名称词表): which words of three languages mean the same trade, kind or place."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("lexicon.toml")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts by the words that say them; `group` of a concept is forms, trade or places."""

    english: dict[str, frozenset[str]]
    russian: dict[str, str]
    russian_stems: tuple[tuple[str, str], ...]
    chinese: dict[str, frozenset[str]]
    group: dict[str, str]
    #: English terms of two and three words, joined by "_", with their concepts.
    terms: dict[str, frozenset[str]]

    def of_english(self, word: str) -> frozenset[str]:
        """The concepts of an English word in small letters."""
        return self.english.get(word, frozenset())

    def of_russian(self, word: str) -> str | None:
        """The concept of a Russian word in small letters, whatever its ending."""
        found = self.russian.get(word)
        if found:
            return found
        for stem, concept in self.russian_stems:
            if word.startswith(stem):
                return concept
        return None


@cache
def load_lexicon() -> Lexicon:
    """The lexicon of the program, read once."""
    english: dict[str, set[str]] = {}
    russian: dict[str, str] = {}
    stems: list[tuple[str, str]] = []
    chinese: dict[str, set[str]] = {}
    group: dict[str, str] = {}
    for name, concepts in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        for concept, (latin, cyrillic, han) in concepts.items():
            group[concept] = name
            for word in latin.split():
                english.setdefault(word, set()).add(concept)
            for word in cyrillic.split():
                if word.endswith("*"):
                    stems.append((word[:-1], concept))
                else:
                    russian.setdefault(word, concept)
            for word in han.split():
                chinese.setdefault(word, set()).add(concept)
    frozen = {word: frozenset(concepts) for word, concepts in english.items()}
    return Lexicon(
        english=frozen,
        russian=russian,
        russian_stems=tuple(sorted(stems, key=lambda item: -len(item[0]))),
        chinese={word: frozenset(concepts) for word, concepts in chinese.items()},
        group=group,
        terms={word: concepts for word, concepts in frozen.items() if "_" in word},
    )
