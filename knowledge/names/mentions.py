"""Mentions (提及): where a text names a customer.

All names are looked for at once (Aho-Corasick, the longest from the left), in any width, case and kind of Chinese
characters. Latin names count only at word boundaries; a name that is an ordinary word counts only where the text
around it shows a firm, or where the same text names the firm in a way that nothing else is called.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from knowledge.names.keys import brand, core, fold, has_han, without_region
from knowledge.names.ordinary import in_context, is_ordinary
from store.customers import CustomerName

#: Identifiers are not names; they are found by `knowledge.names.resolution`.
NOT_NAMES = frozenset({"customer_key", "uscc", "lei", "registration_number"})


@dataclass(frozen=True, slots=True)
class Mention:
    """A place where a customer is named; `shared` when other customers go by the same name."""

    customer_id: UUID
    name: str
    start: int
    end: int
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A folded way to write a name, with the customers that it may mean."""

    text: str
    customers: tuple[UUID, ...]
    ordinary: bool
    capital: bool  # only counts when it is not written in small letters throughout


class Mentions:
    """The names of all customers, compiled once."""

    def __init__(self, names: Iterable[CustomerName]) -> None:
        self.patterns: list[Pattern] = _patterns(names)
        self._machine = None
        if self.patterns:
            from ahocorasick_rs import AhoCorasick, MatchKind

            self._machine = AhoCorasick(
                [pattern.text for pattern in self.patterns], matchkind=MatchKind.LeftmostLongest
            )

    def find(self, text: str) -> list[Mention]:
        """The mentions in order; a name that several customers share gives one mention for each of them."""
        sure: list[tuple[Pattern, int, int]] = []
        doubtful: list[tuple[Pattern, int, int]] = []
        for pattern, start, end in self.matches(text):
            folded_near = fold(text[max(0, start - 48) : end + 48])
            offset = max(0, start - 48)
            certain = not pattern.ordinary or in_context(
                folded_near, start - offset, end - offset, han=has_han(pattern.text)
            )
            (sure if certain else doubtful).append((pattern, start, end))
        named = {
            customer for pattern, *_ in sure if len(pattern.customers) == 1 for customer in pattern.customers
        }
        # 太平洋 is the firm where the same text has said its full name.
        sure += [entry for entry in doubtful if named.intersection(entry[0].customers)]
        return [
            Mention(customer, text[start:end], start, end, shared=len(meant) > 1)
            for pattern, start, end in sorted(sure, key=lambda entry: entry[1:])
            for meant in [named.intersection(pattern.customers) or pattern.customers]
            for customer in (sorted(meant) if len(meant) > 1 else meant)
        ]

    def matches(self, text: str) -> list[tuple[Pattern, int, int]]:
        """Every name as it stands in the text, at boundaries, whether or not it is meant as one."""
        if self._machine is None or not text:
            return []
        folded = fold(text)
        found = []
        for index, start, end in self._machine.find_matches_as_indexes(folded):
            pattern = self.patterns[index]
            if not _bounded(folded, start, end):
                continue
            if pattern.capital and text[start:end].islower():
                continue
            found.append((pattern, start, end))
        return found

    def count(self, texts: Sequence[str]) -> dict[UUID, tuple[str, int]]:
        """The customers that are named for certain, each with its first name in the texts and how often.

        A shared name counts for a customer only where another name of it stands in the same texts.
        """
        firsts: dict[UUID, str] = {}
        times: dict[UUID, int] = defaultdict(int)
        shared: dict[UUID, int] = defaultdict(int)
        for text in texts:
            for mention in self.find(text):
                if mention.shared:
                    shared[mention.customer_id] += 1
                else:
                    firsts.setdefault(mention.customer_id, mention.name)
                    times[mention.customer_id] += 1
        return {customer: (firsts[customer], count + shared[customer]) for customer, count in times.items()}


def _patterns(names: Iterable[CustomerName]) -> list[Pattern]:
    written: dict[str, set[UUID]] = defaultdict(set)
    capital: dict[str, bool] = {}
    for name in names:
        if name.kind in NOT_NAMES:
            continue
        for text in spellings(name.name):
            written[text].add(name.customer_id)
            latin = not has_han(text)
            # A name in capitals (GE, HP) is looked for in capitals; so is one of ordinary words (Best Buy).
            strict = latin and (is_ordinary(text) or (len(text) <= 4 and name.name.isupper()))
            capital[text] = capital.get(text, True) and strict
    return [
        Pattern(text, tuple(sorted(customers)), is_ordinary(text) and " " not in text, capital[text])
        for text, customers in sorted(written.items())
    ]


def spellings(name: str) -> set[str]:
    """The folded ways in which a text may write a name: whole, without legal form, without region."""
    whole = fold(name).strip()
    ways = {" ".join(whole.split())} if len(whole) >= 2 else set()
    kernel = core(name)
    if has_han(kernel):
        ways |= {way for way in (kernel, kernel.replace("(", "").replace(")", "")) if len(way) >= 2}
        shorter = without_region(name)
        if len(shorter) >= 4 and len(brand(name)) >= 2:
            ways.add(shorter)
    elif len(kernel) >= 3:
        ways.add(kernel)
    return ways


def _bounded(folded: str, start: int, end: int) -> bool:
    """A Latin letter or digit at the edge of a name has none beside it."""
    before, after = folded[start - 1 : start], folded[end : end + 1]
    return not (_latin(folded[start]) and _latin(before)) and not (_latin(folded[end - 1]) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()
