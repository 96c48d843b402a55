"""The conditions of a question (条件): what each part tests, and which of them are alternatives of one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.assistant.portfolio.composing import timed
from bot.assistant.portfolio.parts import SINCE, SINGLE, Atom, Parts, countable
from bot.assistant.portfolio.query import Condition, Either, Not, Term, Test
from bot.assistant.stretches import Period, shift_months

#: Months ahead in which a contract counts as about to end when no time is said.
SOON = 3
#: What a word that no table knows may be beside.
_OPEN = frozenset({"text", "place", "industry", "legal_form"})
_OPPOSITES = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt"}


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


def _one_matter(atom: Atom, other: Atom) -> bool:
    """Whether two attributes are values of one, so that a customer has either."""
    names = {atom.term.name, other.term.name}
    return len(names) == 1 or ("text" in names and names <= _OPEN)


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
