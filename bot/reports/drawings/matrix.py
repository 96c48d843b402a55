"""The risk matrix (风险矩阵): likelihood from left to right, impact from below, statements by their numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.reports.drawings.ink import INK, MUTED, NAVY, PAPER, box, picture, text
from bot.reports.markup import Markup, element

_CELL_WIDTH, _CELL_HEIGHT = 96.0, 44.0
_LEFT, _TOP, _BOTTOM = 92.0, 12.0, 48.0
#: From how many points on a cell is that dark; likelihood times impact, 1 to 25.
_SHADES = ((15, "#efcfc9"), (8, "#f6e4c6"), (4, "#f1efe2"), (0, "#eef2f1"))
_CHIP_WIDTH, _CHIP_HEIGHT = 27.0, 15.0
_PER_CELL = 6


@dataclass(frozen=True, slots=True)
class Placed:
    """A statement in the matrix by its number, with the address of its anchor."""

    number: str
    likelihood: int
    impact: int
    anchor: str


def draw_matrix(
    title: str, description: str, placed: Iterable[Placed], *, labels: Mapping[str, str], linked: bool
) -> Markup:
    """The 5×5 matrix; `labels` has likelihood, impact, low and high. Cells have chips, linked on a page."""
    cells: dict[tuple[int, int], list[Placed]] = {}
    for item in placed:
        cells.setdefault((item.likelihood, item.impact), []).append(item)
    width, height = _LEFT + 5 * _CELL_WIDTH + 8, _TOP + 5 * _CELL_HEIGHT + _BOTTOM
    parts: list[Markup] = []
    for likelihood in range(1, 6):
        for impact in range(1, 6):
            x, y = _LEFT + (likelihood - 1) * _CELL_WIDTH, _TOP + (5 - impact) * _CELL_HEIGHT
            points = likelihood * impact
            shade = next(colour for floor, colour in _SHADES if points >= floor)
            parts.append(box(x, y, _CELL_WIDTH, _CELL_HEIGHT, fill=shade, stroke=PAPER, stroke_width=2))
            parts += _chips(x, y, cells.get((likelihood, impact), []), linked=linked)
    for step in range(1, 6):
        parts.append(
            text(
                _LEFT + (step - 0.5) * _CELL_WIDTH,
                _TOP + 5 * _CELL_HEIGHT + 16,
                str(step),
                size=11,
                colour=MUTED,
                anchor="middle",
            )
        )
        parts.append(
            text(
                _LEFT - 10,
                _TOP + (5.5 - step) * _CELL_HEIGHT + 4,
                str(step),
                size=11,
                colour=MUTED,
                anchor="end",
            )
        )
    middle = _LEFT + 2.5 * _CELL_WIDTH
    parts += [
        text(middle, height - 12, f"{labels['likelihood']} →", size=11.5, anchor="middle"),
        text(4, _TOP + 2.3 * _CELL_HEIGHT, "↑", size=11.5),
        text(4, _TOP + 2.3 * _CELL_HEIGHT + 17, labels["impact"], size=11.5),
        text(_LEFT, height - 12, labels["low"], size=10, colour=MUTED),
        text(width - 8, height - 12, labels["high"], size=10, colour=MUTED, anchor="end"),
    ]
    return picture(width, height, title, description, parts)


def _chips(x: float, y: float, items: list[Placed], *, linked: bool) -> list[Markup]:
    """The numbers of a cell, three a row; more than six become a count."""
    shown = items if len(items) <= _PER_CELL else items[: _PER_CELL - 1]
    rows = -(-len(shown) // 3) if len(items) <= _PER_CELL else 2
    parts = []
    top = y + (_CELL_HEIGHT - rows * (_CHIP_HEIGHT + 3) + 3) / 2
    for place, item in enumerate(shown):
        row, column = divmod(place, 3)
        in_row = min(3, len(shown) - row * 3) if len(items) <= _PER_CELL else 3
        left = x + (_CELL_WIDTH - in_row * (_CHIP_WIDTH + 3) + 3) / 2 + column * (_CHIP_WIDTH + 3)
        chip = [
            box(left, top + row * (_CHIP_HEIGHT + 3), _CHIP_WIDTH, _CHIP_HEIGHT, rx=3, fill=NAVY),
            text(
                left + _CHIP_WIDTH / 2,
                top + row * (_CHIP_HEIGHT + 3) + 11.3,
                item.number,
                size=10.5,
                colour=PAPER,
                anchor="middle",
            ),
        ]
        parts.append(element("a", chip, href=f"#{item.anchor}") if linked else element("g", chip))
    if len(items) > _PER_CELL:
        left = x + (_CELL_WIDTH - 3 * (_CHIP_WIDTH + 3) + 3) / 2 + 2 * (_CHIP_WIDTH + 3)
        parts.append(
            text(
                left + _CHIP_WIDTH / 2,
                top + _CHIP_HEIGHT + 14.3,
                f"+{len(items) - len(shown)}",
                size=10.5,
                colour=INK,
                anchor="middle",
            )
        )
    return parts
