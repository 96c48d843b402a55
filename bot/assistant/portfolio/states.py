"""What a state says of customers or of the matter beside it (状态): late, in the red, falling, open, closed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.assistant.portfolio.parts import Atom, Parts, Pending
from bot.assistant.portfolio.query import Term, Test
from bot.assistant.portfolio.tokens import Token

_ZERO = Decimal(0)
#: Days from which on a change of pace is one; a single answer about payments says the same.
_PACE = Decimal(2)
#: What can be open or closed.
_MATTERS = frozenset({"records", "cases", "contracts"})


def state_of(name: str) -> Test:
    """The condition that a state is: late is more than no days late on average, and so on."""
    late, item = Term("days_late"), Term("item", "net_income")
    return {
        "late": Test(late, "gt", _ZERO),
        "slowing": Test(Term("slowing"), "ge", _PACE),
        "quickening": Test(Term("slowing"), "le", -_PACE),
        "punctual": Test(late, "le", _ZERO),
        "sued": Test(Term("records", "suits+defendant"), "has"),
        "suing": Test(Term("records", "suits+plaintiff"), "has"),
        "loss": Test(item, "lt", _ZERO),
        "profit": Test(item, "gt", _ZERO),
        "insolvent": Test(Term("item", "equity"), "lt", _ZERO),
        "expiring": Test(Term("contracts", "ending"), "has"),
    }[name]


def moving(parts: Parts, pending: Pending, token: Token, state: str) -> None:
    """An item of statements that fell or grew since the year before; a word of it without an item is not used."""
    last = parts.atoms[-1] if parts.atoms else None
    if last is None or last.term.name != "item" or last.test is not None:
        pending.moving = state
        parts.rest.append(token)
        return
    _moved(last, state)
    last.negated, pending.negated = pending.negated or last.negated, False


def moved_by(parts: Parts, pending: Pending) -> None:
    """What the last part is where its movement was said before it: which customers improved their profit."""
    if (
        not pending.moving
        or not parts.atoms
        or parts.atoms[-1].term.name != "item"
        or parts.atoms[-1].test is not None
    ):
        return
    _moved(parts.atoms[-1], pending.moving)
    pending.moving = ""
    said = [token for token in parts.rest if token.of("state") in ("shrinking", "growing")]
    parts.rest.remove(said[-1])


def _moved(atom: Atom, state: str) -> None:
    atom.term = Term("growth", atom.term.detail)
    atom.test = Test(atom.term, "lt" if state == "shrinking" else "gt", _ZERO)


def says_of(parts: Parts, token: Token, before: Token | None, following: Sequence[Token]) -> bool:
    """Whether a state speaks of the matter before it (投诉还没处理, complaints that are open), not of the next one."""
    last = parts.atoms[-1] if parts.atoms else None
    if last is None or last.term.name not in _MATTERS:
        return False
    after = following[0] if following else None
    ahead = after is not None and after.start - token.end <= 1 and (after.of("measure") or after.of("kind"))
    close = token.start - last.end <= 1 or (before is not None and bool(before.of("filler")))
    return close and not ahead


def flag_back(parts: Parts, flags: Sequence[str]) -> None:
    """Give the last matter, and those that it is joined with, a state."""
    for atom in reversed(parts.atoms):
        if atom.term.name not in _MATTERS:
            return
        _flagged(atom, flags)
        if not (atom.either or atom.joined):
            return


def _flagged(atom: Atom, flags: Sequence[str]) -> None:
    term = atom.term
    detail = "+".join([term.detail, *flags]).strip("+") if term.detail else f"any+{flags[0]}"
    atom.term = replace(term, detail=detail)
    if atom.test is not None:
        atom.test = replace(atom.test, term=atom.term)
