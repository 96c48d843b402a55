"""Comparing two names (名称比对): a score that is a probability, and the reasons for it.

What is compared depends on the scripts and on whether firms or people are meant; each way of comparing declares its
features (0 to 1) and has a weight for each in `weights.toml`. The score is the logistic function of their weighted
sum: 0.5 means even odds among names that somebody has reason to compare (how the weights were found stands there).
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property, lru_cache
from pathlib import Path

from knowledge.names.alignment import Alignment
from knowledge.names.chinese import chinese_features, chinese_parts
from knowledge.names.crossing import crossing_features
from knowledge.names.crossing_people import person_crossing_features
from knowledge.names.firms import firm_names
from knowledge.names.keys import fold, has_han
from knowledge.names.lexicon import load_lexicon
from knowledge.names.pairing import firm_features
from knowledge.names.people import is_particle, person_features, person_words, telling_pairs
from knowledge.names.scripts import latin, scripts_of, split_words, tidy, undeceive

WEIGHTS = Path(__file__).with_name("weights.toml")

#: Reasons that an explanation names, strongest first.
_REASONS = 6
#: Log odds beyond which nothing is more certain.
CERTAIN = 30.0


class NameKind(StrEnum):
    """What a name is the name of; UNKNOWN is decided by the words of both names."""

    ORGANISATION = "organisation"
    PERSON = "person"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Reason:
    """One feature of a comparison: what it saw on either side, and what it added to the log odds."""

    feature: str
    left: str
    right: str
    value: float


@dataclass(frozen=True, slots=True)
class Grounds:
    """What reasons are made of, when somebody asks for them: what each feature adds, and which words were paired."""

    parts: Mapping[str, float]
    left: str
    right: str
    found: Alignment | None

    def reasons(self) -> tuple[Reason, ...]:
        """The pairs of words, and the features that speak most."""
        reasons = _pair_reasons(self.found) if self.found is not None else []
        strongest = sorted(
            (name for name, value in self.parts.items() if value), key=lambda name: -abs(self.parts[name])
        )
        reasons += [
            Reason(name, self.left, self.right, round(self.parts[name], 2)) for name in strongest[:_REASONS]
        ]
        return tuple(reasons)


@dataclass(frozen=True)
class Comparison:
    """How likely two names are names of one; `deceiving` is a word that mixes look-alike letters of two scripts."""

    score: float
    grounds: tuple[Reason, ...] | Grounds
    way: str
    deceiving: str | None = None
    #: The log odds, which still rank what is all but certain.
    odds: float = 0.0
    #: How many words both share beyond particles and initials; None where the names are not taken word by word.
    told: int | None = None

    @cached_property
    def because(self) -> tuple[Reason, ...]:
        """The reasons; most comparisons are never asked for theirs."""
        return self.grounds.reasons() if isinstance(self.grounds, Grounds) else self.grounds


def compare(left: str, right: str, kind: NameKind = NameKind.UNKNOWN) -> Comparison:
    """Compare two names; empty names, and names without a letter or a digit, are like nothing."""
    mine, theirs = _ready(left), _ready(right)
    one, other = mine.text, theirs.text
    deceiving = mine.deceiving or theirs.deceiving
    if not mine.plain or not theirs.plain:
        return Comparison(0.0, (Reason("empty", one, other, 0.0),), "none", deceiving, -CERTAIN)
    if mine.plain == theirs.plain:
        reason = Reason("identical", left, right, 0.0)
        return Comparison(1.0, (reason,), "identical", deceiving, CERTAIN, len(mine.plain.split()))
    way = _way(mine, theirs, kind)
    features, found = _features(way, one, other)
    odds, parts = _weigh(way, features)
    # Certainty is kept for names that are the same.
    score = min(0.99, 1 / (1 + math.exp(-max(-CERTAIN, min(CERTAIN, odds)))))
    told = telling_pairs(found) if found is not None else None
    return Comparison(score, Grounds(parts, one, other, found), way, deceiving, odds, told)


@dataclass(frozen=True, slots=True)
class _Ready:
    """A name without what cannot be seen and what deceives; `plain` is empty where it says nothing."""

    text: str
    deceiving: str | None
    plain: str
    han: bool


@lru_cache(maxsize=65_536)
def _ready(name: str) -> _Ready:
    text, deceiving = undeceive(tidy(name))
    says = any(character.isalnum() for character in text)
    return _Ready(
        text,
        deceiving,
        " ".join(fold(text).replace("，", ",").split()) if says else "",
        "han" in scripts_of(text),
    )


def _way(one: _Ready, other: _Ready, kind: NameKind) -> str:
    """Which of the ways of comparing fits the scripts and what is compared."""
    if kind is NameKind.UNKNOWN:
        kind = NameKind.PERSON if _is_person(one.text) and _is_person(other.text) else NameKind.ORGANISATION
    person = kind is NameKind.PERSON
    if one.han and other.han:
        return "person_chinese" if person else "chinese"
    if one.han or other.han:
        return "person_crossing" if person else "crossing"
    return "person" if person else "firm"


#: Between the parts of a transcribed name (迈克尔·斯通), in whatever font.
_DOTS = re.compile("[·・•‧﹒･—]")
#: Ends of Russian, Ukrainian and Belarusian patronymics: no firm has one beside a name.
_PATRONYMIC = re.compile("(?:[оеэ]вич|[оеэа][вў]на|ьич|івна|ївна|[іi]чна|инична)$")


@lru_cache(maxsize=65_536)
def _is_person(name: str) -> bool:
    """Whether a name is more likely a person's: no word of a firm in it, and not more words than a person has."""
    scripts = scripts_of(name)
    if "han" in scripts:
        parts = chinese_parts(name)
        if parts.form or parts.trades:
            return False
        plain = "".join(character for character in fold(name) if character.isalnum())
        pieces = name.split()
        spaced = 2 <= len(pieces) <= 4 and all(len(piece) <= 4 and has_han(piece) for piece in pieces)
        return spaced or bool(_DOTS.search(name)) or 2 <= len(plain) <= 4
    if scripts == {"hangul"}:
        pieces = name.split()
        short = len(pieces) >= 2 and all(len(piece) <= 3 for piece in pieces)
        return len("".join(pieces)) <= (6 if short else 4)
    lexicon = load_lexicon()
    words = split_words(name)
    if 2 <= len(words) <= 5 and any(_PATRONYMIC.search(word.lower()) for word in words):
        return True
    # Arabic firms begin with what they are (شركة, جمعية); later in a name the same words are names: نور الدين.
    trade = bool(words) and latin(words[0]) in lexicon.arabic
    trade = trade or any(map(_of_firm, words))
    # Abd al-Rahman ould Muhammad: what only joins names is not counted.
    names = [word for word in words if not is_particle(word)]
    return not trade and len(words) >= 2 and len(names) <= 7 and not any(word.isdigit() for word in words)


def _of_firm(word: str) -> bool:
    """Whether a word is one of trade, place or form; a noun (White, Лев) may be a family's name too."""
    lexicon = load_lexicon()
    concepts = lexicon.of_english(latin(word)) or {lexicon.of_russian(word.lower())} - {None}
    return any(lexicon.group[concept] != "nouns" for concept in concepts if concept is not None)


def _features(way: str, one: str, other: str) -> tuple[Mapping[str, float], Alignment | None]:
    if way == "chinese":
        return chinese_features(chinese_parts(one), chinese_parts(other)), None
    if way == "person_chinese":
        return _person_chinese(one, other), None
    if way in ("crossing", "person_crossing"):
        han, letters = (one, other) if "han" in scripts_of(one) else (other, one)
        crossing = crossing_features if way == "crossing" else person_crossing_features
        return crossing(han, letters), None
    if way == "person":
        found, features = person_features(person_words(one), person_words(other))
    else:
        found, features = firm_features(firm_names(one), firm_names(other))
    return features, found


def _person_chinese(one: str, other: str) -> dict[str, float]:
    """Two Chinese names of people: a character that differs is another person, unless a long name has one of many."""
    from rapidfuzz.distance import Levenshtein

    left = _plain_orders(one)[0]
    right = min(_plain_orders(other), key=lambda each: Levenshtein.distance(left, each))
    edits = Levenshtein.distance(left, right)
    return {
        "same": float(left == right),
        "edits": min(edits, 3) / 3,
        "edit_share": edits / max(len(left), len(right), 1),
        "contained": float(left != right and (left in right or right in left)),
    }


def _plain_orders(name: str) -> tuple[str, ...]:
    """The characters of a name; where it is written in parts, also with the family name at the other end."""
    parts = ["".join(char for char in part if char.isalnum()) for part in fold(name).split()]
    turned = ("".join((*parts[1:], *parts[:1])), "".join((*parts[-1:], *parts[:-1])))
    return tuple(dict.fromkeys(("".join(parts), *turned)))


def weights_of(way: str) -> Mapping[str, float]:
    """The weights of one way of comparing, with its `bias`."""
    return _weights()[way]


@cache
def _weights() -> dict[str, dict[str, float]]:
    tables = tomllib.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {way: {name: float(value) for name, value in table.items()} for way, table in tables.items()}


def _weigh(way: str, features: Mapping[str, float]) -> tuple[float, dict[str, float]]:
    weights = weights_of(way)
    parts = {name: weights.get(name, 0.0) * value for name, value in features.items() if value}
    return weights["bias"] + sum(parts.values()), parts


def _pair_reasons(found: Alignment) -> list[Reason]:
    """Which words stand for which, and what each side says alone."""
    reasons = [
        Reason(
            f"pair:{pair.how}",
            " ".join(word.given for word in pair.left),
            " ".join(word.given for word in pair.right),
            round(pair.likeness, 2),
        )
        for pair in found.pairs
    ]
    if found.left or found.right:
        reasons.append(
            Reason(
                "left_over",
                " ".join(word.given for word in found.left),
                " ".join(word.given for word in found.right),
                0.0,
            )
        )
    return reasons
