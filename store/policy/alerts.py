"""Alerts in the policy (预警政策): rules over what changes, where alerts go, when somebody is reminded."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, PositiveInt, field_validator, model_validator

from store.access import Role
from store.policy.section import Section


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
    #: Days of silence after an end, where they are others than the section's.
    silent_days: PositiveInt | None = None
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

    def silent_days_of(self, rule: str) -> int:
        """The days of silence after an alert of a rule has ended."""
        own = next((each.silent_days for each in self.rules if each.id == rule), None)
        return own or self.silent_days

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
