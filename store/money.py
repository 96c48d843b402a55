"""Money (金额): a `Decimal` and an ISO 4217 currency, never a float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

#: Amounts are stored as whole ten-thousandths; four places hold every ISO 4217 minor unit.
PLACES = 4
SCALE = 10**PLACES
#: The largest amount that fits a signed 64-bit integer at that scale.
LARGEST = Decimal(2**63 - 1) / SCALE


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in one currency; adding two currencies is an error, conversion is somebody's named decision."""

    amount: Decimal
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            raise TypeError("money is a Decimal")
        if len(self.currency) != 3 or not self.currency.isascii() or not self.currency.isupper():
            raise ValueError(f"“{self.currency}” is not an ISO 4217 currency such as CNY, EUR or USD")

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(
                f"{self.currency} and {other.currency} cannot be added without a rate and its date"
            )
        return Money(self.amount + other.amount, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.amount, self.currency)

    def __sub__(self, other: Money) -> Money:
        return self + -other

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,f}"
