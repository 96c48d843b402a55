"""What a question about all customers asks for (总览查询), as a plain value that can be kept and asked again.

A query says which customers (conditions joined by and, or, not), what of them (measures), in which order, how many,
by which group, and as of when. The grammar makes it, the evaluator answers it, a follow-up changes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from bot.assistant.stretches import Period

#: What a query lists: customers, or what was found and decided about them.
SUBJECTS = ("customers", "alerts", "checks", "changes")


@dataclass(frozen=True, slots=True)
class Term:
    """A measure or an attribute of a customer: `overdue`, `item` of revenue, `records` of a kind, over a period."""

    name: str
    detail: str = ""
    period: Period | None = None

    def as_json(self) -> list[Any]:
        """As a plain list."""
        return [self.name, self.detail, _period_json(self.period)]


@dataclass(frozen=True, slots=True)
class Test:
    """One condition. `op` is gt, ge, lt, le, eq, between, has, is or before; `words` are what an attribute may be.

    Amounts are whole units; `currency` None means each amount in its own currency.
    """

    __test__ = False  # no class of tests

    term: Term
    op: str
    value: Decimal | None = None
    upper: Decimal | None = None
    currency: str | None = None
    words: tuple[str, ...] = ()
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Every:
    """All of these conditions."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of these conditions."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """Not this condition."""

    part: Condition


Condition = Test | Every | Either | Not


@dataclass(frozen=True, slots=True)
class Query:
    """A whole question. `ask` is list, count, sum or average; `order` is high, low or empty (by code)."""

    ask: str = "list"
    subject: str = "customers"
    where: tuple[Condition, ...] = ()
    measures: tuple[Term, ...] = ()
    order: str = ""
    limit: int | None = None
    group: str = ""
    #: Amounts in this currency alone; empty for amounts in any.
    currency: str = ""
    as_of: date | None = None
    period: Period | None = None
    #: What of the question's words was not used.
    unused: tuple[str, ...] = ()
    #: Words that stand where a place, an industry or a name should, and are none that we know.
    doubtful: tuple[str, ...] = ()
    #: Codes of customers to be set side by side, or of the alert that is asked about.
    codes: tuple[str, ...] = ()
    #: Ways of asking about alerts and checks: open, dismissed, why, who, latest, …
    aspects: tuple[str, ...] = ()

    @property
    def terms(self) -> tuple[Term, ...]:
        """Every measure and attribute that must be read to answer."""
        tested = [test.term for condition in self.where for test in tests_of(condition)]
        return tuple(dict.fromkeys([*tested, *self.measures]))


def tests_of(condition: Condition) -> Iterator[Test]:
    """The single conditions within a joined one, from left to right."""
    match condition:
        case Test():
            yield condition
        case Not():
            yield from tests_of(condition.part)
        case Every() | Either():
            for part in condition.parts:
                yield from tests_of(part)


def mapped(condition: Condition, change: Callable[[Test], Condition]) -> Condition:
    """The same condition with every single one in it changed."""
    match condition:
        case Not():
            return Not(mapped(condition.part, change))
        case Every():
            return Every(tuple(mapped(part, change) for part in condition.parts))
        case Either():
            return Either(tuple(mapped(part, change) for part in condition.parts))
    return change(condition)


def query_json(query: Query) -> dict[str, Any]:
    """A query as plain JSON, for the focus of an answer."""
    return {
        "ask": query.ask,
        "subject": query.subject,
        "where": [_condition_json(condition) for condition in query.where],
        "measures": [term.as_json() for term in query.measures],
        "order": query.order,
        "limit": query.limit,
        "group": query.group,
        "currency": query.currency,
        "as_of": query.as_of and query.as_of.isoformat(),
        "period": _period_json(query.period),
        "codes": list(query.codes),
        "aspects": list(query.aspects),
    }


def read_query(kept: Mapping[str, Any]) -> Query:
    """The query that `query_json` wrote down."""
    return Query(
        ask=kept["ask"],
        subject=kept["subject"],
        where=tuple(_read_condition(item) for item in kept["where"]),
        measures=tuple(_read_term(item) for item in kept["measures"]),
        order=kept["order"],
        limit=kept["limit"],
        group=kept["group"],
        currency=kept.get("currency") or "",
        as_of=date.fromisoformat(kept["as_of"]) if kept["as_of"] else None,
        period=_read_period(kept["period"]),
        codes=tuple(kept["codes"]),
        aspects=tuple(kept["aspects"]),
    )


def _condition_json(condition: Condition) -> dict[str, Any]:
    match condition:
        case Not():
            return {"not": _condition_json(condition.part)}
        case Every():
            return {"every": [_condition_json(part) for part in condition.parts]}
        case Either():
            return {"either": [_condition_json(part) for part in condition.parts]}
    return {
        "term": condition.term.as_json(),
        "op": condition.op,
        "value": None if condition.value is None else str(condition.value),
        "upper": None if condition.upper is None else str(condition.upper),
        "currency": condition.currency,
        "words": list(condition.words),
        "day": condition.day and condition.day.isoformat(),
    }


def _read_condition(kept: Mapping[str, Any]) -> Condition:
    if "not" in kept:
        return Not(_read_condition(kept["not"]))
    if "every" in kept:
        return Every(tuple(_read_condition(part) for part in kept["every"]))
    if "either" in kept:
        return Either(tuple(_read_condition(part) for part in kept["either"]))
    return Test(
        term=_read_term(kept["term"]),
        op=kept["op"],
        value=None if kept["value"] is None else Decimal(kept["value"]),
        upper=None if kept["upper"] is None else Decimal(kept["upper"]),
        currency=kept["currency"],
        words=tuple(kept["words"]),
        day=date.fromisoformat(kept["day"]) if kept["day"] else None,
    )


def _read_term(kept: list[Any]) -> Term:
    return Term(kept[0], kept[1], _read_period(kept[2]))


def _period_json(period: Period | None) -> list[Any] | None:
    return period and [period.first.isoformat(), period.last.isoformat(), period.grain, period.relative]


def _read_period(kept: list[Any] | None) -> Period | None:
    return Period(date.fromisoformat(kept[0]), date.fromisoformat(kept[1]), *kept[2:]) if kept else None


def dates_of(query: Query) -> list[date]:
    """Every day that a question sets: ends of periods, days of conditions, the day of the picture."""
    found = [query.as_of] if query.as_of else []
    for period in (query.period, *(term.period for term in query.terms)):
        if period is not None:
            found += [period.first, period.last]
    for condition in query.where:
        found += [test.day for test in tests_of(condition) if test.day]
    return found
