"""Evidence (依据): what a statement stands on.

Five kinds. A *record* is a version of a row; a *passage* is a place in a document, held by the document's hash,
the place and the quote so that it outlives any splitter or index; a *calculation* is a formula over other
evidence; a *ledger* entry says who did or saw something; a *search* says where was looked, until when, and that
nothing was found. The id is stable: the same evidence has the same id in every answer, finding and alert.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from uuid import UUID

from store.access import FieldClass


class EvidenceKind(StrEnum):
    """The five kinds of evidence."""

    RECORD = "record"
    PASSAGE = "passage"
    CALCULATION = "calculation"
    LEDGER = "ledger"
    SEARCH = "search"


class Tier(StrEnum):
    """How far a source is trusted (来源可信度), from registers down to what a customer says of itself."""

    REGISTER = "register"
    COURT = "court"
    GOVERNMENT = "government"
    FILING = "filing"
    BUREAU = "bureau"
    INTERNAL = "internal"
    PARTNER = "partner"
    MEDIA = "media"
    CUSTOMER_SUPPLIED = "customer_supplied"
    UNKNOWN = "unknown"


_NOTHING: Mapping[str, object] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Calculation:
    """A formula, its inputs and its result; `inputs` maps a name in the formula to an evidence id and a value."""

    formula: str
    inputs: tuple[tuple[str, str, Decimal], ...]
    result: Decimal
    unit: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """One piece of evidence, ready to be cited, opened and kept.

    `quote` is the exact text: the printed line of a document, or the columns of a record that matter, one
    `name: value` a line. `date` is when it was observed or published (ISO, as exact as known); `recorded_at` is
    when we learned it. `customer` is the customer's code.
    """

    id: str
    kind: EvidenceKind
    source: str
    quote: str
    tier: Tier = Tier.UNKNOWN
    date: str | None = None
    customer: str | None = None
    external_id: str | None = None
    title: str | None = None
    url: str | None = None
    locator: Mapping[str, object] = field(default_factory=lambda: _NOTHING)
    recorded_at: datetime | None = None
    field_class: FieldClass = FieldClass.INTERNAL
    calculation: Calculation | None = None


def _digest(*parts: object) -> str:
    return hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).hexdigest()[:20]


def record_id(version: UUID) -> str:
    """The id of a record's version."""
    return f"rec-{version}"


def passage_id(sha256: str, locator: Mapping[str, object], quote: str) -> str:
    """The id of a place in a document; it does not depend on how the text was split."""
    place = ",".join(f"{key}={locator[key]}" for key in sorted(locator))
    return f"pas-{sha256[:16]}-{_digest(place, quote)}"


def calculation_id(calculation: Calculation) -> str:
    """The id of a calculation: the same formula over the same evidence is the same calculation."""
    return f"cal-{_digest(calculation.formula, calculation.inputs, calculation.result, calculation.unit)}"


def ledger_id(sequence: int) -> str:
    """The id of a ledger entry."""
    return f"led-{sequence}"


def search_id(where: str, what: str, until: str) -> str:
    """The id of a search that found nothing."""
    return f"sea-{_digest(where, what, until)}"
