"""Financial line items (报表项目) in two languages: what a label on a statement or a word in a question means."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge.figures.amounts import widen
from knowledge.figures.errors import BrokenLexicon

_ASIDE = re.compile(r"\((?!as a\b|a percent)[^()]{0,30}\)", re.IGNORECASE)
_LIST_MARK = re.compile(r"^(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|(?:其中|减|加)\s*:)\s*")
_EDGE = re.compile(r"(?<=[\u4e00-\u9fff])(?=[a-z])|(?<=[a-z%&])(?=[\u4e00-\u9fff])")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_DROPPED_FIRST = ("total ", "consolidated ", "reported ", "gaap ", "net total ", "our ")
_DROPPED_LAST = (" net", " at end of period", " balance at end of period",
                 " at end of year", " end of period", " unaudited")  # fmt: skip
_ATTRIBUTABLE = re.compile(
    r"^(?:net (?:income|earnings|loss|profit)|profit) attributable to (?!non ?controlling|minority)\w"
)
_PER_SHARE = re.compile(r"per (?:\w+ )*(?:share|ads)\b|每股")
_SHARES = re.compile(r"weighted|shares (?:outstanding|used)|number of shares")


@dataclass(frozen=True, slots=True)
class Item:
    """One line item: its key, kind, labels of statements, further words of questions, and for a ratio
    its parts.

    ``expense`` items may be printed in brackets because the statement deducts them; ``statement`` is
    the key of the structured statements.
    """

    key: str
    kind: str
    labels: tuple[str, ...]
    words: tuple[str, ...] = ()
    statement: str | None = None
    of: tuple[str, ...] = ()
    expense: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The items, by key and by normal form of every label; and the words of questions."""

    items: Mapping[str, Item]
    by_label: Mapping[str, tuple[str, ...]]
    literal: Mapping[str, tuple[str, ...]]
    ignored: frozenset[str]
    ignored_han: tuple[str, ...]
    phrases: tuple[re.Pattern[str], ...]
    by_phrase: Mapping[str, str]

    def of_label(self, label: str, parents: tuple[str, ...] = ()) -> Iterator[tuple[str, float]]:
        """The items that a row stands for, with how well its label says so (1 is exactly)."""
        name = normal(label)
        above = " ".join(normal(parent) for parent in parents[-1:])
        if _PER_SHARE.search(above) or _SHARES.search(above):
            yield from _share_items(name, above)
            return
        if _ATTRIBUTABLE.match(name):
            yield "net_income_attributable", 1.0
            yield "net_income", 0.75
            return
        for form, quality in _forms(name):
            if form in self.by_label:
                yield from ((key, quality) for key in self.by_label[form])
                return

    def in_question(self, text: str) -> list[tuple[int, int, Item]]:
        """Items named in a question with start and end, the longest first; overlapping shorter ones are left out."""
        lowered = widen(text).casefold().replace("’", "'")
        found = [
            (match.start(), match.end(), self.items[self.by_phrase[match.group()]])
            for pattern in self.phrases
            for match in pattern.finditer(lowered)
        ]
        found.sort(key=lambda entry: (entry[0] - entry[1], entry[0]))
        kept: list[tuple[int, int, Item]] = []
        for start, end, item in found:
            if all(end <= other[0] or start >= other[1] for other in kept):
                kept.append((start, end, item))
        return kept


def normal(text: str) -> str:
    """A label's normal form: lower case, no marks, no short asides such as ``(loss)``, no punctuation."""
    text = _LIST_MARK.sub("", widen(text).strip()).casefold().replace("’", "'").replace("&", " and ")
    text = _ASIDE.sub(" ", text)
    text = re.sub(
        r"[^\w%']+",
        " ",
        text.replace("shareholders'", "shareholders").replace("stockholders'", "stockholders"),
    )
    return " ".join(text.split())


def stem(word: str) -> str:
    """A word without the endings of number and tense, for comparing words of one language."""
    for suffix in ("ing", "ed", "es", "s", "e"):
        if word.endswith(suffix) and len(word) - len(suffix) >= 4:
            return word.removesuffix(suffix)
    return word


def _forms(name: str) -> Iterator[tuple[str, float]]:
    yield name, 1.0
    shorter = name
    for prefix in _DROPPED_FIRST:
        shorter = shorter.removeprefix(prefix)
    if shorter != name:
        yield shorter, 0.97
    for suffix in _DROPPED_LAST:
        if shorter.endswith(suffix):
            yield shorter.removesuffix(suffix), 0.95
    detail = re.split(r" (?:net of|less|including) (?=allowance|accumulated|current|reserve|portion)", name)
    if len(detail) > 1:
        yield detail[0], 0.93
    if ("of net sales" in name or "of revenue" in name or "of sales" in name) and "as a" in name:
        base = name.split(" as a")[0]
        yield f"{base} as a percentage of net sales", 0.98
        yield f"{base} as a % of revenue", 0.98


def _share_items(name: str, above: str) -> Iterator[tuple[str, float]]:
    # The row's own word first: “Basic” may stand under a heading that names both.
    said = [word for word in ("basic", "diluted") if word in name] or [
        w for w in ("basic", "diluted") if w in above
    ]
    kind = said[0] if len(said) == 1 else ""
    if not kind:
        return
    if _SHARES.search(above):
        if name in ("basic", "diluted"):
            yield f"shares_{kind}", 1.0
    elif name in ("basic", "diluted") or _ATTRIBUTABLE.match(name) or name in ("net income", "net earnings"):
        yield f"eps_{kind}", 1.0


def _phrases(words: Iterable[str]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Two patterns, for words with spaces around them and for Chinese; the longest phrase wins at each place."""
    ordered = sorted(words, key=len, reverse=True)
    latin = "|".join(re.escape(word) for word in ordered if not _HAN.search(word))
    han = "|".join(re.escape(word) for word in ordered if _HAN.search(word))
    return re.compile(rf"(?<!\w)(?:{latin})(?![\w%])"), re.compile(han)


@cache
def load_lexicon() -> Lexicon:
    """Read the data files of the room, once.

    Raises BrokenLexicon where an item lacks a key, repeats one, or is a ratio of unknown items.
    """
    folder = resources.files("knowledge.figures")
    entries = tomllib.loads(folder.joinpath("items.toml").read_text("utf-8"))["item"]
    words = tomllib.loads(folder.joinpath("words.toml").read_text("utf-8"))
    items: dict[str, Item] = {}
    by_label: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        key = entry.get("key")
        if not key or key in items:
            raise BrokenLexicon(f"An item without a key or with the key {key!r} twice; mend items.toml.")
        items[key] = Item(
            key, entry["kind"], tuple(entry["labels"]), tuple(entry.get("words", ())), entry.get("statement"),
            tuple(entry.get("of", ())), entry.get("expense", False),
        )  # fmt: skip
        for label in entry["labels"]:
            known = by_label.get(normal(label), ())
            by_label[normal(label)] = known if key in known else (*known, key)
    for item in items.values():
        if any(part not in items for part in item.of):
            raise BrokenLexicon(f"The ratio {item.key!r} is made of items that items.toml does not have.")
    by_phrase = {label.casefold(): item.key for item in reversed(items.values()) for label in item.labels}
    by_phrase |= {word.casefold(): item.key for item in reversed(items.values()) for word in item.words}
    by_phrase |= {_EDGE.sub(" ", phrase): key for phrase, key in by_phrase.items()}
    return Lexicon(
        items,
        by_label,
        {han: tuple(english.split("|")) for han, english in words["literal"].items()},
        frozenset(words["ignored_en"].split()),
        tuple(sorted(words["ignored_zh"], key=len, reverse=True)),
        _phrases(by_phrase),
        by_phrase,
    )
