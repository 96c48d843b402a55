"""Every sentence that people read, by key and language (措辞手册).

A room keeps its phrases in `prompts/phrases/<room>.en.toml` and `<room>.zh.toml`; tables are flattened,
so that `[overdue] none = "…"` in `payments.en.toml` is the phrase `payments.overdue.none`. A phrase names
its values as `{name}`; a brace itself is written twice. The book is strict: a value too few or too many is
an error, and the two languages of a room have the same keys with the same values.

    PromptError
      └─ PhraseUnknown    no phrase has this key
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

#: The languages that every phrase exists in.
LANGUAGES = ("en", "zh")

#: Where the phrase files of the program lie.
FOLDER = Path(__file__).parent / "phrases"


class PromptError(Exception):
    """A phrase file or a use of it is wrong; the message names the phrase and what to change."""


class PhraseUnknown(PromptError):
    """No phrase has this key."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence, cut at its values: `pieces` are (text before, name of the value or None)."""

    key: str
    text: str
    pieces: tuple[tuple[str, str | None], ...]

    @property
    def names(self) -> frozenset[str]:
        """The values that the sentence needs."""
        return frozenset(name for _, name in self.pieces if name is not None)


@dataclass(frozen=True, slots=True)
class Book:
    """All phrases of one folder, by language and key, with the version that stands in answers."""

    phrases: Mapping[str, Mapping[str, Phrase]]
    version: str


class Phrasebook:
    """The phrases of one language: `Phrasebook("zh").say("answers.not_found.lead", name=…)`."""

    __slots__ = ("_book", "_phrases", "language")

    def __init__(self, language: str, *, folder: Path = FOLDER) -> None:
        """Raise `PromptError` when there is no such language or a phrase file is broken."""
        if language not in LANGUAGES:
            raise PromptError(f"there are no phrases in “{language}”; use one of {', '.join(LANGUAGES)}")
        self.language = language
        self._book = load_book(folder)
        self._phrases = self._book.phrases[language]

    @classmethod
    def nearest(cls, language: str) -> Phrasebook:
        """The phrases of this language where we have them, else the English ones."""
        return cls(language if language in LANGUAGES else "en")

    @property
    def version(self) -> str:
        """A short hash over all phrase files of both languages; changes with any character of them."""
        return self._book.version

    def say(self, key: str, **values: str | int) -> str:
        """The phrase with its values filled in: ready text, formatted by the caller, or whole numbers."""
        phrase = self._find(key)
        if values.keys() != phrase.names:
            raise PromptError(_mismatch(phrase, values.keys()))
        return "".join(
            before + ("" if name is None else _shown(key, name, values[name]))
            for before, name in phrase.pieces
        )

    def count(self, key: str, number: int, **values: str | int) -> str:
        """The phrase `key.one` or `key.other`, whichever fits; a phrase that shows it names `{number}`."""
        form = f"{key}.one" if number == 1 else f"{key}.other"
        if "number" in self._find(form).names:
            values["number"] = number
        return self.say(form, **values)

    def __getitem__(self, key: str) -> str:
        """A phrase that needs no values."""
        return self.say(key)

    def get(self, key: str, otherwise: str) -> str:
        """A phrase that needs no values, or `otherwise` where there is none."""
        return self.say(key) if key in self._phrases else otherwise

    def names(self, key: str) -> frozenset[str]:
        """The values that a phrase needs."""
        return self._find(key).names

    def __contains__(self, key: str) -> bool:
        return key in self._phrases

    def keys(self, prefix: str = "") -> list[str]:
        """All keys that begin with `prefix`, sorted."""
        return sorted(key for key in self._phrases if key.startswith(prefix))

    def _find(self, key: str) -> Phrase:
        phrase = self._phrases.get(key)
        if phrase is None:
            raise PhraseUnknown(
                f"there is no phrase “{key}” in {self.language}; add it to prompts/phrases in both languages"
            )
        return phrase


@cache
def load_book(folder: Path = FOLDER) -> Book:
    """Read every phrase file of a folder once; raises `PromptError` with file and reason."""
    phrases: dict[str, dict[str, Phrase]] = {language: {} for language in LANGUAGES}
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.toml")):
        room, _, language = path.stem.rpartition(".")
        if not room or language not in LANGUAGES:
            raise PromptError(
                f"{path.name}: name it <room>.<language>.toml with a language of {', '.join(LANGUAGES)}"
            )
        data = path.read_bytes()
        digest.update(path.name.encode() + b"\0" + data + b"\0")
        try:
            tables = tomllib.loads(data.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as wrong:
            raise PromptError(f"{path.name}: {wrong}") from None
        for key, text in _flatten(tables, room, path.name):
            phrases[language][key] = read_phrase(key, text)
    return Book(phrases=phrases, version=digest.hexdigest()[:12])


def read_phrase(key: str, text: str) -> Phrase:
    """Cut a phrase at its values; raises `PromptError` for an open brace or a value with a format."""
    pieces: list[tuple[str, str | None]] = []
    try:
        for before, name, form, conversion in Formatter().parse(text):
            if name is not None and (form or conversion or not name.isidentifier()):
                raise PromptError(
                    f"{key}: write a value as {{name}} and nothing more, not {{{name}{form and ':' + form}}}"
                )
            pieces.append((before, name))
    except ValueError as wrong:
        raise PromptError(f"{key}: {wrong}; a brace itself is written twice") from None
    return Phrase(key=key, text=text, pieces=tuple(pieces))


def differences(book: Book) -> list[str]:
    """What one language has and the other lacks, one sentence each; empty when all is well."""
    english, chinese = book.phrases["en"], book.phrases["zh"]
    found = [f"{key} is missing in zh" for key in english if key not in chinese]
    found += [f"{key} is missing in en" for key in chinese if key not in english]
    for key in english.keys() & chinese.keys():
        if english[key].names != chinese[key].names:
            here, there = sorted(english[key].names), sorted(chinese[key].names)
            found.append(f"{key} has the values {here} in en and {there} in zh")
    return sorted(found)


def _flatten(table: Mapping[str, Any], prefix: str, file: str) -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        key = f"{prefix}.{name}"
        if isinstance(value, dict):
            yield from _flatten(value, key, file)
        elif isinstance(value, str):
            yield key, value
        else:
            raise PromptError(f"{file}: {key} is {type(value).__name__}; a phrase is text")


def _mismatch(phrase: Phrase, given: Any) -> str:
    missing, surplus = sorted(phrase.names - set(given)), sorted(set(given) - phrase.names)
    parts = []
    if missing:
        parts.append(f"misses {', '.join(missing)}")
    if surplus:
        parts.append(f"has no place for {', '.join(surplus)}")
    return f"{phrase.key}: the phrase {' and '.join(parts)}"


def _shown(key: str, name: str, value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise PromptError(
            f"{key}: {name} is {type(value).__name__}; give text that is ready to be read, or a whole number"
        )
    return str(value)
