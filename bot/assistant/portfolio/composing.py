"""Putting the parts of a question together (组句): numbers to measures, times to what they speak of, what is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.parts import SINCE, SINGLE, Atom, Bound, Parts, countable
from bot.assistant.portfolio.query import Condition, Either, Not, Term, Test
from bot.assistant.portfolio.tokens import Token
from bot.assistant.stretches import Period, shift_months

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
#: Months ahead in which a contract counts as about to end when no time is said.
SOON = 3


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


_MONEY = re.compile(
    r"\b(?:value|amounts?|worth|volume|money)\b|金额|价值|总额|额度|多少钱|多少(?:万|亿)?元", re.IGNORECASE
)


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


def shown_only(atom: Atom) -> bool:
    """Whether an unbound measure is only to be shown: revenue of customers in Germany."""
    if atom.test is not None or atom.bound is not None or atom.negated:
        return False
    return not _is_had(atom)


def _is_had(atom: Atom) -> bool:
    """Whether naming a thing means having it: with lawsuits, overdue customers."""
    name = atom.term.name
    if countable(atom.term) or name in ("overdue", "open", "overdue_days"):
        return True
    return name in SINCE or (atom.had and name in ("field", "score", "founded"))


def conditions(parts: Parts, targets: set[int], today: date) -> tuple[Condition, ...]:
    """The conditions in order; parts linked by "or", and several values of one attribute, become one."""
    joined: list[tuple[Atom, Condition]] = []
    for atom in parts.atoms:
        if id(atom) in targets:
            continue
        test = _test(atom, today)
        if test is None:
            continue
        condition: Condition = _denied(test) if atom.negated and not _settled(atom) else test
        if joined:
            other, held = joined[-1]
            same = (
                atom.term.name in SINGLE and _attribute(other) and _one_matter(atom, other) and not atom.apart
            )
            close = atom.joined or atom.start - other.end <= 2
            if atom.either or (same and close and not atom.negated):
                joined[-1] = (atom, _either(held, condition, other.negated and not atom.negated))
                if other.negated:
                    atom.negated = True
                continue
        joined.append((atom, condition))
    return tuple(dict.fromkeys(condition for _, condition in joined))


#: What a word that no table knows may be beside.
_OPEN = frozenset({"text", "place", "industry", "legal_form"})


def _one_matter(atom: Atom, other: Atom) -> bool:
    """Whether two attributes are values of one, so that a customer has either."""
    names = {atom.term.name, other.term.name}
    return len(names) == 1 or ("text" in names and names <= _OPEN)


_OPPOSITES = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt"}


def _denied(test: Test) -> Condition:
    """Not this: a bound is turned round, so that it is told plainly."""
    if test.op in _OPPOSITES:
        return replace(test, op=_OPPOSITES[test.op])
    return Not(test)


def _attribute(atom: Atom) -> bool:
    return atom.term.name in SINGLE


def _either(left: Condition, right: Condition, spread: bool) -> Condition:
    """Both as alternatives; "without A or B" denies both."""
    if spread and isinstance(left, Not):
        return Not(_either(left.part, right, False))
    parts = left.parts if isinstance(left, Either) else (left,)
    return Either((*parts, right))


def _settled(atom: Atom) -> bool:
    """Whether the negation has become part of the test: not checked for six months."""
    return atom.term.name in SINCE and atom.period is not None


def _test(atom: Atom, today: date) -> Test | None:
    """The condition that an atom is; None for what is only shown."""
    term = timed(atom)
    if atom.term.name in SINCE:
        if atom.period is None:
            return Test(Term(atom.term.name), "has")
        if atom.negated or atom.period.grain == "lasting":
            return Test(Term(atom.term.name), "before" if atom.negated else "since", day=atom.period.first)
        return Test(Term(atom.term.name), "since", day=atom.period.first)
    if atom.term.name == "founded" and atom.period is not None:
        if atom.period.grain == "until":
            return Test(Term("founded"), "before", day=atom.period.last)
        return Test(Term("founded"), "since", day=atom.period.first)
    if atom.test is not None:
        if atom.term.name == "contracts" and atom.term.detail.startswith("ending"):
            period = atom.period or Period(today, shift_months(today, SOON), "ahead", relative=True)
            if period.grain == "until" and period.last >= today:
                period = replace(period, first=today, grain="span")
            return Test(Term("contracts", atom.term.detail, period), "has")
        test = replace(atom.test, term=replace(atom.test.term, period=term.period))
        if atom.bound is not None:
            test = replace(test, op=atom.bound.op, value=atom.bound.value, upper=atom.bound.upper)
        return test
    if atom.bound is not None and atom.term.name == "founded":
        if atom.bound.unit != "years":
            return None
        day = shift_months(today, -12 * int(atom.bound.value))
        return Test(Term("founded"), "since" if atom.bound.op in ("lt", "le") else "before", day=day)
    if atom.bound is not None:
        bound = atom.bound
        currency = bound.unit if len(bound.unit) == 3 and bound.unit.isupper() else None
        return Test(term, bound.op, bound.value, bound.upper, currency)
    if atom.negated or _is_had(atom):
        return Test(term, "has")
    return None
