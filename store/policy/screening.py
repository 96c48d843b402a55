"""Watch lists and screening in the policy (名单政策): when a list is refused, what is a hit, whose share counts."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from pydantic import Field, PositiveInt

from store.policy.section import Section


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
