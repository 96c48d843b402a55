"""A result as the draft of an answer (答复): what was applied in one line, a table, totals, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from bot.assistant.draft import Draft, Line, columns, lead, note
from bot.assistant.draft import row as table_row
from bot.assistant.portfolio.citing import Citing
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.details import detailed
from bot.assistant.portfolio.evaluate import Result, Row
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.ordering import worst_first
from bot.assistant.portfolio.query import Query, Term
from bot.assistant.portfolio.readings import Reading, Unknown
from bot.assistant.portfolio.tabling import table_of
from bot.assistant.portfolio.totals import currencies, grouped, ranked, totals
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from store.access import FieldClass
from store.evidence import Evidence

#: Names of customers that a sentence about unknown values lists.
_NAMED = 5
#: Pieces of evidence that a row cites, and one for each cell at least.
_CITED = 6
#: Currencies that a ranking shows; the others are in the file.
_CURRENCIES = 3


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells one result."""

    result: Result
    tools: Tools
    words: Describing
    standards: Standards

    @property
    def query(self) -> Query:
        """What was asked."""
        return self.result.query

    def draft(self) -> Draft:
        """The whole answer with its table."""
        query = self.query
        if not self.result.rows:
            draft = self._nobody()
        elif query.group:
            draft = self._groups()
        elif query.ask in ("sum", "average") and query.measures:
            draft = self._totals()
        elif query.order and query.measures:
            draft = self._ranking()
        else:
            draft = self._list()
        unknown = (*draft.unknown, *self._lacking())
        lines = (*draft.lines, *self._remarks())
        return replace(draft, lines=lines, unknown=unknown)

    @property
    def _cite(self) -> Citing:
        return Citing(self.tools)

    def _terms(self) -> tuple[Term, ...]:
        """The columns of the table: measures first, then what conditions tested, attributes by what they hold."""
        tested = [term for term in self.query.terms if term not in self.query.measures]
        found = [*self.query.measures, *tested]
        shown = [term for term in found if term.name not in ("text", "party", "called")]
        by_name = {(term.name if unit_of(term) == "text" else term): term for term in shown}
        return tuple(by_name.values())[:5]

    def _nobody(self) -> Draft:
        said = self.words.query(self.query)
        looked = self.tools.nothing("portfolio", said)
        counted = self.tools.calculate(f"count({said})", [("found", looked, Decimal(0))], Decimal(0), "rows")
        return Draft((lead(self.words.say("none", what=said), counted, looked),))

    def _list(self) -> Draft:
        rows, said = self.result.rows, self.words.query(self.query)
        counted = self._cite.count(said, rows)
        if self.query.where:
            text = self.words.say("counted_of", what=said, number=len(rows), all=self.result.seen)
            every = self.tools.calculate(
                f"count({self.words.book['portfolio.all']})", [], Decimal(self.result.seen), "rows"
            )
            lines: list[Line] = [lead(text, counted, every)]
        else:
            lines = [lead(self.words.say("counted", what=said, number=len(rows)), counted)]
        terms = self._terms()
        rows = worst_first(rows, self.query)
        shown = rows[: self.query.limit] if self.query.limit else rows
        if self.query.ask != "count" or self.query.where:
            lines += self._table(shown, terms)
        unknown: tuple[str, ...] = ()
        for term in self.query.measures:
            missing = [row for row in shown if isinstance(row.readings.get(term), Unknown)]
            unknown += self._missing(missing, term)
        return Draft(tuple(lines), unknown=unknown, table=self._file(shown, terms))

    def _table(self, rows: Sequence[Row], terms: Sequence[Term], *, currency: str = "") -> list[Line]:
        limit = self._limit()
        heads = [_capital(self.words.term(term)) for term in terms]
        lines: list[Line] = [columns(self.words.book["portfolio.customer"], *heads)]
        lines += [self._row(row, terms, currency) for row in rows[:limit]]
        if len(rows) > limit:
            rest = len(rows) - limit
            counted = self.tools.calculate("rows not shown", [], Decimal(rest), "rows")
            lines.append(note(self.words.say("more", number=rest), counted))
        return lines

    def _limit(self) -> int:
        asked = self.query.limit or 0
        return max(self.standards.tabled, min(asked, self.standards.tabled * 2))

    def _row(self, row: Row, terms: Sequence[Term], currency: str) -> Line:
        cells, said, first, beside = [], [], [], []
        for term in terms:
            shown, items = self._cell(row, term, currency)
            cells.append(shown or self.words.book["portfolio.nothing_cell"])
            first += items[:1]
            beside += items[1:]
            if shown:
                said.append(self.words.say("cell", what=self.words.bare(term), value=shown))
        name = self.words.say("name_cell", name=row.card.profile.legal_name, code=row.card.code)
        comma = self.words.book["wording.list.comma"]
        values = {"name": row.card.profile.legal_name, "code": row.card.code}
        text = (
            self.words.say("row", values=comma.join(said), **values)
            if said
            else self.words.say("row_bare", **values)
        )
        # What each cell stands on comes before what stands beside it.
        evidence = [*first, *beside] or [self._cite.card(row.card)]
        once = tuple({item.id: item for item in evidence}.values())[: max(_CITED, len(first))]
        return table_row(name, *cells, evidence=once, text=text)

    def _cell(self, row: Row, term: Term, currency: str) -> tuple[str, list[Evidence]]:
        found = row.readings.get(term)
        if found is None:
            return "", []
        if isinstance(found, Unknown):
            never = found.why in ("never_checked", "no_note")
            return (self.words.book["portfolio.never_cell"] if never else ""), []
        fitting = [one for one in found if not currency or one.currency == currency or not one.currency]
        some = [one for one in fitting if one.value] or fitting[:1]
        texts = [self._shown(term, one) for one in some]
        items = [item for one in some for item in self._cite.reading(row.card, one)]
        return self.words.book["wording.list.comma"].join(texts), items

    def _shown(self, term: Term, reading: Reading) -> str:
        if isinstance(reading.value, str):
            return self.words.text(term, reading.value)
        return detailed(term, reading, self.words)

    def _ranking(self) -> Draft:
        """One table a currency: amounts of different currencies are never set against each other."""
        query, term = self.query, self.query.measures[0]
        said, measure = self.words.query(query), self.words.term(term)
        order = self.words.book[f"portfolio.order.{query.order}"]
        rows = self.result.rows
        named = [name for name in currencies(rows, term) if ranked(rows, term, query.order, name)]
        lines: list[Line] = []
        whole: list[Row] = []
        used = [
            name for name in named if any(one.value for _, one in ranked(rows, term, query.order, name))
        ] or named[:1]
        missing = [row for row in rows if isinstance(row.readings.get(term), Unknown)]
        for currency in used[:_CURRENCIES]:
            pairs = ranked(rows, term, query.order, currency)
            limit = self._cut(pairs)
            top = [row for row, _ in pairs[:limit]]
            whole += [row for row in top if row not in whole]
            key = "ranked_in" if currency and len(used) > 1 else "ranked"
            values = {"what": said, "measure": measure, "order": order}
            if key == "ranked_in":
                values["currency"] = currency
            text = self.words.say(key, **values)
            if len(top) < len(pairs):
                text = self.words.say("first", what=text, number=len(top))
            counted = self._cite.count(f"{text}", top)
            lines.append(lead(text, counted))
            others = [other for other in self._terms() if other != term and unit_of(other) != "text"]
            lines += self._table(top, (term, *others), currency=currency)
        for currency in used[_CURRENCIES:]:
            pairs = ranked(rows, term, query.order, currency)
            whole += [row for row, _ in pairs[: self._cut(pairs)] if row not in whole]
        if len(used) > 1:
            lines.append(note(self.words.book["portfolio.by_currency"]))
        if len(used) > _CURRENCIES:
            others = self.words.words.list(used[_CURRENCIES:])
            lines.append(note(self.words.say("other_currencies", currencies=others)))
        unknown = self._missing(missing, term)
        if not lines:
            return Draft(self._nobody().lines, unknown=unknown)
        return Draft(tuple(lines), unknown=unknown, table=self._file(whole, self._terms()))

    def _cut(self, pairs: Sequence[tuple[Row, Reading]]) -> int:
        """How many are asked for; those that are equal to the last one come too."""
        limit = self.query.limit
        if limit is None or limit >= len(pairs):
            return len(pairs)
        last = pairs[limit - 1][1].value
        while limit < len(pairs) and pairs[limit][1].value == last:
            limit += 1
        return limit

    def _totals(self) -> Draft:
        query, term = self.query, self.query.measures[0]
        said, measure = self.words.query(query), self.words.term(term)
        found, missing = totals(self.result.rows, term, query.ask)
        lines: list[Line] = []
        for total in found:
            shown = self.words.reading(Reading(total.unit, total.value, total.currency))
            evidence = self._cite.total(f"{query.ask}({measure}: {said})", total, query.ask)
            counted = self.tools.calculate(
                f"customers with a value: {said}", [], Decimal(len(total.members)), "rows"
            )
            key = "averaged" if query.ask == "average" else "summed"
            text = self.words.say(key, what=said, measure=measure, value=shown, number=len(total.members))
            lines.append(lead(text, evidence, counted))
        if len(found) > 1:
            lines.append(note(self.words.book["portfolio.by_currency"]))
        unknown = self._missing(missing, term)
        if not lines:
            return Draft(self._nobody().lines, unknown=unknown)
        members = {row.card.id: row for total in found for row, _ in total.members}
        most = found[0].currency
        order = [row for row, _ in ranked(list(members.values()), term, "high", most)]
        if not most:
            held = {row.card.id for row in order}
            order += [row for row in members.values() if row.card.id not in held]
        if len(order) > 1:
            lines += self._table(order, (term,))
        return Draft(tuple(lines), unknown=unknown, table=self._file(list(members.values()), (term,)))

    def _groups(self) -> Draft:
        query = self.query
        said = self.words.query(query)
        name = self.words.book[f"portfolio.dimension.{query.group}"]
        if query.group == "customer":
            return Telling(
                replace_query(self.result, group="", ask="list"), self.tools, self.words, self.standards
            )._list()
        groups = grouped(self.result.rows, query.group)
        term = query.measures[0] if query.measures and query.ask != "count" else None
        told = []
        unknown: list[Row] = []
        several: set[str] = set()
        for key, rows in groups:
            label = self.words.group(query.group, key)
            if term is None:
                items = [self._cite.count(f"{name} {label}", rows)]
                shown, size = self.words.words.number(len(rows)), Decimal(len(rows))
            else:
                found, missing = totals(rows, term, query.ask)
                unknown += missing
                shown = self.words.book["wording.list.comma"].join(
                    self.words.reading(Reading(one.unit, one.value, one.currency)) for one in found
                )
                items = [self._cite.total(f"{query.ask}({label})", one, query.ask) for one in found]
                several |= {one.currency for one in found}
                size = found[0].value if found else Decimal(-1)
                if not found:
                    continue
            told.append((size, label, shown, tuple(items)))
        told.sort(key=lambda one: (-one[0], one[1]))
        counted = self.tools.calculate(f"groups: {said}", [], Decimal(len(told)), "rows")
        text = self.words.say("group_lead", what=said, group=name, number=len(told))
        head = self.words.book["portfolio.number"] if term is None else _capital(self.words.term(term))
        lines: list[Line] = [lead(text, counted), columns(_capital(name), head)]
        limit = self.standards.tabled * 2
        for _, label, shown, items in told[:limit]:
            text = self.words.say("group_cell", group=label, value=shown)
            lines.append(table_row(label, shown, evidence=items, text=text))
        if len(several) > 1:
            lines.append(note(self.words.book["portfolio.by_currency"]))
        missed = self._missing(unknown, term) if term is not None else ()
        return Draft(tuple(lines), unknown=missed, table=self._file(self.result.rows, self._terms()))

    def _missing(self, rows: Sequence[Row], term: Term) -> tuple[str, ...]:
        """Those that have no value of what was asked for, by reason."""
        reasons: dict[str, list[str]] = {}
        for row in rows:
            found = row.readings.get(term)
            why = found.why if isinstance(found, Unknown) else "no_field"
            reasons.setdefault(why, []).append(row.card.profile.legal_name)
        return tuple(self._unknown(names, term, why) for why, names in reasons.items())

    def _lacking(self) -> tuple[str, ...]:
        reasons: dict[tuple[str, Term], list[str]] = {}
        for one in self.result.lacking:
            reasons.setdefault((one.why, one.term), []).append(one.card.profile.legal_name)
        return tuple(self._unknown(names, term, why) for (why, term), names in reasons.items())

    def _unknown(self, names: Sequence[str], term: Term, why: str) -> str:
        listed = self.words.words.list(list(names[:_NAMED]))
        if len(names) > _NAMED:
            joined = self.words.book["wording.list.names"].join(names[:_NAMED])
            listed = self.words.say("and_more", names=joined, number=len(names) - _NAMED)
        values = {"what": self.words.term(term), "names": listed}
        if FieldClass.INTERNAL not in self.tools.question.viewer.classes:
            return self.words.book.count("portfolio.unknown_here", len(names), **values)
        why = self.words.book.get(f"portfolio.lacking.{why}", why)
        return self.words.book.count("portfolio.unknown_for", len(names), why=why, **values)

    def _remarks(self) -> list[Line]:
        lines: list[Line] = []
        shown = [
            reading
            for row in self.result.rows
            for found in row.readings.values()
            if not isinstance(found, Unknown)
            for reading in found
        ]
        if any(reading.differs for reading in shown):
            lines.append(note(self.words.book["portfolio.differs"]))
        if any(term.name == "events" for term in self.query.terms):
            lines.append(note(self.words.book["portfolio.events_read"]))
        if self.query.unused:
            joined = self.words.book["wording.list.names"].join(f"“{word}”" for word in self.query.unused[:8])
            lines.append(note(self.words.say("unused", words=joined)))
        return lines

    def _file(self, rows: Sequence[Row], terms: Sequence[Term]) -> object:
        return table_of(
            rows,
            terms,
            self.words,
            title=self.words.query(self.query),
            limit=self.standards.table_rows,
            viewer=self.tools.question.viewer,
            notes=self._lacking(),
        )


def replace_query(result: Result, **changes: object) -> Result:
    """The same rows under a changed query."""
    return Result(replace(result.query, **changes), result.rows, result.lacking, result.seen)  # type: ignore[arg-type]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
