"""A result as the draft of an answer (答复): what was applied in one line, a table, totals, and what is not known."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from bot.assistant.draft import Draft, Line, lead, note
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.evaluate import Result
from bot.assistant.portfolio.ordering import worst_first
from bot.assistant.portfolio.rankings import ranking
from bot.assistant.portfolio.readings import Unknown
from bot.assistant.portfolio.showing import Showing
from bot.assistant.portfolio.summaries import breakdown, summary
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools


def tell(result: Result, tools: Tools, words: Describing, standards: Standards) -> Draft:
    """The whole answer with its table."""
    showing = Showing(result, tools, words, standards)
    draft = _told(showing)
    unknown = (*draft.unknown, *showing.lacking())
    return replace(draft, lines=(*draft.lines, *_remarks(showing)), unknown=unknown)


def _told(showing: Showing) -> Draft:
    query = showing.query
    if not showing.result.rows:
        return showing.nobody()
    if query.group == "customer":
        # Each customer by itself is a list.
        alone = replace(query, group="", ask="list")
        return _list(replace(showing, result=replace(showing.result, query=alone)))
    if query.group:
        return breakdown(showing)
    if query.ask in ("sum", "average") and query.measures:
        return summary(showing)
    if query.order and query.measures:
        return ranking(showing)
    return _list(showing)


def _list(showing: Showing) -> Draft:
    query, words = showing.query, showing.words
    rows, said = showing.result.rows, words.query(query)
    counted = showing.cite.count(said, rows)
    if query.where:
        text = words.say("counted_of", what=said, number=len(rows), all=showing.result.seen)
        every = showing.tools.calculate(
            f"count({words.book['portfolio.all']})", [], Decimal(showing.result.seen), "rows"
        )
        lines: list[Line] = [lead(text, counted, every)]
    else:
        lines = [lead(words.say("counted", what=said, number=len(rows)), counted)]
    terms = showing.terms()
    rows = worst_first(rows, query)
    shown = rows[: query.limit] if query.limit else rows
    if query.ask != "count" or query.where:
        lines += showing.table(shown, terms)
    unknown: tuple[str, ...] = ()
    for term in query.measures:
        missing = [row for row in shown if isinstance(row.readings.get(term), Unknown)]
        unknown += showing.missing(missing, term)
    return Draft(tuple(lines), unknown=unknown, table=showing.file(shown, terms))


def _remarks(showing: Showing) -> list[Line]:
    query, words = showing.query, showing.words
    lines: list[Line] = []
    shown = [
        reading
        for row in showing.result.rows
        for found in row.readings.values()
        if not isinstance(found, Unknown)
        for reading in found
    ]
    if any(reading.differs for reading in shown):
        lines.append(note(words.book["portfolio.differs"]))
    if any(term.name == "events" for term in query.terms):
        lines.append(note(words.book["portfolio.events_read"]))
    if query.unused:
        joined = words.book["wording.list.names"].join(f"“{word}”" for word in query.unused[:8])
        lines.append(note(words.say("unused", words=joined)))
    return lines
