"""Contracts as a measure (合同): which are signed, running or about to end, when the next one ends, and their worth."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from bot.assistant.portfolio.dues import counted, span, within
from bot.assistant.portfolio.query import Term
from bot.assistant.portfolio.readings import Reading, Readings, Setting, Unknown, Used
from bot.assistant.wording import plain
from store.dates import PartialDate
from store.records import Contract, Dossier

_CONTRACT = ("contract_number", "title", "starts_on", "ends_on", "amount", "currency", "status")


def contracts(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """How many contracts fit."""
    rows = [row for row in dossier.contracts if _counts(row, term, setting.day)]
    return counted(f"count(contracts {term.detail}){span(term.period)}", rows, _CONTRACT, setting)


def contract_end(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """The day on which the first of the running contracts ends."""
    running = [row for row in dossier.contracts if _running(row, setting.day) and row.ends_on is not None]
    if not running:
        return Unknown("no_contract")
    first = min(running, key=lambda row: row.ends_on or PartialDate(9999))
    return (Reading("date", first.ends_on.last, used=(Used(first, _CONTRACT),)),)  # type: ignore[union-attr]


def contract_amount(dossier: Dossier, term: Term, setting: Setting) -> Readings:
    """What the running contracts are worth, by currency."""
    rows = [row for row in dossier.contracts if _running(row, setting.day) and row.amount is not None]
    found = []
    for currency in sorted({row.currency or "" for row in rows}):
        group = [row for row in rows if (row.currency or "") == currency]
        total = plain(sum((row.amount or Decimal(0) for row in group), Decimal(0)))
        used = tuple(Used(row, _CONTRACT, row.contract_number, row.amount) for row in group)
        found.append(Reading("money", total, currency, f"sum(contract.amount {currency})", used))
    return tuple(found) or Unknown("no_contract")


def _counts(contract: Contract, term: Term, day: date) -> bool:
    flags = term.detail.split("+")
    if "ending" in flags:
        gone = (contract.status or "").lower() in ("terminated", "completed", "expired", "draft")
        future = term.period is None or term.period.last >= day
        if term.period is None:
            return contract.ends_on is not None and contract.ends_on.first >= day and not gone
        return (
            contract.ends_on is not None and within(contract.ends_on, term.period) and not (gone and future)
        )
    if "expired" in flags:
        over = contract.ends_on is not None and contract.ends_on.last < day
        return (over or (contract.status or "").lower() == "expired") and within(
            contract.ends_on, term.period
        )
    if "running" in flags:
        return _running(contract, day)
    return within(contract.signed_on or contract.starts_on, term.period)


def _running(contract: Contract, day: date) -> bool:
    if (contract.status or "").lower() in ("terminated", "completed", "expired", "draft"):
        return False
    start = contract.starts_on or contract.signed_on
    started = start is None or start.first <= day
    return started and (contract.ends_on is None or contract.ends_on.last >= day)
