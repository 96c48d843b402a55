"""The parts of a portfolio question (句子成分): conditions, measures, numbers that bound them, and links between.

`read_atoms` goes over the tokens once and gives what each says on its own; `grammar` puts the parts together.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
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
    #: A number of things said right before it without a comparison: "3 lawsuits".
    bare: bool = field(default=True)


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


_TERMS = {
    "complaints": Term("cases", "complaint"),
    "feedback": Term("cases", "feedback"),
    "shareholders": Term("parties", "shareholder"),
    "legal_representative": Term("parties", "legal_representative"),
    "guarantors": Term("parties", "guarantor"),
    "audited": Term("statements", "audited"),
    "uscc": Term("field", "uscc"),
    "lei": Term("field", "lei"),
    "website": Term("field", "website"),
    "address": Term("field", "address"),
}
_ZERO = Decimal(0)
#: Days from which on a change of pace is one; a single answer about payments says the same.
_PACE = Decimal(2)
#: Who asks, as the account owner that a question means.
ASKER = "@asker"


def _state(name: str) -> Test:
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


def read_atoms(tokens: Sequence[Token]) -> Parts:
    """What each token says; phrases that can mean several things are read by their neighbours."""
    parts = Parts()
    pending = _Pending()
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else None
        after = tokens[at + 1] if at + 1 < len(tokens) else None
        if token.kind == "name":
            parts.names += 1
        elif token.kind == "code":
            parts.codes.append(token.text)
        elif token.kind == "mail":
            _add(parts, pending, token, Term("owner"), Test(Term("owner"), "is", words=(token.text,)))
        elif token.kind == "time":
            parts.times.append(token)
        elif token.kind == "number":
            _number(parts, pending, tokens, at)
        elif token.kind == "rest":
            parts.rest.append(token)
        else:
            _phrase(parts, pending, token, before, after, tokens[at + 1 :])
    _judge(parts)
    _turn(parts)
    if pending.compare is not None:
        # Below what? A word where a number should stand is no bound, and must not be passed over.
        parts.unbound = True
    if not any(atom.term.name == "events" for atom in parts.atoms):
        parts.rest += parts.press
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
    """Who changed their legal representative is asked by who was replaced; which invoices are so many days overdue
    by the invoices."""
    for atom in parts.atoms:
        if parts.changes and atom.term.name == "parties" and "," not in atom.term.detail and atom.term.detail:
            atom.term = Term("replaced", atom.term.detail)
            atom.test = Test(atom.term, "has")
            parts.subject = "customers"


@dataclass(slots=True)
class _Pending:
    """What was said and waits for the part that it belongs to."""

    negated: bool = False
    had: bool = False
    link: str = ""
    flags: list[str] = field(default_factory=list)
    compare: tuple[str, int] | None = None
    lower: tuple[Decimal, str, int] | None = None
    rank: int | None = None


def _phrase(
    parts: Parts,
    pending: _Pending,
    token: Token,
    before: Token | None,
    after: Token | None,
    following: Sequence[Token],
) -> None:
    named = token.of
    if named("negation") is not None:
        pending.negated, parts.negations = True, parts.negations + 1
        return
    if currency := named("currency"):
        parts.currency = currency
        return
    if named("ever"):
        pending.flags.append("ever")
        return
    if place := named("place"):
        _add(parts, pending, token, Term("place"), Test(Term("place"), "is", words=(place,)))
        return
    if form := named("form"):
        _add(parts, pending, token, Term("legal_form"), Test(Term("legal_form"), "is", words=(form,)))
        return
    if named("press"):
        parts.press.append(token)
        return
    if named("against") and parts.atoms and parts.atoms[-1].term.name == "records":
        _flag_back(parts, ["defendant"])
        return
    if stage := named("stage"):
        _add(parts, pending, token, Term("stage"), Test(Term("stage"), "is", words=(stage,)))
        if re.search(r"customer|prospects|applicants|客户|申请人", token.text, re.IGNORECASE):
            parts.subject, parts.quantified = parts.subject or "customers", True
        return
    if sign := named("bound"):
        op = "lt" if sign == "negative" else "gt"
        parts.bounds.append(Bound(token.start, token.end, op, _ZERO))
        return
    if (dimension := named("dimension")) and before is not None and before.of("group"):
        parts.groups.append(dimension)
        return
    if named("mine"):
        _add(parts, pending, token, Term("owner"), Test(Term("owner"), "is", words=(ASKER,)))
        if re.search(r"customer|client|account|客户|企业", token.text, re.IGNORECASE):
            parts.subject, parts.quantified = parts.subject or "customers", True
        return
    if (state := named("state")) in ("shrinking", "growing"):
        _moving(parts, pending, token, state)
        return
    if state:
        test = _state(state)
        _add(parts, pending, token, test.term, test)
        return
    if (rank := named("rank")) in ("worst_payers", "best_payers"):
        parts.ranks.append((token.start, "high" if rank == "worst_payers" else "low"))
        _add(parts, pending, token, Term("days_late"))
        if "payer" in token.text.lower():
            parts.subject, parts.quantified = parts.subject or "customers", True
        return
    if rank == "risk":
        parts.ranks.append((token.start, "high"))
        parts.flags.add("risk")
        parts.subject, parts.quantified = "customers", True
        _add(parts, pending, token, Term("alerts", "high"))
        return
    if named("after") == "not":
        # 受益所有人没有登记 says it behind; 没有登记受益所有人 says it before.
        if parts.atoms:
            parts.atoms[-1].negated = True
        else:
            pending.negated, parts.negations = True, parts.negations + 1
        return
    if industry := named("industry"):
        words = (industry,)
        if not (named("measure") or named("kind")):
            last = parts.atoms[-1] if parts.atoms else None
            _add(parts, pending, token, Term("industry"), Test(Term("industry"), "is", words=words))
            # 纺织机械 is one trade of two words, and no choice between two; 制造机械 is what they do, and to what.
            made = before is not None and before.text == "制造"
            compound = last is not None and last.term.name == "industry" and token.start - last.end <= 1
            compound = compound and not made
            parts.atoms[-1].apart = parts.atoms[-1].apart or (compound and not parts.atoms[-1].joined)
            return
    if compare := named("compare"):
        op = compare
        if pending.negated:
            op = {"gt": "le", "ge": "lt", "lt": "ge", "le": "gt"}.get(op, op)
            pending.negated = False
        pending.compare = (op, token.start)
        return
    if _thing(parts, pending, token, before, after, following):
        return
    if rank in ("high", "low", "latest", "earliest") and not (
        token.text in ("前", "末", "头", "first", "last", "least") and not (after and after.kind == "number")
    ):
        parts.ranks.append((token.start, "low" if rank in ("low", "earliest") else "high"))
        pending.rank = token.start
        return
    if order := named("order"):
        if order != "by":
            parts.orders.append(order)
        elif token.text == "按" and after is not None and after.of("dimension"):
            return
        else:
            parts.sorts.append(token.start)
        return
    if ask := named("ask"):
        parts.asks.append((token.start, ask))
        return
    if refine := named("refine"):
        parts.refines.add(refine)
    if link := named("link"):
        pending.link = link
        return
    if named("have"):
        pending.had = True


def _thing(
    parts: Parts,
    pending: _Pending,
    token: Token,
    before: Token | None,
    after: Token | None,
    following: Sequence[Token],
) -> bool:
    """Measures, kinds of records, items of statements, what is listed, states of things."""
    named = token.of
    subject, measure = named("subject"), named("measure")
    if subject in ("alerts", "checks") and not _verb(parts, pending, measure, following):
        if subject == "alerts" and not parts.subject and _customers_of(token, following):
            parts.subject = "customers"
        parts.subject = parts.subject or subject
        if parts.subject == "customers" and subject == "alerts":
            _add(parts, pending, token, Term("alerts"))
        elif parts.subject == "customers" and subject == "checks":
            _add(parts, pending, token, Term("last_check"))
        return True
    if measure and (dimension := named("dimension")) and before is not None and before.of("group"):
        parts.groups.append(dimension)
        return True
    if measure:
        _add(parts, pending, token, _TERMS.get(measure, Term(measure)))
        return True
    if kind := named("kind"):
        _add(parts, pending, token, Term("records", kind))
        return True
    if item := named("item") or named("figure"):
        _add(parts, pending, token, Term("item", item))
        return True
    if subject == "changes":
        parts.changes = True
    if subject:
        if subject != "unit":
            parts.subject = (
                "customers"
                if parts.subject in ("", "customers") and subject == "customers"
                else (parts.subject or subject)
            )
        return True
    if flag := named("flag"):
        parts.flags.add(flag)
        if flag in ("open", "closed") and _says_of(parts, token, before, following):
            _flag_back(parts, [flag])
        else:
            pending.flags.append(flag)
        return flag not in ("latest",)
    if section := named("section"):
        parts.sections.append(section)
        return True
    return False


def _moving(parts: Parts, pending: _Pending, token: Token, state: str) -> None:
    """An item of statements that fell or grew since the year before; a word of it without an item is not used."""
    last = parts.atoms[-1] if parts.atoms else None
    if last is None or last.term.name != "item" or last.test is not None:
        parts.rest.append(token)
        return
    last.term = Term("growth", last.term.detail)
    last.test = Test(last.term, "lt" if state == "shrinking" else "gt", _ZERO)
    last.negated, pending.negated = pending.negated or last.negated, False


#: What can be open or closed.
_MATTERS = frozenset({"records", "cases", "contracts"})


def _customers_of(token: Token, following: Sequence[Token]) -> bool:
    """Whether customers are asked for by their alerts: 有预警的客户."""
    return (
        len(following) > 1
        and following[0].text == "的"
        and following[0].start == token.end
        and following[1].of("subject") == "customers"
    )


def _says_of(parts: Parts, token: Token, before: Token | None, following: Sequence[Token]) -> bool:
    """Whether a state speaks of the matter before it (投诉还没处理, complaints that are open), not of the next one."""
    last = parts.atoms[-1] if parts.atoms else None
    if last is None or last.term.name not in _MATTERS:
        return False
    after = following[0] if following else None
    ahead = after is not None and after.start - token.end <= 1 and (after.of("measure") or after.of("kind"))
    close = token.start - last.end <= 1 or (before is not None and bool(before.of("filler")))
    return close and not ahead


def _flag_back(parts: Parts, flags: Sequence[str]) -> None:
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


def _verb(parts: Parts, pending: _Pending, measure: str | None, following: Sequence[Token]) -> bool:
    """Whether 核查 says that customers were checked, and does not name the checks themselves."""
    if measure is None:
        return False
    customers = parts.subject == "customers" or any(token.of("subject") == "customers" for token in following)
    return measure == "last_check" and (customers or pending.negated)


def _add(parts: Parts, pending: _Pending, token: Token, term: Term, test: Test | None = None) -> None:
    """One more part, with what was pending for it."""
    if term.name in ("records", "cases", "contracts") and pending.flags:
        flags = [flag for flag in pending.flags if flag in ("open", "closed", "ever")]
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


def _number(parts: Parts, pending: _Pending, tokens: Sequence[Token], at: int) -> None:
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


def countable(term: Term) -> bool:
    """Whether a term counts things, so that having it means having at least one."""
    return unit_of(term) == "count" and term.name != "item"
