"""Customers as questions name them (客户指称): the places in a text, whom each may mean, and who knows all names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Named:
    """A customer as questions and answers speak of it."""

    id: UUID
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Mention:
    """A place in the text and the customers that it may mean."""

    start: int
    end: int
    text: str
    customers: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Naming:
    """The customers that a text names, from left to right; `near` are such as it may mean but hardly names."""

    mentions: tuple[Mention, ...] = ()
    near: tuple[Named, ...] = ()


class Directory(Protocol):
    """Finds customers by what they are called."""

    def read(self, text: str) -> Naming:
        """The customers that a text names."""

    def suggest(self, name: str) -> tuple[Named, ...]:
        """Customers that may be meant by a name that nobody has."""

    def by_code(self, code: str) -> Named | None:
        """The customer with this code."""

    def by_id(self, customer_id: UUID) -> Named | None:
        """The customer with this key."""

    def names_of(self, customer: Named) -> tuple[str, ...]:
        """Every name of a customer."""


def distinct(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions of the same customers once, in order."""
    seen: set[tuple[UUID, ...]] = set()
    kept = []
    for mention in mentions:
        key = tuple(sorted(named.id for named in mention.customers))
        if key not in seen:
            seen.add(key)
            kept.append(mention)
    return kept
