"""The policy as typed values, one class a section of the file.

A new section is a class here, a field of `Policy`, and its values in `default.toml`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from store.access import FieldClass, Permission, Rights, Role
from store.evidence import Tier
from store.policy.alerts import AlertsSection
from store.policy.model import ModelSection
from store.policy.screening import ScreeningSection, WatchlistsSection
from store.policy.section import Section


class RoleRights(Section):
    """What one role may read (classes) and do (permissions)."""

    classes: tuple[FieldClass, ...]
    permissions: tuple[Permission, ...]


class RightsSection(Section):
    """Rights by role; whoever the firm has not registered is `unknown` and has none."""

    sales: RoleRights
    risk: RoleRights
    compliance: RoleRights
    auditor: RoleRights
    admin: RoleRights
    unknown: RoleRights


class ClassesSection(Section):
    """The field class that a row of each import kind has unless it says otherwise."""

    customers: FieldClass
    parties: FieldClass
    contacts: FieldClass
    facts: FieldClass
    statements: FieldClass
    scores: FieldClass
    invoices: FieldClass
    payments: FieldClass
    records: FieldClass
    contracts: FieldClass
    cases: FieldClass
    notes: FieldClass
    users: FieldClass


class AnswersSection(Section):
    """How much of a question is used and how much an answer holds."""

    #: Characters of a question that are used; what is longer is cut, and the answer says so.
    question_characters: PositiveInt
    #: Characters beyond which a question is not even read.
    question_characters_read: PositiveInt
    #: Passages that an answer may look at, and lines that it may list.
    passages: PositiveInt
    lines: PositiveInt
    #: Rows of a table in the text of an answer, and in the file that goes with it.
    tabled: PositiveInt
    table_rows: PositiveInt
    #: Choices that a question back to the asker offers.
    options: PositiveInt
    #: Earlier turns of a conversation that a follow-up may refer to, and how long, in hours.
    turns: PositiveInt
    memory_hours: PositiveInt
    #: When a passage is quoted as an answer: the share of the question's words that it holds, or the weight of the
    #: rare ones (natural logarithms of inverse frequencies) with their share; and the share across languages.
    coverage: float = Field(gt=0, le=1)
    rare_weight: float = Field(gt=0)
    rare_share: float = Field(gt=0, le=1)
    translated_share: float = Field(gt=0, le=1)
    translated_share_scoped: float = Field(gt=0, le=1)


class ReadingSection(Section):
    """How much of one file is accepted: bytes, characters, pages, rows, and bytes after unpacking."""

    max_bytes: PositiveInt
    max_characters: PositiveInt
    max_pages: PositiveInt
    max_rows: PositiveInt
    max_expansion: PositiveInt


class FreshnessSection(Section):
    """Days after which what we know of each kind counts as old."""

    customers: PositiveInt
    parties: PositiveInt
    contacts: PositiveInt
    facts: PositiveInt
    statements: PositiveInt
    scores: PositiveInt
    invoices: PositiveInt
    payments: PositiveInt
    records: PositiveInt
    contracts: PositiveInt
    cases: PositiveInt
    notes: PositiveInt
    documents: PositiveInt


class DeliverySection(Section):
    """How messages leave: attempts, waiting, and when somebody must look."""

    #: Attempts before a message is given up as failed.
    attempts: PositiveInt
    #: Seconds before the second attempt; each further wait is twice as long, up to the longest.
    first_wait_seconds: PositiveInt
    longest_wait_seconds: PositiveInt
    #: Seconds after an attempt of unknown outcome before the channel's history is searched for it.
    reconcile_after_seconds: PositiveInt
    #: Milliseconds within which Slack must hear that an event has been written down.
    acknowledge_milliseconds: PositiveInt
    #: Seconds in which the same hint to the same person is not repeated.
    cooldown_seconds: PositiveInt


class PaymentsSection(Section):
    """How lateness of payment is grouped (账龄)."""

    #: Upper bounds in days of the groups of overdue invoices, ascending; the last group is open.
    late_days: tuple[PositiveInt, ...] = Field(min_length=1)

    @field_validator("late_days")
    @classmethod
    def _ascending(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        if any(first >= second for first, second in pairwise(value)):
            raise ValueError("the bounds must ascend, such as [30, 60, 90]")
        return value


class SurfaceSection(Section):
    """What people see while they wait, and how files go in and out."""

    #: Milliseconds between two changes of the message of a running check.
    progress_milliseconds: PositiveInt
    #: The largest file that is taken in from a chat, in millions of bytes, and how many of one message.
    file_megabytes: PositiveInt
    files_a_message: PositiveInt
    #: Hours that a file waits for the answer whose it is, before it is thrown away.
    file_wait_hours: PositiveInt
    #: Days that a customer is given to send papers.
    reply_days: PositiveInt


class ChecksSection(Section):
    """What a background check (客户背调) passes, warns of and fails; days, percentages and counts."""

    #: Days after which register data and statements are old; windows for changes, news and payments.
    register_days: PositiveInt
    statement_days: PositiveInt
    changes_days: PositiveInt
    #: Days within which a source must have been looked at, for nothing found there to speak for the customer.
    looked_days: PositiveInt
    news_days: PositiveInt
    payment_days: PositiveInt
    #: Changes within the window that are many.
    changes_many: PositiveInt
    #: The share by which a sum may be off, and percentage points that an item may be out of step with revenue.
    rounding: Decimal = Field(ge=0, lt=1)
    out_of_step: Decimal = Field(gt=0)
    #: Falls of revenue or profit over the years on file in percent, and years of loss.
    fall_warn: Decimal = Field(gt=0)
    fall_fail: Decimal = Field(gt=0)
    losses_fail: PositiveInt
    #: Limits of ratios: from the first on a warning, from the second on a failure.
    debt_ratio: tuple[Decimal, Decimal]
    current_ratio: tuple[Decimal, Decimal]
    interest_cover: tuple[Decimal, Decimal]
    cash_flow: tuple[Decimal, Decimal]
    #: Average days late, how much slower than before, and days overdue of the oldest invoice.
    late_warn: PositiveInt
    late_fail: PositiveInt
    slower_warn: PositiveInt
    overdue_fail: PositiveInt
    #: Percent of business with one side; days before a contract ends; fall and low end of a score, % of its scale.
    concentration_warn: Decimal = Field(gt=0, le=100)
    contract_days: PositiveInt
    score_fall: Decimal = Field(gt=0)
    score_low: Decimal = Field(gt=0)
    #: Open suits against the customer that fail it.
    suits_fail: PositiveInt
    #: Pieces of evidence that a story of many copies shows, and stories that are told one by one.
    cited: PositiveInt
    stories: PositiveInt
    #: The share from which a natural person is a beneficial owner.
    owner_percent: PositiveInt
    #: Gravity of a dimension of records where the firm sees it otherwise than the catalogue.
    levels: dict[str, Literal["info", "warn", "high"]] = Field(default_factory=dict)
    #: Likelihood and impact, 1 to 5, by check (`finance.distress`) where they differ from the built-in ones.
    risks: dict[str, tuple[Annotated[int, Field(ge=1, le=5)], Annotated[int, Field(ge=1, le=5)]]] = Field(
        default_factory=dict
    )


class Policy(BaseModel):
    """The whole policy; `version` is a short hash of its content, stored with whatever is decided under it."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    version: str
    rights_by_role: RightsSection = Field(alias="rights")
    classes: ClassesSection
    #: How far a source is trusted, by its name; a name that is not listed is `unknown`.
    sources: dict[str, Tier]
    answers: AnswersSection
    reading: ReadingSection
    freshness: FreshnessSection
    delivery: DeliverySection
    payments: PaymentsSection
    checks: ChecksSection
    alerts: AlertsSection
    surface: SurfaceSection
    model: ModelSection
    watchlists: WatchlistsSection
    screening: ScreeningSection

    @cached_property
    def rights(self) -> Rights:
        """The table that `store.access` decides by."""
        table: dict[Role, RoleRights] = {role: getattr(self.rights_by_role, role.value) for role in Role}
        return Rights(
            classes={role: frozenset(row.classes) for role, row in table.items()},
            permissions={role: frozenset(row.permissions) for role, row in table.items()},
        )

    def class_of(self, kind: str) -> FieldClass:
        """The field class of rows of an import kind; raises AttributeError for a kind that is none."""
        return getattr(self.classes, kind)

    def tier_of(self, source: str) -> Tier:
        """How far a source of this name is trusted."""
        return self.sources.get(source.strip().casefold(), Tier.UNKNOWN)
