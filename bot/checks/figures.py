"""Series and graph for the charts of a check (图表数据): revenue, profit, payments by month, and the owners' graph."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from bot.checks.notebook import Notebook
from bot.dossier.ageing import accounts
from bot.dossier.ownership import holds
from bot.dossier.yearly import years
from store.canonical import decimal_text
from store.names import search_key
from store.policy.types import ChecksSection
from store.records import Dossier


def figures(dossier: Dossier, policy: ChecksSection, day: date) -> dict[str, Any]:
    """All series of the contract; amounts are whole currency units as text, months in ISO."""
    from datetime import UTC, datetime

    book = Notebook(dossier, policy, day, datetime(day.year, day.month, day.day, tzinfo=UTC))
    yearly = years(book.dossier)
    currencies = Counter(each.statement.currency for each in yearly)
    currency = currencies.most_common(1)[0][0] if currencies else None
    kept = [each for each in yearly if each.statement.currency == currency]
    return {
        "currency": currency,
        "revenue": _series(kept, "revenue"),
        "profit": _series(kept, "net_income"),
        "payments": _payments(dossier, day),
        "ownership": _ownership(dossier, day),
    }


def figure_classes(dossier: Dossier) -> dict[str, list[str]]:
    """The field classes of the rows behind each figure, so that whoever may not see one sees no chart of it."""
    rows: dict[str, tuple[Any, ...]] = {
        "revenue": dossier.statements,
        "profit": dossier.statements,
        "payments": (*dossier.invoices, *dossier.payments),
        "ownership": dossier.parties,
    }
    return {name: sorted({row.origin.field_class.value for row in given}) for name, given in rows.items()}


def _series(kept: list[Any], item: str) -> list[dict[str, str]]:
    return [
        {"period": str(each.year), "value": decimal_text(each.statement.items[item])}
        for each in kept
        if item in each.statement.items
    ]


def _payments(dossier: Dossier, day: date) -> list[dict[str, Any]]:
    """By month of settlement of the last two years: how late on average, and how much was paid in the main currency."""
    main = Counter(invoice.currency for invoice in dossier.invoices).most_common(1)
    currency = main[0][0] if main else None
    late: dict[str, list[int]] = defaultdict(list)
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for account in accounts(dossier, day):
        if account.settled_on is None or account.late is None or (day - account.settled_on.first).days > 730:
            continue
        month = f"{account.settled_on.first:%Y-%m}"
        late[month].append(account.late)
        if account.currency == currency:
            paid[month] += account.invoice.amount
    return [
        {
            "month": month,
            "average_days_late": f"{sum(values) / len(values):.1f}",
            "paid": decimal_text(paid[month]),
            "currency": currency,
        }
        for month, values in sorted(late.items())
    ]


def _ownership(dossier: Dossier, day: date) -> dict[str, list[dict[str, Any]]]:
    names = {
        search_key(name): "customer"
        for name in (dossier.profile.legal_name, *(n.name for n in dossier.profile.other_names))
    }
    nodes: dict[str, dict[str, Any]] = {
        "customer": {"id": "customer", "name": dossier.profile.legal_name, "kind": "customer"}
    }
    edges = []

    def node(name: str, kind: str | None) -> str:
        key = names.get(search_key(name)) or search_key(name)
        nodes.setdefault(key, {"id": key, "name": name, "kind": kind or "organisation"})
        return key

    for party in dossier.parties:
        if party.role not in ("shareholder", "beneficial_owner") or not holds(party, day):
            continue
        owner = node(party.name, party.kind)
        held = node(party.held_in, "organisation") if party.held_in else "customer"
        share = None if party.share_percent is None else decimal_text(party.share_percent)
        edges.append({"from": owner, "to": held, "percent": share, "role": party.role})
    return {"nodes": list(nodes.values()), "edges": edges}
