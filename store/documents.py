"""Documents: written with blocks, passages and lexical rows in one transaction, taken out again, and read.

A document is never changed: other bytes are another document. Bulk writers tokenise first and write after, so
that the transaction is short.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, literal, select, text, update

from store.access import FieldClass
from store.errors import StoreDamaged
from store.evidence import Tier
from store.indexwork import ADD, REMOVE
from store.lexicon import take_out_terms, write_terms
from store.schema.documents import blocks, collection, document_customers, documents, index_work, passages
from store.schema.events import risk_events
from store.schema.lexical import CLASS_NUMBER, passage_terms


@dataclass(frozen=True, slots=True)
class BlockRow:
    """A page, sheet part or article as the reader gave it."""

    text: str
    locator: Mapping[str, Any]
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A stretch of the block number `block`; `terms` as `passage_terms` keeps them, `length` those of the body."""

    block: int
    start: int
    end: int
    length: int
    terms: str


@dataclass(frozen=True, slots=True)
class Link:
    """A customer that the document is about; `how` is given, title or text."""

    customer_id: UUID
    how: str
    mention: str | None = None
    count: int = 1


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document ready to be written, with its blocks, passages and customers."""

    id: UUID
    sha256: str
    title: str
    source: str
    tier: Tier
    field_class: FieldClass
    language: str
    media_type: str
    size: int
    blocks: tuple[BlockRow, ...]
    passages: tuple[PassageRow, ...]
    blob: str | None = None
    external_id: str | None = None
    part_of: str | None = None
    published: str | None = None
    url: str | None = None
    warnings: tuple[str, ...] = ()
    customers: tuple[Link, ...] = ()


class Documents:
    """The documents of one connection; nothing is committed here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def lock(self) -> None:
        """Keep other writers of documents out until the transaction ends, so that a check stays true."""
        present = set(self._connection.scalars(select(collection.c.id)))
        missing = [number for number in CLASS_NUMBER.values() if number not in present]
        if missing:
            self._connection.execute(
                text(
                    "INSERT INTO collection (id, passages, length, terms_version) VALUES (:id, 0, 0, '')"
                    " ON CONFLICT (id) DO NOTHING"
                ),
                [{"id": number} for number in missing],
            )
        if not self._sqlite:
            self._connection.execute(select(collection.c.id).order_by(collection.c.id).with_for_update())

    def present(self, hashes: Collection[str]) -> dict[str, UUID]:
        """Which of these content addresses are already there, with their documents."""
        found: dict[str, UUID] = {}
        wanted = list(hashes)
        for at in range(0, len(wanted), 500):
            query = select(documents.c.sha256, documents.c.id).where(
                documents.c.sha256.in_(wanted[at : at + 500])
            )
            found.update((row.sha256, row.id) for row in self._connection.execute(query))
        return found

    def add(
        self, rows: Sequence[DocumentRow], *, added_at: datetime, added_seq: int, terms_version: str
    ) -> None:
        """Write documents with their blocks, passages, lexical rows and customers.

        Raises StoreDamaged when the index holds terms of another version of the tokeniser.
        """
        if not rows:
            return
        self.lock()
        self._check_version(terms_version)
        block_id = self._connection.scalar(select(func.coalesce(func.max(blocks.c.id), 0))) or 0
        passage_id = self._connection.scalar(select(func.coalesce(func.max(passages.c.id), 0))) or 0
        before = passage_id
        document_rows, block_rows, passage_rows, links = [], [], [], []
        term_rows: dict[FieldClass, list[dict[str, Any]]] = defaultdict(list)
        lengths: Counter[FieldClass] = Counter()
        for row in rows:
            document_rows.append(_document(row, added_at, added_seq))
            first = block_id + 1
            for ordinal, block in enumerate(row.blocks):
                block_id += 1
                block_rows.append(
                    {
                        "id": block_id,
                        "document_id": row.id,
                        "ordinal": ordinal,
                        "locator": dict(block.locator),
                        "kind": block.kind,
                        "text": block.text,
                    }
                )
            for piece in row.passages:
                passage_id += 1
                passage_rows.append(
                    {
                        "id": passage_id,
                        "document_id": row.id,
                        "block_id": first + piece.block,
                        "start": piece.start,
                        "end": piece.end,
                        "length": piece.length,
                        "field_class": row.field_class.value,
                        "published": row.published,
                        "added_seq": added_seq,
                    }
                )
                term_rows[row.field_class].append({"passage_id": passage_id, "terms": piece.terms})
                lengths[row.field_class] += piece.length
            links += [_link(row.id, link) for link in row.customers]
        self._insert(documents, document_rows)
        self._insert(blocks, block_rows)
        self._insert(passages, passage_rows)
        self._insert(document_customers, links)
        self._follow(ADD, passages.c.id > before)
        for field_class, added in term_rows.items():
            self._insert(passage_terms, added)
            write_terms(self._connection, field_class, added)
            self._count(field_class, len(added), lengths[field_class], terms_version)

    def link(self, document_id: UUID, links: Iterable[Link]) -> int:
        """Tie a document to further customers; returns how many were new."""
        there = set(
            self._connection.scalars(
                select(document_customers.c.customer_id).where(
                    document_customers.c.document_id == document_id
                )
            )
        )
        wanted = {link.customer_id: link for link in reversed(list(links))}
        fresh = [_link(document_id, link) for customer, link in wanted.items() if customer not in there]
        self._insert(document_customers, fresh)
        return len(fresh)

    def remove(self, document_id: UUID) -> int:
        """Take a document out with all that was made from it; returns how many passages it had.

        The words stay in the index files of SQLite until `optimize` (see `compact`) merges them away.
        """
        self.lock()
        query = (
            select(passages.c.id, passages.c.length, passages.c.field_class, passage_terms.c.terms)
            .join(passage_terms, passage_terms.c.passage_id == passages.c.id)
            .where(passages.c.document_id == document_id)
        )
        gone = self._connection.execute(query).all()
        for row in gone:
            field_class = FieldClass(row.field_class)
            take_out_terms(self._connection, field_class, [{"passage_id": row.id, "terms": row.terms}])
            self._count(field_class, -1, -row.length, None)
        self._follow(REMOVE, passages.c.document_id == document_id)
        ids = [row.id for row in gone]
        for at in range(0, len(ids), 500):
            some = ids[at : at + 500]
            self._connection.execute(delete(passage_terms).where(passage_terms.c.passage_id.in_(some)))
        for table in (passages, blocks, risk_events, document_customers):
            self._connection.execute(delete(table).where(table.c.document_id == document_id))
        self._connection.execute(delete(documents).where(documents.c.id == document_id))
        return len(gone)

    def compact(self) -> None:
        """Merge the index so that the words of removed passages leave its files."""
        if self._sqlite:
            self._connection.execute(text("INSERT INTO lexical(lexical) VALUES ('optimize')"))

    def _follow(self, kind: str, which: Any) -> None:
        """Queue these passages for the indexes that follow the store."""
        queued = select(literal(kind), passages.c.id).where(which).order_by(passages.c.id)
        self._connection.execute(insert(index_work).from_select(["kind", "passage_id"], queued))

    def refresh_plans(self) -> None:
        """Tell PostgreSQL's planner how large the tables are after many were added, before it finds out by itself."""
        if not self._sqlite:
            self._connection.execute(
                text(
                    "ANALYZE documents, blocks, passages, passage_terms, document_customers, term_frequencies"
                )
            )

    def _insert(self, table: Any, rows: list[dict[str, Any]]) -> None:
        if rows:
            self._connection.execute(insert(table), rows)

    def _count(self, field_class: FieldClass, number: int, length: int, version: str | None) -> None:
        values: dict[str, Any] = {
            "passages": collection.c.passages + number,
            "length": collection.c.length + length,
        }
        if version is not None:
            values["terms_version"] = version
        self._connection.execute(
            update(collection).where(collection.c.id == CLASS_NUMBER[field_class]).values(values)
        )

    def _check_version(self, version: str) -> None:
        others = self._connection.scalars(
            select(collection.c.terms_version).where(
                collection.c.passages > 0, collection.c.terms_version != version
            )
        ).all()
        if others:
            raise StoreDamaged(
                f"the index holds terms of version {others[0]} and the program makes version {version};"
                " run `bonafide reindex` once, then add the documents again"
            )


def _document(row: DocumentRow, added_at: datetime, added_seq: int) -> dict[str, Any]:
    return {
        "id": row.id,
        "sha256": row.sha256,
        "blob": row.blob,
        "external_id": row.external_id,
        "part_of": row.part_of,
        "title": row.title,
        "source": row.source,
        "tier": row.tier.value,
        "field_class": row.field_class.value,
        "published": row.published,
        "url": row.url,
        "language": row.language,
        "media_type": row.media_type,
        "size": row.size,
        "warnings": list(row.warnings),
        "added_at": added_at,
        "added_seq": added_seq,
    }


def _link(document_id: UUID, link: Link) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "customer_id": link.customer_id,
        "how": link.how,
        "mention": link.mention,
        "count": link.count,
    }
