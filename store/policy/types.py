"""The policy as typed values, one class a section of the file.

A new section is a class here, a field of `Policy`, and its values in `default.toml`.
"""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator, model_validator

from store.access import FieldClass, Permission, Rights, Role
from store.evidence import Tier


class Section(BaseModel):
    """Base of all sections: frozen, and a key that nobody knows is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid")


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


class RuleSection(Section):
    """One rule of monitoring (预警规则): over which changes it looks, what must be so, and how bad that is.

    Of the rules over one kind of change the first that fits counts. A condition that is left out always holds.
    """

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{1,59}$")
    over: Literal[
        "events",
        "records",
        "facts",
        "parties",
        "customers",
        "scores",
        "statements",
        "contracts",
        "cases",
        "invoices",
        "hits",
    ]
    #: Left out for events: as grave as the event is.
    severity: Literal["info", "warn", "high"] | None = None
    #: Kinds of events and cases, dimensions of records, roles of parties, attributes of facts, states of contracts,
    #: lists of hits.
    kinds: tuple[str, ...] = ()
    #: Roles of the customer in a record or event that do not count.
    not_roles: tuple[str, ...] = ()
    severity_at_least: Literal["info", "warn", "high"] | None = None
    #: The least amount of a record or event, in whatever currency it is; one without an amount does not count then.
    amount_at_least: Decimal | None = None
    #: Columns of which one must have changed since the version before.
    changed: tuple[str, ...] = ()
    #: The column that must have become less than before (registered capital).
    reduced: str | None = None
    #: Percent of its scale by which a score fell.
    fell_by: Decimal | None = None
    #: An item of a statement that is below this.
    item: str | None = None
    below: Decimal | None = None
    #: Days by which an invoice is overdue.
    days_overdue: PositiveInt | None = None
    #: Percent of what is open in a currency that is overdue; days by which payment is slower than in the year before.
    overdue_share: Decimal | None = Field(default=None, gt=0, le=100)
    slower_by: PositiveInt | None = None
    #: Why it matters, where no phrase says it.
    why_en: str = ""
    why_zh: str = ""

    @model_validator(mode="after")
    def _can_work(self) -> RuleSection:
        """A rule that could never fit, or with a condition that nobody looks at, would be silent for ever."""
        if self.severity is None and self.over != "events":
            raise ValueError(f"the rule {self.id} needs severity: info, warn or high")
        for name in _NEEDED.get(self.over, ()):
            if getattr(self, name) is None:
                raise ValueError(f"the rule {self.id} over {self.over} needs {name}")
        for name, over in _CONDITIONS.items():
            if getattr(self, name) not in (None, ()) and self.over not in over:
                raise ValueError(f"in the rule {self.id} over {self.over} {name} says nothing; take it out")
        owing = (self.days_overdue, self.overdue_share, self.slower_by)
        if self.over == "invoices" and sum(each is not None for each in owing) != 1:
            raise ValueError(f"the rule {self.id} needs one of days_overdue, overdue_share and slower_by")
        if self.over in ("customers", "facts") and not self.changed and not self.reduced:
            raise ValueError(f"the rule {self.id} over {self.over} needs changed or reduced")
        return self


#: What a rule cannot do without, and over which changes each condition is looked at.
_NEEDED = {"scores": ("fell_by",), "statements": ("item", "below")}
_CONDITIONS = {
    "kinds": ("events", "records", "parties", "facts", "contracts", "cases", "hits"),
    "not_roles": ("events", "records"),
    "severity_at_least": ("events",),
    "amount_at_least": ("events", "records", "contracts"),
    "changed": ("customers", "facts"),
    "reduced": ("customers", "facts"),
    "fell_by": ("scores",),
    "item": ("statements",),
    "below": ("statements",),
    "days_overdue": ("invoices",),
    "overdue_share": ("invoices",),
    "slower_by": ("invoices",),
}


class RouteSection(Section):
    """Where alerts of some customers or rules go instead (预警路由); a condition that is left out always holds."""

    severities: tuple[Literal["info", "warn", "high"], ...] = ()
    rules: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    #: Parts of the customer's address, or its country.
    regions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    roles: tuple[Role, ...] = ()
    #: To the customer's owner too, if they may see alerts.
    owner: bool = False


class AlertsSection(Section):
    """How alerts are raised, where they go, and when somebody is reminded; hours in the firm's time zone."""

    #: What is older than this many days when we learn of it raises nothing.
    max_age_days: PositiveInt
    #: After an end, the same story of the same rule is silent for so many days.
    silent_days: PositiveInt
    #: Seconds between two drawings of a message whose alert grows.
    redraw_seconds: PositiveInt
    time_zone: str
    digest_hour: int = Field(ge=0, le=23)
    #: Channels and roles by severity; a channel that not only entitled people read gives way to direct messages.
    channels: dict[Literal["info", "warn", "high"], tuple[str, ...]]
    roles: dict[Literal["info", "warn", "high"], tuple[Role, ...]]
    #: Minutes until the first reminder and between reminders, how many there are, and until escalation.
    remind_minutes: dict[Literal["info", "warn", "high"], PositiveInt]
    reminders: PositiveInt
    escalate_minutes: dict[Literal["info", "warn", "high"], PositiveInt]
    escalate_channels: tuple[str, ...] = ()
    escalate_roles: tuple[Role, ...] = ()
    #: The first route that fits an alert counts before its severity.
    routes: tuple[RouteSection, ...] = ()
    rules: tuple[RuleSection, ...]

    @field_validator("time_zone")
    @classmethod
    def _known(cls, value: str) -> str:
        from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError("write a time zone such as Asia/Shanghai or Europe/Berlin") from None
        return value

    @field_validator("rules")
    @classmethod
    def _once(cls, value: tuple[RuleSection, ...]) -> tuple[RuleSection, ...]:
        names = [rule.id for rule in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two rules are called {twice[0]}; give each its own id")
        return value


class PriceSection(Section):
    """What a model costs, in the currency of the section, a million tokens in and out."""

    tokens_in: Decimal = Field(ge=0)
    tokens_out: Decimal = Field(ge=0)


class ReadersSection(Section):
    """Where a model reads beside the rules (第二读者): its opinion is kept beside theirs, never instead."""

    events: bool
    extraction: bool
    wording: bool
    #: The classifier's score between which an event is doubtful and is read again.
    doubtful: tuple[float, float]
    #: Texts that are read again in one round, so that a flood of news does not become a bill.
    texts_a_round: PositiveInt


class ModelSection(Section):
    """What a model may use, see and cost; without a model nothing here is read."""

    #: For one question: calls of the model, uses of tools, tokens both ways, seconds, cost.
    calls: PositiveInt
    tool_uses: PositiveInt
    tokens: PositiveInt
    seconds: PositiveInt
    seconds_a_call: PositiveInt
    cost: Decimal = Field(gt=0)
    #: For one person and day (UTC).
    questions_a_day: PositiveInt
    tokens_a_day: PositiveInt
    cost_a_day: Decimal = Field(gt=0)
    #: Tries of one call when the provider is ill for the moment.
    attempts: PositiveInt
    #: Rows or passages that one use of a tool shows, and characters of one of them.
    rows: PositiveInt
    characters: PositiveInt
    #: Earlier turns that the model is reminded of, and characters of all of them.
    turns: PositiveInt
    turn_characters: PositiveInt
    #: Days after which what was sent is emptied; its hash and cost stay.
    keep_days: PositiveInt
    currency: str = Field(pattern=r"^[A-Z]{3}$")
    #: Prices by model as in the setting; a model without a price costs nothing, and the doctor says so.
    prices: dict[str, PriceSection] = Field(default_factory=dict)
    #: Which models may see data of a class: names as in the setting, `*` for any rest. A class that is not named: none.
    allowed: dict[FieldClass, tuple[str, ...]]
    #: Personal details that are masked before any model sees them.
    masked: tuple[Literal["identity", "permit", "phone", "email", "card", "iban"], ...]
    readers: ReadersSection

    def classes_for(self, model: str) -> frozenset[FieldClass]:
        """The classes of data that this model may see."""
        from fnmatch import fnmatchcase

        return frozenset(
            level for level, names in self.allowed.items() if any(fnmatchcase(model, name) for name in names)
        )


class WatchlistsSection(Section):
    """When a new version of a watch list (监控名单) is refused, and when a list is old."""

    #: Of the last version's entries or names a new one must have this share, and may have lost that share of entries.
    smallest_share: float = Field(gt=0, le=1)
    largest_removed: float = Field(gt=0, le=1)
    #: Parts that were not understood, a hundred entries; more mean that the format has changed.
    problems_percent: float = Field(gt=0, le=100)
    max_megabytes: PositiveInt
    #: Days after which a list that was not fetched again is old; by the list's name where it differs.
    stale_days: PositiveInt
    stale_days_by_list: dict[str, PositiveInt] = Field(default_factory=dict)

    def days_of(self, name: str) -> int:
        """After how many days the list of this name is old."""
        return self.stale_days_by_list.get(name, self.stale_days)


class AggregateSection(Section):
    """When a firm counts as listed because listed owners hold so much of it (股权比例规则)."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{1,19}$")
    percent: Decimal = Field(gt=0, le=100)
    #: From this share on, or only above it.
    reached: Literal["at_least", "over"]
    #: Whether the shares of several listed owners are added up.
    together: bool
    #: The lists whose entries count; none named means every list.
    lists: tuple[str, ...] = ()


class ScreeningSection(Section):
    """What counts as a hit on a watch list (名单筛查), who decides, and how it is looked at again."""

    #: From this score on it is a hit; from this one on two people clear it.
    threshold: float = Field(gt=0, lt=1)
    four_eyes_score: float = Field(gt=0, le=1)
    #: The lists that customers are screened against; none named means every list.
    lists: tuple[str, ...] = ()
    #: The roles of parties that are screened, and the share from which an owner is a beneficial one.
    roles: tuple[str, ...]
    owner_percent: Decimal = Field(gt=0, le=100)
    aggregates: tuple[AggregateSection, ...]
    #: Customers, and entries of a list, of one job when many are looked at again.
    slice_customers: int = Field(ge=1, le=20_000)
    slice_entries: int = Field(ge=1, le=20_000)


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
