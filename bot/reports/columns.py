"""Columns of records in the words of a report (字段): names, coded values, amounts with their thousands parted."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from bot.reports.scales import figure
from prompts.phrasebook import Phrasebook

_COLUMN = re.compile(r"[a-z][a-z0-9_]*")
_NUMBER = re.compile(r"-?\d{5,}(\.\d+)?")
#: Column → the tables of phrases that name its values.
_CODED = {
    "role": ("reports.owner_role", "labels.record_role", "labels.role"),
    "status": ("labels.status",),
    "stage": ("labels.stage",),
    "dimension": ("labels.dimension",),
    "country": ("labels.country",),
    "audited": ("reports.yes_no",),
    "attribute": ("labels.field", "labels.item"),
}
#: Columns of money beside the items of statements.
_AMOUNTS = frozenset({"amount", "registered_capital"})


class Columns:
    """Names and values of columns in one language; what has no name stays as it is stored."""

    def __init__(self, words: Phrasebook) -> None:
        self.words = words

    def line(self, line: str) -> str:
        """A line `name: value` of a record's quote, in words; any other line unchanged."""
        column, colon, value = line.partition(": ")
        if not colon or not _COLUMN.fullmatch(column):
            return line
        name = self._first((f"labels.{table}.{column}" for table in ("column", "field", "item")), column)
        return self.words.say("reports.column", name=name, value=self._value(column, value))

    def formula(self, text: str) -> str:
        """A formula, or the name of an input, with the items of statements in words."""
        return _COLUMN.sub(lambda found: self.words.get(f"labels.item.{found.group()}", found.group()), text)

    def amount(self, text: str) -> str:
        """A long number with its thousands parted; anything else unchanged."""
        value: Decimal | None = figure(text) if _NUMBER.fullmatch(text) else None
        return text if value is None else f"{value:,f}"

    def _value(self, column: str, value: str) -> str:
        if column in _AMOUNTS or f"labels.item.{column}" in self.words:
            return self.amount(value)
        return self._first((f"{table}.{value}" for table in _CODED.get(column, ())), value)

    def _first(self, keys: Iterable[str], otherwise: str) -> str:
        return next((self.words[key] for key in keys if key in self.words), otherwise)
