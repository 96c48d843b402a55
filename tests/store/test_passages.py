"""Passages in both databases: the same candidates, the same scores, the same order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from store.access import FieldClass
from store.documents import BlockRow, DocumentRow, Documents, PassageRow
from store.engine import Databases, reading, unit_of_work
from store.evidence import Tier
from store.ledger import Ledger
from store.passages import Passages, Scope
from store.ranking import ask, rank

WORDS = [
    "fine",
    "court",
    "tax",
    "debt",
    "bond",
    "loan",
    "audit",
    "fraud",
    "罚款",
    "诉讼",
    "债券",
    "营收",
    "利润",
]
EVERYBODY = frozenset({FieldClass.PUBLIC})


def article(number: int, words: Sequence[str], *, field_class: FieldClass = FieldClass.PUBLIC) -> DocumentRow:
    body = " ".join(words)
    return DocumentRow(
        id=uuid4(),
        sha256=f"{number:064x}",
        title="",
        source="feed",
        tier=Tier.MEDIA,
        field_class=field_class,
        language="en",
        media_type="text/plain",
        size=len(body),
        blocks=(BlockRow(body, {}),),
        passages=(PassageRow(0, 0, len(body), len(words), f"| {body}"),),
        external_id=str(number),
        published=f"2024-{number % 12 + 1:02}",
    )


def fill(databases: Databases, clock: Any, rows: Sequence[DocumentRow]) -> None:
    with unit_of_work(databases.write) as connection:
        entry = Ledger(connection, clock).append(actor="t", action="ingest", detail={})
        Documents(connection).add(rows, added_at=entry.at, added_seq=entry.seq, terms_version="1")


def ranking(databases: Databases, words: Sequence[str], limit: int = 200) -> list[tuple[int, float]]:
    scope = Scope(classes=EVERYBODY)
    with reading(databases.read) as connection:
        passages = Passages(connection)
        statistics = passages.statistics(scope.classes)
        frequencies = passages.frequencies(words, scope.classes)
        asked = ask(words, frequencies, statistics)
        found = passages.candidates(asked.rarest(frequencies), scope, limit=limit)
        return [(scored.candidate.passage_id, scored.score) for scored in rank(asked, found, statistics)]


@pytest.mark.postgres
def test_both_databases_rank_alike_to_the_last_digit(
    sqlite_databases: Databases, postgres_databases: Databases, clock: Any
) -> None:
    rows = [
        article(n, [WORDS[(n * 7 + at * at) % len(WORDS)] for at in range(3 + n % 9)]) for n in range(1, 161)
    ]
    secret = [
        article(n, ["fine", "fraud", "罚款"], field_class=FieldClass.SUSPICION) for n in range(900, 930)
    ]
    for databases in (sqlite_databases, postgres_databases):
        fill(databases, clock, rows[:80])
        fill(databases, clock, secret)
        fill(databases, clock, rows[80:])
    for words in (["fine"], ["罚款", "court", "fraud"], WORDS, ["absent"], ["bond", "absent", "利润"]):
        for limit in (200, 15):
            left, right = ranking(sqlite_databases, words, limit), ranking(postgres_databases, words, limit)
            assert left == right
            assert words == ["absent"] or left


def test_two_writers_of_the_same_document_keep_it_once(databases: Databases, clock: Any) -> None:
    fill(databases, clock, [article(1, ["fine"])])
    with unit_of_work(databases.write) as connection:
        documents = Documents(connection)
        documents.lock()
        assert set(documents.present([f"{1:064x}", f"{2:064x}"])) == {f"{1:064x}"}


def test_frequencies_are_counted_and_taken_back(databases: Databases, clock: Any) -> None:
    first, second = article(1, ["fine", "fine", "court"]), article(2, ["fine"])
    fill(databases, clock, [first, second])
    with reading(databases.read) as connection:
        assert Passages(connection).frequencies(["fine", "court"], EVERYBODY) == {"fine": 2, "court": 1}
        assert Passages(connection).statistics(EVERYBODY).length == 4
    with unit_of_work(databases.write) as connection:
        Documents(connection).remove(first.id)
    with reading(databases.read) as connection:
        assert Passages(connection).frequencies(["fine", "court"], EVERYBODY) == {"fine": 1}
        assert (Passages(connection).statistics(EVERYBODY).passages, ranking(databases, ["court"])) == (1, [])


def test_an_empty_set_of_classes_asks_nothing(databases: Databases, clock: Any) -> None:
    fill(databases, clock, [article(1, ["fine"])])
    nobody = Scope(classes=frozenset())
    with reading(databases.read) as connection:
        passages = Passages(connection)
        assert passages.candidates([("fine", 1)], nobody) == []
        assert passages.scan(nobody) == []
        assert passages.statistics(frozenset()).passages == 0
        assert passages.frequencies(["fine"], frozenset()) == {}


def test_a_large_scope_is_searched_and_a_small_one_read_whole(databases: Databases, clock: Any) -> None:
    rows = [article(n, ["fine"]) for n in range(1, 12)]
    fill(databases, clock, rows)
    few = Scope(classes=EVERYBODY, documents=frozenset(row.id for row in rows[:4]))
    with reading(databases.read) as connection:
        passages = Passages(connection)
        assert len(passages.scan(few) or []) == 4
        assert passages.scan(Scope(classes=EVERYBODY), limit=10) is None
        assert len(passages.candidates([("fine", 1)], few)) == 4


def test_the_index_of_sqlite_is_sound_after_adding_and_removing(
    sqlite_databases: Databases, clock: Any
) -> None:
    rows = [article(n, WORDS[: n % 9 + 1]) for n in range(1, 40)]
    fill(sqlite_databases, clock, rows)
    with unit_of_work(sqlite_databases.write) as connection:
        for row in rows[::2]:
            Documents(connection).remove(row.id)
        connection.execute(text("INSERT INTO lexical(lexical) VALUES ('integrity-check')"))
        assert connection.scalar(text("SELECT count(*) FROM passages")) == len(rows[1::2])
