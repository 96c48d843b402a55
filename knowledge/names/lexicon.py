"""The lexicon of firms' names (企业名称词表): which words of three languages mean the same trade, kind or place."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from knowledge.names.scripts import latin as latin_of
from knowledge.names.scripts import sound

#: Shorter stems in Latin letters could begin any word.
_SPELT = 6
FILE = Path(__file__).with_name("lexicon.toml")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Concepts by the words that say them; `group` of a concept is forms, trade or places."""

    english: dict[str, frozenset[str]]
    russian: dict[str, str]
    russian_stems: dict[str, str]
    chinese: dict[str, frozenset[str]]
    group: dict[str, str]
    #: English terms of two and three words, joined by "_", with their concepts.
    terms: dict[str, frozenset[str]]
    #: Abbreviations and the concepts that they say one after the other.
    expanded: dict[str, tuple[str, ...]]
    #: Arabic and Persian words in Latin letters as `scripts.latin` gives them.
    arabic: dict[str, str]
    #: Russian stems in Latin letters, as they sound, for names that were spelt and not translated.
    spelt: dict[str, str]
    #: The Russian letters, in Latin ones, that a concept has in an acronym: завод z, судостроительный s.
    initials: dict[str, frozenset[str]]

    def of_english(self, word: str) -> frozenset[str]:
        """The concepts of an English word in small letters."""
        return self.english.get(word, frozenset())

    def of_russian(self, word: str) -> str | None:
        """The concept of a Russian word in small letters, whatever its ending."""
        found = self.russian.get(word)
        if found:
            return found
        for length in range(len(word), 1, -1):
            if concept := self.russian_stems.get(word[:length]):
                return concept
        return None

    def of_arabic(self, word: str) -> str | None:
        """The concept of an Arabic or Persian word, joined to "and", "for" or the article as it may be."""
        for prefix in ("", "و", "لل", "ل", "وال", "ب", "بال"):
            if word.startswith(prefix) and (concept := self.arabic.get(latin_of(word[len(prefix) :]))):
                return concept
        return None

    def of_spelt(self, word: str) -> str | None:
        """The concept of a Russian word in Latin letters (zavod, nauchno, predpriyatie)."""
        heard = sound(word)
        for length in range(len(heard), _SPELT - 1, -1):
            if concept := self.spelt.get(heard[:length]):
                return concept
        return None


@cache
def load_lexicon() -> Lexicon:
    """The lexicon of the program, read once."""
    english: dict[str, set[str]] = {}
    russian: dict[str, str] = {}
    stems: dict[str, str] = {}
    initials: dict[str, set[str]] = {}
    chinese: dict[str, set[str]] = {}
    group: dict[str, str] = {}
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    expanded = {short: tuple(concepts.split()) for short, concepts in tables.pop("expanded").items()}
    arabic = {latin_of(word): concept for word, concept in tables.pop("arabic").items()}
    for name, concepts in tables.items():
        for concept, (letters, cyrillic, han) in concepts.items():
            group[concept] = name
            for word in letters.split():
                english.setdefault(word, set()).add(concept)
            for word in cyrillic.split():
                initials.setdefault(concept, set()).add(latin_of(word[0])[:1])
                if word.endswith("*"):
                    stems.setdefault(word[:-1], concept)
                else:
                    russian.setdefault(word, concept)
            for word in han.split():
                chinese.setdefault(word, set()).add(concept)
    frozen = {word: frozenset(concepts) for word, concepts in english.items()}
    return Lexicon(
        english=frozen,
        russian=russian,
        russian_stems=stems,
        chinese={word: frozenset(concepts) for word, concepts in chinese.items()},
        group=group,
        terms={word: concepts for word, concepts in frozen.items() if "_" in word},
        expanded=expanded,
        arabic=arabic,
        spelt={
            heard: concept
            for word, concept in {**russian, **stems}.items()
            if len(heard := sound(latin_of(word))) >= _SPELT
        },
        initials={concept: frozenset(letters) for concept, letters in initials.items()},
    )
