"""What a question names that customers have (事物): measures, kinds of records, items of statements, alerts, checks."""

from __future__ import annotations

from collections.abc import Sequence

from bot.assistant.portfolio.parts import Parts, Pending, add
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.states import flag_back, says_of
from bot.assistant.portfolio.tokens import Token

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


def read_thing(
    parts: Parts,
    pending: Pending,
    token: Token,
    before: Token | None,
    after: Token | None,
    following: Sequence[Token],
) -> bool:
    """Whether a phrase names a measure, a kind of record, an item, what is listed or its state; adds what it says."""
    named = token.of
    subject, measure = named("subject"), named("measure")
    if subject in ("alerts", "checks") and not _verb(parts, pending, measure, following):
        if subject == "alerts" and not parts.subject and _customers_of(token, following):
            parts.subject = "customers"
        parts.subject = parts.subject or subject
        if parts.subject == "customers" and subject == "alerts":
            add(parts, pending, token, Term("alerts"))
        elif parts.subject == "customers" and subject == "checks":
            add(parts, pending, token, Term("last_check"))
        return True
    if measure and (dimension := named("dimension")) and before is not None and before.of("group"):
        parts.groups.append(dimension)
        return True
    if measure:
        add(parts, pending, token, _TERMS.get(measure, Term(measure)))
        return True
    if kind := named("kind"):
        add(parts, pending, token, Term("records", kind))
        return True
    if item := named("item") or named("figure"):
        add(parts, pending, token, Term("item", item))
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
        if flag in ("open", "closed", "expired") and says_of(parts, token, before, following):
            flag_back(parts, [flag])
        else:
            pending.flags.append(flag)
        return flag not in ("latest",)
    if section := named("section"):
        parts.sections.append(section)
        return True
    return False


def _customers_of(token: Token, following: Sequence[Token]) -> bool:
    """Whether customers are asked for by their alerts: 有预警的客户."""
    return (
        len(following) > 1
        and following[0].text == "的"
        and following[0].start == token.end
        and following[1].of("subject") == "customers"
    )


def _verb(parts: Parts, pending: Pending, measure: str | None, following: Sequence[Token]) -> bool:
    """Whether 核查 says that customers were checked, and does not name the checks themselves."""
    if measure is None:
        return False
    customers = parts.subject == "customers" or any(token.of("subject") == "customers" for token in following)
    return measure == "last_check" and (customers or pending.negated)
