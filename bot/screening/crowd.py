"""Everybody whom the house knows, by name (全部客户与关联方索引): entries of a list are asked against it.

With a few entries against very many customers, the customers are the index and the entries the questions: each costs
milliseconds however many customers there are. The index is made from the store when it is first needed and follows
what changes by the ledger's number. It can be thrown away at any time.
"""

from __future__ import annotations

import math
import threading
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from bot.screening.shelf import keep_index, read_numbers
from bot.screening.subjects import identifier_of, shown
from knowledge.names.comparison import NameKind, compare
from knowledge.watchlists.circumstances import bare, numbers
from knowledge.watchlists.entry import ListEntry
from knowledge.watchlists.index import VERSION, NameIndex
from knowledge.watchlists.odds import weight
from store.engine import Databases, reading
from store.screening_batches import Batches
from store.screening_names import portfolio_names
from store.watching import changed_after

#: Different names that are compared with each name of an entry, and how many bearers are looked at first.
COMPARED, BEARERS = 40, 200
_ROWS = ("customers", "parties")
#: What the index is called where it is kept.
_NAME = "portfolio"
#: Changed rows that are followed at once.
_CHANGES = 5_000
#: What names are compared as; where a list does not say, our side will, so that both are tried.
_KINDS = {"person": (NameKind.PERSON,), "unknown": (NameKind.PERSON, NameKind.ORGANISATION)}


class Crowd:
    """An index over the names of all customers and their parties."""

    def __init__(self, databases: Databases, threshold: float, *, folder: Path | None = None) -> None:
        """`threshold` is the score of a hit: pairs that nothing could lift to it are not given.

        `folder` keeps the index, so that the next process follows it instead of making it anew.
        """
        self._databases, self._folder = databases, folder
        self._least = math.log(threshold / (1 - threshold))
        self._lock = threading.Lock()
        self._index: NameIndex | None = None
        self._numbers: dict[str, set[str]] = {}
        self._whose: dict[str, set[str]] = {}
        self._seq = 0

    def near(self, entries: list[ListEntry]) -> dict[UUID, dict[str, set[str]]]:
        """Customer → entry → the customer's names and numbers that are like the entry's."""
        with self._lock:
            index = self._follow()
            found: dict[UUID, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
            for entry in entries:
                for key, name in self._like(index, entry):
                    found[UUID(hex=key)][entry.id].add(name)
            return found

    def _like(self, index: NameIndex, entry: ListEntry) -> Iterator[tuple[str, str]]:
        kinds = _KINDS.get(entry.kind.value, (NameKind.ORGANISATION,))
        least = self._least - _most_beside(entry)
        likely: dict[str, bool] = {}
        for asked in dict.fromkeys(name.text for name in entry.names):
            for key, name in _bearers(index, asked):
                if not likely.get(name):
                    likely[name] = any(compare(name, asked, kind).odds >= least for kind in kinds)
                if likely[name]:
                    yield key, name
        for number in numbers(entry.identifiers):
            for key in self._numbers.get(number, ()):
                yield key, number

    def _follow(self) -> NameIndex:
        """The index as the store stands now."""
        if self._index is None:
            self._index = self._kept() or self._built()
        while True:
            with reading(self._databases.read) as connection:
                rows = changed_after(connection, self._seq, _ROWS, _CHANGES)
                if not rows:
                    return self._index
                named, numbers = _gathered(portfolio_names(connection, {row.customer_id for row in rows}))
            for customer in {row.customer_id.hex for row in rows}:
                self._index.put(customer, named.get(customer, ()))
                self._number(customer, numbers.get(customer, ()))
            self._seq = rows[-1].recorded_seq
            if self._index.beside > max(2_000, len(self._index) // 20):
                self._index = self._built()

    def _built(self) -> NameIndex:
        with reading(self._databases.read) as connection:
            self._seq = Batches(connection).head()
            named, numbers = _gathered(portfolio_names(connection))
            mark = Batches(connection).mark(self._seq)
        self._numbers, self._whose = {}, {}
        for customer, mine in numbers.items():
            self._number(customer, mine)
        index = NameIndex.build(named.items())
        if self._folder is not None and mark is not None:
            place = self._folder / f"{_NAME}-{self._seq}.{mark[:24]}-{VERSION}"
            keep_index(
                place, _NAME, index, {number: sorted(whose) for number, whose in self._numbers.items()}
            )
        return index

    def _kept(self) -> NameIndex | None:
        """The index that an earlier process kept, if it was made from this store; the ledger's chain tells."""
        if self._folder is None:
            return None
        for place in sorted(self._folder.glob(f"{_NAME}-*-{VERSION}")):
            seq, _, mark = place.name.split("-")[1].partition(".")
            with reading(self._databases.read) as connection:
                known = Batches(connection).mark(int(seq)) if seq.isdigit() else None
            if known is None or known[:24] != mark:
                continue
            index, numbers_ = NameIndex.load(place), read_numbers(place)
            if index is None or numbers_ is None:
                continue
            self._seq, self._numbers, self._whose = int(seq), {}, {}
            for number, customers in numbers_.items():
                self._numbers[number] = set(customers)
                for customer in customers:
                    self._whose.setdefault(customer, set()).add(number)
            return index
        return None

    def _number(self, customer: str, numbers: tuple[str, ...]) -> None:
        for old in self._whose.pop(customer, ()):
            self._numbers[old].discard(customer)
        kept = {plain for number in numbers if (plain := bare(identifier_of(number).number))}
        if kept:
            self._whose[customer] = kept
        for number in kept:
            self._numbers.setdefault(number, set()).add(customer)


def _most_beside(entry: ListEntry) -> float:
    """The most that dates of birth and countries can add to the names, for what this entry says of them."""
    most = 0.0
    if entry.birth_dates:
        most += weight("same_birth_date")
    if entry.nationalities or entry.citizenships:
        most += weight("same_nationality")
    if entry.countries or entry.addresses:
        most += weight("same_country")
    return most


def _bearers(index: NameIndex, asked: str) -> Iterator[tuple[str, str]]:
    """Who bears one of the nearest names. A name that very many bear must not hide the others, nor any of them."""
    limit = BEARERS
    while True:
        near = index.near(asked, limit)
        names = list(dict.fromkeys(each.name for each in near))
        if len(names) > COMPARED or len(near) < limit:
            break
        limit *= 4
    kept = frozenset(names[:COMPARED])
    return ((each.key, each.name) for each in near if each.name in kept)


_Texts = dict[str, tuple[str, ...]]


def _gathered(rows: Iterator[tuple[UUID, str, bool]]) -> tuple[_Texts, _Texts]:
    """Names and numbers by customer."""
    names: dict[str, list[str]] = defaultdict(list)
    numbers: dict[str, list[str]] = defaultdict(list)
    for customer, text, is_number in rows:
        (numbers if is_number else names)[customer.hex].append(text if is_number else shown(text))
    return _tuples(names), _tuples(numbers)


def _tuples(lists: dict[str, list[str]]) -> _Texts:
    return {key: tuple(dict.fromkeys(texts)) for key, texts in lists.items()}
