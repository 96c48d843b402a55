"""Who owns a customer through layers of firms (股权穿透): paths and effective shares.

A share in a share is their product; several paths to the same owner are added. A firm that owns itself through
others is counted once on each path and never followed in a circle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from store.names import search_key
from store.records import Party

#: Longer chains than this are not followed.
DEEPEST = 10


@dataclass(frozen=True, slots=True)
class Stake:
    """One way from an owner down to the customer; `links` from the owner to the customer, percent multiplied."""

    links: tuple[Party, ...]
    percent: Decimal


@dataclass(frozen=True, slots=True)
class Owner:
    """Somebody at the end of the paths: a person, or a firm whose own owners are not on file."""

    name: str
    kind: str | None
    stakes: tuple[Stake, ...]

    @property
    def percent(self) -> Decimal:
        """The effective share over all paths."""
        return sum((stake.percent for stake in self.stakes), Decimal(0))


def owners(parties: Sequence[Party], names: Sequence[str], day: date) -> list[Owner]:
    """The ends of all paths of shareholders, largest effective share first; `names` are the customer's own."""
    own = {search_key(name) for name in names}
    held: dict[str, list[Party]] = defaultdict(list)
    for party in parties:
        if party.role != "shareholder" or party.share_percent is None or not holds(party, day):
            continue
        target = search_key(party.held_in) if party.held_in else ""
        held["" if target in own else target].append(party)
    found: dict[str, list[Stake]] = defaultdict(list)
    ends: dict[str, Party] = {}

    def climb(target: str, chain: tuple[Party, ...], share: Decimal, passed: frozenset[str]) -> None:
        for party in held.get(target, ()):
            key = search_key(party.name)
            links = (party, *chain)
            percent = share * (party.share_percent or Decimal(0)) / 100
            circle = key in passed or key in own
            if key in held and not circle and len(links) < DEEPEST and party.kind != "person":
                climb(key, links, percent, passed | {key})
            elif not circle:
                ends.setdefault(key, party)
                found[key].append(Stake(links, percent))

    climb("", (), Decimal(100), frozenset())
    listed = [Owner(ends[key].name, ends[key].kind, tuple(stakes)) for key, stakes in found.items()]
    return sorted(listed, key=lambda owner: (-owner.percent, owner.name))


def holds(party: Party, day: date) -> bool:
    """Whether a party has its role on a day."""
    started = party.since is None or party.since.first <= day
    return started and (party.until is None or party.until.last > day)
