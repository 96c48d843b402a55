"""Figures over time as bars with a zero line; a period without a figure is a gap that says so (趋势图)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.reports.drawings.ink import INK, MIST, MUTED, NAVY, RULE, SAND, box, line, picture, text
from bot.reports.markup import Markup
from bot.reports.texts import ems

_WIDTH, _HEIGHT = 680.0, 216.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 54.0, 8.0, 38.0, 36.0
_COLOURS = (NAVY, SAND)
#: With more bars than these the figures above them would run into each other.
_LABELLED = 26


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of bar; a value stands for each period, None where nothing is known."""

    name: str
    values: tuple[Decimal | None, ...]


@dataclass(frozen=True, slots=True)
class Period:
    """A place on the axis: `label` below the bars, `under` below that (the year of a month)."""

    label: str
    under: str = ""


def draw_trend(
    title: str,
    description: str,
    periods: Sequence[Period],
    series: Sequence[Series],
    *,
    unit: str,
    gap: str,
    shown: Callable[[Decimal], str],
) -> Markup:
    """Bars of each series by period; values are in `unit`, `gap` is what an empty period says."""
    known = [value for one in series for value in one.values if value is not None]
    step, low, high = _scale(known)
    span = _WIDTH - _LEFT - _RIGHT
    slot = span / max(len(periods), 1)

    def height(value: Decimal) -> float:
        return _TOP + float((high - value) / (high - low)) * (_HEIGHT - _TOP - _BOTTOM)

    parts: list[Markup] = [*_legend(series, unit)]
    tick = low
    while tick <= high:
        y = height(tick)
        heavy = tick == 0
        parts.append(line(_LEFT, y, _WIDTH - _RIGHT, y, stroke=MUTED if heavy else RULE, stroke_width=1))
        parts.append(text(_LEFT - 7, y + 3.5, shown(tick), size=10, colour=MUTED, anchor="end"))
        tick += step
    labelled = len(periods) * len(series) <= _LABELLED
    for place, period in enumerate(periods):
        left = _LEFT + place * slot
        parts += _bars(
            left, slot, [one.values[place] for one in series], height, gap, shown if labelled else None
        )
        middle = left + slot / 2
        parts.append(text(middle, _HEIGHT - _BOTTOM + 16, period.label, size=10, anchor="middle"))
        if period.under:
            parts.append(
                text(middle, _HEIGHT - _BOTTOM + 30, period.under, size=10, colour=MUTED, anchor="middle")
            )
    return picture(_WIDTH, _HEIGHT, title, description, parts)


def _legend(series: Sequence[Series], unit: str) -> list[Markup]:
    parts, x = [], _LEFT
    for one, colour in zip(series, _COLOURS, strict=False):
        parts += [box(x, 8, 10, 10, fill=colour), text(x + 15, 17, one.name, size=11)]
        x += 15 + ems(one.name) * 11 + 22
    parts.append(text(_WIDTH - _RIGHT, 17, unit, size=11, colour=MUTED, anchor="end"))
    return parts


def _bars(
    left: float,
    slot: float,
    values: Sequence[Decimal | None],
    height: Callable[[Decimal], float],
    gap: str,
    shown: Callable[[Decimal], str] | None,
) -> list[Markup]:
    """The bars of one period, or the pale band of a gap."""
    floor = height(Decimal(0))
    if all(value is None for value in values):
        top, bottom = _TOP, _HEIGHT - _BOTTOM
        middle = left + slot / 2
        parts = [box(left + 3, top, slot - 6, bottom - top, fill=MIST, stroke=RULE, stroke_dasharray="3 3")]
        if ems(gap) * 10 <= slot - 8:
            return [*parts, text(middle, (top + bottom) / 2, gap, size=10, colour=MUTED, anchor="middle")]
        return [*parts, text(middle, (top + bottom) / 2, "–", size=12, colour=MUTED, anchor="middle")]
    wide = min(slot * 0.74 / len(values), 46.0)
    start = left + (slot - wide * len(values)) / 2
    parts = []
    for place, (value, colour) in enumerate(zip(values, _COLOURS, strict=False)):
        x, middle = start + place * wide, start + place * wide + wide / 2
        if value is None:
            parts.append(text(middle, floor - 4, "–", size=12, colour=MUTED, anchor="middle"))
            continue
        y = height(value)
        parts.append(box(x + 1, min(y, floor), wide - 2, max(abs(floor - y), 0.8), fill=colour))
        if shown is not None:
            base = y - 4 if value >= 0 else y + 11
            parts.append(text(middle, base, shown(value), size=9.5, colour=INK, anchor="middle"))
    return parts


def _scale(values: Sequence[Decimal]) -> tuple[Decimal, Decimal, Decimal]:
    """Step, lowest and highest mark of the axis: round numbers, four to seven of them, zero among them."""
    low, high = min([*values, Decimal(0)]), max([*values, Decimal(0)])
    if low == high:
        return Decimal(1), Decimal(0), Decimal(1)
    rough = (high - low) / 4
    size = Decimal(1).scaleb(rough.adjusted())
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough * Decimal("0.8"))
    bottom = (low / step).to_integral_value(rounding="ROUND_FLOOR") * step
    top = (high / step).to_integral_value(rounding="ROUND_CEILING") * step
    # Room for the figure that stands above the tallest bar or below the lowest.
    if top and (top - high) < (top - bottom) / 14:
        top += step
    if bottom and (low - bottom) < (top - bottom) / 14:
        bottom -= step
    return step, bottom, top
