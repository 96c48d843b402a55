"""Who owns a customer in the end: chains, several paths, circles, links that nobody knows."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from bot.reports.composing import compose
from bot.reports.drawings.owners import draw_owners
from bot.reports.illustrations import illustrate
from bot.reports.shares import Ownership, read_ownership
from prompts.phrasebook import Phrasebook
from tests.reports.sample import sample


def graph(*edges: tuple[str, str, str | None]) -> dict[str, Any]:
    """Nodes by name: the customer is C, natural persons have a small letter."""
    names = list(dict.fromkeys(name for owner, held, _ in edges for name in (owner, held)))
    kinds = {
        name: "customer" if name == "C" else "person" if name[0].islower() else "organisation"
        for name in names
    }
    return {
        "nodes": [{"id": name, "name": name, "kind": kinds[name]} for name in names],
        "edges": [
            {"from": owner, "to": held, "percent": percent, "role": "shareholder"}
            for owner, held, percent in edges
        ],
    }


def shares(ownership: Ownership) -> dict[str, Decimal | None]:
    return {item.id: item.share for item in ownership.holders if item.id != "C"}


def test_a_chain_multiplies_and_paths_add_up() -> None:
    found = read_ownership(graph(("H", "C", "60"), ("w", "H", "70"), ("w", "C", "5"), ("l", "H", "30")))
    assert shares(found) == {"H": 60, "w": 47, "l": 18}
    assert {item.id for item in found.holders if item.beneficial} == {"w"}


def test_a_firm_is_never_a_beneficial_owner_and_a_quarter_is_enough() -> None:
    found = read_ownership(graph(("H", "C", "75"), ("p", "C", "25"), ("q", "H", "33.32")))
    assert {item.id for item in found.holders if item.beneficial} == {"p"}
    assert shares(found)["q"] == Decimal("24.99")


def test_a_link_that_nobody_knows_makes_the_share_a_lower_bound() -> None:
    found = read_ownership(graph(("H", "C", "60"), ("w", "H", None), ("w", "C", "10")))
    [owner] = [item for item in found.holders if item.id == "w"]
    assert (owner.share, owner.at_least) == (10, True)


def test_who_is_named_as_beneficial_owner_is_not_counted_twice() -> None:
    given_ = graph(("H", "C", "60"), ("w", "H", "70"), ("w", "C", "42"), ("x", "C", "30"), ("y", "C", None))
    for edge in given_["edges"][2:]:
        edge["role"] = "beneficial_owner"
    found = read_ownership(given_)
    assert shares(found) == {"H": 60, "w": 42, "x": 30, "y": None}
    assert {item.id for item in found.holders if item.named} == {"w", "x", "y"}
    assert {item.id for item in found.holders if item.beneficial} == {"w", "x"}


def test_holdings_in_a_circle_come_to_their_limit() -> None:
    # p holds half of A, A half of B, B half of A and all of the customer; q holds the other half of B.
    found = read_ownership(
        graph(("B", "C", "100"), ("A", "B", "50"), ("B", "A", "50"), ("p", "A", "50"), ("q", "B", "50"))
    )
    assert shares(found)["p"] == Decimal("33.33") and shares(found)["q"] == Decimal("66.67")
    assert sum(link.circular for link in found.links) == 1


def test_a_customer_that_holds_its_parent_keeps_the_parent_above_it() -> None:
    found = read_ownership(graph(("C", "H", "10"), ("H", "C", "60")))
    assert {item.id: item.layer for item in found.holders} == {"C": 0, "H": -1}
    assert [(link.owner, link.circular) for link in found.links] == [("C", True), ("H", False)]


def test_links_to_nowhere_and_to_oneself_are_left_out() -> None:
    given_ = graph(("H", "C", "60"))
    given_["edges"] += [
        {"from": "H", "to": "ghost", "percent": "1"},
        {"from": "H", "to": "H", "percent": "5"},
    ]
    assert len(read_ownership(given_).links) == 1


@st.composite
def holdings(draw: st.DrawFn) -> dict[str, Any]:
    """Layers of firms whose holders always have a hundred percent together, and nobody above the last."""
    count = draw(st.integers(2, 12))
    names = ["C", *(f"F{number}" for number in range(count))]
    edges: list[tuple[str, str, str | None]] = []
    for place, held in enumerate(names[:-1]):
        above = names[place + 1 :]
        owners = draw(st.lists(st.sampled_from(above), min_size=1, max_size=4, unique=True))
        parts = draw(st.lists(st.integers(1, 100), min_size=len(owners), max_size=len(owners)))
        total = sum(parts)
        edges += [
            (owner, held, str(Decimal(part) * 100 / total)) for owner, part in zip(owners, parts, strict=True)
        ]
    return graph(*edges)


@given(holdings())
def test_those_at_the_top_hold_the_whole_together(given_: dict[str, Any]) -> None:
    found = read_ownership(given_)
    held = {link.held for link in found.links}
    top = [item for item in found.holders if item.id not in held and item.share is not None]
    assert abs(sum(item.share or 0 for item in top) - 100) < Decimal("0.2")
    layers = {item.id: item.layer for item in found.holders if item.share is not None or item.id == "C"}
    for link in found.links:
        if link.held in layers:
            assert layers[link.owner] < layers[link.held]  # type: ignore[operator]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(0, 100)), max_size=150))
def test_any_tangle_of_sixty_can_be_drawn(links: list[tuple[int, int, int]]) -> None:
    names = ["C", *(f"N{number}" for number in range(60))]
    given_ = {
        "nodes": [
            {"id": name, "name": name, "kind": "customer" if name == "C" else "organisation"}
            for name in names
        ],
        "edges": [
            {"from": names[owner], "to": names[held], "percent": str(part)} for owner, held, part in links
        ],
    }
    found = read_ownership(given_)
    assert all(0 <= (item.share or 0) <= 100 for item in found.holders)
    labels = dict.fromkeys(
        (
            "customer",
            "beneficial",
            "circular",
            "unknown",
            "more",
            "key_organisation",
            "key_person",
            "key_beneficial",
        ),
        "x",
    )
    drawn = etree.fromstring(draw_owners("Owners", "", found, labels=labels))
    boxes = drawn.findall(".//{*}g/{*}rect[@height='56.0']")
    places = {(box.get("x"), box.get("y")) for box in boxes}
    assert len(places) == len(boxes) == sum(item.layer is not None for item in found.holders)


def test_sixty_owners_fit_on_a_page() -> None:
    check = sample("en")
    check["figures"]["ownership"] = graph(*((f"p{number}", "C", "1.6") for number in range(60)))
    words = Phrasebook("en")
    drawn = next(
        item for item in illustrate(compose(check, words), words, linked=True) if item.kind == "owners"
    )
    width, height = map(float, etree.fromstring(drawn.svg).get("viewBox").split()[2:])
    assert height / width < 1.8
