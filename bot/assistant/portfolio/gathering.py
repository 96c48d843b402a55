"""Reading no more than a question needs (取数): step by step, each for those alone who are still in question.

What a customer is stands in its own row, records and contracts are few, invoices and payments are many. Who falls out
by the first is not read again for the others; what was read of invoices is remembered until something changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from bot.assistant.portfolio.evaluate import Evaluation, Result
from bot.assistant.portfolio.measures import aggregates_of
from bot.assistant.portfolio.query import Query, Term, tests_of
from bot.assistant.portfolio.readings import Readings, Setting
from bot.assistant.tools import Tools
from store.dates import PartialDate

#: Aggregates with many rows a customer.
_MANY = frozenset({"invoices", "payments"})
#: What is worked out from the same open invoices.
_OWED = (Term("overdue"), Term("open"))


def gather(query: Query, tools: Tools, setting: Setting, day: PartialDate | None) -> Result:
    """The result of a query over all customers that the viewer may see, as of a day."""
    terms = query.terms
    many = [term for term in terms if aggregates_of([term]) & _MANY]
    memory = _Memory(tools, setting, day, many)
    evaluation = Evaluation(query, setting, memory.known(), memory.room())
    among: list[UUID] | None = None
    steps = _steps(query, terms, bool(evaluation.known))
    for number, aggregates in enumerate(steps):
        asked = (*terms, *evaluation.learned)
        put_off = {term for term in asked if not aggregates_of([term]) <= aggregates}
        dossiers = tools.portfolio(sorted(aggregates), as_of=day, among=among)
        among = evaluation.take(dossiers, put_off, again=number > 0)
        if not among:
            break
    memory.keep(evaluation.learned)
    return evaluation.done()


def _steps(query: Query, terms: Iterable[Term], known: bool) -> list[frozenset[str]]:
    """What to read, step after step; a step stands only where a condition can be judged by it."""
    needed = aggregates_of(terms)
    tested = [(test, aggregates_of([test.term])) for condition in query.where for test in tests_of(condition)]
    steps: list[frozenset[str]] = []
    few = needed - _MANY
    if any(not wanted for _, wanted in tested):
        steps.append(frozenset())
    if known or any(wanted and wanted <= few for _, wanted in tested):
        steps.append(few)
    steps.append(needed)
    return list(dict.fromkeys(steps))


class _Memory:
    """The readings kept for what this viewer may see of today; nothing for the picture of another day."""

    def __init__(self, tools: Tools, setting: Setting, day: PartialDate | None, terms: list[Term]) -> None:
        self._kept = getattr(tools.sources, "remembered", None)
        self.works = bool(terms) and self._kept is not None and day is None and tools.known_at is None
        if self.works:
            self._sources: Any = tools.sources
            self._seq: int = self._sources.head()
            self._key = (frozenset(tools.question.viewer.classes), setting.day)
            self._terms = terms

    def known(self) -> Mapping[Term, Mapping[UUID, Readings]]:
        """What is remembered of the terms."""
        if not self.works:
            return {}
        known = self._kept.of(self._key, self._seq, self._sources.owing_changed)
        return {term: known[term] for term in self._terms if term in known}

    def room(self) -> dict[Term, dict[UUID, Readings]]:
        """Where readings go that are worth remembering; whoever asks what is overdue asks next what is open."""
        if not self.works:
            return {}
        owed = _OWED if any(term in _OWED for term in self._terms) else ()
        return {term: {} for term in dict.fromkeys([*self._terms, *owed])}

    def keep(self, learned: Mapping[Term, Mapping[UUID, Readings]]) -> None:
        """Remember what was worked out."""
        fresh = {term: found for term, found in learned.items() if found}
        if self.works and fresh:
            self._kept.keep(self._key, self._seq, fresh)
