"""The parts of a portfolio question (句子成分): conditions, measures, numbers that bound them, and links between.

`read_atoms` goes over the tokens once and gives what each says on its own; `grammar` puts the parts together.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from bot.assistant.portfolio.parts import Bound, Parts, Pending, add
from bot.assistant.portfolio.phrases import read_phrase
from bot.assistant.portfolio.query import Term, Test
from bot.assistant.portfolio.states import moved_by
from bot.assistant.portfolio.tokens import Token

_ZERO = Decimal(0)


def read_atoms(tokens: Sequence[Token]) -> Parts:
    """What each token says; phrases that can mean several things are read by their neighbours."""
    parts = Parts()
    pending = Pending()
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.kind == "name":
            parts.names += 1
        elif token.kind == "code":
            parts.codes.append(token.text)
        elif token.kind == "mail":
            add(parts, pending, token, Term("owner"), Test(Term("owner"), "is", words=(token.text,)))
        elif token.kind == "time":
            parts.times.append(token)
        elif token.kind == "number":
            _number(parts, pending, tokens, at)
        elif token.kind == "rest":
            parts.rest.append(token)
        else:
            read_phrase(parts, pending, token, before, after, tokens[at + 1 :])
            moved_by(parts, pending)
    _judge(parts)
    _turn(parts)
    if pending.compare is not None:
        # Below what? A word where a number should stand is no bound, and must not be passed over.
        parts.unbound = True
    if not any(atom.term.name == "events" for atom in parts.atoms):
        parts.rest = sorted([*parts.rest, *parts.press], key=lambda token: token.start)
    return parts


#: What a check may have come to, by the flag that asks for it.
OUTCOMES = {"failed": "fail", "warned": "warn", "passed": "pass"}


def _judge(parts: Parts) -> None:
    """Customers whose check failed are asked by the outcome of their latest check, not by whether there is one."""
    outcome = next((OUTCOMES[flag] for flag in OUTCOMES if flag in parts.flags), None)
    for atom in parts.atoms:
        if outcome and atom.term.name == "last_check":
            atom.term = Term("check_outcome", outcome)
            atom.test = Test(atom.term, "has")


def _turn(parts: Parts) -> None:
    """Who changed their legal representative is asked by who was replaced."""
    for atom in parts.atoms:
        if parts.changes and atom.term.name == "parties" and "," not in atom.term.detail and atom.term.detail:
            atom.term = Term("replaced", atom.term.detail)
            atom.test = Test(atom.term, "has")
            parts.subject = "customers"


def _number(parts: Parts, pending: Pending, tokens: Sequence[Token], at: int) -> None:
    token = tokens[at]
    value, unit = token.number or _ZERO, token.unit
    after = tokens[at + 1] if at + 1 < len(tokens) else None
    before = tokens[at - 1] if at else None
    tail = after.of("after") if after is not None else None
    if pending.compare is not None:
        op, start = pending.compare
        if op == "between":
            if pending.lower is None:
                pending.lower = (value, unit, start)
                return
            low, first_unit, start = pending.lower
            parts.bounds.append(Bound(start, token.end, "between", low, unit or first_unit, value))
            pending.compare, pending.lower = None, None
            return
        parts.bounds.append(Bound(start, token.end, op, value, unit))
        pending.compare = None
        return
    if tail in ("ge", "le"):
        parts.bounds.append(Bound(token.start, after.end if after else token.end, tail, value, unit))
        return
    whole = value == value.to_integral_value() and not unit
    ranked = (before is not None and before.of("rank")) or pending.rank is not None or _rank_near(tokens, at)
    if whole and ranked and parts.limit is None and 0 < value <= 100_000:
        parts.limit = int(value)
        return
    if whole and after is not None and (after.of("subject") in ("customers", "unit")) and 0 < value <= 1000:
        parts.limit = parts.limit or int(value)
        return
    parts.bounds.append(Bound(token.start, token.end, "ge", value, unit))


def _rank_near(tokens: Sequence[Token], at: int) -> bool:
    """Whether the number belongs to a ranking: the five largest, 最高的五家, only the top three."""
    nearby = [*tokens[max(at - 2, 0) : at], *tokens[at + 1 : at + 3]]
    return any(token.of("rank") for token in nearby)
