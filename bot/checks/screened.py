"""What holding a customer against the watch lists came to, as a check takes it beside the dossier (名单筛查结果).

A frozen value, so that a check stays a pure function: the same dossier, policy and screening give the same result.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class ComparedList:
    """A list that was compared: the version, its day, and whether it is older than policy allows."""

    name: str
    version: int
    day: str
    is_old: bool = False


@dataclass(frozen=True, slots=True)
class ListedHit:
    """A hit as it stood when the check was made; `key` is its evidence id, `by` and `on` who decided it and when."""

    key: str
    code: str
    state: str
    ours: str
    list: str
    version: int
    entry: str
    entry_name: str
    matched: str
    score: Decimal
    at: datetime
    by: str = ""
    on: date | None = None
    reason: str = ""

    @property
    def waits(self) -> bool:
        """Whether somebody still has to decide."""
        return self.state in ("open", "proposed", "unsure")


@dataclass(frozen=True, slots=True)
class ListedOwnership:
    """A limit that listed owners reach: certainly, or if the hits that wait are true; or owners of unknown share."""

    rule: str
    certain: bool
    owners: tuple[str, ...]
    hits: tuple[str, ...]
    percent: Decimal | None = None
    limit: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Screened:
    """A screening of a customer with everybody behind it; without lists nothing was compared."""

    code: str
    made_at: datetime
    subjects: int
    lists: tuple[ComparedList, ...] = ()
    hits: tuple[ListedHit, ...] = ()
    owned: tuple[ListedOwnership, ...] = ()
