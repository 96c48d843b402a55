"""Alerts, checks and changes over all customers (预警、核查与变更): only for those who may know of them.

Rights are asked before anything is looked up, so the refusal is the same whether there is something or not.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from bot.assistant.draft import Draft
from bot.assistant.portfolio.alerts import Alerts
from bot.assistant.portfolio.changes import Changes
from bot.assistant.portfolio.checks import Checks
from bot.assistant.portfolio.describing import Describing
from bot.assistant.portfolio.query import Query
from bot.assistant.standards import Standards
from bot.assistant.stretches import Period
from bot.assistant.tools import Tools
from store.access import FieldClass, Permission, Viewer, authorize
from store.errors import Forbidden

_PERMISSIONS = {
    "alerts": Permission.ALERTS,
    "checks": Permission.CHECK,
    "changes": Permission.READ_LEDGER,
    "last_check": Permission.CHECK,
}


def may_know(viewer: Viewer, subject: str) -> None:
    """Raise Forbidden unless the viewer may hear of alerts, checks or changes in this place."""
    authorize(viewer, _PERMISSIONS[subject])
    if FieldClass.SUSPICION not in viewer.classes:
        raise Forbidden(f"nothing is said of {subject} here")


def watch(query: Query, tools: Tools, words: Describing, standards: Standards) -> Draft:
    """The answer about what was raised, checked or changed; raises Forbidden."""
    may_know(tools.question.viewer, query.subject)
    cards = {card.id: card for card in tools.portfolio(())}
    codes = {code for code in query.codes if code.startswith("C-")}
    named = [card for card in cards.values() if card.code in codes]
    since, until = _bounds(query.period)
    if query.subject == "alerts":
        alerts = Alerts(tools, words, standards, cards)
        code = next((code for code in query.codes if code.startswith("A-")), None)
        if code:
            return alerts.one(code)
        return alerts.listed(query, {card.id for card in named}, since, until)
    if query.subject == "checks":
        checks = Checks(tools, words, standards, cards)
        return checks.latest(named) if named else checks.listed(query, since, until)
    assert query.period is not None and since is not None
    return Changes(tools, words, standards, cards).draft(query.period, since, until)


def _bounds(period: Period | None) -> tuple[datetime | None, datetime | None]:
    if period is None:
        return None, None
    first = datetime.combine(period.first, time(), UTC)
    return first, datetime.combine(period.last + timedelta(days=1), time(), UTC)
