"""The lines of the ownership graph (股权连线): from owners to what they hold, around the boxes that lie between."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.reports.drawings.ink import INK, PAPER, SAND, STEEL, box, text
from bot.reports.markup import Markup, element
from bot.reports.shares import Link

#: How far a line stays from a box that it passes, and how far from the line that passes there already.
_CLEAR, _BESIDE = 8.0, 2.5
#: So many lines fit beside each other between two boxes; more lie upon them.
_ABREAST = 6

Places = Mapping[str, tuple[float, float]]


@dataclass(frozen=True, slots=True)
class _Gate:
    """Where a line passes a row: upright at x, from where it comes in to where it goes out."""

    x: float
    entry: float
    exit: float


def draw_wires(links: list[Link], places: Places, size: tuple[float, float]) -> Markup:
    """The lines, then the percents on paper of their own, so that no line strikes them; `size` is that of a box."""
    width, height = size
    leaving: dict[str, list[Link]] = {}
    arriving: dict[str, list[Link]] = {}
    for link in links:
        leaving.setdefault(link.owner, []).append(link)
        arriving.setdefault(link.held, []).append(link)
    for group in leaving.values():
        group.sort(key=lambda link: places[link.held][0])
    for group in arriving.values():
        group.sort(key=lambda link: places[link.owner][0])
    passed: Counter[tuple[float, float]] = Counter()
    lines, marks = [], []
    for link in links:
        (x1, y1), (x2, y2) = places[link.owner], places[link.held]
        out, into = leaving[link.owner], arriving[link.held]
        start = x1 + width * (out.index(link) + 1) / (len(out) + 1)
        end = x2 + width * (into.index(link) + 1) / (len(into) + 1)
        # Owners leave from below unless what they hold stands above them; in one row the line hangs below both.
        down = -1 if y2 < y1 else 1
        sy = y1 + height if down > 0 else y1
        ey = y2 + height if y2 <= y1 else y2
        gates = _gates((start, sy), (end, ey), places, size, passed)
        colour = SAND if link.circular else STEEL
        lines.append(
            element(
                "path",
                d=_path((start, sy), gates, (end, ey), down, -1 if ey > y2 else 1),
                fill="none",
                stroke=colour,
                stroke_width=1.2,
                stroke_dasharray="4 3" if link.circular else "1.5 3" if link.named else None,
            )
        )
        lines.append(_tip(end, ey, -1 if ey > y2 else 1, colour))
        said = "?" if link.percent is None else f"{short_percent(link.percent)}%"
        wide = 6.0 * len(said) + 4
        top = sy + 4 if down > 0 else sy - 17
        marks.append(box(start - wide / 2, top, wide, 13, fill=PAPER))
        marks.append(text(start, top + 10, said, size=10, colour=INK, anchor="middle"))
    return element("g", lines, marks)


def _gates(
    start: tuple[float, float],
    end: tuple[float, float],
    places: Places,
    size: tuple[float, float],
    passed: Counter[tuple[float, float]],
) -> list[_Gate]:
    """The places where a line goes through the rows between: straight on where it is free, else the next gap."""
    width, height = size
    upper, lower = min(start[1], end[1]), max(start[1], end[1])
    rows: dict[float, list[float]] = {}
    for x, y in places.values():
        if upper <= y and y + height <= lower:
            rows.setdefault(y, []).append(x)
    found: list[_Gate] = []
    x, y = start
    for row in sorted(rows, reverse=end[1] < start[1]):
        middle = row + height / 2
        aim = x + (end[0] - x) * (middle - y) / (end[1] - y)
        if any(left - _CLEAR < aim < left + width + _CLEAR for left in rows[row]):
            edges = [edge for left in rows[row] for edge in (left - _CLEAR, left + width + _CLEAR)]
            gap = min(edges, key=lambda edge: abs(edge - aim))
            # Lines through the same gap stand beside each other: 0, +1, -1, +2 …
            count = passed[row, gap] % _ABREAST
            passed[row, gap] += 1
            aim = gap + _BESIDE * ((count + 1) // 2) * (1 if count % 2 else -1)
        x, y = aim, middle
        entry, leave = (row, row + height) if end[1] > start[1] else (row + height, row)
        found.append(_Gate(aim, entry, leave))
    return found


def _path(
    start: tuple[float, float], gates: list[_Gate], end: tuple[float, float], down: int, into: int
) -> str:
    """A curve that leaves and arrives upright and is straight within its gates."""
    x, y = start
    parts = [f"M{x:.1f} {y:.1f}"]
    for gate in gates:
        bend = abs(gate.entry - y) / 2
        parts.append(
            f"C{x:.1f} {y + down * bend:.1f} {gate.x:.1f} {gate.entry - down * bend:.1f} {gate.x:.1f} {gate.entry:.1f}"
        )
        parts.append(f"L{gate.x:.1f} {gate.exit:.1f}")
        x, y = gate.x, gate.exit
    bend = max(abs(end[1] - y) / 2, 22.0)
    parts.append(
        f"C{x:.1f} {y + down * bend:.1f} {end[0]:.1f} {end[1] - into * bend:.1f} {end[0]:.1f} {end[1]:.1f}"
    )
    return " ".join(parts)


def _tip(x: float, y: float, down: int, colour: str) -> Markup:
    back = y - 6 * down
    return element(
        "path", d=f"M{x:.1f} {y:.1f} L{x - 3.2:.1f} {back:.1f} L{x + 3.2:.1f} {back:.1f} Z", fill=colour
    )


def short_percent(value: Decimal) -> str:
    """A percent with at most two places and no idle zeros."""
    return f"{value.quantize(Decimal('0.01')).normalize():f}"
