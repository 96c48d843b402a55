"""The columns of every kind of import, as pydantic models: the contract at the edge.

A model reads a row's cells as the file gives them (text from CSV, numbers and lists from JSONL) and raises with a
sentence for whoever prepared the file. Amounts are plain numbers; a thousands separator is taken only where it can
mean nothing else. Dates are as exact as they are known.
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from store.dates import PartialDate
from store.money import LARGEST

_GROUPED = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$")


def _number(value: Any) -> Decimal:
    if isinstance(value, bool):
        raise ValueError("it is a number, not yes or no")
    if isinstance(value, int | Decimal):
        number = Decimal(value)
    else:
        text = str(value).strip()
        if _GROUPED.match(text):
            text = text.replace(",", "")
        try:
            number = Decimal(text)
        except InvalidOperation:
            raise ValueError(f"“{text}” is not a plain number such as 1234.50") from None
    if not number.is_finite() or abs(number) > LARGEST:
        raise ValueError(f"“{value}” is not a number that can be kept")
    return number


def _amount(value: Any) -> Decimal:
    number = _number(value)
    if number != number.quantize(Decimal("0.0001")):
        raise ValueError(f"“{value}” has more than four decimal places")
    return number


def _currency(value: str) -> str:
    code = value.strip().upper()
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise ValueError(f"“{value}” is not an ISO 4217 currency such as CNY, EUR or USD")
    return {"RMB": "CNY"}.get(code, code)


def _listed(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [part.strip() for part in value.split(";") if part.strip()]
    if isinstance(value, list):
        return value
    raise ValueError("it is a list, or text with ; between the items")


def _dated(value: Any) -> str:
    return str(PartialDate.parse(str(value)))


def _yes(value: Any) -> Any:
    if isinstance(value, str):
        return {"是": True, "否": False}.get(value.strip(), value)
    return value


Text = Annotated[
    str, BeforeValidator(lambda value: str(value).strip()), StringConstraints(min_length=1, max_length=20_000)
]
Name = Annotated[
    str, BeforeValidator(lambda value: str(value).strip()), StringConstraints(min_length=1, max_length=400)
]
Number = Annotated[Decimal, BeforeValidator(_number)]
AmountText = Annotated[Decimal, BeforeValidator(_amount)]
Currency = Annotated[str, BeforeValidator(str), AfterValidator(_currency)]
Day = Annotated[str, BeforeValidator(_dated)]
Texts = Annotated[list[Text], BeforeValidator(_listed)]
Percent = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=100)]
Flag = Annotated[bool, BeforeValidator(_yes)]

Class = Literal["public", "internal", "personal", "suspicion"]
TierName = Literal[
    "register",
    "court",
    "government",
    "filing",
    "bureau",
    "internal",
    "partner",
    "media",
    "customer_supplied",
    "unknown",
]


class Columns(BaseModel):
    """Columns that every kind takes. `class` and `tier` may be left to policy."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    source: Name | None = None
    observed_on: Day | None = None
    url: Text | None = None
    field_class: Class | None = Field(default=None, alias="class")
    tier: TierName | None = None


class CustomerColumns(Columns):
    """客户: who it is."""

    legal_name: Name
    customer_key: Name | None = None
    other_names: Texts = []
    uscc: Name | None = None
    lei: Name | None = None
    registration_number: Name | None = None
    country: Name | None = None
    address: Text | None = None
    industry: Text | None = None
    business_scope: Text | None = None
    legal_form: Name | None = None
    registered_capital: AmountText | None = None
    currency: Currency | None = None
    founded: Day | None = None
    website: Text | None = None
    stage: Literal["prospect", "applicant", "active", "suspended", "former"] | None = None
    owner: Name | None = None
    tags: Texts = []


class OfCustomer(Columns):
    """A row that belongs to a customer: a code, the caller's own key, a USCC, an LEI or the exact legal name."""

    customer: Name


class PartyColumns(OfCustomer):
    """关联方: a person or firm with a role."""

    name: Name
    role: Literal[
        "legal_representative",
        "director",
        "supervisor",
        "manager",
        "shareholder",
        "beneficial_owner",
        "branch",
        "parent",
        "subsidiary",
        "partner",
        "supplier",
        "competitor",
        "guarantor",
    ]
    kind: Literal["person", "organisation"] | None = None
    share_percent: Percent | None = None
    voting_percent: Percent | None = None
    held_in: Name | None = None
    birth_date: Day | None = None
    nationality: Name | None = None
    identifiers: Texts = []
    since: Day | None = Field(default=None, alias="from")
    until: Day | None = Field(default=None, alias="to")


class ContactColumns(OfCustomer):
    """联系人."""

    name: Name
    title: Name | None = None
    phone: Name | None = None
    email: Name | None = None


class FactColumns(OfCustomer):
    """事实: one attribute as its source words it."""

    attribute: Name
    value: Text
    language: Name | None = None


class StatementColumns(OfCustomer):
    """财务报表 of one period; items are read by name beside these columns."""

    period_end: Day
    period_kind: Literal["year", "half", "quarter"]
    currency: Currency
    unit: Annotated[int, Field(strict=False)] = 1
    audited: Flag | None = None
    period_start: Day | None = None
    items: dict[str, AmountText] = {}


class ScoreColumns(OfCustomer):
    """信用评分."""

    provider: Name
    score: Number
    scale_min: Number | None = None
    scale_max: Number | None = None
    grade: Name | None = None
    scored_on: Day | None = None


class InvoiceColumns(OfCustomer):
    """应收账款."""

    invoice_number: Name
    issued_on: Day
    due_on: Day
    amount: AmountText
    currency: Currency
    status: Name | None = None


class PaymentColumns(OfCustomer):
    """回款."""

    paid_on: Day
    amount: AmountText
    currency: Currency
    invoice_number: Name | None = None


class RecordColumns(OfCustomer):
    """风险记录与诉讼."""

    dimension: Name
    title: Text
    record_number: Name | None = None
    authority: Name | None = None
    role: Literal["subject", "plaintiff", "defendant", "third_party", "creditor", "victim"] | None = None
    amount: AmountText | None = None
    currency: Currency | None = None
    filed_on: Day | None = None
    published_on: Day | None = None
    closed_on: Day | None = None
    status: Literal["open", "closed", "repaired", "withdrawn"] | None = None
    show_until: Day | None = None
    counterparties: Texts = []


class ContractColumns(OfCustomer):
    """合同."""

    contract_number: Name
    title: Text | None = None
    signed_on: Day | None = None
    starts_on: Day | None = None
    ends_on: Day | None = None
    amount: AmountText | None = None
    currency: Currency | None = None
    status: Name | None = None
    clauses: Texts = []


class CaseColumns(OfCustomer):
    """投诉与反馈."""

    kind: Literal["complaint", "feedback", "suggestion"]
    opened_on: Day
    summary: Text
    owner: Name | None = None
    due_on: Day | None = None
    closed_on: Day | None = None
    outcome: Text | None = None


class NoteColumns(OfCustomer):
    """沟通记录; `at` is a date or an ISO instant."""

    at: Name
    text: Text
    channel: Literal["call", "visit", "mail", "meeting"] | None = None
    by: Name | None = None


class UserColumns(Columns):
    """People of the firm."""

    email: Annotated[Name, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", to_lower=True)]
    role: Literal["sales", "risk", "compliance", "auditor", "admin"]
    name: Name | None = None
    slack_team: Name | None = None
    slack_user: Name | None = None
    language: Literal["zh", "en"] | None = None
