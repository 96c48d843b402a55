"""The kinds of import: columns, aggregate, and what makes a row the same row when it comes again (自然键).

A natural key never holds a value that is expected to change, so that a changed row becomes a new version instead
of a second row. What two sources say of the same fact or period stays side by side: the source is in those keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from knowledge.sources.columns import (
    CaseColumns,
    Columns,
    ContactColumns,
    ContractColumns,
    CustomerColumns,
    FactColumns,
    InvoiceColumns,
    NoteColumns,
    PartyColumns,
    PaymentColumns,
    RecordColumns,
    ScoreColumns,
    StatementColumns,
    UserColumns,
)

#: Items of a statement that have a name; others are written `x_…`.
STATEMENT_ITEMS = (
    "revenue",
    "cost_of_sales",
    "gross_profit",
    "operating_profit",
    "interest_expense",
    "profit_before_tax",
    "net_income",
    "total_assets",
    "current_assets",
    "cash",
    "receivables",
    "inventory",
    "fixed_assets",
    "total_liabilities",
    "current_liabilities",
    "long_term_debt",
    "retained_earnings",
    "equity",
    "market_value_of_equity",
    "operating_cash_flow",
    "investing_cash_flow",
    "financing_cash_flow",
    "capital_expenditure",
    "dividends",
    "employees",
)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of import. `key` makes the natural key from a row's body; `example` fills the template."""

    name: str
    columns: type[Columns]
    key: Callable[[dict[str, Any]], tuple[Any, ...]]
    example: dict[str, str]
    #: Rows that may legitimately stand twice in one file (two equal payments on a day) are numbered.
    repeats: bool = False


def _by(*names: str) -> Callable[[dict[str, Any]], tuple[Any, ...]]:
    return lambda body: tuple(body.get(name) or "" for name in names)


def _record_key(body: dict[str, Any]) -> tuple[Any, ...]:
    if body.get("record_number"):
        return (body["dimension"], body["record_number"], body.get("role") or "")
    return (body["dimension"], body["title"], body.get("filed_on") or body.get("published_on") or "")


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "customers",
            CustomerColumns,
            _by("customer_key"),
            {
                "legal_name": "杭州示例科技有限公司",
                "customer_key": "K-001",
                "other_names": "示例科技|short|zh",
                "country": "CN",
            },
        ),
        Kind(
            "parties",
            PartyColumns,
            _by("role", "name", "held_in"),
            {
                "customer": "K-001",
                "name": "王小明",
                "role": "shareholder",
                "kind": "person",
                "share_percent": "60",
            },
        ),
        Kind("contacts", ContactColumns, _by("name"), {"customer": "K-001", "name": "李华", "title": "CFO"}),
        Kind(
            "facts",
            FactColumns,
            _by("attribute", "source"),
            {"customer": "K-001", "attribute": "market_share", "value": "12 %", "language": "en"},
        ),
        Kind(
            "statements",
            StatementColumns,
            _by("period_end", "period_kind", "source"),
            {
                "customer": "K-001",
                "period_end": "2025-12-31",
                "period_kind": "year",
                "currency": "CNY",
                "unit": "1000",
                "revenue": "52000",
            },
        ),
        Kind(
            "scores",
            ScoreColumns,
            _by("provider", "scored_on"),
            {"customer": "K-001", "provider": "Example Bureau", "score": "71", "scored_on": "2026-03"},
        ),
        Kind(
            "invoices",
            InvoiceColumns,
            _by("invoice_number"),
            {
                "customer": "K-001",
                "invoice_number": "INV-1",
                "issued_on": "2026-01-05",
                "due_on": "2026-02-04",
                "amount": "12000.00",
                "currency": "CNY",
            },
        ),
        Kind(
            "payments",
            PaymentColumns,
            _by("paid_on", "amount", "currency", "invoice_number"),
            {
                "customer": "K-001",
                "paid_on": "2026-02-10",
                "amount": "12000.00",
                "currency": "CNY",
                "invoice_number": "INV-1",
            },
            repeats=True,
        ),
        Kind(
            "records",
            RecordColumns,
            _record_key,
            {
                "customer": "K-001",
                "dimension": "case_filing",
                "title": "买卖合同纠纷",
                "role": "defendant",
                "status": "open",
            },
        ),
        Kind(
            "contracts",
            ContractColumns,
            _by("contract_number"),
            {
                "customer": "K-001",
                "contract_number": "HT-2026-001",
                "starts_on": "2026-01-01",
                "ends_on": "2026-12-31",
            },
        ),
        Kind(
            "cases",
            CaseColumns,
            _by("kind", "opened_on", "summary"),
            {"customer": "K-001", "kind": "complaint", "opened_on": "2026-03-02", "summary": "Late delivery"},
        ),
        Kind(
            "notes",
            NoteColumns,
            _by("at", "text"),
            {"customer": "K-001", "at": "2026-03-02", "text": "Visit to the plant"},
        ),
        Kind(
            "users", UserColumns, _by("email"), {"email": "a.b@example.com", "role": "sales", "name": "A. B."}
        ),
    )
}
