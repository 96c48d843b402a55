"""The rows of a result as lines and as a file (展示), and in words those of which something is not known.

Every kind of answer stands on it: lists, rankings, totals, groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.assistant.draft import Draft, Line, columns, lead, note
from bot.assistant.draft import row as table_row
from bot.assistant.portfolio.citing import Citing
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.details import detailed
from bot.assistant.portfolio.evaluate import Result, Row
from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.query import Query, Term
from bot.assistant.portfolio.readings import Reading, Unknown
from bot.assistant.portfolio.tabling import table_of
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from store.access import FieldClass
from store.evidence import Evidence

#: Names of customers that a sentence about unknown values lists.
_NAMED = 5
#: Pieces of evidence that a row cites, and one for each cell at least.
_CITED = 6


@dataclass(frozen=True, slots=True)
class Showing:
    """Shows the rows of one result."""

    result: Result
    tools: Tools
    words: Describing
    standards: Standards

    @property
    def query(self) -> Query:
        """What was asked."""
        return self.result.query

    @property
    def cite(self) -> Citing:
        """Makes the evidence."""
        return Citing(self.tools)

    def terms(self) -> tuple[Term, ...]:
        """The columns of the table: measures first, then what conditions tested, attributes by what they hold."""
        tested = [term for term in self.query.terms if term not in self.query.measures]
        found = [*self.query.measures, *tested]
        shown = [term for term in found if term.name not in ("text", "party", "called")]
        by_name = {(term.name if unit_of(term) == "text" else term): term for term in shown}
        return tuple(by_name.values())[:5]

    def nobody(self) -> Draft:
        """That no customer fits."""
        said = self.words.query(self.query)
        looked = self.tools.nothing("portfolio", said)
        counted = self.tools.calculate(f"count({said})", [("found", looked, Decimal(0))], Decimal(0), "rows")
        return Draft((lead(self.words.say("none", what=said), counted, looked),))

    def table(self, rows: Sequence[Row], terms: Sequence[Term], *, currency: str = "") -> list[Line]:
        """Rows with one column a term; says how many more there are."""
        limit = self._limit()
        heads = [capital(self.words.term(term)) for term in terms]
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
        evidence = [*first, *beside] or [self.cite.card(row.card)]
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
        items = [item for one in some for item in self.cite.reading(row.card, one)]
        return self.words.book["wording.list.comma"].join(texts), items

    def _shown(self, term: Term, reading: Reading) -> str:
        if isinstance(reading.value, str):
            return self.words.text(term, reading.value)
        return detailed(term, reading, self.words)

    def missing(self, rows: Sequence[Row], term: Term) -> tuple[str, ...]:
        """Those that have no value of what was asked for, by reason."""
        reasons: dict[str, list[str]] = {}
        for row in rows:
            found = row.readings.get(term)
            why = found.why if isinstance(found, Unknown) else "no_field"
            reasons.setdefault(why, []).append(row.card.profile.legal_name)
        return tuple(self._unknown(names, term, why) for why, names in reasons.items())

    def lacking(self) -> tuple[str, ...]:
        """Those of which it is not known whether they fit, by reason."""
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

    def file(self, rows: Sequence[Row], terms: Sequence[Term]) -> object:
        """The whole table as a file."""
        return table_of(
            rows,
            terms,
            self.words,
            title=self.words.query(self.query),
            limit=self.standards.table_rows,
            viewer=self.tools.question.viewer,
            notes=self.lacking(),
        )


def capital(text: str) -> str:
    """With a capital at its head, as a column is called."""
    return text[:1].upper() + text[1:]
