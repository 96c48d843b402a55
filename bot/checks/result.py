"""What a background check finds: findings by section, conflicts side by side, what is missing (核查结果).

Everything here is a frozen value without a language: a finding names a phrase of `prompts/phrases/checks.*.toml` and
its values; `bot/checks/telling.py` says it in either language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from store.dates import PartialDate
from store.evidence import Evidence, Tier


class Status(StrEnum):
    """The outcome of one check; UNKNOWN is never a pass."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class SectionName(StrEnum):
    """The sections of a check, in the order in which they are made and shown."""

    IDENTITY = "identity"
    FINANCE = "finance"
    BUSINESS = "business"
    REPUTATION = "reputation"
    LAW = "law"
    COMPLIANCE = "compliance"


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of a check: `check` is its stable id (`identity.uscc`), `evidence` the ids that it stands on.

    `likelihood` and `impact` (1 to 5, 可能性 × 影响程度) place a WARN or FAIL in the risk matrix.
    """

    check: str
    status: Status
    phrase: str
    values: Mapping[str, Any] = field(default_factory=dict)
    evidence: tuple[str, ...] = ()
    likelihood: int | None = None
    impact: int | None = None


@dataclass(frozen=True, slots=True)
class Side:
    """What one source says where sources differ; `value` is as the source gives it."""

    value: str
    source: str
    tier: Tier
    date: PartialDate | None
    evidence: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Sources that disagree about one attribute, side by side; `proposed` is the index of the side to trust."""

    attribute: str
    sides: tuple[Side, ...]
    proposed: int | None
    because: str


@dataclass(frozen=True, slots=True)
class Section:
    """One section: `completeness` from 0 to 1, `freshness_days` since the newest observation, independent sources."""

    name: SectionName
    status: Status
    completeness: float
    freshness_days: int | None
    sources: int
    findings: tuple[Finding, ...] = ()
    conflicts: tuple[Conflict, ...] = ()


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that is not known; `phrase` is the request for it, ready to be sent to the customer."""

    what: str
    phrase: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A finished background check (客户背调): a pure function of a dossier and the policy."""

    customer_id: UUID
    customer: str
    name: str
    made_at: datetime
    known_seq: int
    status: Status
    sections: tuple[Section, ...]
    missing: tuple[Missing, ...]
    evidence: tuple[Evidence, ...]
    versions: Mapping[str, str]
