"""The shapes of the parts of a portfolio question (成分): what is stated, what bounds it, what waits for its part."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from decimal import Decimal

from bot.assistant.portfolio.measures import unit_of
from bot.assistant.portfolio.query import Term, Test
from bot.assistant.portfolio.tokens import Token
from bot.assistant.stretches import Period

#: Attributes of which a customer has one: two of them joined by "and" mean either.
SINGLE = frozenset({"place", "industry", "stage", "owner", "text", "legal_form"})
#: What a date says: the day from which or until which nothing has happened.
SINCE = frozenset({"last_check", "last_note"})
#: Who asks, as the account owner that a question means.
ASKER = "@asker"


@dataclass(slots=True)
class Atom:
    """A part that states something about customers; `test` is set where it is a condition by itself."""

    start: int
    end: int
    term: Term
    test: Test | None = None
    negated: bool = False
    either: bool = False  # linked to the part before by "or"
    joined: bool = False  # … by "and"
    apart: bool = False  # … by a word that asks for both: who also, 而且
    had: bool = False  # "with", "have" stands before it
    bound: Bound | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A number that something is compared with."""

    start: int
    end: int
    op: str
    value: Decimal
    unit: str = ""
    upper: Decimal | None = None


@dataclass(slots=True)
class Parts:
    """What was found in a question."""

    atoms: list[Atom] = field(default_factory=list)
    bounds: list[Bound] = field(default_factory=list)
    asks: list[tuple[int, str]] = field(default_factory=list)
    ranks: list[tuple[int, str]] = field(default_factory=list)
    sorts: list[int] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    limit: int | None = None
    subject: str = ""
    times: list[Token] = field(default_factory=list)
    rest: list[Token] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    sections: list[str] = field(default_factory=list)
    changes: bool = False
    unbound: bool = False
    press: list[Token] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    refines: set[str] = field(default_factory=set)
    names: int = 0
    quantified: bool = False
    negations: int = 0
    currency: str = ""


@dataclass(slots=True)
class Pending:
    """What was said and waits for the part that it belongs to."""

    negated: bool = False
    had: bool = False
    link: str = ""
    flags: list[str] = field(default_factory=list)
    compare: tuple[str, int] | None = None
    lower: tuple[Decimal, str, int] | None = None
    rank: int | None = None
    #: "Improved" said before the item that it speaks of.
    moving: str = ""


def add(parts: Parts, pending: Pending, token: Token, term: Term, test: Test | None = None) -> None:
    """One more part, with what was pending for it."""
    if term.name in ("records", "cases", "contracts") and pending.flags:
        flags = [flag for flag in pending.flags if flag in ("open", "closed", "ever", "expired")]
        if flags:
            term = Term(
                term.name, "+".join([term.detail, *flags]).strip("+") if term.detail else f"any+{flags[0]}"
            )
            test = None if test is None else replace(test, term=term)
    atom = Atom(
        token.start,
        token.end,
        term,
        test,
        negated=pending.negated,
        either=pending.link == "or",
        joined=pending.link == "and",
        apart=pending.link == "both",
        had=pending.had,
    )
    parts.atoms.append(atom)
    pending.negated, pending.had, pending.link, pending.flags = False, False, "", []


def countable(term: Term) -> bool:
    """Whether a term counts things, so that having it means having at least one."""
    return unit_of(term) == "count" and term.name != "item"
