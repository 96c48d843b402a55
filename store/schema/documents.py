"""Documents, the text that was read from them, and the pieces that are searched.

The bytes lie content-addressed in the blob folder. A `block` is what the reader gave (a page, a group of sheet
rows, an article); a `passage` is a stretch of a block by offsets, so no text is stored twice. The lexical index
(FTS5 on SQLite, a tsvector on PostgreSQL) is written in the passage's transaction by `store/passages.py`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from store.columns import Instant
from store.schema.base import Json, metadata

documents = Table(
    "documents",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The content address: of the bytes, or of the bytes together with the external id where there is one, so that
    # the same text under two ids stays two documents that can both be found.
    Column("sha256", String(64), nullable=False, unique=True),
    # The hash under which the bytes lie in the blob folder; None where the text came without a file.
    Column("blob", String(64), nullable=True),
    Column("external_id", Text, nullable=True, index=True),
    # What this is a page or a part of, as its source names it: pages of one report share it.
    Column("part_of", Text, nullable=True, index=True),
    Column("title", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("tier", String(20), nullable=False),
    Column("field_class", String(12), nullable=False),
    Column("published", String(10), nullable=True),
    Column("url", Text, nullable=True),
    Column("language", String(8), nullable=False),
    Column("media_type", String(120), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("warnings", Json, nullable=False),
    Column("added_at", Instant, nullable=False),
    Column("added_seq", BigInteger, nullable=False),
    Index(None, "published"),
)

blocks = Table(
    "blocks",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", Uuid, ForeignKey("documents.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("locator", Json, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("document_id", "ordinal"),
)

passages = Table(
    "passages",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("document_id", Uuid, ForeignKey("documents.id"), nullable=False, index=True),
    Column("block_id", Integer, ForeignKey("blocks.id"), nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("length", Integer, nullable=False),  # number of terms, the |d| of BM25
    # Inherited from the document, so that rights and time are tested on this narrow row.
    Column("field_class", String(12), nullable=False),
    Column("published", String(10), nullable=True),
    Column("added_seq", BigInteger, nullable=False),
)

#: Which customers a document is about: named by who brought it, or found by name or alias in its text.
document_customers = Table(
    "document_customers",
    metadata,
    Column("document_id", Uuid, ForeignKey("documents.id"), primary_key=True),
    Column("customer_id", Uuid, ForeignKey("subjects.id"), primary_key=True),
    Column("how", String(12), nullable=False),  # given, title, text
    Column("mention", Text, nullable=True),
    Column("count", Integer, nullable=False),
    Index(None, "customer_id"),
)

#: Work for indexes that follow the store (vectors); drained by their one owner.
index_work = Table(
    "index_work",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),  # add, remove
    Column("passage_id", Integer, nullable=False),
)

#: What the one scorer needs to know of the collection, kept by the writer: passages and their total length, one
#: row a field class (`store/schema/lexical.py` numbers them), so that nobody's scores depend on what they may not see.
collection = Table(
    "collection",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("passages", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("terms_version", String(32), nullable=False),
)

#: How far the making anew of the lexical rows has come, while it is under way; at most one row.
reindexing = Table(
    "reindexing",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("terms_version", String(32), nullable=False),
    Column("after_passage", Integer, nullable=False),
)
