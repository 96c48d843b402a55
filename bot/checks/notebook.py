"""The notebook of one background check: what was read and worked out, with the evidence of each (核查记录).

A check cites rows, calculations and searches through it, so every finding stands on evidence and every piece of
evidence is kept once. Values of a finding are small tuples that either language can say: ("money", "12.5", "CNY").
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from bot.checks.result import Finding, Status
from bot.checks.screened import Screened
from store.access import FieldClass
from store.dates import PartialDate
from store.dossier import record_evidence
from store.evidence import Calculation, Evidence, EvidenceKind, Tier, calculation_id, search_id
from store.policy.types import ChecksSection
from store.records import Dossier

Value = tuple[str, ...]

_ORDER = (FieldClass.PUBLIC, FieldClass.INTERNAL, FieldClass.PERSONAL, FieldClass.SUSPICION)


@dataclass(slots=True)
class Notebook:
    """What one check reads; `policy` is the policy's section on checks, `day` the day as of which is checked.

    `late_days`: upper bounds of the groups of overdue invoices, as policy gives them; without any there is one group.
    `screened`: what holding the customer against the watch lists came to; None where nobody did.
    """

    dossier: Dossier
    policy: ChecksSection
    day: date
    now: datetime
    late_days: Sequence[int] = ()
    screened: Screened | None = None
    evidence: dict[str, Evidence] = field(default_factory=dict)

    def cite(self, row: Any, *columns: str) -> str:
        """The evidence id of a row, quoting the columns that matter; cited again, the quotes are joined."""
        item = record_evidence(row, self.dossier, columns)
        known = self.evidence.get(item.id)
        if known is not None:
            quote = "\n".join(dict.fromkeys([*known.quote.splitlines(), *item.quote.splitlines()]))
            item = _quoting(item, quote)
        self.evidence[item.id] = item
        return item.id

    def keep(self, item: Evidence) -> str:
        """The id of a piece that exists already, such as the passage of an event."""
        self.evidence.setdefault(item.id, item)
        return item.id

    def calculate(
        self, formula: str, inputs: Sequence[tuple[str, str, Decimal]], result: Decimal, unit: str
    ) -> str:
        """The evidence id of a calculation over what was cited; `inputs` are (name, evidence id, value)."""
        calculation = Calculation(formula, tuple(inputs), result, unit)
        shown = ", ".join(f"{name} = {value}" for name, _, value in inputs[:12])
        classes = [self.evidence[ref].field_class for _, ref, _ in inputs if ref in self.evidence]
        item = Evidence(
            id=calculation_id(calculation),
            kind=EvidenceKind.CALCULATION,
            source="bonafide",
            quote=f"{formula} = {result} {unit}" + (f"\n{shown}" if shown else ""),
            tier=Tier.INTERNAL,
            date=self.day.isoformat(),
            customer=self.dossier.code,
            recorded_at=self.now,
            field_class=max(classes, key=_ORDER.index, default=FieldClass.PUBLIC),
            calculation=calculation,
        )
        return self.keep(item)

    def nothing(self, where: str, what: str) -> str:
        """The evidence id of a search that found nothing: where was looked, and until when."""
        until = self.now.isoformat(timespec="minutes")
        item = Evidence(
            id=search_id(f"{self.dossier.code} {where}", what, until),
            kind=EvidenceKind.SEARCH,
            source=where,
            quote=f"{where}: {what}: 0",
            tier=Tier.INTERNAL,
            date=self.day.isoformat(),
            customer=self.dossier.code,
            recorded_at=self.now,
            field_class=FieldClass.PUBLIC,
        )
        return self.keep(item)


def _quoting(item: Evidence, quote: str) -> Evidence:
    from dataclasses import replace

    return replace(item, quote=quote)


def passed(check: str, phrase: str, evidence: Sequence[str], **values: Value) -> Finding:
    """A finding that all is well."""
    return Finding(check, Status.PASS, phrase, values, tuple(dict.fromkeys(evidence)))


def warned(
    check: str, phrase: str, evidence: Sequence[str], likelihood: int, impact: int, **values: Value
) -> Finding:
    """A finding to look at, with its place in the risk matrix."""
    return Finding(check, Status.WARN, phrase, values, tuple(dict.fromkeys(evidence)), likelihood, impact)


def failed(
    check: str, phrase: str, evidence: Sequence[str], likelihood: int, impact: int, **values: Value
) -> Finding:
    """A finding that speaks against the customer, with its place in the risk matrix."""
    return Finding(check, Status.FAIL, phrase, values, tuple(dict.fromkeys(evidence)), likelihood, impact)


def unknown(check: str, phrase: str, evidence: Sequence[str], **values: Value) -> Finding:
    """What could not be checked; never a pass."""
    return Finding(check, Status.UNKNOWN, phrase, values, tuple(dict.fromkeys(evidence)))


def money(amount: Decimal, currency: str) -> Value:
    """An amount with its currency."""
    return ("money", str(amount), currency)


def percent(value: Decimal) -> Value:
    """A percentage, already times a hundred."""
    return ("percent", str(value))


def change(value: Decimal) -> Value:
    """A change in percent, already times a hundred, told with its sign."""
    return ("change", str(value))


def pace(value: Decimal) -> Value:
    """How long after the day due, on average: late, early (below zero) or on the day."""
    return ("pace", str(value))


def number(value: Decimal | int) -> Value:
    """A plain number."""
    return ("number", str(value))


def ratio(value: Decimal) -> Value:
    """A quotient, to two places."""
    return ("ratio", str(value))


def days(value: Decimal | int) -> Value:
    """A number of days."""
    return ("days", str(value))


def on(day: PartialDate | date) -> Value:
    """A date."""
    return ("date", str(day))


def text(value: str) -> Value:
    """Words as a source gives them."""
    return ("text", value)


def label(key: str) -> Value:
    """A word of ours, by its key below `labels`."""
    return ("label", key)


def listed(*values: Value) -> Value:
    """Several values in a row."""
    return ("list", *("\x1f".join(value) for value in values))
