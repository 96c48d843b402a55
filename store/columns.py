"""The two column types of ours: instants and amounts.

SQLite drops the time zone of a `DateTime`, and SQLAlchemy's `Numeric` is a float there (it lost a digit when
tried), so neither is used for what must be exact.
"""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

from store.money import LARGEST, PLACES, SCALE

_SMALLEST = Decimal(1).scaleb(-PLACES)


class Instant(TypeDecorator[datetime]):
    """A moment in UTC: `timestamptz` on PostgreSQL, ISO 8601 text of fixed width (it sorts) on SQLite."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone; use datetime.now(UTC)")
        value = value.astimezone(UTC)
        return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ") if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        return value.astimezone(UTC)


class Amount(TypeDecorator[Decimal]):
    """An amount of money as a whole number of ten-thousandths; its currency stands in the column beside it.

    Raises ValueError where the amount has more than four decimal places or does not fit 64 bits: nothing is
    ever rounded on its way in.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return scaled(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / SCALE


def scaled(value: Decimal | None) -> int | None:
    """An amount in whole ten-thousandths; raises ValueError where that would not be exact."""
    if value is None:
        return None
    if not isinstance(value, Decimal) or not value.is_finite():
        raise ValueError(f"an amount is a finite Decimal, not {value!r}")
    if abs(value) > LARGEST:
        raise ValueError(f"the amount {value} is larger than {LARGEST:,f} and cannot be stored exactly")
    # Multiplying would round what has more digits than the decimal context; comparing never does.
    exact = value.quantize(_SMALLEST)
    if exact != value:
        raise ValueError(f"the amount {value} has more than four decimal places")
    return int(exact * SCALE)
