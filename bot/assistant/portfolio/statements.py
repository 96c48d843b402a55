"""Items and ratios of statements as readings (报表指标): the statement of the asked period, else the latest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.assistant.portfolio.readings import Reading, Readings, Unknown, Used
from bot.assistant.replies.measures import DERIVED, RATIOS
from bot.assistant.stretches import Period, year_of
from bot.assistant.wording import plain
from store.records import Dossier, Statement

_MONTHS = {"year": 12, "half": 6, "quarter": 3}


def unit_of_item(item: str) -> str:
    """Money, percent, ratio or count."""
    if item in RATIOS:
        return RATIOS[item].unit
    return "count" if item == "employees" else "money"


def item_of(dossier: Dossier, item: str, period: Period | None, day: date) -> Readings:
    """One item or ratio of the statement that is asked for."""
    fitting = _fitting(dossier, period, day)
    if not fitting:
        return Unknown("no_statement")
    for statement in fitting:
        reading = _reading(statement, item)
        if reading is None:
            continue
        same = [
            other
            for other in fitting
            if (other.period_end, other.period_kind) == (statement.period_end, statement.period_kind)
        ]
        others = [found for other in same if (found := _reading(other, item)) is not None]
        if any((one.value, one.currency) != (reading.value, reading.currency) for one in others):
            return (_differing(reading),)
        return (reading,)
    return Unknown("no_item")


def growth_of(dossier: Dossier, item: str, period: Period | None, day: date) -> Readings:
    """By how many percent an item of a year is above that of the year before."""
    later = item_of(dossier, item, period if period and period.grain == "year" else _years(period), day)
    if isinstance(later, Unknown):
        return later
    statement = later[0].used[0].row
    if statement.period_kind != "year":
        return Unknown("no_statement")
    earlier = item_of(dossier, item, year_of(statement.period_end.year - 1), day)
    if isinstance(earlier, Unknown):
        return Unknown("no_year_before")
    new, old = later[0], earlier[0]
    if (
        not (isinstance(new.value, Decimal) and isinstance(old.value, Decimal))
        or new.currency != old.currency
    ):
        return Unknown("currency")
    if old.value <= 0:
        return Unknown("no_base")
    change = plain(((new.value - old.value) / old.value * 100).quantize(Decimal("0.0001")))
    used = (
        Used(statement, _columns(new), "this_year", new.value),
        Used(old.used[0].row, _columns(old), "year_before", old.value),
    )
    formula = f"(this_year - year_before) / year_before * 100 [{statement.period_end}]"
    return (Reading("percent", change, "", formula, used, new.differs or old.differs),)


def _columns(reading: Reading) -> tuple[str, ...]:
    return tuple(dict.fromkeys(column for used in reading.used for column in used.columns))


def _years(period: Period | None) -> Period | None:
    """A stretch of which only whole years are meant."""
    return period and Period(period.first, period.last, "year")


def _differing(reading: Reading) -> Reading:
    from dataclasses import replace

    return replace(reading, differs=True)


def _fitting(dossier: Dossier, period: Period | None, day: date) -> list[Statement]:
    """The statements of a period, years before quarters, audited ones first, newest first."""
    found = [one for one in dossier.statements if one.period_end.first <= day]
    if period is not None:
        found = [one for one in found if period.first <= one.period_end.last <= period.last]
        if period.grain in _MONTHS:
            found = [one for one in found if one.period_kind == period.grain]
    elif any(one.period_kind == "year" for one in found):
        found = [one for one in found if one.period_kind == "year"]
    return sorted(
        found,
        key=lambda one: (one.period_end.last, _MONTHS.get(one.period_kind, 0), one.audited is True),
        reverse=True,
    )


def _reading(statement: Statement, item: str) -> Reading | None:
    head = ("period_end", "period_kind", "currency")
    end = str(statement.period_end)
    if item in RATIOS:
        ratio = RATIOS[item]
        names = [*ratio.above, ratio.below]
        values = [_value(statement, name) for name in names]
        if any(value is None for value in values) or not values[-1]:
            return None
        below = values[-1] or Decimal(1)
        above = (values[0] or Decimal(0)) - sum((value or Decimal(0) for value in values[1:-1]), Decimal(0))
        result = plain((above / below * (100 if ratio.unit == "percent" else 1)).quantize(Decimal("0.0001")))
        used = tuple(
            Used(statement, (*head, *_parts(statement, name)), name, value)
            for name, value in zip(names, values, strict=True)
        )
        return Reading(ratio.unit, result, "", f"{ratio.formula} [{end}]", used)
    value = _value(statement, item)
    if value is None:
        return None
    unit = unit_of_item(item)
    currency = statement.currency if unit == "money" else ""
    if item in statement.items:
        return Reading(unit, value, currency, "", (Used(statement, (*head, item)),))
    left, right = DERIVED[item]
    used = tuple(Used(statement, (*head, left, right), name, statement.items[name]) for name in (left, right))
    return Reading(unit, value, currency, f"{left} - {right} [{end}]", used)


def _parts(statement: Statement, name: str) -> tuple[str, ...]:
    return (name,) if name in statement.items else DERIVED.get(name, (name,))


def _value(statement: Statement, name: str) -> Decimal | None:
    if name in statement.items:
        return statement.items[name]
    if name in DERIVED and all(part in statement.items for part in DERIVED[name]):
        left, right = DERIVED[name]
        return statement.items[left] - statement.items[right]
    return None
