"""Owned by whoever is listed (百分之五十规则): shares of listed owners, added up through the chain.

A firm that listed owners hold to the limit counts as listed itself, and then the whole of its share in the next firm
counts, not the product: with half of A, and A with half of the customer, the customer is reached (OFAC, revised
guidance of 13 August 2014 on entities owned by blocked persons; FAQ 401). OFAC adds the shares of several listed
owners up from 50 % on; the EU (best practices on restrictive measures) and the UK (OFSI) ask for more than 50 %, the
UK without adding. Which of these hold here is policy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from bot.dossier.ownership import DEEPEST, holds
from store.names import search_key
from store.policy.screening import AggregateSection
from store.records import Party


@dataclass(frozen=True, slots=True)
class Holding:
    """One share that counts: who holds how much of whom; the holder is listed, or counts as listed by its owners."""

    holder: str
    held: str
    percent: Decimal
    listed: bool


@dataclass(frozen=True, slots=True)
class Reached:
    """A limit that listed owners reach: the rule, the sum of their shares in the customer, and all that it rests on.

    `holdings` begin with those in the customer itself and go up. `owners` are the listed at the ends.
    """

    rule: str
    limit: Decimal
    percent: Decimal
    holdings: tuple[Holding, ...]
    owners: tuple[str, ...]

    @property
    def paths(self) -> tuple[tuple[Holding, ...], ...]:
        """Each way from a listed owner down to the customer."""
        above: dict[str, list[Holding]] = defaultdict(list)
        for holding in self.holdings:
            above[search_key(holding.held)].append(holding)
        found: list[tuple[Holding, ...]] = []

        def climb(held: str, below: tuple[Holding, ...]) -> None:
            for holding in above.get(search_key(held), ()):
                if holding in below:
                    continue
                way = (holding, *below)
                if holding.listed:
                    found.append(way)
                else:
                    climb(holding.holder, way)

        if self.holdings:
            climb(self.holdings[0].held, ())
        return tuple(found)


def reached(
    parties: Sequence[Party],
    names: Sequence[str],
    listed: Collection[str],
    rules: Sequence[AggregateSection],
    day: date,
) -> list[Reached]:
    """The rules whose limit the listed owners of a firm reach on a day; `names` are the firm's, `listed` the owners'.

    The same share told by two sources counts once, as the larger of both.
    """
    graph, shown = _graph(parties, names, day)
    if not graph:
        return []
    keys = frozenset(search_key(name) for name in listed)
    found = []
    for rule in rules:
        told = _Climb(graph, shown, keys, rule).told()
        if told is not None:
            found.append(told)
    return found


def share_unknown(
    parties: Sequence[Party], names: Sequence[str], listed: Collection[str], day: date
) -> list[str]:
    """Listed shareholders whose share nobody knows: no limit can be said not to be reached."""
    keys = frozenset(search_key(name) for name in listed)
    dark = [
        party.name
        for party in parties
        if party.role == "shareholder" and party.share_percent is None and holds(party, day)
    ]
    return sorted({name for name in dark if search_key(name) in keys})


_Graph = Mapping[str, Mapping[str, Decimal]]


def _graph(parties: Sequence[Party], names: Sequence[str], day: date) -> tuple[_Graph, Mapping[str, str]]:
    """Held → holder → share, the customer itself under the empty key; and how each is written."""
    own = {search_key(name) for name in names}
    graph: dict[str, dict[str, Decimal]] = defaultdict(dict)
    shown = {"": names[0] if names else ""}
    for party in parties:
        if party.role != "shareholder" or party.share_percent is None or not holds(party, day):
            continue
        target = search_key(party.held_in) if party.held_in else ""
        target = "" if target in own else target
        holder = search_key(party.name)
        if holder in own or holder == target:
            continue
        shown.setdefault(holder, party.name)
        if target:
            shown.setdefault(target, party.held_in or "")
        graph[target][holder] = max(party.share_percent, graph[target].get(holder, Decimal(0)))
    return graph, shown


class _Climb:
    """One rule over one graph."""

    def __init__(
        self, graph: _Graph, shown: Mapping[str, str], listed: frozenset[str], rule: AggregateSection
    ) -> None:
        self._graph, self._shown, self._listed, self._rule = graph, shown, listed, rule

    def told(self) -> Reached | None:
        percent, counted = self._sum("", frozenset())
        if not counted or not self._is_reached(percent, [share for _, share in counted]):
            return None
        holdings: dict[Holding, None] = {}
        self._collect("", counted, holdings, frozenset())
        ends = tuple(dict.fromkeys(each.holder for each in holdings if each.listed))
        return Reached(self._rule.name, self._rule.percent, percent, tuple(holdings), ends)

    def _sum(self, held: str, passed: frozenset[str]) -> tuple[Decimal, list[tuple[str, Decimal]]]:
        """What listed owners, and firms that count as listed, hold of this one."""
        if len(passed) > DEEPEST:
            return Decimal(0), []
        counted = [
            (holder, share)
            for holder, share in self._graph.get(held, {}).items()
            if holder in self._listed or self._counts(holder, passed | {held})
        ]
        return sum((share for _, share in counted), Decimal(0)), counted

    def _counts(self, holder: str, passed: frozenset[str]) -> bool:
        """Whether a firm that is on no list counts as listed by its own owners; nobody is followed in a circle."""
        if holder in passed or holder not in self._graph:
            return False
        percent, counted = self._sum(holder, passed)
        return bool(counted) and self._is_reached(percent, [share for _, share in counted])

    def _is_reached(self, total: Decimal, shares: Sequence[Decimal]) -> bool:
        percent = total if self._rule.together else max(shares)
        limit = self._rule.percent
        return percent >= limit if self._rule.reached == "at_least" else percent > limit

    def _collect(
        self,
        held: str,
        counted: Sequence[tuple[str, Decimal]],
        holdings: dict[Holding, None],
        passed: frozenset[str],
    ) -> None:
        for holder, share in counted:
            is_listed = holder in self._listed
            holdings[Holding(self._shown[holder], self._shown[held], share, is_listed)] = None
        for holder, _ in counted:
            if holder not in self._listed and holder not in passed:
                _, above = self._sum(holder, passed | {held})
                self._collect(holder, above, holdings, passed | {held})
