"""The lexical index (倒排索引) beside `passage_terms`: postings on SQLite, document frequencies on PostgreSQL."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, text

from store.access import FieldClass
from store.schema.lexical import CLASS_NUMBER

#: Pages of the index that one `tidy` merges on SQLite: some tenths of a second.
_MERGED = 400


def write_terms(connection: Connection, field_class: FieldClass, rows: Sequence[Mapping[str, Any]]) -> None:
    """Index passages of one class; a row has `passage_id` and `terms`."""
    _change(connection, field_class, rows, removing=False)


def take_out_terms(
    connection: Connection, field_class: FieldClass, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Undo `write_terms` with exactly the terms that were written: the index itself does not keep them."""
    _change(connection, field_class, rows, removing=True)


def tidy(connection: Connection, *, first: bool) -> bool:
    """Merge away a part of what was taken out; whether there is more. `first` begins a round."""
    if connection.dialect.name != "sqlite":
        if first:
            connection.execute(text("DELETE FROM term_frequencies WHERE passages <= 0"))
        return False
    # The number of changes is the only sign that FTS5 gives: below two there was nothing left to do.
    before = connection.scalar(text("SELECT total_changes()")) or 0
    pages = -_MERGED if first else _MERGED
    connection.execute(text("INSERT INTO lexical (lexical, rank) VALUES ('merge', :pages)"), {"pages": pages})
    return (connection.scalar(text("SELECT total_changes()")) or 0) - before >= 2


def _change(
    connection: Connection, field_class: FieldClass, rows: Sequence[Mapping[str, Any]], *, removing: bool
) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        column = field_class.value
        statement = (
            f"INSERT INTO lexical (lexical, rowid, {column}) VALUES ('delete', :passage_id, :terms)"
            if removing
            else f"INSERT INTO lexical (rowid, {column}) VALUES (:passage_id, :terms)"
        )
        connection.execute(
            text(statement), [{"passage_id": row["passage_id"], "terms": row["terms"]} for row in rows]
        )
        return
    counts: Counter[str] = Counter()
    for row in rows:
        counts.update(set(row["terms"].split()))
    # In one order everywhere, so that two writers never wait for each other's rows.
    terms = sorted(counts)
    connection.execute(
        text(
            "INSERT INTO term_frequencies AS f (term, class_number, passages)"
            " SELECT term, :class_number, count"
            " FROM unnest(CAST(:terms AS text[]), CAST(:counts AS bigint[])) AS added(term, count)"
            " ON CONFLICT (term, class_number) DO UPDATE SET passages = f.passages + excluded.passages"
        ),
        {
            "class_number": CLASS_NUMBER[field_class],
            "terms": terms,
            "counts": [-counts[term] if removing else counts[term] for term in terms],
        },
    )
