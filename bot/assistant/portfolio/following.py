"""A question that goes on from the one before (追问): "and in Jiangsu?", 其中哪些有诉讼, only the top three."""

from __future__ import annotations

import re

from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.parts import SINGLE, Parts
from bot.assistant.portfolio.query import Condition, Not, Query, Test, tests_of

_OPENED = re.compile(
    r"\W*(?:and\b|what about|how about|only\b|just\b|sort|rank|order|group|by\b|per\b|show|top\b|without|with\b|in\b"
    r"|as (?:of|at)\b|截至|截止|of (?:these|them|those)|which of|among|how many of"
    r"|那|换成|按|其中|只|再|前|去掉|这些|里面)",
    re.IGNORECASE,
)

_GOES_ON = re.compile(
    r"\W*(?:and\b|what about|how about|only\b|just\b|of\b|among|那|其中|只|再|这些|里面)", re.IGNORECASE
)


def follow(parts: Parts, query: Query, before: Query, text: str, *, quantified: bool) -> Query | None:
    """The query of the turn before, changed by a short text: "and in Jiangsu?", 其中哪些有诉讼, only the top three."""
    if query.doubtful or len(query.unused) > 1:
        return None
    alone = parts.subject == "customers" and quantified and not parts.refines
    opened = _OPENED.match(text)
    if alone and not re.match(r"\W*(?:and\b|what about|how about|那)", text, re.IGNORECASE):
        return None
    if not (parts.refines or opened):
        return None
    if query.limit is not None and query.measures and not parts.refines and not _GOES_ON.match(text):
        return None  # "top five by overdue amount" says all by itself, whatever was asked before
    says = (
        query.where
        or query.measures
        or query.order
        or query.limit
        or query.group
        or query.as_of
        or query.ask != "list"
    )
    if not says:
        return None
    among = "among" in parts.refines or bool(
        re.match(r"\W*(?:only|just|with\b|without|of |其中|只|仅)", text, re.IGNORECASE)
    )
    where = list(before.where)
    for condition in query.where:
        places = [] if among else [at for at, held in enumerate(where) if _same_matter(held, condition)]
        if places:
            where = [held for at, held in enumerate(where) if at not in places[1:]]
            where[places[0]] = condition
        elif condition not in where:
            where.append(condition)
    ask = query.ask if query.ask != "list" else before.ask
    if (
        query.ask == "list"
        and among
        and query.where
        and re.search(r"哪些|哪几|which|who|list|show", text, re.IGNORECASE)
    ):
        ask = "list"
    measures = query.measures or before.measures
    if (query.order or query.limit) and not measures:
        tested = [test.term for condition in where for test in tests_of(condition)]
        measures = tuple(term for term in tested if unit_of(term) != "text")[-1:]
    limit = query.limit if query.limit is not None else before.limit
    order = query.order or before.order
    if query.limit is not None and not order and measures:
        order = "high"
    return Query(
        ask=ask,
        where=tuple(where),
        measures=measures,
        order=order,
        limit=limit,
        group=query.group or before.group,
        currency=query.currency or before.currency,
        as_of=query.as_of or before.as_of,
        unused=query.unused,
        aspects=before.aspects,
    )


def _same_matter(held: Condition, new: Condition) -> bool:
    """Whether a new condition takes the place of one that was asked before: another place, another stage."""
    one, other = _first(held), _first(new)
    if one.term.name in SINGLE and other.term.name in SINGLE:
        return one.term.name == other.term.name or "text" in (one.term.name, other.term.name)
    return (one.term.name, one.term.detail) == (other.term.name, other.term.detail)


def _first(condition: Condition) -> Test:
    while not isinstance(condition, Test):
        condition = condition.part if isinstance(condition, Not) else condition.parts[0]
    return condition
