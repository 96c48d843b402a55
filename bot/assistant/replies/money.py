"""Values, ratios and trends from financial statements (财务数据); from the texts where the statements lack them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.assistant.draft import Draft, Line, bullet, columns, lead, note, row
from bot.assistant.replies import facts, passages
from bot.assistant.replies.context import Context
from bot.assistant.replies.measures import KEY_ITEMS, STOCKS, Measure, measure, written
from bot.assistant.replies.movements import change_of, changes
from bot.assistant.replies.statements import chosen, period_of, year_before
from store.records import Statement


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
    before = year_before(context, found.statement)
    earlier = before and measure(context, found.item, before)
    if not earlier or earlier.statement.currency != found.statement.currency:
        return []
    change = change_of(context, earlier, found)
    period = period_of(context, earlier.statement, stock=found.item in STOCKS)
    values = {"period": period, "value": written(context, earlier), "change": change[0]}
    return [bullet(context.say("money.before", **values), *earlier.evidence[:1], change[1])]


def _table(context: Context, items: tuple[str, ...], rows: list[Statement]) -> Draft:
    found = {(item, at): measure(context, item, one) for item in items for at, one in enumerate(rows)}
    kept = tuple(item for item in items if any(found[item, at] for at in range(len(rows))))
    if not kept:
        return _without(context, items)
    lines: list[Line] = []
    several = {one.origin.source for one in rows}
    if context.request.items and len(rows) > 1:
        lines += changes(context, kept, rows, found)
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
