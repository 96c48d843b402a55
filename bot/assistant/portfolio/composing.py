"""Putting the parts of a question together (组句): numbers to measures, times to what they speak of, what is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.parts import SINCE, SINGLE, Atom, Bound, Parts, countable
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.tokens import Token

#: Measures of a day: a period that has ended asks for its last day.
STOCKS = frozenset(
    {"overdue", "open", "overdue_days", "overdue_count", "beneficial_owner", "parties", "contract_amount"}
)
#: Measures over a time.
TIMED = frozenset(
    [
        *("item", "records", "claimed", "cases", "contracts", "days_late", "on_time", "paid", "invoiced"),
        *("invoices", "statements", "score", "growth", "events", "replaced"),
    ]
)
_MONEY = re.compile(
    r"\b(?:value|amounts?|worth|volume|money)\b|金额|价值|总额|额度|多少钱|多少(?:万|亿)?元", re.IGNORECASE
)


def bind(parts: Parts) -> list[Bound]:
    """Give every number the measure that it bounds: the one before it, else the one behind; returns those left over."""
    left = []
    for bound in parts.bounds:
        fitting = [atom for atom in parts.atoms if atom.bound is None and _may_bound(atom, bound)]
        before = [atom for atom in fitting if atom.start < bound.start]
        after = [atom for atom in fitting if atom.start > bound.start]
        near = max(before, key=lambda atom: atom.start, default=None)
        far = min(after, key=lambda atom: atom.start, default=None)
        if near is not None and far is not None:
            days = bound.unit in ("", "days") and unit_of(far.term) == "days"
            beside = far.start - bound.end < 3 and (bound.start - near.end > 6 or days)
            chosen = far if beside else near
        else:
            chosen = near or far
        if chosen is None:
            left.append(bound)
            continue
        chosen.bound = bound
        if bound.unit == "days" and chosen.term.name == "overdue":
            chosen.term = Term("overdue_days")
        if chosen.test is not None and chosen.term.name != "days_late":
            chosen.test = None
    return left


def _may_bound(atom: Atom, bound: Bound) -> bool:
    unit = "" if atom.term.name in SINGLE else unit_of(atom.term)
    if bound.unit == "days":
        return unit == "days" or atom.term.name == "overdue"
    if bound.unit == "years":
        return atom.term.name == "founded"
    if bound.unit == "percent":
        return unit == "percent"
    if bound.unit:
        return unit == "money"
    if unit == "count":
        return bound.value == bound.value.to_integral_value()
    return (unit in ("money", "days", "percent", "ratio", "score") and atom.test is None) or unit == "days"


def give_times(parts: Parts, today: date) -> tuple[date | None, set[int]]:
    """Give every time to the parts that it speaks of; returns the day of the picture and which times were used."""
    as_of: date | None = None
    used: set[int] = set()
    open_ = []
    for token in parts.times:
        period = token.period
        assert period is not None
        if period.grain == "as_of":
            as_of = min(period.last, today)
            used.add(id(token))
        else:
            open_.append(token)
    for atom in parts.atoms:
        fitting = [token for token in open_ if _timeable(atom, token)]
        if fitting:
            nearest = min(
                fitting, key=lambda token: min(abs(token.start - atom.end), abs(atom.start - token.end))
            )
            atom.period = nearest.period
            used.add(id(nearest))
    stocks = [atom for atom in parts.atoms if atom.term.name in STOCKS]
    for token in open_:
        period = token.period
        if id(token) not in used and stocks and period and period.last < today and as_of is None:
            as_of = period.last
            used.add(id(token))
    return as_of, used


def _timeable(atom: Atom, token: Token) -> bool:
    if atom.term.name in SINCE or atom.term.name == "founded":
        return True
    return atom.term.name in TIMED and token.period is not None and token.period.grain != "lasting"


def timed(atom: Atom) -> Term:
    """The term of an atom with its period."""
    if atom.period is None or atom.term.name not in TIMED:
        return atom.term
    return replace(atom.term, period=atom.period)


def aims(parts: Parts, text: str) -> tuple[str, set[int], str]:
    """What is asked (list, count, sum, average), of which parts, in which order."""
    order = parts.ranks[0][1] if parts.ranks else ""
    targets: set[int] = set()
    _worth(parts, text)
    free = [atom for atom in parts.atoms if atom.test is None and atom.bound is None and not atom.negated]
    if parts.ranks or parts.sorts:
        place = parts.ranks[0][0] if parts.ranks else parts.sorts[0]
        if parts.sorts:
            place = parts.sorts[0]
        order = order or "high"
        near = min(free, key=lambda atom: abs(atom.start - place), default=None)
        if near is not None:
            if near.term.name == "overdue" and re.match(r"最久|最长|longest", text[place:], re.IGNORECASE):
                near.term = Term("overdue_days")
            targets.add(id(near))
    if parts.orders:
        order = parts.orders[0]
    asks = [ask for _, ask in parts.asks]
    if "average" in asks and free and not parts.ranks:
        return "average", {id(_nearest(free, parts, "average"))}, order
    if "count" in asks and not parts.ranks:
        place = next(at for at, ask in parts.asks if ask == "count")
        things = [atom for atom in free if countable(atom.term) and atom.start > place]
        if things and not re.search(
            r"客户|customers?|clients?|公司|企业|家", text[place : things[0].start], re.IGNORECASE
        ):
            return "sum", {id(things[0])}, order
        money = [atom for atom in free if not countable(atom.term) and unit_of(atom.term) in ("money",)]
        if money and parts.subject != "customers" and not re.search(r"how many|几|多少家|多少个", text):
            return "sum", {id(money[0])}, order
        if (
            money
            and re.search(r"(?:是|有|共|合计|一共)?多少(?!家|个|客户|公司|企业)", text)
            and "how many" not in text.lower()
            and not money[0].had
            and not re.search(r"有多少(?:家|个)?(?:客户|公司|企业)|多少(?:家|个)", text)
        ):
            return "sum", {id(money[0])}, order
        return "count", targets, order
    if "sum" in asks and free and not parts.ranks:
        summed = [atom for atom in free if unit_of(atom.term) in ("money", "count")]
        if summed:
            return "sum", {id(_nearest(summed, parts, "sum"))}, order
    if parts.groups and free and not parts.ranks and not any(atom.had for atom in free):
        return ("sum" if unit_of(free[0].term) in ("money", "count") else "average"), {id(free[0])}, order
    if "count" in asks or (parts.groups and not free):
        return "count", targets, order
    return "list", targets, order


def _worth(parts: Parts, text: str) -> None:
    """Contracts and records that are summed up by what they are worth, and not counted: 担保金额合计."""
    if not any(ask in ("sum", "average", "count") for _, ask in parts.asks) or not _MONEY.search(text):
        return
    if any(atom.test is None and unit_of(atom.term) == "money" for atom in parts.atoms):
        return
    for atom in parts.atoms:
        if atom.test is None and atom.bound is None and not atom.negated and not atom.had:
            if atom.term.name == "contracts":
                atom.term = Term("contract_amount")
            elif atom.term.name == "records":
                atom.term = Term("claimed", atom.term.detail)


def _nearest(free: Sequence[Atom], parts: Parts, ask: str) -> Atom:
    place = next(at for at, name in parts.asks if name == ask)
    return min(free, key=lambda atom: min(abs(atom.start - place), abs(atom.end - place)))
