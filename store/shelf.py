"""Documents as they are read back, always as one set of field classes sees them.

What may not be seen is not there: no method tells a hidden document from one that never came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select

from store.access import FieldClass
from store.evidence import Tier
from store.schema.documents import blocks, document_customers, documents
from store.schema.history import subjects, versions


@dataclass(frozen=True, slots=True)
class DocumentHead:
    """A stored document without its text; `customers` are codes in order."""

    id: UUID
    sha256: str
    blob: str | None
    external_id: str | None
    part_of: str | None
    title: str
    source: str
    tier: Tier
    field_class: FieldClass
    published: str | None
    url: str | None
    language: str
    media_type: str
    added_at: datetime
    added_seq: int
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredBlock:
    """A block as it is kept."""

    id: int
    document_id: UUID
    ordinal: int
    locator: Mapping[str, Any]
    kind: str
    text: str


_HEAD = [documents.c[name] for name in DocumentHead.__dataclass_fields__ if name != "customers"]


def names_stamp(connection: Connection) -> int:
    """A number that changes whenever a customer or one of its names does; quicker than reading them all."""
    newest = select(func.max(versions.c.recorded_seq)).where(versions.c.aggregate == "customers")
    return connection.scalar(newest) or 0


class DocumentReader:
    """Stored documents of one connection, always as one set of classes sees them."""

    def __init__(self, connection: Connection, classes: Collection[FieldClass]) -> None:
        self._connection = connection
        self._classes = sorted(name.value for name in classes)

    def heads(self, ids: Collection[UUID], *, known_seq: int | None = None) -> dict[UUID, DocumentHead]:
        """The documents among `ids` that may be seen, with the codes of their customers."""
        return {head.id: head for head in self._heads(documents.c.id, ids, known_seq)}

    def of_customers(
        self, customers: Collection[UUID], *, known_seq: int | None = None
    ) -> list[DocumentHead]:
        """The documents about these customers, newest first."""
        linked = select(document_customers.c.document_id).where(
            document_customers.c.customer_id.in_(list(customers))
        )
        ids = list(self._connection.scalars(linked)) if customers else []
        found = self._heads(documents.c.id, set(ids), known_seq)
        return sorted(
            found, key=lambda head: (head.published or "", head.added_seq, str(head.id)), reverse=True
        )

    def by_hash(self, start: str) -> DocumentHead | None:
        """The document whose content address begins so; None when there is none that may be seen."""
        if not self._classes or len(start) < 16 or not all(c in "0123456789abcdef" for c in start):
            return None
        query = select(*_HEAD).where(
            documents.c.sha256 >= start,
            documents.c.sha256 <= start + "g",
            documents.c.field_class.in_(self._classes),
        )
        row = self._connection.execute(query).first()
        return None if row is None else _head(row, self._codes([row.id]).get(row.id, ()))

    def newest(self, external_id: str) -> DocumentHead | None:
        """The newest document with this external id that may be seen."""
        found = self._heads(documents.c.external_id, [external_id], None)
        return max(found, key=lambda head: (head.added_seq, str(head.id)), default=None)

    def blocks(self, ids: Collection[int]) -> dict[int, StoredBlock]:
        """Blocks by their keys; only those of documents that may be seen."""
        if not ids or not self._classes:
            return {}
        query = (
            select(blocks)
            .join(documents, documents.c.id == blocks.c.document_id)
            .where(blocks.c.id.in_(list(ids)), documents.c.field_class.in_(self._classes))
        )
        return {row.id: _block(row) for row in self._connection.execute(query)}

    def text(self, document_ids: Collection[UUID]) -> dict[UUID, list[StoredBlock]]:
        """All blocks of these documents in reading order; only of documents that may be seen."""
        found: dict[UUID, list[StoredBlock]] = defaultdict(list)
        wanted = list(document_ids)
        if not self._classes:
            return found
        for at in range(0, len(wanted), 500):
            query = (
                select(blocks)
                .join(documents, documents.c.id == blocks.c.document_id)
                .where(
                    blocks.c.document_id.in_(wanted[at : at + 500]),
                    documents.c.field_class.in_(self._classes),
                )
                .order_by(blocks.c.document_id, blocks.c.ordinal)
            )
            for row in self._connection.execute(query):
                found[row.document_id].append(_block(row))
        return found

    def _heads(self, column: Any, values: Collection[Any], known_seq: int | None) -> list[DocumentHead]:
        wanted = list(values)
        rows: list[Any] = []
        if not self._classes:
            return []
        for at in range(0, len(wanted), 500):
            query = select(*_HEAD).where(
                column.in_(wanted[at : at + 500]), documents.c.field_class.in_(self._classes)
            )
            if known_seq is not None:
                query = query.where(documents.c.added_seq <= known_seq)
            rows += self._connection.execute(query).all()
        codes = self._codes([row.id for row in rows])
        return [_head(row, codes.get(row.id, ())) for row in rows]

    def _codes(self, ids: Sequence[UUID]) -> dict[UUID, tuple[str, ...]]:
        codes: dict[UUID, list[str]] = defaultdict(list)
        for at in range(0, len(ids), 500):
            query = (
                select(document_customers.c.document_id, subjects.c.code)
                .join(subjects, subjects.c.id == document_customers.c.customer_id)
                .where(document_customers.c.document_id.in_(ids[at : at + 500]))
            )
            for document_id, code in self._connection.execute(query):
                if code:
                    codes[document_id].append(code)
        return {key: tuple(sorted(found, key=lambda code: (len(code), code))) for key, found in codes.items()}


def _head(row: Any, codes: tuple[str, ...]) -> DocumentHead:
    values = dict(row._mapping)
    values["tier"] = Tier(row.tier)
    values["field_class"] = FieldClass(row.field_class)
    return DocumentHead(**values, customers=codes)


def _block(row: Any) -> StoredBlock:
    return StoredBlock(row.id, row.document_id, row.ordinal, row.locator, row.kind, row.text)
