"""The evidence of a result (总览的依据): rows that are shown cite their records; the others are named by their ids."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot.assistant.portfolio.evaluate import Row
from bot.assistant.portfolio.readings import Reading, Unknown, Used
from bot.assistant.portfolio.totals import Total
from bot.assistant.tools import Tools
from store.access import FieldClass
from store.alerts import Alert
from store.evidence import Evidence, record_id
from store.portfolio import CheckMark
from store.records import Dossier, RiskEvent

#: Records that a row of the text cites beside its calculation.
_BESIDE = 2
#: Inputs of one calculation; a sum over more is a sum of sums.
_INPUTS = 500
_ORDER = [FieldClass.PUBLIC, FieldClass.INTERNAL, FieldClass.PERSONAL, FieldClass.SUSPICION]


@dataclass(frozen=True, slots=True)
class Citing:
    """Makes evidence with the tools of one turn."""

    tools: Tools

    def card(self, card: Dossier, *columns: str) -> Evidence:
        """A customer's own row."""
        return self.tools.cite(card.profile, card, "legal_name", *columns)

    def reading(self, card: Dossier, reading: Reading) -> list[Evidence]:
        """A value with all that it stands on, ready to be cited."""
        if not reading.formula or not isinstance(reading.value, Decimal):
            cited = [self._cited(used, card) for used in reading.used if used.columns]
            return cited or self._marked(card, reading)
        inputs, beside = [], []
        for used in reading.used:
            if not used.columns:
                continue
            item = self._cited(used, card)
            beside.append(item)
            if used.value is not None:
                inputs.append((used.label or card.code, item, used.value))
        unit = reading.currency or {"count": "rows"}.get(reading.unit, reading.unit)
        # The code stands in the formula: two customers without any row would else share a calculation.
        formula = f"{card.code}: {reading.formula}"
        worked = self.tools.calculate(formula, inputs, reading.value, unit, customer=card.code)
        once = {item.id: item for item in beside}
        return [worked, *list(once.values())[:_BESIDE]]

    def _cited(self, used: Used, card: Dossier) -> Evidence:
        """A row of the dossier, or the place in a text that tells of an event."""
        if isinstance(used.row, RiskEvent):
            return self.tools.passage(used.row.evidence)
        if isinstance(used.row, Alert):
            lines = [f"{name}: {getattr(used.row, name)}" for name in used.columns]
            return self.tools.own(record_id(used.row.id), "alerts", lines, card, used.row.opened_at)
        return self.tools.cite(used.row, card, *used.columns)

    def _marked(self, card: Dossier, reading: Reading) -> list[Evidence]:
        """A check that was made, which is no row of the dossier."""
        marks = [used.row for used in reading.used if isinstance(used.row, CheckMark)]
        if not marks:
            return [self.card(card)]
        mark = marks[0]
        quote = [f"code: {mark.code}", f"made_at: {mark.made_at.isoformat()}", f"status: {mark.status}"]
        return [self.tools.own(record_id(mark.id), "checks", quote, card, mark.made_at)]

    def quick(self, card: Dossier, reading: Reading) -> Evidence:
        """The same as a part of a sum: a calculation over ids, or the one record."""
        if not isinstance(reading.value, Decimal):
            return self.card(card)
        inputs = [
            (used.label or card.code, _stands_on(used)[0], used.value)
            for used in reading.used
            if used.value is not None and used.columns
        ]
        classes = [_stands_on(used)[1] for used in reading.used if used.columns]
        unit = reading.currency or {"count": "rows"}.get(reading.unit, reading.unit)
        return self.tools.derive(
            f"{card.code}: {reading.formula or 'value'}",
            inputs,
            reading.value,
            unit,
            customer=card.code,
            field_class=max(classes, key=_ORDER.index, default=FieldClass.PUBLIC),
        )

    def count(self, what: str, rows: Sequence[Row]) -> Evidence:
        """How many customers there are, over their own rows."""
        return self._add(
            f"count({what})", [(row.card.code, self.card(row.card), Decimal(1)) for row in rows], "rows"
        )

    def total(self, formula: str, total: Total, ask: str) -> Evidence:
        """A sum or an average over customers."""
        inputs = [
            (row.card.code, self.quick(row.card, reading), reading.value)
            for row, reading in total.members
            if isinstance(reading.value, Decimal)
        ]
        unit = total.currency or {"count": "rows"}.get(total.unit, total.unit)
        summed = self._add(formula, inputs, unit)
        if ask != "average":
            return summed
        counted = [("sum", summed, summed.calculation.result if summed.calculation else Decimal(0))]
        return self.tools.calculate(
            f"average of {len(inputs)} customers: {formula}", counted, total.value, unit
        )

    def _add(self, formula: str, inputs: Sequence[tuple[str, Evidence, Decimal]], unit: str) -> Evidence:
        parts = list(inputs)
        while len(parts) > _INPUTS:
            slices = [parts[at : at + _INPUTS] for at in range(0, len(parts), _INPUTS)]
            parts = [
                (
                    f"{piece[0][0]}…{piece[-1][0]}",
                    self._sum(f"{formula} #{number}", piece, unit),
                    _summed(piece),
                )
                for number, piece in enumerate(slices, start=1)
            ]
        return self._sum(formula, parts, unit)

    def _sum(self, formula: str, inputs: Sequence[tuple[str, Evidence, Decimal]], unit: str) -> Evidence:
        return self.tools.calculate(formula, inputs, _summed(inputs), unit)


def _summed(inputs: Sequence[tuple[str, Evidence, Decimal]]) -> Decimal:
    return sum((value for _, _, value in inputs), Decimal(0))


def _stands_on(used: Used) -> tuple[str, FieldClass]:
    """The id of the evidence that a used row is, and its class."""
    if isinstance(used.row, RiskEvent):
        return used.row.evidence.id, used.row.evidence.field_class
    if isinstance(used.row, Alert):
        return record_id(used.row.id), FieldClass.SUSPICION
    return record_id(used.row.origin.version), used.row.origin.field_class


def refs(row: Row) -> tuple[str, ...]:
    """The ids of the records that a row of a table stands on."""
    used = [
        _stands_on(one)[0]
        for found in row.readings.values()
        if not isinstance(found, Unknown)
        for reading in found
        for one in reading.used
        if one.columns
    ]
    return tuple(dict.fromkeys([record_id(row.card.profile.origin.version), *used]))
