"""How values moved from period to period (变动与均值), each figure with its calculation."""

from __future__ import annotations

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

from bot.assistant.draft import Line, lead
from bot.assistant.replies.context import Context
from bot.assistant.replies.measures import STOCKS, Measure, written
from bot.assistant.replies.statements import period_of
from bot.assistant.wording import plain
from store.evidence import Evidence
from store.records import Statement


def change_of(context: Context, earlier: Measure, later: Measure) -> tuple[str, Evidence]:
    """The change from one value to another in words: percent for amounts, points for percentages."""
    inputs = [
        (f"{later.item} [{later.statement.period_end}]", later.evidence[0], later.value),
        (f"{earlier.item} [{earlier.statement.period_end}]", earlier.evidence[0], earlier.value),
    ]
    names = [name for name, _, _ in inputs]
    if later.unit in ("money", "count") and earlier.value > 0 and later.value >= 0:
        percent = plain(((later.value - earlier.value) / earlier.value * 100).quantize(Decimal("0.0001")))
        evidence = context.calculate(
            f"({names[0]} - {names[1]}) / {names[1]} * 100", inputs, percent, "percent"
        )
        return _moved(context, percent, context.words.percent(abs(percent), 1)), evidence
    difference = plain(later.value - earlier.value)
    unit = {"percent": "percentage points", "money": later.statement.currency}.get(later.unit, later.unit)
    evidence = context.calculate(f"{names[0]} - {names[1]}", inputs, difference, unit)
    size = abs(difference)
    if later.unit == "percent":
        shown = context.say("money.points", number=context.words.percent(size, 1).removesuffix("%"))
    elif later.unit == "money":
        shown = context.words.money(size, later.statement.currency)
    else:
        shown = context.words.ratio(size)
    return _moved(context, difference, shown), evidence


def _moved(context: Context, value: Decimal, size: str) -> str:
    if not value:
        return context.book["answers.money.same"]
    return context.say("money.up" if value > 0 else "money.down", size=size)


def changes(context: Context, items: tuple[str, ...], rows: list[Statement], found: dict) -> list[Line]:
    """One sentence an item: from the first value to the last, and the average where it was asked for."""
    lines: list[Line] = []
    for item in items:
        values = [found[item, at] for at in range(len(rows)) if found[item, at]]
        if not values:
            continue
        newest, oldest = values[0], values[-1]
        label = context.label("item", item)
        stock = item in STOCKS
        same = {one.statement.currency for one in values}
        if "average" in context.request.aspects and len(same) == 1:
            lines.append(_average(context, values, label))
        elif newest.statement.period_end == oldest.statement.period_end and len(values) > 1:
            said = context.say(
                "money.conflict", name=context.name, item=label, period=period_of(context, newest.statement)
            )
            lines.append(lead(said, *(item for one in values for item in one.evidence[:1])))
        elif len(values) > 1 and len(same) == 1:
            change, evidence = change_of(context, oldest, newest)
            said = context.say(
                "money.change",
                name=context.name,
                item=label,
                first=period_of(context, oldest.statement, stock=stock),
                last=period_of(context, newest.statement, stock=stock),
                old=written(context, oldest),
                new=written(context, newest),
                change=change,
            )
            lines.append(lead(said, evidence, oldest.evidence[0], newest.evidence[0]))
        else:
            said = context.say(
                "money.stock" if stock else "money.flow",
                name=context.name,
                item=label,
                period=period_of(context, newest.statement, stock=stock),
                value=written(context, newest),
            )
            lines.append(lead(said, *newest.evidence))
    return lines


def _average(context: Context, values: list[Measure], label: str) -> Line:
    total = sum((one.value for one in values), Decimal(0))
    mean = plain((total / len(values)).quantize(Decimal("0.01"), ROUND_HALF_UP))
    inputs = [(f"{one.item} [{one.statement.period_end}]", one.evidence[0], one.value) for one in values]
    currency = values[0].statement.currency
    unit = currency if values[0].unit == "money" else values[0].unit
    evidence = context.calculate(
        "average(" + ", ".join(name for name, _, _ in inputs) + ")", inputs, mean, unit
    )
    shown = written(context, replace(values[0], value=mean))
    said = context.say(
        "money.average",
        name=context.name,
        item=label,
        first=period_of(context, values[-1].statement),
        last=period_of(context, values[0].statement),
        value=shown,
    )
    return lead(said, evidence)
