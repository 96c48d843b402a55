"""What a question is about (问题的主题): the lexicon of topics, and how its phrases are found in a text.

The words are data, in `prompts/grammar/topics.toml`; this module only matches them. A phrase inside a longer one
does not count, so that 股权冻结 is a freeze and not about shareholders.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

#: Where the lexicon lies.
LEXICON = Path(__file__).parents[2] / "prompts" / "grammar" / "topics.toml"

#: Topics that any other topic overrules ("who is the director" is about people), and topics that overrule.
#: A briefing is about everything, so whatever is named beside it is what is meant.
_WEIGHTS = {
    "profile": 0.2,
    "briefing": 0.3,
    "ledger": 4.0,
    "gaps": 3.0,
    "help": 0.5,
    "news": 1.2,
    "papers": 2.0,
}
_ITEM_WEIGHT = 1.5
#: What asks for our own checks and alerts is never about anything else beside it.
_ITEM_WEIGHTS = {"watch": 6.0}

#: From this score on another topic is answered too; these topics stand alone.
_ENOUGH = 4.0
_ALONE = frozenset({"help", "gaps", "ledger", "news", "watch", "relations"})
#: Topics that ask for nothing in particular.
VAGUE = frozenset({"profile", "briefing"})
_AND = re.compile(r"\band\b|,\s|[，,、;；和与及]|以及|还有", re.IGNORECASE)

#: Shorter words are too like each other to be misspelt for sure.
_SPELT = 6

#: Words of European languages: people say Geschäftsführer in an English question too.
_WORD = re.compile(r"[a-z0-9\u00df-\u024f]+(?:['&-][a-z0-9\u00df-\u024f]+)*")
_HAN = re.compile(r"[\u3400-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase of the lexicon found in a text; `label` is (table, name) or ("item", topic, name).

    `gap` is how much of it lies in the gaps of the phrase and was not said by it.
    """

    start: int
    end: int
    label: tuple[str, ...]
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All phrases, ready to be found."""

    chinese: dict[str, tuple[tuple[str, ...], ...]]
    english: dict[tuple[str, ...], tuple[tuple[str, ...], ...]]
    patterns: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]
    longest: tuple[int, int]
    version: str


@dataclass(frozen=True, slots=True)
class Matter:
    """What was recognised in a text: topic (or None), items of it, ways of asking, and what was left over."""

    topic: str | None
    items: tuple[str, ...]
    aspects: frozenset[str]
    words: frozenset[str]
    residual: tuple[str, ...]
    also: tuple[tuple[str, tuple[str, ...]], ...] = ()


@cache
def load_lexicon(path: Path = LEXICON) -> Lexicon:
    """Read the lexicon once."""
    data = path.read_bytes()
    chinese: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    english: dict[tuple[str, ...], list[tuple[str, ...]]] = defaultdict(list)
    patterns = []
    for label, phrases in _entries(tomllib.loads(data.decode("utf-8"))):
        for phrase in phrases:
            folded = phrase.lower()
            if "*" in folded:
                patterns.append((_gapped(folded), label))
            elif _HAN.search(folded):
                chinese[folded].append(label)
            else:
                english[tuple(_singular(word) for word in _WORD.findall(folded))].append(label)
    return Lexicon(
        chinese={phrase: tuple(labels) for phrase, labels in chinese.items()},
        english={phrase: tuple(labels) for phrase, labels in english.items()},
        patterns=tuple(patterns),
        longest=(max(map(len, chinese)), max(map(len, english))),
        version=hashlib.sha256(data).hexdigest()[:12],
    )


def _width(text: str) -> int:
    """How much a text says: a Chinese sign counts twice."""
    return sum(2 if sign > "\u2fff" else 1 for sign in text)


def _gapped(phrase: str) -> re.Pattern[str]:
    """A phrase with gaps: up to four words in English, up to eight signs of one sentence in Chinese."""
    if _HAN.search(phrase):
        return re.compile(r"([^，。；？！]{0,8}?)".join(re.escape(part) for part in phrase.split("*")))
    words = [r"((?:\S+\s+){0,3}\S+)" if word == "*" else _plural(word) for word in phrase.split()]
    return re.compile(r"\b" + r"\s+".join(words) + r"\b")


def _plural(word: str) -> str:
    return re.escape(word) + ("s?" if len(word) > 3 and not word.endswith("s") else "")


def _entries(tables: dict) -> Iterable[tuple[tuple[str, ...], list[str]]]:
    for table, names in tables.items():
        for name, entry in names.items():
            if table == "item":
                for item, phrases in entry.items():
                    yield ("item", name, item), [*phrases["en"], *phrases["zh"]]
            else:
                yield (table, name), [*entry["en"], *entry["zh"]]


def phrases_of(lexicon: Lexicon, *label: str) -> tuple[str, ...]:
    """The phrases of a label in both languages, those with gaps left out: for finding its matter in what is on file."""
    english = [" ".join(phrase) for phrase, labels in lexicon.english.items() if label in labels]
    return (*english, *(phrase for phrase, labels in lexicon.chinese.items() if label in labels))


def find_phrases(text: str, lexicon: Lexicon) -> list[Match]:
    """Every phrase at every place, also those inside longer ones."""
    folded = text.lower()
    found = [
        Match(match.start(), match.end(), label, sum(map(_width, match.groups())))
        for pattern, label in lexicon.patterns
        for match in pattern.finditer(folded)
    ]
    words = [(match.group(), match.start(), match.end()) for match in _WORD.finditer(folded)]
    keys = [_singular(word.removesuffix("'s")) for word, _, _ in words]
    for at in range(len(words)):
        for size in range(1, min(lexicon.longest[1], len(words) - at) + 1):
            labels = lexicon.english.get(tuple(keys[at : at + size]), ())
            found += [Match(words[at][1], words[at + size - 1][2], label) for label in labels]
    for run in _HAN.finditer(folded):
        for at in range(run.start(), run.end()):
            for size in range(1, min(lexicon.longest[0], run.end() - at) + 1):
                labels = lexicon.chinese.get(folded[at : at + size], ())
                found += [Match(at, at + size, label) for label in labels]
    return found


def recognise(text: str, lexicon: Lexicon) -> Matter:
    """The topic, items and ways of asking of a text whose names and time phrases have been cut out.

    Where nothing is found a misspelt word is read as the one that is meant: revenu is revenue.
    """
    matter = _recognise(text, lexicon)
    if matter.topic is None or (matter.topic in VAGUE and not matter.items):
        for word in matter.residual:
            if meant := _respelt(word, lexicon):
                again = _recognise(re.sub(rf"\b{re.escape(word)}\b", meant, text), lexicon)
                if again.items:
                    return again
    return matter


def _respelt(word: str, lexicon: Lexicon) -> str | None:
    """The one word of the lexicon that a long Latin word is a slip away from."""
    from rapidfuzz.distance import OSA

    from knowledge.names.ordinary import is_ordinary

    folded = word.lower()
    if len(folded) < _SPELT or not folded.isascii() or is_ordinary(folded):
        return None
    near = {
        phrase[0]
        for phrase, labels in lexicon.english.items()
        if len(phrase) == 1
        and len(phrase[0]) >= _SPELT
        and any(label[0] == "item" for label in labels)
        and OSA.distance(_singular(folded), phrase[0], score_cutoff=1) <= 1
    }
    return near.pop() if len(near) == 1 else None


def _recognise(text: str, lexicon: Lexicon) -> Matter:
    everything = find_phrases(text, lexicon)
    matters = [match for match in everything if match.label[0] in ("topic", "item")]
    whole = _outermost(matters)
    scores: dict[str, float] = defaultdict(float)
    counted: set[tuple[str, int, int]] = set()
    items: dict[str, list[tuple[int, str]]] = defaultdict(list)
    for match in sorted(whole, key=lambda match: (match.start, match.label[0] != "item")):
        topic = match.label[1]
        if match.label[0] == "item":
            items[topic].append((match.start, match.label[2]))
        if (topic, match.start, match.end) not in counted:
            counted.add((topic, match.start, match.end))
            width = _width(text[match.start : match.end]) - match.gap
            item = _ITEM_WEIGHTS.get(topic, _ITEM_WEIGHT)
            scores[topic] += width * (item if match.label[0] == "item" else _WEIGHTS.get(topic, 1.0))
    topic = max(scores, key=lambda name: scores[name], default=None)
    named = tuple(dict.fromkeys(name for _, name in sorted(items[topic]))) if topic else ()
    return Matter(
        topic=topic,
        items=named,
        aspects=frozenset(match.label[1] for match in everything if match.label[0] == "aspect"),
        words=frozenset(match.label[1] for match in everything if match.label[0] == "words"),
        residual=_residual(text, everything),
        also=_beside(text, topic, scores, items),
    )


def _beside(
    text: str, topic: str | None, scores: dict[str, float], items: dict[str, list[tuple[int, str]]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Other topics that are asked for with "and": what do they owe, and who is the contact?"""
    if not _AND.search(text):
        return ()
    others = [name for name in scores if name != topic and scores[name] >= _ENOUGH and name not in _ALONE]
    if topic in _ALONE or len(others) > 2:
        return ()
    return tuple((name, tuple(dict.fromkeys(item for _, item in sorted(items[name])))) for name in others)


def _outermost(matches: list[Match]) -> list[Match]:
    """Matches that lie in no longer match."""
    spans = {(match.start, match.end) for match in matches}
    kept = [
        span for span in spans if not any(o[0] <= span[0] and span[1] <= o[1] and o != span for o in spans)
    ]
    return sorted(
        (match for match in matches if (match.start, match.end) in kept), key=lambda match: match.start
    )


def _residual(text: str, matches: list[Match]) -> tuple[str, ...]:
    """Words of matter that no phrase of the lexicon covers: English words, Chinese runs of two and more."""
    covered = bytearray(len(text))
    taken = 0
    for match in sorted(matches, key=lambda match: (match.start, match.start - match.end)):
        if match.start >= taken or match.end > taken:
            covered[match.start : match.end] = b"\1" * (match.end - match.start)
            taken = max(taken, match.end)
    left = "".join(" " if mark else sign for sign, mark in zip(text, covered, strict=True))
    words = list(re.findall(r"[^\W\d_\u3400-\u9fff]{2,}", left))
    runs = [run for run in _HAN.findall(left) if len(run) > 1]
    return tuple(words + runs)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
