"""A ranking in words (排名): those that are asked for, with those that are equal to the last of them."""

from __future__ import annotations

from collections.abc import Sequence

from bot.assistant.draft import Draft, Line, lead, note
from bot.assistant.portfolio.evaluate import Row
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.query import Query
from bot.assistant.portfolio.readings import Reading, Unknown
from bot.assistant.portfolio.showing import Showing
from bot.assistant.portfolio.totals import currencies, ranked

#: Currencies that a ranking shows; the others are in the file.
_CURRENCIES = 3


def ranking(showing: Showing) -> Draft:
    """One table a currency: amounts of different currencies are never set against each other."""
    query, words = showing.query, showing.words
    term = query.measures[0]
    said, measure = words.query(query), words.term(term)
    order = words.book[f"portfolio.order.{query.order}"]
    rows = showing.result.rows
    named = [name for name in currencies(rows, term) if ranked(rows, term, query.order, name)]
    lines: list[Line] = []
    whole: list[Row] = []
    used = [
        name for name in named if any(one.value for _, one in ranked(rows, term, query.order, name))
    ] or named[:1]
    missing = [row for row in rows if isinstance(row.readings.get(term), Unknown)]
    for currency in used[:_CURRENCIES]:
        pairs = ranked(rows, term, query.order, currency)
        limit = _cut(query, pairs)
        top = [row for row, _ in pairs[:limit]]
        whole += [row for row in top if row not in whole]
        key = "ranked_in" if currency and len(used) > 1 else "ranked"
        values = {"what": said, "measure": measure, "order": order}
        if key == "ranked_in":
            values["currency"] = currency
        text = words.say(key, **values)
        if len(top) < len(pairs):
            text = words.say("first", what=text, number=len(top))
        counted = showing.cite.count(f"{text}", top)
        lines.append(lead(text, counted))
        others = [other for other in showing.terms() if other != term and unit_of(other) != "text"]
        lines += showing.table(top, (term, *others), currency=currency)
    for currency in used[_CURRENCIES:]:
        pairs = ranked(rows, term, query.order, currency)
        whole += [row for row, _ in pairs[: _cut(query, pairs)] if row not in whole]
    if len(used) > 1:
        lines.append(note(words.book["portfolio.by_currency"]))
    if len(used) > _CURRENCIES:
        others = words.words.list(used[_CURRENCIES:])
        lines.append(note(words.say("other_currencies", currencies=others)))
    unknown = showing.missing(missing, term)
    if not lines:
        return Draft(showing.nobody().lines, unknown=unknown)
    return Draft(tuple(lines), unknown=unknown, table=showing.file(whole, showing.terms()))


def _cut(query: Query, pairs: Sequence[tuple[Row, Reading]]) -> int:
    """How many are asked for; those that are equal to the last one come too."""
    limit = query.limit
    if limit is None or limit >= len(pairs):
        return len(pairs)
    last = pairs[limit - 1][1].value
    while limit < len(pairs) and pairs[limit][1].value == last:
        limit += 1
    return limit
