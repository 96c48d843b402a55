"""What each phrase of a portfolio question says (短语), read by its neighbours where it can mean several things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from bot.assistant.portfolio.parts import ASKER, Bound, Parts, Pending, add
from bot.assistant.portfolio.query import Term, Test
from bot.assistant.portfolio.states import flag_back, moving, state_of
from bot.assistant.portfolio.things import read_thing
from bot.assistant.portfolio.tokens import Token

_ZERO = Decimal(0)


def read_phrase(
    parts: Parts,
    pending: Pending,
    token: Token,
    before: Token | None,
    after: Token | None,
    following: Sequence[Token],
) -> None:
    """Add to the parts what a phrase says, with what was said before it and waits."""
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
        add(parts, pending, token, Term("place"), Test(Term("place"), "is", words=(place,)))
        return
    if form := named("form"):
        add(parts, pending, token, Term("legal_form"), Test(Term("legal_form"), "is", words=(form,)))
        return
    if named("press"):
        parts.press.append(token)
        return
    if named("against") and parts.atoms and parts.atoms[-1].term.name == "records":
        flag_back(parts, ["defendant"])
        return
    if stage := named("stage"):
        add(parts, pending, token, Term("stage"), Test(Term("stage"), "is", words=(stage,)))
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
        add(parts, pending, token, Term("owner"), Test(Term("owner"), "is", words=(ASKER,)))
        if re.search(r"customer|client|account|客户|企业", token.text, re.IGNORECASE):
            parts.subject, parts.quantified = parts.subject or "customers", True
        return
    if (state := named("state")) in ("shrinking", "growing"):
        moving(parts, pending, token, state)
        return
    if state:
        test = state_of(state)
        add(parts, pending, token, test.term, test)
        return
    if (rank := named("rank")) in ("worst_payers", "best_payers"):
        parts.ranks.append((token.start, "high" if rank == "worst_payers" else "low"))
        add(parts, pending, token, Term("days_late"))
        if "payer" in token.text.lower():
            parts.subject, parts.quantified = parts.subject or "customers", True
        return
    if rank == "risk":
        parts.ranks.append((token.start, "high"))
        parts.flags.add("risk")
        parts.subject, parts.quantified = "customers", True
        add(parts, pending, token, Term("alerts", "high"))
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
            add(parts, pending, token, Term("industry"), Test(Term("industry"), "is", words=words))
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
    if read_thing(parts, pending, token, before, after, following):
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
