"""Making the lexical rows anew (重建词语索引) after the tokeniser has changed, slice by slice with a cursor.

Every passage has exactly one set of rows at any moment, the old or the new one, so it is found all the time; only
adding is refused until the last slice. A slice and its cursor are one transaction: a run that is killed goes on
where it stopped, and two runs at once share the work.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, delete, func, insert, literal, select, update

from store.access import FieldClass
from store.documents import Documents
from store.indexwork import ADD, IndexWork
from store.lexicon import take_out_terms, write_terms
from store.schema.documents import collection, documents, index_work, passages, reindexing
from store.schema.lexical import CLASS_NUMBER, passage_terms

_ROW = 1


@dataclass(frozen=True, slots=True)
class StoredPassage:
    """A passage with what its terms are made of, and the terms that it has now."""

    id: int
    document_id: UUID
    title: str
    published: str | None
    text: str
    terms: str


@dataclass(frozen=True, slots=True)
class FreshTerms:
    """The new terms of a passage, as `passage_terms` keeps them, and how many stand in its body."""

    document_id: UUID
    terms: str
    length: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work for one version has come: the last passage that is done, and how many are left."""

    after: int
    left: int


class Reindexing:
    """The work on one connection; nothing is committed here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def outdated(self, version: str) -> str | None:
        """The version of the tokeniser that the collection was made with, if it is another one."""
        return self._connection.scalar(
            select(collection.c.terms_version)
            .where(collection.c.passages > 0, collection.c.terms_version != version)
            .order_by(collection.c.id)
            .limit(1)
        )

    def progress(self, version: str) -> Progress:
        """Where the work for this version stands; at the beginning when there is none, or only for another one."""
        after = self._after(version)
        left = self._connection.scalar(
            select(func.count()).select_from(passages).where(passages.c.id > after)
        )
        return Progress(after, left or 0)

    def read(self, after: int, limit: int) -> list[StoredPassage]:
        """The next passages after this key, of every class: for the index alone."""
        query = (
            select(
                passages.c.id,
                passages.c.document_id,
                documents.c.title,
                documents.c.published,
                passage_terms.c.terms,
            )
            .join(documents, documents.c.id == passages.c.document_id)
            .join(passage_terms, passage_terms.c.passage_id == passages.c.id)
            .where(passages.c.id > after)
            .order_by(passages.c.id)
            .limit(limit)
        )
        rows = self._connection.execute(query).all()
        texts = {
            found.id: found.text for found in IndexWork(self._connection).texts([row.id for row in rows])
        }
        return [
            StoredPassage(row.id, row.document_id, row.title, row.published, texts[row.id], row.terms)
            for row in rows
        ]

    def write(self, fresh: Mapping[int, FreshTerms], *, version: str, after: int) -> bool:
        """Replace the rows of a slice that was read after `after`, and move the cursor behind it.

        False, and nothing is done, when another run has moved it meanwhile. Passages that went meanwhile are left
        out; those that are written are queued for the vector index.
        """
        Documents(self._connection).lock()
        if not fresh or self._after(version) != after or self.outdated(version) is None:
            return False
        query = (
            select(
                passages.c.id,
                passages.c.document_id,
                passages.c.field_class,
                passages.c.length,
                passage_terms.c.terms,
            )
            .join(passage_terms, passage_terms.c.passage_id == passages.c.id)
            .where(passages.c.id > after, passages.c.id <= max(fresh))
            .order_by(passages.c.id)
        )
        old: dict[FieldClass, list[dict[str, Any]]] = defaultdict(list)
        new: dict[FieldClass, list[dict[str, Any]]] = defaultdict(list)
        grown: Counter[FieldClass] = Counter()
        for row in self._connection.execute(query):
            made = fresh.get(row.id)
            if made is None or made.document_id != row.document_id:
                # Its key was given anew while it was being read: the whole slice is read again.
                return False
            field_class = FieldClass(row.field_class)
            old[field_class].append({"passage_id": row.id, "terms": row.terms})
            new[field_class].append({"passage_id": row.id, "terms": made.terms, "length": made.length})
            grown[field_class] += made.length - row.length
        for field_class, rows in new.items():
            take_out_terms(self._connection, field_class, old[field_class])
            write_terms(self._connection, field_class, rows)
            self._replace(rows)
            self._connection.execute(
                update(collection)
                .where(collection.c.id == CLASS_NUMBER[field_class])
                .values(length=collection.c.length + grown[field_class])
            )
        self._queue(after, max(fresh))
        self._move(version, max(fresh))
        return True

    def finish(self, version: str) -> bool:
        """Say that everything is of this version; False when there are passages behind the cursor."""
        Documents(self._connection).lock()
        if self.progress(version).left:
            return False
        self._connection.execute(
            update(collection).where(collection.c.passages > 0).values(terms_version=version)
        )
        self._connection.execute(delete(reindexing))
        return True

    def _after(self, version: str) -> int:
        row = self._connection.execute(select(reindexing).where(reindexing.c.id == _ROW)).one_or_none()
        return row.after_passage if row is not None and row.terms_version == version else 0

    def _move(self, version: str, to: int) -> None:
        values = {"terms_version": version, "after_passage": to}
        moved = self._connection.execute(update(reindexing).where(reindexing.c.id == _ROW).values(values))
        if not moved.rowcount:
            self._connection.execute(insert(reindexing), {"id": _ROW, **values})

    def _replace(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self._connection.execute(
            update(passage_terms)
            .where(passage_terms.c.passage_id == bindparam("key"))
            .values(terms=bindparam("made")),
            [{"key": row["passage_id"], "made": row["terms"]} for row in rows],
        )
        self._connection.execute(
            update(passages).where(passages.c.id == bindparam("key")).values(length=bindparam("made")),
            [{"key": row["passage_id"], "made": row["length"]} for row in rows],
        )

    def _queue(self, after: int, last: int) -> None:
        queued = (
            select(literal(ADD), passages.c.id)
            .where(passages.c.id > after, passages.c.id <= last)
            .order_by(passages.c.id)
        )
        self._connection.execute(insert(index_work).from_select(["kind", "passage_id"], queued))
