"""Watch lists and screening in the policy (名单政策): when a list is refused, what is a hit, whose share counts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, PositiveInt, field_validator

from store.policy.section import Section

#: A list that is fetched by itself is old when so many of its rounds went by without success.
_ROUNDS = 3


class ListSource(Section):
    """Where a watch list is published (名单来源), and how often it is looked at there."""

    #: What the list is called here.
    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,59}$")
    format: Literal["ofac", "un", "eu", "uk", "china", "dishonest", "opensanctions", "house"]
    #: The files of one version; OFAC's old files are four.
    addresses: tuple[str, ...] = Field(min_length=1, max_length=12)
    every_hours: int = Field(default=24, ge=1, le=2160)

    @field_validator("addresses")
    @classmethod
    def _can_be_fetched(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        """The sentences do not repeat an address: it may hold a token."""
        for number, address in enumerate(value, 1):
            try:
                parts = urlsplit(address)
                host, user, _ = parts.hostname, parts.username, parts.port
            except ValueError:
                raise ValueError(f"address {number} cannot be read as an address") from None
            if parts.scheme not in ("https", "http") or not host:
                raise ValueError(f"address {number} must begin with https:// or http:// and name a host")
            if user is not None or any(each.isspace() for each in address):
                raise ValueError(f"address {number} must hold neither a user, a password nor a space")
        if len(set(value)) < len(value):
            raise ValueError("an address stands there twice; each file is fetched once")
        return value


class WatchlistsSection(Section):
    """When a new version of a watch list (监控名单) is refused, when a list is old, and where lists are fetched."""

    #: Of the last version's entries or names a new one must have this share, and may have lost that share of entries.
    smallest_share: float = Field(gt=0, le=1)
    largest_removed: float = Field(gt=0, le=1)
    #: Parts that were not understood, a hundred entries; more mean that the format has changed.
    problems_percent: float = Field(gt=0, le=100)
    max_megabytes: PositiveInt
    #: Days after which a list that people load is old; by the list's name where it differs.
    stale_days: PositiveInt
    stale_days_by_list: dict[str, PositiveInt] = Field(default_factory=dict)
    #: Seconds that fetching all files of one list may take, and minutes before the second attempt after a failure;
    #: each further wait is twice as long, up to the list's own interval.
    fetch_seconds: PositiveInt
    retry_minutes: PositiveInt
    #: Lists that are fetched by themselves; none by default, for then nothing leaves the house.
    sources: tuple[ListSource, ...] = ()

    @field_validator("sources")
    @classmethod
    def _once(cls, value: tuple[ListSource, ...]) -> tuple[ListSource, ...]:
        names = [source.name for source in value]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two lists are called {twice[0]}; give each its own name")
        return value

    def source(self, name: str) -> ListSource | None:
        """Where the list of this name is fetched; None where people load it."""
        return next((each for each in self.sources if each.name == name), None)

    def stale_after(self, name: str) -> timedelta:
        """After how long without success the list of this name is old; of days those that are over count."""
        source = self.source(name)
        if source is not None:
            return timedelta(hours=_ROUNDS * source.every_hours)
        return timedelta(days=self.stale_days_by_list.get(name, self.stale_days) + 1)


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
