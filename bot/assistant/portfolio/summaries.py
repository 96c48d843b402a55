"""Sums, averages and groups in words (合计与分组): currencies stand beside each other and are never added up."""

from __future__ import annotations

from decimal import Decimal

from bot.assistant.draft import Draft, Line, columns, lead, note
from bot.assistant.draft import row as table_row
from bot.assistant.portfolio.evaluate import Row
from bot.assistant.portfolio.readings import Reading
from bot.assistant.portfolio.showing import Showing, capital
from bot.assistant.portfolio.totals import grouped, ranked, totals


def summary(showing: Showing) -> Draft:
    """The sum or the average over all customers that fit, by currency."""
    query, words = showing.query, showing.words
    term = query.measures[0]
    said, measure = words.query(query), words.term(term)
    found, missing = totals(showing.result.rows, term, query.ask)
    lines: list[Line] = []
    for total in found:
        shown = words.reading(Reading(total.unit, total.value, total.currency))
        evidence = showing.cite.total(f"{query.ask}({measure}: {said})", total, query.ask)
        counted = showing.tools.calculate(
            f"customers with a value: {said}", [], Decimal(len(total.members)), "rows"
        )
        key = "averaged" if query.ask == "average" else "summed"
        text = words.say(key, what=said, measure=measure, value=shown, number=len(total.members))
        lines.append(lead(text, evidence, counted))
    if len(found) > 1:
        lines.append(note(words.book["portfolio.by_currency"]))
    unknown = showing.missing(missing, term)
    if not lines:
        return Draft(showing.nobody().lines, unknown=unknown)
    members = {row.card.id: row for total in found for row, _ in total.members}
    most = found[0].currency
    order = [row for row, _ in ranked(list(members.values()), term, "high", most)]
    if not most:
        held = {row.card.id for row in order}
        order += [row for row in members.values() if row.card.id not in held]
    if len(order) > 1:
        lines += showing.table(order, (term,))
    return Draft(tuple(lines), unknown=unknown, table=showing.file(list(members.values()), (term,)))


def breakdown(showing: Showing) -> Draft:
    """How many customers, or what sum or average, by group."""
    query, words = showing.query, showing.words
    said = words.query(query)
    name = words.book[f"portfolio.dimension.{query.group}"]
    groups = grouped(showing.result.rows, query.group)
    term = query.measures[0] if query.measures and query.ask != "count" else None
    told = []
    unknown: list[Row] = []
    several: set[str] = set()
    for key, rows in groups:
        label = words.group(query.group, key)
        if term is None:
            items = [showing.cite.count(f"{name} {label}", rows)]
            shown, size = words.words.number(len(rows)), Decimal(len(rows))
        else:
            found, missing = totals(rows, term, query.ask)
            unknown += missing
            shown = words.book["wording.list.comma"].join(
                words.reading(Reading(one.unit, one.value, one.currency)) for one in found
            )
            items = [showing.cite.total(f"{query.ask}({label})", one, query.ask) for one in found]
            several |= {one.currency for one in found}
            size = found[0].value if found else Decimal(-1)
            if not found:
                continue
        told.append((size, label, shown, tuple(items)))
    told.sort(key=lambda one: (-one[0], one[1]))
    counted = showing.tools.calculate(f"groups: {said}", [], Decimal(len(told)), "rows")
    text = words.say("group_lead", what=said, group=name, number=len(told))
    head = words.book["portfolio.number"] if term is None else capital(words.term(term))
    lines: list[Line] = [lead(text, counted), columns(capital(name), head)]
    limit = showing.standards.tabled * 2
    for _, label, shown, items in told[:limit]:
        text = words.say("group_cell", group=label, value=shown)
        lines.append(table_row(label, shown, evidence=items, text=text))
    if len(several) > 1:
        lines.append(note(words.book["portfolio.by_currency"]))
    missed = showing.missing(unknown, term) if term is not None else ()
    return Draft(tuple(lines), unknown=missed, table=showing.file(showing.result.rows, showing.terms()))
