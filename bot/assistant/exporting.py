"""A table that an answer carries, as a workbook (导出): rights are checked again, and the ledger hears of it first.

One entry a customer, so that "who looked at X" finds exports too; they are written in slices before the bytes are
given, so nobody holds a file that the ledger does not know.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from bot.assistant.table import Table, read_table
from prompts.phrasebook import Phrasebook
from store.access import Permission, Viewer, authorize
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, UnknownSubject
from store.ledger import Ledger

#: Ledger entries of one transaction.
_SLICE = 200
#: Ids of evidence that one cell names.
_NAMED = 30


class Exporter:
    """Makes files of kept answers."""

    def __init__(self, databases: Databases, *, clock: Callable[[], datetime]) -> None:
        self._databases = databases
        self._clock = clock

    def may(self, body: Mapping[str, Any], viewer: Viewer) -> bool:
        """Whether a viewer may have the table of an answer as a file."""
        table = body.get("table")
        if not table or not viewer.may(Permission.EXPORT):
            return False
        return {item.value for item in viewer.classes} >= set(table["classes"])

    def workbook(self, body: Mapping[str, Any], viewer: Viewer, *, question: str = "") -> tuple[str, bytes]:
        """The title and the bytes of the file; raises Forbidden, in the same words whatever the table holds."""
        authorize(viewer, Permission.EXPORT)
        if not self.may(body, viewer):
            raise Forbidden("this table may not be exported here")
        table, now = read_table(body["table"]), self._clock()
        self._enter(table, str(body.get("code") or ""), viewer)
        return table.title, written(table, body, actor=viewer.actor, made_at=now, question=question)

    def _enter(self, table: Table, code: str, viewer: Viewer) -> None:
        codes = list(dict.fromkeys(str(row.cells[0]) for row in table.rows))
        with reading(self._databases.read) as connection:
            customers = Customers(connection)
            found = []
            for one in codes:
                try:
                    found.append(customers.by_code(one).id)
                except UnknownSubject:
                    continue
        for at in range(0, max(len(found), 1), _SLICE):
            with unit_of_work(self._databases.write) as connection:
                ledger = Ledger(connection, self._clock)
                for customer in found[at : at + _SLICE] or [None]:
                    ledger.append(
                        actor=viewer.actor,
                        action="exported",
                        customer_id=customer,
                        subject=code,
                        detail={"format": "xlsx", "rows": len(table.rows), "role": viewer.role.value},
                    )


def written(
    table: Table, body: Mapping[str, Any], *, actor: str, made_at: datetime, question: str = ""
) -> bytes:
    """A table as an XLSX file, with what was asked, when and by whom."""
    from bot.reports.tables import Column, Kind, Money, Row, write_table

    language = str(body.get("language") or "en")
    book = Phrasebook.nearest(language)
    columns = [Column(column.title, Kind(column.kind)) for column in table.columns]
    columns.append(Column(book["portfolio.file.evidence"]))
    rows = [
        Row(
            (
                *(
                    Money(*cell) if isinstance(cell, tuple) else _counted(cell, column.kind)
                    for cell, column in zip(row.cells, table.columns, strict=True)
                ),
                "; ".join(row.evidence[:_NAMED]),
            ),
            row.evidence,
        )
        for row in table.rows
    ]
    notes = [
        *([book.say("portfolio.file.asked", question=question)] if question else []),
        book.say("portfolio.file.made", at=f"{made_at:%Y-%m-%d %H:%M} UTC", actor=actor),
        *table.notes,
    ]
    evidence = [{**item, "id": item["ref"]} for item in body.get("evidence") or ()]
    return write_table(
        columns, rows, table.title, notes, evidence=evidence, language=language, made_at=made_at
    )


def _counted(cell: Any, kind: str) -> Any:
    return int(cell) if kind == "count" and isinstance(cell, Decimal) else cell
