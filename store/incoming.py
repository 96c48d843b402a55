"""A row on its way into history: what it says, where it comes from, and how it is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from store.access import FieldClass
from store.canonical import digest, plain
from store.columns import scaled
from store.dates import PartialDate
from store.errors import RecordInvalid
from store.evidence import Tier

_LONGEST_KEY = 512


class Outcome(StrEnum):
    """What recording did."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Recorded:
    """The subject, the version that holds now, and whether it was written just now; `code` for customers."""

    subject_id: UUID
    version_id: UUID
    outcome: Outcome
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVersion:
    """A row as it is to be recorded.

    `body` holds the columns of the import contract as its source gave them: dates as text, amounts as Decimal
    or decimal text, lists as lists; empty columns are left out. The origin (source, tier, class,
    `observed_on`, `url`) counts as content, so never put a file's path or a time of reading into it. `valid_from` and
    `valid_to` bound the time in which the row was true, both days included.
    """

    aggregate: str
    natural_key: str
    body: Mapping[str, Any]
    source: str
    tier: Tier
    field_class: FieldClass
    cause: str
    customer_id: UUID | None = None
    observed_on: PartialDate | None = None
    url: str | None = None
    actor: str | None = None
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None
    amount: Decimal | None = None
    currency: str | None = None
    removed: bool = False


def identity_of(row: NewVersion) -> tuple[str, str]:
    """The aggregate and the key that the row's subject is stored under."""
    return row.aggregate, stored_key(row.natural_key)


def stored_key(natural_key: str) -> str:
    """The natural key as it is stored: a very long one ends in its hash, so that an index can hold it."""
    if not natural_key:
        raise RecordInvalid("a row without a natural key cannot be recognised when it comes again")
    if len(natural_key) <= _LONGEST_KEY:
        return natural_key
    return natural_key[:400] + "#" + hashlib.sha256(natural_key.encode()).hexdigest()


def content_of(row: NewVersion) -> tuple[dict[str, Any], str]:
    """The columns of the version that come from the row, and the digest by which it is known again."""
    try:
        origin = plain(
            {
                "source": row.source,
                "tier": row.tier,
                "field_class": row.field_class,
                "observed_on": row.observed_on,
                "url": row.url,
                "valid_from": row.valid_from,
                "valid_to": row.valid_to,
                "currency": row.currency,
                "removed": row.removed,
            }
        )
        content = {
            **origin,
            "aggregate": row.aggregate,
            "body": plain(row.body),
            "amount": row.amount,
            "cause": plain(row.cause),
        }
        plain([row.natural_key, row.actor])
        amount = None if row.amount is None else plain(row.amount)
        scaled(row.amount)
        if row.currency is not None and len(row.currency) != 3:
            raise ValueError(f"“{row.currency}” is not an ISO 4217 currency such as CNY, EUR or USD")
        return content, digest({**origin, "body": content["body"], "amount": amount})
    except ValueError as wrong:
        raise RecordInvalid(
            f"“{row.natural_key}” among the {row.aggregate} cannot be stored: {wrong}"
        ) from None
