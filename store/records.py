"""The rows of a dossier as frozen values, one type an aggregate; columns as the import contract names them.

Every row carries its `Origin`: the version that it is, who said so and when it was learned. Amounts are `Decimal`
in the currency that stands beside them; dates are `PartialDate`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from store.access import FieldClass
from store.dates import PartialDate
from store.evidence import Evidence, Tier


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a row comes from: its version, its source, and when it was true, observed and recorded."""

    version: UUID
    subject: UUID
    number: int
    recorded_at: datetime
    recorded_seq: int
    source: str
    tier: Tier
    field_class: FieldClass
    observed_on: PartialDate | None = None
    url: str | None = None
    actor: str = ""
    cause: str = ""


@dataclass(frozen=True, slots=True)
class OtherName:
    """A name that a firm also goes by (别称); kind is short, former, english, brand or alias."""

    name: str
    kind: str = "alias"
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """The customer itself (工商信息): names, identifiers, registration, stage."""

    origin: Origin
    legal_name: str
    customer_key: str | None = None
    other_names: tuple[OtherName, ...] = ()
    uscc: str | None = None
    lei: str | None = None
    registration_number: str | None = None
    country: str | None = None
    address: str | None = None
    industry: str | None = None
    business_scope: str | None = None
    legal_form: str | None = None
    registered_capital: Decimal | None = None
    currency: str | None = None
    founded: PartialDate | None = None
    website: str | None = None
    stage: str | None = None
    owner: str | None = None
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """A person or firm with a role in the customer: legal representative, shareholder, beneficial owner, …"""

    origin: Origin
    name: str
    role: str
    kind: str | None = None
    share_percent: Decimal | None = None
    voting_percent: Decimal | None = None
    held_in: str | None = None
    birth_date: PartialDate | None = None
    nationality: str | None = None
    identifiers: tuple[str, ...] = ()
    since: PartialDate | None = None  # column `from`
    until: PartialDate | None = None  # column `to`


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the customer whom we may call (主要联系人)."""

    origin: Origin
    name: str
    title: str | None = None
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """A single attribute of the business background, as its source words it."""

    origin: Origin
    attribute: str
    value: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """A financial statement (财务报表) of one period. `items` are whole currency units: already times `unit`."""

    origin: Origin
    period_end: PartialDate
    period_kind: str
    currency: str
    unit: int = 1
    audited: bool | None = None
    period_start: PartialDate | None = None
    items: dict[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Score:
    """A credit score or grade given by somebody else (信用评分)."""

    origin: Origin
    provider: str
    score: Decimal
    scale_min: Decimal | None = None
    scale_max: Decimal | None = None
    grade: str | None = None
    scored_on: PartialDate | None = None


@dataclass(frozen=True, slots=True)
class Invoice:
    """What we billed (应收)."""

    origin: Origin
    invoice_number: str
    issued_on: PartialDate
    due_on: PartialDate
    amount: Decimal
    currency: str
    status: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What the customer paid (回款)."""

    origin: Origin
    paid_on: PartialDate
    amount: Decimal
    currency: str
    invoice_number: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A public record or law suit (风险记录, 诉讼): a dimension of the catalogue and the customer's role in it."""

    origin: Origin
    dimension: str
    title: str
    record_number: str | None = None
    authority: str | None = None
    role: str | None = None
    amount: Decimal | None = None
    currency: str | None = None
    filed_on: PartialDate | None = None
    published_on: PartialDate | None = None
    closed_on: PartialDate | None = None
    status: str | None = None
    show_until: PartialDate | None = None
    counterparties: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract with the customer (合同)."""

    origin: Origin
    contract_number: str
    title: str | None = None
    signed_on: PartialDate | None = None
    starts_on: PartialDate | None = None
    ends_on: PartialDate | None = None
    amount: Decimal | None = None
    currency: str | None = None
    status: str | None = None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A complaint, feedback or suggestion (投诉与反馈) with owner and time limit."""

    origin: Origin
    kind: str
    opened_on: PartialDate
    summary: str
    owner: str | None = None
    due_on: PartialDate | None = None
    closed_on: PartialDate | None = None
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A call, visit, mail or meeting (沟通记录)."""

    origin: Origin
    at: str
    text: str
    channel: str | None = None
    by: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """A document that is about the customer, without its text."""

    id: UUID
    sha256: str
    external_id: str | None
    title: str
    source: str
    tier: Tier
    field_class: FieldClass
    published: PartialDate | None
    language: str
    url: str | None
    added_at: datetime


@dataclass(frozen=True, slots=True)
class RiskEvent:
    """Something adverse that a document says of the customer (风险事件), as the classifier read it.

    `kind` is an id of the taxonomy, `severity` info, warn or high, `status` alleged, confirmed, denied or resolved,
    `role` subject, counterparty or mentioned. Events that tell the same matter share their `story`. `evidence` is
    the passage that says so, and `words` are the words by which it was recognised.
    """

    id: UUID
    document_id: UUID
    story: UUID
    kind: str
    severity: str
    status: str
    role: str
    words: tuple[str, ...]
    evidence: Evidence
    added_at: datetime
    added_seq: int
    happened_on: PartialDate | None = None
    amount: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Dossier:
    """The customer's file (客户档案): all that is known as of a day, as known at a moment, as seen by a viewer.

    Rows and fields outside the viewer's classes are not in it: personal fields are masked or None, rows of a
    class that may not be seen are absent, and `withheld` is deliberately not counted. Lists are sorted newest
    first by their own date.
    """

    id: UUID
    code: str
    profile: Profile
    as_of: PartialDate | None
    known_at: datetime | None
    known_seq: int
    parties: tuple[Party, ...] = ()
    contacts: tuple[Contact, ...] = ()
    facts: tuple[Fact, ...] = ()
    statements: tuple[Statement, ...] = ()
    scores: tuple[Score, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    payments: tuple[Payment, ...] = ()
    records: tuple[Record, ...] = ()
    contracts: tuple[Contract, ...] = ()
    cases: tuple[Case, ...] = ()
    notes: tuple[Note, ...] = ()
    documents: tuple[DocumentCard, ...] = ()
    events: tuple[RiskEvent, ...] = ()
