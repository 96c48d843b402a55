"""Values, ratios and trends from financial statements (财务数据); from the texts where the statements lack them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from bot.assistant.draft import Draft, Line, bullet, columns, lead, note, row
from bot.assistant.replies import facts, passages
from bot.assistant.replies.context import Context
from bot.assistant.replies.measures import DERIVED, KEY_ITEMS, RATIOS, STOCKS, Measure, measure, written
from bot.assistant.stretches import shift_months
from bot.assistant.wording import plain
from store.evidence import Evidence
from store.records import Statement

_MONTHS = {"year": 12, "half": 6, "quarter": 3}


def reply(context: Context) -> Draft:
    """The asked items over the asked period; the latest year when none is named.

    The share that a buyer or a product has in an item stands in no statement, but in the documents.
    """
    if "share" in context.request.aspects and context.request.residual:
        quoted = passages.about(context)
        if quoted.claims_stated:
            return quoted
        if facts.sides_of(context, "largest_buyer"):
            buyers = replace(context.request, topic="facts", items=("largest_buyer",))
            return facts.reply(replace(context, request=buyers))
    items = context.request.items or KEY_ITEMS
    rows = chosen(context)
    if not rows:
        return _without(context, items)
    if not context.request.items or len(rows) > 1:
        return _with_sides(context, _table(context, items, rows), rows)
    draft = Draft()
    for item in items:
        draft = draft.joined(_single(context, item, rows[0]))
    return _with_sides(context, draft, rows)


def _with_sides(context: Context, draft: Draft, rows: list[Statement]) -> Draft:
    """What single facts say beside the statements of the newest period, and which source is trusted more."""
    newest = [one for one in rows if one.period_end == rows[0].period_end]
    lines: list[Line] = []
    for item in context.request.items:
        told = [(one, found) for one in newest if (found := measure(context, item, one))]
        sides = [
            facts.Side(written(context, found), found.evidence[-1], one.origin.tier, _seen(context, found))
            for one, found in told
        ]
        said = {read_amount(side.text) for side in sides}
        sources = {one.origin.source for one, _ in told}
        beside = [
            side
            for side in facts.sides_of(context, item)
            if side.evidence.source not in sources and read_amount(side.text) not in said
        ]
        if context.request.period is not None:
            year = str(context.request.period.last.year)
            beside = [side for side in beside if year in side.text]
        if beside and sides:
            heading_ = context.say("profile.beside", field=context.label("item", item))
            lines.append(note(heading_, *(side.evidence for side in beside)))
            lines += facts.bullets(context, beside)
        if len({read_amount(side.text) for side in (*sides, *beside)}) > 1:
            lines += facts.trusted(context, [*sides, *beside])
    return draft.joined(Draft(tuple(lines)))


def read_amount(text: str) -> str:
    """What a side says without blanks, to tell whether two say the same."""
    return "".join(text.split()).casefold()


def _seen(context: Context, found: Measure) -> date:
    return context.seen(found.evidence[-1])


def start_of(statement: Statement) -> object:
    """The first day of a statement's period, computed from its kind where it is not given."""
    from datetime import timedelta

    if statement.period_start is not None:
        return statement.period_start
    last = statement.period_end.last
    months = _MONTHS.get(statement.period_kind, 12)
    return shift_months(last + timedelta(days=1), -months)


def period_of(context: Context, statement: Statement, *, stock: bool = False) -> str:
    """The statement's period in words; a stock has a day."""
    if stock:
        return context.words.date(statement.period_end.last)
    return context.words.period(start_of(statement), statement.period_end.last)  # type: ignore[arg-type]


def chosen(context: Context) -> list[Statement]:
    """The statements that a question is about, newest first."""
    statements = sorted(
        (item for item in context.dossier.statements if item.period_end.first <= context.day),
        key=lambda item: (item.period_end.last, item.audited is True, _MONTHS.get(item.period_kind, 0)),
        reverse=True,
    )
    request = context.request
    if not request.periods and request.period is None:
        if request.aspects & {"trend", "growth", "average", "compare"} or not request.items:
            return _one_kind(statements)[:4]
        return _same_period(statements, _newest_with(statements, request.items)) if statements else []
    found: list[Statement] = []
    for period in request.periods or (request.period,):
        if period.grain in ("year", "half", "quarter"):
            fitting = [
                item for item in statements if item.period_kind == period.grain and _ends(item, period)
            ]
            exact = [item for item in fitting if item.period_end.last == period.last]
            found += _same_period(fitting, (exact or fitting)[0]) if fitting else []
        elif period.grain in ("day", "month"):
            found += [item for item in statements if period.first <= item.period_end.last <= period.last]
        else:
            inside = [item for item in statements if period.first <= item.period_end.last <= period.last]
            exact = [
                item
                for item in inside
                if _begin(item) == period.first and item.period_end.last == period.last
            ]
            found += exact or _one_kind(inside)
    return sorted(_unique(found), key=lambda item: item.period_end.last, reverse=True)


def _newest_with(statements: list[Statement], items: tuple[str, ...]) -> Statement:
    """The newest statement that gives one of the items, else the newest of all: a quarter may print no market value."""
    return next((one for one in statements if any(_gives(one, item) for item in items)), statements[0])


def _gives(statement: Statement, item: str) -> bool:
    """Whether a statement prints an item or what it is worked out from."""
    if item in statement.items:
        return True
    if item in RATIOS:
        return all(_gives(statement, part) for part in (*RATIOS[item].above, RATIOS[item].below))
    return item in DERIVED and all(part in statement.items for part in DERIVED[item])


def _unique(statements: list[Statement]) -> list[Statement]:
    seen: set[object] = set()
    return [item for item in statements if not (item.origin.version in seen or seen.add(item.origin.version))]


def _begin(statement: Statement) -> object:
    start = start_of(statement)
    return getattr(start, "first", start)


def _ends(statement: Statement, period: object) -> bool:
    return period.first <= statement.period_end.last <= period.last  # type: ignore[attr-defined]


def _one_kind(statements: list[Statement]) -> list[Statement]:
    """The longest kind of period that is there, so that years are not set beside quarters."""
    for kind in ("year", "half", "quarter"):
        fitting = [item for item in statements if item.period_kind == kind]
        if fitting:
            return fitting
    return statements


def _same_period(statements: list[Statement], one: Statement) -> list[Statement]:
    """All statements of the period of one: two sources may say different things of it."""
    return [
        item
        for item in statements
        if item.period_end == one.period_end and item.period_kind == one.period_kind
    ]


def _single(context: Context, item: str, statement: Statement) -> Draft:
    found = measure(context, item, statement)
    if found is None:
        return context.missing(context.label("item", item), "statements")
    stock = item in STOCKS
    said = context.say(
        "money.stock" if stock else "money.flow",
        name=context.name,
        item=context.label("item", item),
        period=period_of(context, statement, stock=stock),
        value=written(context, found),
    )
    lines = [lead(said, *found.evidence), *_beside(context, found)]
    return Draft((*lines, *_basis(context, [found])))


def _basis(context: Context, found: list[Measure]) -> list[Line]:
    records = [item for one in found for item in one.evidence if item.calculation is None]
    lines = context.sourced(records)
    unaudited = [one for one in found if one.statement.audited is False]
    if unaudited:
        evidence = context.cite(unaudited[0].statement, "audited")
        lines.append(note(context.say("money.unaudited"), evidence))
    return lines


def _beside(context: Context, found: Measure) -> list[Line]:
    """The same a year before, and the change."""
    before = _year_before(context, found.statement)
    earlier = before and measure(context, found.item, before)
    if not earlier or earlier.statement.currency != found.statement.currency:
        return []
    change = change_of(context, earlier, found)
    period = period_of(context, earlier.statement, stock=found.item in STOCKS)
    values = {"period": period, "value": written(context, earlier), "change": change[0]}
    return [bullet(context.say("money.before", **values), *earlier.evidence[:1], change[1])]


def _year_before(context: Context, statement: Statement) -> Statement | None:
    wanted = shift_months(statement.period_end.last, -12)
    for item in context.dossier.statements:
        if item.period_kind == statement.period_kind and abs((item.period_end.last - wanted).days) <= 5:
            return item
    return None


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


def _table(context: Context, items: tuple[str, ...], rows: list[Statement]) -> Draft:
    found = {(item, at): measure(context, item, one) for item in items for at, one in enumerate(rows)}
    kept = tuple(item for item in items if any(found[item, at] for at in range(len(rows))))
    if not kept:
        return _without(context, items)
    lines: list[Line] = []
    several = {one.origin.source for one in rows}
    if context.request.items and len(rows) > 1:
        lines += _changes(context, kept, rows, found)
    else:
        lines.append(_overview(context, kept, rows, found))
    labels = [context.label("item", item) for item in kept]
    conflicting = len({(one.period_end, one.period_kind) for one in rows}) < len(rows)
    lines.append(columns(context.book["answers.money.period"], *labels))
    for at, one in enumerate(rows):
        period = period_of(context, one)
        if conflicting and len(several) > 1:
            period = context.say("money.period_source", period=period, source=one.origin.source)
        cells, evidence = [], []
        for item in kept:
            value = found[item, at]
            cells.append(written(context, value) if value else "–")
            evidence += list(value.evidence) if value else []
        said = context.book["answers.money.cell_joint"].join(
            context.say("money.cell", item=label, value=cell)
            for label, cell in zip(labels, cells, strict=True)
            if cell != "–"
        )
        sentence = context.say("money.row", period=period, values=said)
        if evidence:
            lines.append(row(period, *cells, evidence=tuple(evidence[:6]), text=sentence))
    lines += _basis(context, [value for value in found.values() if value])
    absent = [context.label("item", item) for item in items if item not in kept and context.request.items]
    draft = Draft(tuple(lines))
    for label in absent:
        draft = draft.joined(context.missing(label, "statements"))
    return draft


def _overview(context: Context, items: tuple[str, ...], rows: list[Statement], found: dict) -> Line:
    newest = rows[0]
    first = next(
        value for item in items if (value := found[item, 0]) or (value := found[item, len(rows) - 1])
    )
    said = context.say(
        "money.flow",
        name=context.name,
        item=context.label("item", first.item),
        period=period_of(context, first.statement, stock=first.item in STOCKS),
        value=written(context, first),
    )
    assert newest is rows[0]
    return lead(said, *first.evidence)


def _changes(context: Context, items: tuple[str, ...], rows: list[Statement], found: dict) -> list[Line]:
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


def _without(context: Context, items: tuple[str, ...]) -> Draft:
    """Not in the statements: figures printed in the customer's documents, else what is on file instead."""
    from bot.assistant.replies.figures import printed

    found = printed(
        context.request.text, context.tools, context.book, context.words, customers=(context.customer,)
    )
    if found is not None:
        return found
    draft = Draft()
    asked = [context.label("item", item) for item in context.request.items]
    what = context.words.list(asked) if asked else context.label("place", "statements")
    held = sorted(context.dossier.statements, key=lambda item: item.period_end.last, reverse=True)[:4]
    draft = draft.joined(context.missing(what, "statements", "documents"))
    if held:
        evidence = [context.cite(item, "period_start", "period_end", "period_kind") for item in held]
        periods = context.words.list([period_of(context, item) for item in held])
        draft = draft.joined(Draft((note(context.say("money.held", periods=periods), *evidence),)))
    return draft
