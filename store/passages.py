"""Passages: found by the rarest words of a question, or read whole where a scope is small.

Rights are in the statement that searches: the classes of the viewer name the columns (SQLite) or rows
(PostgreSQL) that are read at all, so neither a hit nor a document frequency of another class takes part. An
empty set of classes finds nothing without asking the database. Scores are made in `store/ranking.py` alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Uuid, bindparam, func, select, text

from store.access import FieldClass
from store.ranking import Candidate, Statistics
from store.schema.documents import collection
from store.schema.lexical import CLASS_NUMBER

#: So many candidates are handed to the scorer.
CANDIDATES = 200

#: A scope with at most so many passages is read whole instead of being searched.
SCANNED = 600

#: More distinct terms than this are not asked for: a question of twenty pages is not a question.
TERMS_ASKED = 400


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may read: the viewer's classes, what was known, and what the question is limited to.

    `known_seq` is the last ledger entry that counts; `since` and `until` bound the date of publication, as exact as
    it is known, and leave out what has no date; `parts_of` names larger documents by their source's own id.
    """

    classes: frozenset[FieldClass]
    known_seq: int | None = None
    customers: frozenset[UUID] | None = None
    documents: frozenset[UUID] | None = None
    parts_of: frozenset[str] | None = None
    since: date | None = None
    until: date | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing at all can be found in it."""
        limits = (self.customers, self.documents, self.parts_of)
        return not self.classes or any(limit is not None and not limit for limit in limits)

    @property
    def narrow(self) -> bool:
        """Whether it is limited to some documents, so that reading it whole may be cheaper than searching."""
        return any(limit is not None for limit in (self.customers, self.documents, self.parts_of))


class Passages:
    """The passages of one connection, to be searched; nothing is written here."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def statistics(self, classes: Collection[FieldClass]) -> Statistics:
        """The number and length of the passages of these classes, and of no other."""
        if not classes:
            return Statistics(0, 0)
        numbers = [CLASS_NUMBER[name] for name in classes]
        row = self._connection.execute(
            select(func.sum(collection.c.passages), func.sum(collection.c.length)).where(
                collection.c.id.in_(numbers)
            )
        ).one()
        return Statistics(int(row[0] or 0), int(row[1] or 0))

    def frequencies(self, terms: Sequence[str], classes: Collection[FieldClass]) -> dict[str, int]:
        """In how many passages of these classes each term stands; terms that stand in none are left out."""
        wanted = list(dict.fromkeys(terms))[:TERMS_ASKED]
        if not wanted or not classes:
            return {}
        if self._sqlite:
            query = text(
                "SELECT term, sum(doc) FROM lexical_vocabulary WHERE term IN :terms AND col IN :classes"
                " GROUP BY term"
            )
            names: list[Any] = [name.value for name in classes]
        else:
            query = text(
                "SELECT term, sum(passages) FROM term_frequencies"
                " WHERE term IN :terms AND class_number IN :classes AND passages > 0 GROUP BY term"
            )
            names = [CLASS_NUMBER[name] for name in classes]
        query = query.bindparams(bindparam("terms", expanding=True), bindparam("classes", expanding=True))
        rows = self._connection.execute(query, {"terms": wanted, "classes": names})
        return {term: int(count) for term, count in rows}

    def candidates(
        self, terms: Sequence[tuple[str, int]], scope: Scope, *, limit: int = CANDIDATES
    ) -> list[Candidate]:
        """The passages in scope that hold the most weight of these terms, by weight and then by place."""
        if scope.empty or not terms:
            return []
        parameters: dict[str, Any] = {"limit": limit}
        if self._sqlite:
            columns = " ".join(sorted(name.value for name in scope.classes))
            legs = []
            for number, (term, weight) in enumerate(terms):
                legs.append(
                    f"SELECT rowid AS passage_id, :w{number} AS weight FROM lexical"
                    f" WHERE lexical MATCH :m{number}"
                )
                parameters[f"w{number}"] = weight
                parameters[f"m{number}"] = f'{{{columns}}} : "{term}"'
            found = (
                f"SELECT passage_id, sum(weight) AS weight FROM ({' UNION ALL '.join(legs)})"
                " GROUP BY passage_id"
            )
        else:
            found = (
                "SELECT pt.passage_id, sum(asked.weight) AS weight"
                " FROM unnest(CAST(:terms AS text[]), CAST(:weights AS bigint[])) AS asked(term, weight)"
                " JOIN passage_terms pt ON pt.tsv @@ CAST('''' || asked.term || '''' AS tsquery)"
                " GROUP BY pt.passage_id"
            )
            parameters["terms"] = [term for term, _ in terms]
            parameters["weights"] = [weight for _, weight in terms]
        return self._read(
            f"WITH found AS ({found})", "JOIN found ON found.passage_id = p.id", scope, parameters
        )

    def among(self, passage_ids: Sequence[int], scope: Scope) -> list[Candidate]:
        """Those of these passages that are in scope, in their order here: an index beside the store named them."""
        if scope.empty or not passage_ids:
            return []
        places = {int(number): place for place, number in enumerate(passage_ids)}
        rows = self._read(
            f"WITH found (passage_id, weight) AS (VALUES {', '.join(f'({n}, {-at})' for n, at in places.items())})",
            "JOIN found ON found.passage_id = p.id",
            scope,
            {"limit": len(places)},
        )
        return sorted(rows, key=lambda row: places[row.passage_id])

    def scan(self, scope: Scope, *, limit: int = SCANNED) -> list[Candidate] | None:
        """All passages in scope, or None when there are more than `limit`: then they have to be searched."""
        if scope.empty:
            return []
        rows = self._read("", "", scope, {"limit": limit + 1})
        return rows if len(rows) <= limit else None

    def _read(self, prefix: str, join: str, scope: Scope, parameters: dict[str, Any]) -> list[Candidate]:
        conditions = ["p.field_class IN :classes"]
        bound = [bindparam("classes", expanding=True)]
        parameters["classes"] = sorted(name.value for name in scope.classes)
        if scope.known_seq is not None:
            conditions.append("p.added_seq <= :known")
            parameters["known"] = scope.known_seq
        # A date that is known to the month only is compared to the month.
        if scope.since is not None:
            conditions.append("p.published >= substr(CAST(:since AS text), 1, length(p.published))")
            parameters["since"] = scope.since.isoformat()
        if scope.until is not None:
            conditions.append("p.published <= substr(CAST(:until AS text), 1, length(p.published))")
            parameters["until"] = scope.until.isoformat()
        if scope.customers is not None:
            conditions.append(
                "p.document_id IN (SELECT document_id FROM document_customers WHERE customer_id IN :customers)"
            )
            bound.append(bindparam("customers", expanding=True, type_=Uuid()))
            parameters["customers"] = sorted(scope.customers)
        if scope.documents is not None:
            conditions.append("p.document_id IN :documents")
            bound.append(bindparam("documents", expanding=True, type_=Uuid()))
            parameters["documents"] = sorted(scope.documents)
        if scope.parts_of is not None:
            conditions.append("p.document_id IN (SELECT id FROM documents WHERE part_of IN :parts_of)")
            bound.append(bindparam("parts_of", expanding=True))
            parameters["parts_of"] = sorted(scope.parts_of)
        order = "found.weight DESC, p.id" if join else "p.id"
        known = "AND newer.added_seq <= :known" if scope.known_seq is not None else ""
        # What a newer version under the same id of the same source has replaced is not shown, provided that the
        # viewer may see the newer one: what is hidden must not show by what is missing.
        query = text(
            f"""{prefix}
            SELECT best.id, best.document_id, best.block_id, best.start, best."end", best.length,
                   pt.terms, best.published
            FROM (SELECT p.* FROM passages p {join}
                  WHERE {" AND ".join(conditions)} ORDER BY {order} LIMIT :limit) AS best
            JOIN passage_terms pt ON pt.passage_id = best.id
            JOIN documents d ON d.id = best.document_id
            WHERE NOT EXISTS (SELECT 1 FROM documents newer
                WHERE newer.external_id = d.external_id AND newer.source = d.source
                AND newer.field_class IN :classes {known}
                AND (newer.added_seq > d.added_seq OR (newer.added_seq = d.added_seq AND newer.id > d.id)))
            ORDER BY best.id"""
        ).bindparams(*bound)
        rows = self._connection.execute(query.columns(document_id=Uuid()), parameters)
        return [
            Candidate(
                passage_id=row.id,
                document_id=row.document_id,
                block_id=row.block_id,
                start=row.start,
                end=row.end,
                length=row.length,
                terms=row.terms,
                published=row.published,
            )
            for row in rows
        ]
