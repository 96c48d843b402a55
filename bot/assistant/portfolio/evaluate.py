"""Answering a query over the dossiers that a viewer may see (求值): pure, one customer after the other.

Conditions have three values: what is not known is neither so nor not so. A customer for which the whole of the
conditions stays unknown is not listed among those that fit but told apart, with the reason.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from bot.assistant.portfolio.attributes import attribute
from bot.assistant.portfolio.measures import MEASURES
from bot.assistant.portfolio.query import Condition, Either, Every, Not, Query, Term, Test
from bot.assistant.portfolio.readings import Reading, Readings, Setting, Unknown
from store.records import Dossier

#: Dates of something that was never done: before any day.
_NEVER = frozenset({"never_checked", "no_note"})
#: What is not on file, asked for as such: customers without revenue of 2025. Of what was paid to us our own books
#: tell, so that no payment in them is none.
_ABSENT = frozenset({"no_payments", "no_statement", "no_item"})
#: A reading that a later step gives.
_UNREAD = Unknown("unread")


@dataclass(slots=True, eq=False)
class Row:
    """A customer of the result: its card (a dossier with nothing but the profile) and what was read of it."""

    card: Dossier
    readings: dict[Term, Readings]

    def first(self, term: Term, currency: str = "") -> Reading | None:
        """The reading of a term, in one currency where there are several."""
        found = self.readings.get(term)
        if found is None or isinstance(found, Unknown):
            return None
        return next((one for one in found if not currency or one.currency == currency), None)


@dataclass(frozen=True, slots=True)
class Lacking:
    """A customer of which it is not known whether it fits, and why."""

    card: Dossier
    why: str
    term: Term


@dataclass(slots=True)
class Result:
    """What a query gave: those that fit, those that are not known to, and how many were looked at."""

    query: Query
    rows: list[Row] = field(default_factory=list)
    lacking: list[Lacking] = field(default_factory=list)
    seen: int = 0


def evaluate(query: Query, dossiers: Iterable[Dossier], setting: Setting) -> Result:
    """The customers that fit, sorted as asked; ties and no order go by code."""
    evaluation = Evaluation(query, setting)
    evaluation.take(dossiers)
    return evaluation.done()


@dataclass(slots=True)
class Evaluation:
    """Answers a query in steps: what needs rows that a step does not read is put off to the next one."""

    query: Query
    setting: Setting
    #: Readings that need not be worked out again, by term and customer.
    known: Mapping[Term, Mapping[UUID, Readings]] = field(default_factory=dict)
    #: Readings of the terms that are named here, asked for or not, as they were worked out.
    learned: dict[Term, dict[UUID, Readings]] = field(default_factory=dict)
    result: Result = field(init=False)

    def __post_init__(self) -> None:
        self.result = Result(self.query)

    def take(
        self, dossiers: Iterable[Dossier], put_off: Collection[Term] = (), *, again: bool = False
    ) -> list[UUID]:
        """Judge these customers; gives those that cannot be judged, or not be shown, without the terms put off.

        `again` says that they were looked at before.
        """
        condition, result, later = Every(self.query.where), self.result, []
        terms = self.query.terms
        for dossier in dossiers:
            result.seen += not again
            reader = _Reader(dossier, self.setting, self.query.currency, put_off, self.known)
            held, why = reader.holds(condition)
            if held:
                for term in terms:
                    reader.read(term)
            for term, found in self.learned.items():
                if term not in put_off:
                    reader.read(term)
                if term in reader.whole:
                    found[dossier.id] = reader.whole[term]
            if reader.unread and held is not False:
                later.append(dossier.id)
            elif held is None and why is not None:
                result.lacking.append(Lacking(card_of(dossier), why[0].why, why[1]))
            elif held:
                asked = {term: reader.readings[term] for term in terms if term in reader.readings}
                result.rows.append(Row(card_of(dossier), asked))
        return later

    def done(self) -> Result:
        """What came of all steps, in order."""
        self.result.rows.sort(key=lambda row: number_of(row.card.code))
        self.result.lacking.sort(key=lambda one: number_of(one.card.code))
        return self.result


def card_of(dossier: Dossier) -> Dossier:
    """The dossier without its rows: enough to name and cite a customer by."""
    return Dossier(
        dossier.id, dossier.code, dossier.profile, dossier.as_of, dossier.known_at, dossier.known_seq
    )


def number_of(code: str) -> int:
    """The number in the code of a customer, by which equal ones are ordered."""
    return int(code.rpartition("-")[2] or 0)


@dataclass(slots=True)
class _Reader:
    """Reads each term of one customer once."""

    dossier: Dossier
    setting: Setting
    currency: str = ""
    put_off: Collection[Term] = ()
    known: Mapping[Term, Mapping[UUID, Readings]] = field(default_factory=dict)
    readings: dict[Term, Readings] = field(default_factory=dict)
    #: The readings in every currency, of what was worked out here.
    whole: dict[Term, Readings] = field(default_factory=dict)
    #: Whether a reading was asked for that this step does not give.
    unread: bool = False

    def read(self, term: Term) -> Readings:
        """The readings of a term; amounts in the asked currency alone, none where the customer has none in it."""
        if term not in self.readings:
            kept = self.known.get(term)
            found = kept.get(self.dossier.id) if kept else None
            if found is None and term in self.put_off:
                self.unread = True
                return _UNREAD
            if found is None:
                found = self.whole[term] = MEASURES[term.name].read(self.dossier, term, self.setting)
            if self.currency and not isinstance(found, Unknown):
                found = tuple(one for one in found if one.currency in ("", self.currency))
            self.readings[term] = found
        return self.readings[term]

    def holds(self, condition: Condition) -> tuple[bool | None, tuple[Unknown, Term] | None]:
        """Whether a condition holds; None with the first reason where that is not known."""
        match condition:
            case Not():
                held, why = self.holds(condition.part)
                return (None, why) if held is None else (not held, None)
            case Every() | Either():
                decided = isinstance(condition, Either)
                reason = None
                for part in condition.parts:
                    held, why = self.holds(part)
                    if held is decided:
                        return decided, None
                    reason = reason or why
                return (None, reason) if reason else (not decided, None)
        return self._test(condition)

    def _test(self, test: Test) -> tuple[bool | None, tuple[Unknown, Term] | None]:
        if test.term.name == "party" and test.term in self.put_off:
            self.unread = True
            return None, (_UNREAD, test.term)
        if test.op == "is":
            held = attribute(self.dossier, test)
            return held, None if held is not None else (Unknown("no_field"), test.term)
        found = self.read(test.term)
        if isinstance(found, Unknown):
            if found is _UNREAD:
                return None, (found, test.term)
            if test.op == "has" and MEASURES[test.term.name].unit in ("text", "date", "score", "count"):
                return False, None
            if test.op == "has" and found.why in _ABSENT:
                return False, None
            if found.why in _NEVER and test.op in ("before", "since"):
                return test.op == "before", None
            return None, (found, test.term)
        if test.term.name == "score" and _other_scale(found, test):
            return None, (Unknown("scale"), test.term)
        fitting = [one for one in found if test.currency is None or one.currency == test.currency]
        if not fitting:
            if all(one.value == 0 for one in found):
                return False, None
            return None, (Unknown("currency"), test.term)
        verdicts = [_compared(one.value, test) for one in fitting]
        return (any(verdicts) if test.op in ("gt", "ge", "has", "between", "eq") else all(verdicts)), None


def _other_scale(found: tuple[Reading, ...], test: Test) -> bool:
    """Whether a score is given on a scale that ends below what it is compared with."""
    highest = getattr(found[0].used[0].row, "scale_max", None)
    return highest is not None and test.value is not None and test.value > highest


def _compared(value: Decimal | date | str, test: Test) -> bool:
    if isinstance(value, date):
        if test.op == "has":
            return True
        assert test.day is not None
        return value < test.day if test.op == "before" else value >= test.day
    if isinstance(value, str):
        return bool(value)
    if test.op == "has":
        return value > 0
    bound = test.value if test.value is not None else Decimal(0)
    if test.op == "between":
        return bound <= value <= (test.upper if test.upper is not None else bound)
    return {
        "gt": value > bound,
        "ge": value >= bound,
        "lt": value < bound,
        "le": value <= bound,
        "eq": value == bound,
    }[test.op]
