"""The lexical index (倒排索引): the terms of every passage, and the parts that each database has its own kind of.

`passage_terms` keeps the terms of a passage as one text, title before body, in both databases: it is what the one
scorer counts, and what the FTS5 index is emptied with (a contentless index needs exactly the inserted tokens back).
On SQLite beside it an FTS5 table with one column a field class: a query names the columns that the viewer may
see, so that neither hits nor document frequencies of another class are ever read. On PostgreSQL a generated
tsvector with a GIN index, and a table of document frequencies by term and class.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, Connection, ForeignKey, Integer, Table, Text, event, text

from store.access import FieldClass
from store.schema.base import metadata

#: The key of each class in `collection` and in `term_frequencies`; numbers are never given to another class.
CLASS_NUMBER: dict[FieldClass, int] = {
    FieldClass.PUBLIC: 1,
    FieldClass.INTERNAL: 2,
    FieldClass.PERSONAL: 3,
    FieldClass.SUSPICION: 4,
}

#: Parts the terms of the title from those of the body in `passage_terms.terms`; no term is like it.
TITLE_MARK = "|"

passage_terms = Table(
    "passage_terms",
    metadata,
    Column("passage_id", Integer, ForeignKey("passages.id"), primary_key=True, autoincrement=False),
    Column("terms", Text, nullable=False),
)

_COLUMNS = ", ".join(field_class.value for field_class in CLASS_NUMBER)

_SQLITE = (
    # Terms are letters, digits, Han characters and the underscore: unicode61 parts them at spaces and nowhere else.
    f"""CREATE VIRTUAL TABLE IF NOT EXISTS lexical USING fts5({_COLUMNS}, content='', detail=full, columnsize=0,
        tokenize="unicode61 remove_diacritics 0 tokenchars '_'")""",
    "CREATE VIRTUAL TABLE IF NOT EXISTS lexical_vocabulary USING fts5vocab(lexical, 'col')",
)
_POSTGRESQL = (
    """ALTER TABLE passage_terms ADD COLUMN IF NOT EXISTS tsv tsvector
        GENERATED ALWAYS AS (array_to_tsvector(string_to_array(terms, ' '))) STORED""",
    "CREATE INDEX IF NOT EXISTS ix_passage_terms_tsv ON passage_terms USING gin (tsv) WITH (fastupdate = off)",
    # Compared by bytes, and with room left in its pages: each slice of documents adds to thousands of rows.
    """CREATE TABLE IF NOT EXISTS term_frequencies (
        term text COLLATE "C" NOT NULL, class_number smallint NOT NULL, passages bigint NOT NULL,
        PRIMARY KEY (term, class_number)) WITH (fillfactor = 70)""",
)
_REMOVE = {
    "sqlite": ("DROP TABLE IF EXISTS lexical_vocabulary", "DROP TABLE IF EXISTS lexical"),
    "postgresql": ("DROP TABLE IF EXISTS term_frequencies",),
}


def install(connection: Connection) -> None:
    """Make what `passage_terms` alone does not give; doing it again changes nothing."""
    for statement in _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL:
        connection.execute(text(statement))


def uninstall(connection: Connection) -> None:
    """Drop what `install` made, before `passage_terms` itself is dropped."""
    for statement in _REMOVE[connection.dialect.name]:
        connection.execute(text(statement))


@event.listens_for(passage_terms, "after_create")
def _after_create(target: Table, connection: Connection, **_: Any) -> None:
    install(connection)


@event.listens_for(passage_terms, "before_drop")
def _before_drop(target: Table, connection: Connection, **_: Any) -> None:
    uninstall(connection)
