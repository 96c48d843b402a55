"""Opinions of a model, kept beside those of the rules (第二意见), and how far it has read.

Nothing here is an event, an alert or a record, and nothing reads it to make one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, or_, select
from sqlalchemy.orm import Session

from store.access import FieldClass
from store.canonical import mend, plain
from store.identity import new_id
from store.schema.documents import documents
from store.schema.opinions import opinions, reader_cursors


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion; a `refused` one says why and holds nothing of what the model said."""

    purpose: str
    subject: str
    state: str
    field_class: FieldClass
    body: Mapping[str, Any]
    rule: Mapping[str, Any]
    model: str
    prompt: str
    request: str
    at: datetime
    reason: str | None = None
    document_id: UUID | None = None
    customer_id: UUID | None = None


class Opinions:
    """Keeps opinions on a connection inside somebody's unit of work."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def keep(self, opinion: Opinion) -> bool:
        """Keep an opinion; whether it was new. The same model with the same prompt is heard once on a subject.

        Append to the ledger or move a cursor first, so that two who keep one opinion wait for each other.
        """
        same = (
            (opinions.c.purpose == opinion.purpose)
            & (opinions.c.subject == opinion.subject)
            & (opinions.c.model == opinion.model)
            & (opinions.c.prompt == opinion.prompt)
        )
        if self._connection.execute(select(opinions.c.id).where(same)).first() is not None:
            return False
        row = {name: getattr(opinion, name) for name in Opinion.__dataclass_fields__}
        row |= {
            "id": new_id(),
            "field_class": opinion.field_class.value,
            "body": plain(mend(dict(opinion.body))),
            "rule": plain(mend(dict(opinion.rule))),
        }
        self._connection.execute(opinions.insert(), row)
        return True

    def on(self, purpose: str, subject: str) -> list[Opinion]:
        """The opinions on a subject, newest first."""
        query = select(opinions).where(opinions.c.purpose == purpose, opinions.c.subject == subject)
        return self._read(query.order_by(opinions.c.at.desc(), opinions.c.id.desc()))

    def on_documents(self, shas: Collection[str], classes: Collection[FieldClass]) -> list[Opinion]:
        """What was held of documents whose content addresses begin so, as far as these classes may see it."""
        if not shas or not classes:
            return []
        begins = [
            (documents.c.sha256 >= start) & (documents.c.sha256 <= start + "g") for start in sorted(shas)
        ]
        query = (
            select(opinions)
            .join(documents, documents.c.id == opinions.c.document_id)
            .where(
                opinions.c.state == "held",
                opinions.c.field_class.in_(sorted(level.value for level in classes)),
                or_(*begins),
            )
        )
        return self._read(query.order_by(opinions.c.at, opinions.c.id))

    def counts(self) -> dict[tuple[str, str], int]:
        """How many opinions there are, by purpose and state."""
        query = select(opinions.c.purpose, opinions.c.state, func.count()).group_by(
            opinions.c.purpose, opinions.c.state
        )
        return {(row[0], row[1]): row[2] for row in self._connection.execute(query)}

    def _read(self, query: Any) -> list[Opinion]:
        return [_opinion(row) for row in self._connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the order in which documents were added."""

    seq: int
    document_id: UUID | None = None


class ReaderCursors:
    """How far each reader has come."""

    def __init__(self, connection: Connection | Session) -> None:
        self._connection = connection

    def place(self, name: str) -> Place | None:
        """Where a reader stands; None when it has never read."""
        query = select(reader_cursors).where(reader_cursors.c.name == name)
        row = self._connection.execute(query).one_or_none()
        return row and Place(row.seq, row.document_id)

    def move(self, name: str, place: Place) -> None:
        """Write down where a reader stands."""
        values = {"seq": place.seq, "document_id": place.document_id}
        moved = self._connection.execute(
            reader_cursors.update().where(reader_cursors.c.name == name).values(**values)
        )
        if not moved.rowcount:
            self._connection.execute(reader_cursors.insert(), {"name": name, **values})

    def end(self) -> Place:
        """The place behind the document that was added last."""
        order = (documents.c.added_seq.desc(), documents.c.id.desc())
        last = self._connection.execute(
            select(documents.c.added_seq, documents.c.id).order_by(*order).limit(1)
        ).one_or_none()
        return Place(0) if last is None else Place(last.added_seq, last.id)

    def after(self, place: Place, limit: int) -> list[Place]:
        """The next documents behind a place, in order."""
        behind = documents.c.added_seq > place.seq
        if place.document_id is not None:
            behind = or_(behind, (documents.c.added_seq == place.seq) & (documents.c.id > place.document_id))
        query = (
            select(documents.c.added_seq, documents.c.id)
            .where(behind)
            .order_by(documents.c.added_seq, documents.c.id)
            .limit(limit)
        )
        return [Place(row.added_seq, row.id) for row in self._connection.execute(query)]


def _opinion(row: Row[Any]) -> Opinion:
    values = {name: getattr(row, name) for name in Opinion.__dataclass_fields__}
    return Opinion(**{**values, "field_class": FieldClass(row.field_class)})
