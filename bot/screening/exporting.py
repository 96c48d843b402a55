"""Hits with their history, for an examiner (检查导出): one row for everything that happened to a hit.

Rights are checked again, and the ledger hears of the export before the bytes are given.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from bot.screening.rights import may_read
from bot.screening.telling import tell_change, tell_note
from prompts.phrasebook import Phrasebook
from store.access import Permission, Viewer, authorize
from store.customers import Customers
from store.engine import Databases, reading, unit_of_work
from store.hits import Hit, Hits, HitStep
from store.ledger import Ledger
from store.policy.types import Policy

COLUMNS = (
    "hit",
    "screening",
    "customer",
    "subject",
    "role",
    "list",
    "version",
    "entry",
    "name",
    "matched",
    "score",
    "because",
    "against",
    "act",
    "state",
    "who",
    "when",
    "reason",
    "changed",
    "ledger",
    "policy",
)
FORMS = ("csv", "xlsx")
#: What a spreadsheet would run instead of showing.
_RISKY = ("=", "+", "-", "@", "\t", "\r")


class HitExport:
    """Writes hits as CSV or XLSX."""

    def __init__(self, databases: Databases, *, policy: Policy, clock: Callable[[], datetime]) -> None:
        self._databases, self._policy, self._clock = databases, policy, clock

    def export(
        self,
        viewer: Viewer,
        form: str,
        *,
        customer_id: UUID | None = None,
        codes: Sequence[str] | None = None,
        language: str = "en",
    ) -> bytes:
        """Every hit, or those of a customer, or those with these codes, with everything that happened to each.

        `form` is csv or xlsx. Raises Forbidden unless the viewer may export and see hits here.
        """
        may_read(viewer)
        authorize(viewer, Permission.EXPORT)
        if form not in FORMS:
            raise ValueError(f"“{form}” is no form of an export; there are {', '.join(FORMS)}")
        book, now = Phrasebook.nearest(language), self._clock()
        wanted = None if codes is None else frozenset(codes)
        with reading(self._databases.read) as connection:
            hits = Hits(connection)
            every = hits.of_customers([customer_id]) if customer_id is not None else list(hits.every())
            chosen = [hit for hit in every if wanted is None or hit.code in wanted]
            found = Customers(connection).by_ids({hit.customer_id for hit in chosen if hit.customer_id})
            rows = [
                row
                for hit in chosen
                for row in _rows(
                    hit,
                    hits.steps(hit),
                    found[hit.customer_id].code if hit.customer_id in found else "",
                    book,
                )
            ]
        with unit_of_work(self._databases.write) as connection:
            Ledger(connection, self._clock).append(
                actor=viewer.actor,
                action="exported",
                customer_id=customer_id,
                subject="hits",
                detail={
                    "format": form,
                    "hits": len(chosen),
                    "rows": len(rows),
                    "role": viewer.role.value,
                    "policy": self._policy.version,
                },
            )
        titles = [book[f"screening_desk.column.{name}"] for name in COLUMNS]
        return _csv(titles, rows) if form == "csv" else _workbook(titles, rows, book, viewer, now)


def _rows(hit: Hit, steps: Sequence[HitStep], customer: str, book: Phrasebook) -> Iterator[Mapping[str, Any]]:
    whole = {
        "hit": hit.code,
        "customer": customer,
        "subject": hit.name,
        "role": ", ".join(book.get(f"screening_desk.role.{role}", role) for role in hit.roles),
        "list": hit.list,
        "entry": hit.entry,
        "name": hit.entry_name,
        "matched": hit.matched,
        "because": _notes(hit.because, book),
        "against": _notes(hit.against, book),
        "policy": hit.policy_version,
    }
    for step in steps:
        yield {
            **whole,
            "screening": step.screening or "",
            "version": step.list_version,
            "score": Decimal(step.score) / 10_000,
            "act": book[f"screening_desk.act.{step.act}"],
            "state": book[f"screening_desk.state.{step.after}"],
            "who": step.actor or "",
            "when": step.at,
            "reason": step.words,
            "changed": "; ".join(tell_change(field, book) for field in step.fields),
            "ledger": step.seq,
        }


def _notes(notes: Sequence[Mapping[str, Any]], book: Phrasebook) -> str:
    told = (tell_note(note, book) for note in notes)
    return "; ".join(f"{note['note']}: {note['left']} ~ {note['right']}" for note in told)


def _csv(titles: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(titles)
    for row in rows:
        writer.writerow([_cell(row[name]) for name in COLUMNS])
    # The mark tells spreadsheets that it is UTF-8; without it Chinese names are broken there.
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _cell(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    text = str(value)
    return f"'{text}" if text.startswith(_RISKY) else text


def _workbook(
    titles: Sequence[str], rows: Sequence[Mapping[str, Any]], book: Phrasebook, viewer: Viewer, now: datetime
) -> bytes:
    from bot.reports.tables import Column, Kind, write_table

    kinds = {"version": Kind.COUNT, "ledger": Kind.COUNT, "score": Kind.NUMBER, "when": Kind.INSTANT}
    columns = [Column(title, kinds.get(name, Kind.TEXT)) for name, title in zip(COLUMNS, titles, strict=True)]
    cells = [tuple(row[name] for name in COLUMNS) for row in rows]
    notes = [book.say("portfolio.file.made", at=f"{now:%Y-%m-%d %H:%M} UTC", actor=viewer.actor)]
    title = book["screening_desk.column.hit"]
    return write_table(columns, cells, title, notes, language=book.language, made_at=now)
