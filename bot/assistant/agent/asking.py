"""Questions that code answers for a model (代为查询): the grammar's, or one over all customers with typed parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, Field

from bot.assistant.agent.bench import Bench, Unusable
from bot.assistant.draft import Draft, Line, LineKind
from bot.assistant.drafting import Planned
from bot.assistant.guard import guard
from bot.assistant.planning import work_out
from bot.assistant.portfolio.measures import MEASURES
from bot.assistant.portfolio.query import Condition, Not, Query, Term, Test, dates_of
from bot.assistant.portfolio.reply import reply as portfolio_reply
from bot.assistant.stretches import FIRST_DAY, Period
from bot.assistant.tools import Tools
from store.errors import Forbidden

#: Attributes are tested by words; everything else by a number, a day or whether there is any.
ATTRIBUTES = ("place", "industry", "stage", "owner", "legal_form", "called", "party")
#: Measures that a model may ask for; `text` is the grammar's own.
NAMES = tuple(name for name in MEASURES if name != "text")
_LAST = date(9999, 12, 31)
Found = TypeVar("Found")


class Measure(BaseModel):
    """One thing that is read of each customer."""

    name: str = Field(max_length=40)
    detail: str = Field(default="", max_length=200)
    since: date | None = None
    until: date | None = None


class Filter(Measure):
    """One condition on customers: `words` for attributes, `value` (and `upper`) for figures, `day` for before."""

    op: Literal["gt", "ge", "lt", "le", "eq", "between", "has", "is", "before"]
    value: str | None = Field(default=None, max_length=40)
    upper: str | None = Field(default=None, max_length=40)
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    words: list[str] = Field(default_factory=list, max_length=8)
    day: date | None = None
    negated: bool = False


def ask_grammar(bench: Bench, question: str) -> dict[str, Any]:
    """What the built-in grammar answers; its sentences are guarded already and may be said as they are."""

    def answer(tools: Tools) -> Planned | None:
        asked = replace(tools.question, text=question[:1_000], conversation="")
        return work_out(asked, tools.sources, bench.standards)

    bench.step("ask_grammar")
    with bench.reading() as tools:
        planned = _both(bench, tools, answer, lambda found: found and found.guarded.draft)
        if planned is None:
            raise Unusable("no_question")
        tools.read.update(planned.tools.read)
        tools.observed.update(planned.tools.observed)
        return _told(bench, planned.guarded.draft)


def query_portfolio(bench: Bench, query: Query) -> dict[str, Any]:
    """What a query over all customers gives: counts, sums, rankings and lists that code worked out."""
    bench.step("query_portfolio")
    with bench.reading() as tools:

        def answer(viewing: Tools) -> Draft:
            return portfolio_reply(query, viewing, bench.book, bench.standards)

        draft = _both(bench, tools, answer, lambda found: found)
        given = [tools.today.isoformat(), *(day.isoformat() for day in dates_of(query))]
        directory = tools.sources.directory()
        codes = {item.customer for line in draft.lines for item in line.evidence if item.customer}
        names = [named.name for code in codes if (named := directory.by_code(code))]
        return _told(bench, guard(draft, tools.read, given=given, names=names).draft)


def build_query(
    ask: str,
    where: list[Filter],
    measures: list[Measure],
    order: str,
    limit: int | None,
    group: str,
    as_of: date | None,
) -> Query:
    """The query of typed parts; raises `Unusable` for a part that means nothing."""
    if order and not measures:
        raise Unusable("no_rank")
    return Query(
        ask=ask,
        where=tuple(_condition(one) for one in where),
        measures=tuple(_term(one) for one in measures),
        order=order,
        limit=limit,
        group=group,
        as_of=as_of,
    )


def _term(measure: Measure) -> Term:
    if measure.name not in NAMES:
        raise Unusable("no_measure", name=measure.name[:30], names=", ".join(NAMES))
    period = None
    if measure.since or measure.until:
        period = Period(measure.since or FIRST_DAY, measure.until or _LAST, "span")
    return Term(measure.name, measure.detail, period)


def _condition(one: Filter) -> Condition:
    term = _term(one)
    if (one.op == "is") != (one.name in ATTRIBUTES) or (one.op == "is" and not one.words):
        raise Unusable("words" if one.name in ATTRIBUTES else "value", name=one.name)
    if one.op == "before" and one.day is None:
        raise Unusable("needs", op=one.op, what="day")
    needed = {"gt": 1, "ge": 1, "lt": 1, "le": 1, "eq": 1, "between": 2}.get(one.op, 0)
    numbers = [_number(text) for text in (one.value, one.upper) if text is not None]
    if len(numbers) < needed:
        raise Unusable("needs", op=one.op, what="value, upper" if needed == 2 else "value")
    test = Test(
        term,
        one.op,
        value=numbers[0] if numbers else None,
        upper=numbers[1] if needed == 2 else None,
        currency=one.currency,
        words=tuple(word[:80].lower() if one.name == "stage" else word[:80] for word in one.words),
        day=one.day,
    )
    return Not(test) if one.negated else test


def _number(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite():
        raise Unusable("no_number", text=text[:30])
    return value


def _both(
    bench: Bench, tools: Tools, work: Callable[[Tools], Found], draft_of: Callable[[Found], Draft | None]
) -> Found:
    """What the narrowed viewer gets, if the asker would get the same."""
    try:
        mine: Found | None = work(tools)
        refused = False
    except Forbidden:
        mine, refused = None, True
    if not bench.cleared:
        try:
            whole = _lines(draft_of(work(bench.whole())))
            bench.demand(None if refused else _lines(draft_of(mine)), whole)
        except Forbidden:
            refused = True
    if refused:
        raise Unusable("refused")
    return mine  # type: ignore[return-value]


def _lines(draft: Draft | None) -> Any:
    if draft is None:
        return None
    return [(line.kind, line.text, line.cells) for line in draft.lines], draft.unknown, draft.clarify


def _told(bench: Bench, draft: Draft) -> dict[str, Any]:
    """A draft as material: its sentences with ids, the evidence under them, and what is not known."""
    limit = bench.budget.limits.rows
    if draft.table is not None:
        bench.tables.append(
            (frozenset(item.id for line in draft.lines for item in line.evidence), draft.table)
        )
    told = [_sentence(bench, line) for line in draft.lines if line.evidence][:limit]
    evidence = {item.id: item for line in draft.lines for item in line.evidence}
    return {
        "sentences": told,
        "more": max(0, sum(1 for line in draft.lines if line.evidence) - limit),
        "evidence": [bench.show(item) for item in list(evidence.values())[: limit * 2]],
        "unknown": list(draft.unknown),
        "which": [option.value for option in draft.clarify.options] if draft.clarify else [],
    }


def _sentence(bench: Bench, line: Line) -> dict[str, Any]:
    text = line.text if line.kind is not LineKind.QUOTE else f"“{line.text}” ({line.after})"
    return {"text": text, "evidence": [bench.show(item)["id"] for item in line.evidence]}
