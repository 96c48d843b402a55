"""Who owns a customer in the end (股权穿透): layers of the ownership graph, and shares through all paths.

A share through a chain is the product of its links, and the shares of several chains add up; with holdings in a
circle the sum has no end but a limit, which sweeps over the graph come close to. A link whose percent nobody knows
counts as nothing, and what stands behind it is then *at least* so much. That somebody is *named* as beneficial owner
of so much is a statement about the whole, not one more holding: it is not added, but counts where it says more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

#: A natural person with so much is a beneficial owner (受益所有人, 25 % in the European and the Chinese rules).
THRESHOLD = Decimal(25)
_WHOLE = Decimal(100)
_SWEEPS = 200
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Holder:
    """A node of the graph; `layer` is 0 for the customer, above it negative for owners, below positive for what it
    holds, None where no link leads to it. `share` is the part of the customer that it holds through all paths."""

    id: str
    name: str
    kind: str
    layer: int | None
    share: Decimal | None
    at_least: bool
    #: Whether a source names it as beneficial owner of the customer.
    named: bool = False

    @property
    def beneficial(self) -> bool:
        """Whether this is a natural person at or above the threshold."""
        return self.kind == "person" and self.share is not None and self.share >= THRESHOLD


@dataclass(frozen=True, slots=True)
class Link:
    """`owner` holds `held`; `circular` when it closes a circle of holdings. Percent None is not known."""

    owner: str
    held: str
    percent: Decimal | None
    role: str
    circular: bool = False

    @property
    def named(self) -> bool:
        """Whether a source names the owner as beneficial owner, through whatever lies between."""
        return self.role == "beneficial_owner"


@dataclass(frozen=True, slots=True)
class Ownership:
    """The whole graph, nodes in the order given."""

    holders: tuple[Holder, ...]
    links: tuple[Link, ...]


def read_ownership(graph: Mapping[str, Any]) -> Ownership:
    """The graph of the rendered check (`figures.ownership`) with layers and shares worked out.

    Links to nodes that are not there, from a node to itself, and all but the first between the same two are left
    out.
    """
    nodes = {str(node["id"]): node for node in graph.get("nodes") or ()}
    links: dict[tuple[str, str], Link] = {}
    # Of a holding and a naming between the same two the holding stays.
    edges = sorted(graph.get("edges") or (), key=lambda edge: edge.get("role") == "beneficial_owner")
    for edge in edges:
        owner, held = str(edge["from"]), str(edge["to"])
        if owner in nodes and held in nodes and owner != held and (owner, held) not in links:
            percent = edge.get("percent")
            links[owner, held] = Link(
                owner,
                held,
                None if percent in (None, "") else Decimal(str(percent)),
                str(edge.get("role") or ""),
            )
    root = next((key for key, node in nodes.items() if node.get("kind") == "customer"), None)
    circular = _circles([*([root] if root else []), *nodes], links)
    straight = [key for key in links if key not in circular]
    layers = _layers(root, straight) if root else {}
    shares, vague = _shares(root, links.values()) if root else ({}, frozenset())
    return Ownership(
        holders=tuple(
            Holder(
                id=key,
                name=str(node.get("name") or ""),
                kind=str(node.get("kind") or "organisation"),
                layer=layers.get(key),
                share=shares.get(key),
                at_least=key in vague,
                named=root is not None and (key, root) in links and links[key, root].named,
            )
            for key, node in nodes.items()
        ),
        links=tuple(
            Link(link.owner, link.held, link.percent, link.role, circular=key in circular)
            for key, link in links.items()
        ),
    )


def _circles(nodes: Iterable[str], links: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """The links that close a circle, so that without them the graph has none.

    Depth first from the first node upwards to owners, so that where a customer holds shares in its own parent, the
    holding of the parent stays and the way back is what closes the circle.
    """
    upward: dict[str, list[str]] = {}
    for owner, held in links:
        upward.setdefault(held, []).append(owner)
    closing: set[tuple[str, str]] = set()
    done: set[str] = set()
    for start in nodes:
        if start in done:
            continue
        path, open_ = [(start, iter(upward.get(start, ())))], {start}
        while path:
            here, rest = path[-1]
            for there in rest:
                if there in open_:
                    closing.add((there, here))
                elif there not in done:
                    path.append((there, iter(upward.get(there, ()))))
                    open_.add(there)
                    break
            else:
                path.pop()
                open_.discard(here)
                done.add(here)
    return closing


def _layers(root: str, links: Iterable[tuple[str, str]]) -> dict[str, int]:
    """Each node by its longest way to the customer: owners above what they hold, holdings below."""
    up: dict[str, list[str]] = {}
    down: dict[str, list[str]] = {}
    for owner, held in links:
        up.setdefault(held, []).append(owner)
        down.setdefault(owner, []).append(held)
    above, below = _depths(root, up), _depths(root, down)
    layers = below | {key: -depth for key, depth in above.items()}
    # Who has no way to the customer itself but holds, or is held by, somebody in the picture stands beside them.
    waiting = True
    while waiting:
        waiting = False
        for owner, held in links:
            if held in layers and owner not in layers:
                layers[owner] = layers[held] - 1
                waiting = True
            elif owner in layers and held not in layers:
                layers[held] = layers[owner] + 1
                waiting = True
    return layers


def _depths(root: str, onward: Mapping[str, list[str]]) -> dict[str, int]:
    """The longest distance from the root in a graph without circles."""
    order, seen = [], set()
    path = [(root, iter(onward.get(root, ())))]
    seen.add(root)
    while path:
        here, rest = path[-1]
        for there in rest:
            if there not in seen:
                seen.add(there)
                path.append((there, iter(onward.get(there, ()))))
                break
        else:
            order.append(here)
            path.pop()
    depths = {root: 0}
    for here in reversed(order):
        for there in onward.get(here, ()):
            depths[there] = max(depths.get(there, 0), depths[here] + 1)
    return depths


def _shares(root: str, links: Iterable[Link]) -> tuple[dict[str, Decimal], frozenset[str]]:
    """What part of the customer each owner holds, in percent to two places, and whose part is only a lower bound."""
    holdings = [link for link in links if not link.named]
    known = [
        (link.owner, link.held, float(link.percent) / 100) for link in holdings if link.percent is not None
    ]
    parts = {root: 1.0}
    for _ in range(_SWEEPS):
        fresh: dict[str, float] = {}
        for owner, held, part in known:
            if owner != root and held in parts:
                fresh[owner] = fresh.get(owner, 0.0) + part * parts[held]
        moved = max(
            (abs(fresh.get(key, 0.0) - parts.get(key, 0.0)) for key in fresh.keys() | parts.keys() - {root}),
            default=0.0,
        )
        parts = {**fresh, root: 1.0}
        if moved < _CLOSE:
            break
    shares = {
        key: min(Decimal(str(round(part * 100, 2))), _WHOLE)
        for key, part in parts.items()
        if key != root and part > 0
    }
    leading = _owners_of({root}, holdings)
    vague = _owners_of(
        {link.owner for link in holdings if link.percent is None and link.held in leading}, holdings
    )
    for link in links:
        if link.named and link.held == root and link.percent is not None:
            shares[link.owner] = max(shares.get(link.owner, link.percent), min(link.percent, _WHOLE))
    return shares, frozenset(vague - {root})


def _owners_of(found: set[str], links: Iterable[Link]) -> set[str]:
    """These, and all who hold them through whatever lies between."""
    grown = True
    while grown:
        more = {link.owner for link in links if link.held in found} - found
        grown = bool(more)
        found = found | more
    return found
