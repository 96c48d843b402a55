"""All customers' names, prepared so that many questions can be answered quickly (名称目录)."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from knowledge.names.keys import HAN, brand, core, fold, has_han, shared_words, without_region
from knowledge.names.mentions import NOT_NAMES, Mentions
from store.customers import CustomerName
from store.names import search_key

#: What a character in a word that many firms share weighs.
_SHARED_WORD = 0.3

#: So many names are compared closely.
COMPARED = 60

LATIN_WORD = re.compile(r"[a-z0-9&]+")


@dataclass(frozen=True, slots=True)
class Choice:
    """A customer that may be meant: `name` is its name that fits, `score` 0 to 1, `because` the way it fits."""

    customer_id: UUID
    code: str
    name: str
    score: float
    because: str


def grams(text: str) -> set[str]:
    """Single Chinese characters, and groups of three Latin letters with the word's edges."""
    found = set(re.findall(f"[{HAN}]", text))
    for word in LATIN_WORD.findall(text):
        padded = f"^{word}$"
        found.update(padded[at : at + 3] for at in range(max(len(padded) - 2, 1)))
    return found


@dataclass(frozen=True, slots=True)
class Entry:
    """One way in which a customer is called, taken apart."""

    name: CustomerName
    core: str
    short: str
    brand: str
    han: bool
    whole: str  # the folded name with its legal form
    generic: tuple[bool, ...]  # which characters of it stand in words that many firms share


class NameIndex:
    """All customers' names, prepared for many questions; build it again when names change."""

    def __init__(self, names: Iterable[CustomerName]) -> None:
        listed = list(names)
        self.mentions = Mentions(listed)
        self.codes = {name.code: name for name in listed}
        self.legal = {name.customer_id: name for name in reversed(listed)}
        self.legal |= {name.customer_id: name for name in listed if name.kind == "legal"}
        self.identifiers: dict[str, set[UUID]] = defaultdict(set)
        self.keys: dict[str, set[UUID]] = defaultdict(set)
        self._entries: list[Entry] = []
        self._grams: dict[str, list[int]] = defaultdict(list)
        seen: set[tuple[UUID, str]] = set()
        for name in listed:
            if name.kind in NOT_NAMES:
                self.identifiers[search_key(name.name)].add(name.customer_id)
                continue
            self.keys[search_key(name.name)].add(name.customer_id)
            kernel = core(name.name)
            self.keys[search_key(kernel)].add(name.customer_id)
            if (name.customer_id, kernel) in seen or len(kernel) < 2:
                continue
            seen.add((name.customer_id, kernel))
            entry = _entry(name, kernel)
            for gram in grams(kernel):
                self._grams[gram].append(len(self._entries))
            self._entries.append(entry)

    def weights(self, entry: Entry) -> list[float]:
        """What each character of a name tells: rare ones much, those of legal forms and common words little."""
        count = len(self._entries)
        return [
            math.log(1 + count / max(len(self._grams.get(char, ())), 1)) * (_SHARED_WORD if shared else 1.0)
            for char, shared in zip(entry.whole, entry.generic, strict=True)
        ]

    def choice(self, customer_id: UUID, score: float, because: str, name: str | None = None) -> Choice:
        """A choice under the customer's legal name, unless another is given."""
        legal = self.legal[customer_id]
        return Choice(customer_id, legal.code, name or legal.name, round(score, 3), because)

    def nearest(self, wanted: Iterable[str]) -> list[Entry]:
        """The names that share the rarest characters and letter groups with a text."""
        weights: dict[int, float] = defaultdict(float)
        count = len(self._entries)
        for gram in sorted(set(wanted)):
            having = self._grams.get(gram, ())
            # What every fifth name has does not tell them apart, and would be slow to count.
            if having and (len(having) <= 64 or len(having) * 5 <= count):
                weight = math.log(1 + count / len(having))
                for at in having:
                    weights[at] += weight
        best = sorted(weights, key=lambda at: (-weights[at], at))[:COMPARED]
        return [self._entries[at] for at in best]


def _entry(name: CustomerName, kernel: str) -> Entry:
    han = has_han(kernel)
    whole = "".join(fold(name.name).split()) if han else kernel
    return Entry(
        name,
        kernel,
        without_region(name.name),
        brand(name.name),
        han,
        whole,
        shared_words(whole) if han else (),
    )
