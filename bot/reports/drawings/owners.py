"""The ownership graph (股权结构图): owners above, the customer in the middle, what it holds below."""

from __future__ import annotations

from collections.abc import Mapping

from bot.reports.drawings.ink import INK, MIST, MUTED, NAVY, PAPER, RULE, SAND, STEEL, box, picture, text
from bot.reports.drawings.wires import draw_wires, short_percent
from bot.reports.markup import Markup, element
from bot.reports.shares import Holder, Link, Ownership
from bot.reports.texts import wrapped

_BOX_WIDTH, _BOX_HEIGHT = 134.0, 56.0
_GAP_X, _GAP_Y = 16.0, 44.0
_PER_ROW = 5
#: A little wider than the boxes, for lines that pass them outside.
_WIDTH = _PER_ROW * _BOX_WIDTH + (_PER_ROW - 1) * _GAP_X + 44
#: Beyond this nothing can be read; those nearest to the customer stay, and the picture says how many are left out.
MOST = 80


def draw_owners(title: str, description: str, ownership: Ownership, *, labels: Mapping[str, str]) -> Markup:
    """The layered graph; `labels` has customer, beneficial, named, circular, unknown, more and key_…."""
    shown = sorted(
        (holder for holder in ownership.holders if holder.layer is not None),
        key=lambda holder: (abs(holder.layer or 0), holder.layer or 0),
    )
    left_out = len(ownership.holders) - len(shown[:MOST])
    kept = {holder.id: holder for holder in shown[:MOST]}
    links = [link for link in ownership.links if link.owner in kept and link.held in kept]
    rows = _rows(kept, links)
    places = _places(rows)
    height = 4 + len(rows) * (_BOX_HEIGHT + _GAP_Y) - _GAP_Y + 30
    parts: list[Markup] = [draw_wires(links, places, (_BOX_WIDTH, _BOX_HEIGHT))]
    parts += [_holder(kept[key], *place, labels) for key, place in places.items()]
    parts.append(_key(height, labels, circular=any(link.circular for link in links), more=left_out))
    return picture(_WIDTH, height, title, description, parts)


def _rows(holders: Mapping[str, Holder], links: list[Link]) -> list[list[str]]:
    """Layers from the top down, each cut into rows that fit; within a layer neighbours stand near each other."""
    layers: dict[int, list[str]] = {}
    for holder in holders.values():
        layers.setdefault(holder.layer or 0, []).append(holder.id)
    near: dict[str, list[str]] = {}
    for link in links:
        near.setdefault(link.owner, []).append(link.held)
        near.setdefault(link.held, []).append(link.owner)
    position: dict[str, float] = {}
    # From the customer outwards, so that each layer is ordered by the one that is already in place.
    for layer in sorted(layers, key=lambda level: (abs(level), level)):
        order = layers[layer]
        given = {key: place for place, key in enumerate(order)}
        middle = {
            key: sum(known) / len(known)
            if (known := [position[other] for other in near.get(key, ()) if other in position])
            else 0.5
            for key in order
        }
        order.sort(key=lambda key: (middle[key], given[key]))
        for place, key in enumerate(order):
            position[key] = (place + 0.5) / len(order)
    rows: list[list[str]] = []
    for layer in sorted(layers):
        order = layers[layer]
        count = -(-len(order) // _PER_ROW)
        size = -(-len(order) // count)
        rows += [order[start : start + size] for start in range(0, len(order), size)]
    return rows


def _places(rows: list[list[str]]) -> dict[str, tuple[float, float]]:
    places = {}
    for number, row in enumerate(rows):
        used = len(row) * _BOX_WIDTH + (len(row) - 1) * _GAP_X
        left = (_WIDTH - used) / 2
        for place, key in enumerate(row):
            places[key] = (left + place * (_BOX_WIDTH + _GAP_X), 2 + number * (_BOX_HEIGHT + _GAP_Y))
    return places


def _holder(holder: Holder, x: float, y: float, labels: Mapping[str, str]) -> Markup:
    """A box; a firm has corners, a person is round, the customer is dark, a beneficial owner has a double frame."""
    customer, person = holder.kind == "customer", holder.kind == "person"
    fill = NAVY if customer else "#faf1e0" if holder.beneficial else MIST if person else PAPER
    ink = PAPER if customer else INK
    parts = [
        element("title", holder.name),
        box(
            x,
            y,
            _BOX_WIDTH,
            _BOX_HEIGHT,
            rx=14 if person else 2,
            fill=fill,
            stroke=SAND if holder.beneficial else NAVY if customer else STEEL,
            stroke_width=2 if holder.beneficial else 1,
        ),
    ]
    if holder.beneficial:
        parts.append(
            box(
                x + 3,
                y + 3,
                _BOX_WIDTH - 6,
                _BOX_HEIGHT - 6,
                rx=11,
                fill="none",
                stroke=SAND,
                stroke_width=0.8,
            )
        )
    size, lines = 11.0, wrapped(holder.name, (_BOX_WIDTH - 16) / 11, 2)
    if lines and lines[-1].endswith("…"):
        size, lines = 9.5, wrapped(holder.name, (_BOX_WIDTH - 14) / 9.5, 3)
    under = _under(holder, labels)
    step = size + 2
    top = y + _BOX_HEIGHT / 2 - (len(lines) * step + (11 if under else 0)) / 2 + size - 1
    for number, said in enumerate(lines):
        parts.append(
            text(x + _BOX_WIDTH / 2, top + number * step, said, size=size, colour=ink, anchor="middle")
        )
    if under:
        colour = PAPER if customer else "#8f5f0f" if holder.beneficial else MUTED
        parts.append(
            text(
                x + _BOX_WIDTH / 2,
                top + len(lines) * step - 1,
                under,
                size=9.5,
                colour=colour,
                anchor="middle",
            )
        )
    return element("g", parts)


def _under(holder: Holder, labels: Mapping[str, str]) -> str:
    if holder.kind == "customer":
        return labels["customer"]
    if holder.layer is not None and holder.layer > 0:
        return ""
    if holder.share is None:
        return labels["named"] if holder.named else labels["unknown"] if holder.at_least else ""
    share = f"{'≥ ' if holder.at_least else ''}{short_percent(holder.share)}%"
    if holder.beneficial or holder.named:
        return f"{labels['beneficial' if holder.beneficial else 'named']} · {share}"
    return share


def _key(height: float, labels: Mapping[str, str], *, circular: bool, more: int) -> Markup:
    """What the forms mean."""
    y, x = height - 6, 2.0
    parts: list[Markup] = []
    entries = [
        ("organisation", 2, PAPER, STEEL),
        ("person", 6, MIST, STEEL),
        ("beneficial", 6, "#faf1e0", SAND),
    ]
    for name, round_, fill, stroke in entries:
        parts.append(
            box(
                x, y - 9, 16, 11, rx=round_, fill=fill, stroke=stroke, stroke_width=2 if stroke == SAND else 1
            )
        )
        parts.append(text(x + 21, y, labels[f"key_{name}"], size=10, colour=MUTED))
        x += 170.0 if name == "beneficial" else 90.0
    if circular:
        parts.append(
            element("path", d=f"M{x:.1f} {y - 4:.1f} h18", stroke=SAND, stroke_dasharray="4 3", fill="none")
        )
        parts.append(text(x + 23, y, labels["circular"], size=10, colour=MUTED))
        x += 120
    if more:
        parts.append(text(_WIDTH - 2, y, labels["more"], size=10, colour=MUTED, anchor="end"))
    parts.append(element("path", d=f"M2 {y - 16:.1f} H{_WIDTH - 2:.1f}", stroke=RULE, fill="none"))
    return element("g", parts)
