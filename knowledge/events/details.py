"""The date and the amount (日期、金额) that a sentence gives for what it tells."""

from __future__ import annotations

from decimal import Decimal

from store.dates import PartialDate


def amount_near(quote: str, at: int) -> tuple[Decimal | None, str | None]:
    return None, None


def date_near(quote: str, at: int) -> PartialDate | None:
    return None
