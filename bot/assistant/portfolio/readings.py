"""What a measure gives for one customer (读数): a value with the rows it stands on, or that it is not known.

Rows are cited only when a reading is shown, so that a thousand customers cost no evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from bot.assistant.standards import Standards
from bot.dossier.ageing import Account, accounts
from store.records import Dossier


@dataclass(frozen=True, slots=True)
class Used:
    """A row that a reading stands on: the columns that matter, and its part in the formula where it has one."""

    row: Any
    columns: tuple[str, ...]
    label: str = ""
    value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """A value. `unit` is money, days, percent, ratio, count, score, date or text; `formula` is empty for a bare field.

    `differs` says that sources give different values and the most trusted was taken.
    """

    unit: str
    value: Decimal | date | str
    currency: str = ""
    formula: str = ""
    used: tuple[Used, ...] = ()
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """That a value is not known, and why: no_invoices, no_statement, …"""

    why: str


#: One reading for each currency, one alone for what is no money.
Readings = tuple[Reading, ...] | Unknown


@dataclass(frozen=True, slots=True)
class Setting:
    """What measures need beside the dossier: the day of the picture, policy, and what the store says of checks."""

    day: date
    standards: Standards = field(default_factory=Standards)
    #: By customer: the day of the latest check, and how many alerts are open; only for those who may know.
    checked: Mapping[UUID, Any] = field(default_factory=dict)
    alerts: Mapping[UUID, tuple[Any, ...]] = field(default_factory=dict)
    #: What was published against a customer, as far as the viewer may see it.
    events: Mapping[UUID, tuple[Any, ...]] = field(default_factory=dict)
    #: Whether the viewer sees what is internal, so that its absence means something.
    inside: bool = True
    #: The last customer whose invoices were gone through, and what came of it: measures ask one after the other.
    _gone_through: list[Any] = field(default_factory=list, repr=False, compare=False)

    def accounts(self, dossier: Dossier) -> list[Account]:
        """The invoices of a customer as they stood on the day."""
        if not self._gone_through or self._gone_through[0] is not dossier:
            self._gone_through[:] = [dossier, accounts(dossier, self.day)]
        return self._gone_through[1]
