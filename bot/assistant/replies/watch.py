"""Checks and alerts of customers by name (某客户的核查与预警): handed over to the portfolio's watching.

Rights are asked before anything else, so that whoever may not know hears the same sentence whoever is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.assistant.conversation import Request
from bot.assistant.draft import Draft, Line, bullet
from bot.assistant.naming import Named
from bot.assistant.portfolio.query import Query
from bot.assistant.portfolio.reply import reply as portfolio_reply
from bot.assistant.portfolio.watching import may_know
from bot.assistant.standards import Standards
from bot.assistant.tools import Tools
from prompts.phrasebook import Phrasebook
from store.evidence import record_id

TOPIC = "watch"

_STATES = {"open_only": "open", "closed_only": "closed"}


def may_ask(request: Request, tools: Tools) -> None:
    """Raise Forbidden unless this viewer may hear of checks and alerts here."""
    if request.topic == TOPIC or any(topic == TOPIC for topic, _ in request.also):
        for subject in ("alerts", "checks"):
            may_know(tools.question.viewer, subject)


def reply(request: Request, tools: Tools, book: Phrasebook, standards: Standards) -> Draft:
    """The latest checks, the alerts under way, or why somebody stands red: both, with what the check objects to."""
    asked = set(request.items) or {"red"}
    draft = Draft()
    if asked & {"checks", "red"}:
        draft = draft.joined(portfolio_reply(_query(request, "checks"), tools, book, standards))
        codes = [customer.code for customer in request.customers]
        draft = draft.joined(objections(codes, tools, book, standards))
    if asked & {"alerts", "red"}:
        draft = draft.joined(portfolio_reply(_query(request, "alerts"), tools, book, standards))
    return draft


def _query(request: Request, subject: str) -> Query:
    codes = tuple(customer.code for customer in request.customers)
    states = tuple(_STATES[name] for name in sorted(request.aspects & _STATES.keys()))
    if subject == "checks":
        return Query(subject=subject, codes=codes)
    return Query(subject=subject, codes=codes, aspects=states, period=request.period)


def objections(codes: Sequence[str], tools: Tools, book: Phrasebook, standards: Standards) -> Draft:
    """What the latest checks of these customers found wrong; only after `reply` of the portfolio has asked rights."""
    directory = tools.sources.directory()
    named = [customer for code in codes if (customer := directory.by_code(code))]
    return Draft(tuple(_objections(named, tools, book, standards)))


def _objections(
    customers: Sequence[Named], tools: Tools, book: Phrasebook, standards: Standards
) -> Iterator[Line]:
    """What the latest check of each customer found wrong, the gravest first."""
    from bot.checks.telling import tell

    wanted = {customer.id: customer for customer in customers}
    held = tools.sources.last_checks(until=None)
    marks = {mark.id for customer_id, mark in held.items() if customer_id in wanted}
    if not marks:
        return
    for check in tools.sources.checks(since=None, until=None):
        card = tools.dossier(wanted[check.customer_id]) if check.id in marks else None
        if card is None or "evidence" not in check.body:
            continue  # kept without what it found
        told = tell(check.body, book.language, code=check.code)
        found = [
            (section["title"], finding["text"], finding["status"])
            for section in told["sections"]
            for finding in section["findings"]
            if finding["status"] in ("fail", "warn")
        ]
        found.sort(key=lambda one: one[2] != "fail")
        lines = [book.say("answers.watch.objection", section=one[0], text=one[1]) for one in found]
        # The same check is cited for when it was made: both are said of one piece of evidence.
        before = tools.read.get(record_id(check.id))
        known = before.quote.splitlines() if before else [f"code: {check.code}"]
        item = tools.own(record_id(check.id), "checks", [*known, *lines], card, check.made_at)
        for line in lines[: standards.listed]:
            yield bullet(line, item)
