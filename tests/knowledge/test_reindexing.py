"""A later version takes texts apart in another way: the index is made anew, whatever happens meanwhile."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text

from knowledge.passages.reindexing import outdated, reindex
from knowledge.passages.terms import TERMS_VERSION, index_terms
from store.access import FieldClass, Role
from store.engine import reading, unit_of_work
from store.errors import StoreDamaged
from store.indexwork import IndexWork
from store.ledger import verify
from store.passages import Passages
from store.reindexing import Reindexing
from store.schema.documents import collection, index_work, passages
from store.schema.documents import reindexing as cursor
from store.schema.ledger import ledger
from store.schema.lexical import passage_terms

PROGRAM = Path(__file__).with_name("reindex_process.py")
_spec = importlib.util.spec_from_file_location("reindex_process", PROGRAM)
assert _spec is not None and _spec.loader is not None
later = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(later)

CLASSES = frozenset(FieldClass)


@pytest.fixture
def told(shelf: Any) -> Any:
    """A shelf of forty documents of all classes, with given titles, made titles, dates and none."""
    for number in range(36):
        shelf.add(
            f"恒远机械第{number}号公告：法院于2024年3月{number % 28 + 1}日裁定受理破产清算申请。"
            f" Nordhafen was fined {number} euros.",
            external_id=f"N-{number}",
            title=f"恒远机械 notice {number}" if number % 3 else None,
            published="2024-03-18" if number % 2 else None,
            field_class=list(FieldClass)[number % 4],
        )
    shelf.add("Straitfin delivered late again. " * 200, external_id="long", title="2024")
    shelf.add("未具名来信，指供应商拖欠工资。", external_id="letter", published="2023")
    return shelf


def contents(databases: Any) -> dict[str, Any]:
    """Everything that searching reads, for comparison; terms of no passage count as absent."""
    with reading(databases.read) as connection:
        rows = connection.execute(select(passage_terms).order_by(passage_terms.c.passage_id)).all()
        terms = sorted({term for row in rows for term in row.terms.split()})
        found = Passages(connection)
        return {
            "terms": [tuple(row) for row in rows],
            "lengths": connection.execute(
                select(passages.c.id, passages.c.length).order_by(passages.c.id)
            ).all(),
            "statistics": [found.statistics({one}) for one in FieldClass],
            "frequencies": [
                {
                    term: count
                    for at in range(0, len(terms), 300)
                    for term, count in found.frequencies(terms[at : at + 300], {one}).items()
                }
                for one in FieldClass
            ],
        }


def versions(databases: Any) -> set[str]:
    with reading(databases.read) as connection:
        return set(connection.scalars(select(collection.c.terms_version).where(collection.c.passages > 0)))


def anew(shelf: Any, **options: Any) -> Any:
    return reindex(shelf.databases, shelf.clock, **options)


def forward(shelf: Any, **options: Any) -> Any:
    return anew(shelf, tokenise=later.later_terms, version=later.VERSION, **options)


def test_nothing_is_done_when_the_version_is_the_same(told: Any) -> None:
    before = contents(told.databases)
    assert outdated(told.databases) is None
    assert anew(told) is None
    assert contents(told.databases) == before


def test_there_and_back_again_gives_the_very_same_index(told: Any, viewer: Any) -> None:
    before = contents(told.databases)
    assert outdated(told.databases, later.VERSION) == TERMS_VERSION
    made = forward(told, size=7)
    assert (made.found, made.made, made.passages) == (TERMS_VERSION, later.VERSION, len(before["terms"]))
    assert versions(told.databases) == {later.VERSION}
    middle = contents(told.databases)
    first = middle["terms"][0][1]
    assert "_start" in first and middle != before
    assert told.found("Nordhafen fined", viewer(Role.COMPLIANCE))
    assert anew(told, size=1000).passages == len(before["terms"])
    assert contents(told.databases) == before
    assert versions(told.databases) == {TERMS_VERSION}
    with reading(told.databases.read) as connection:
        assert verify(connection).ok
        details = connection.scalars(
            select(ledger.c.detail).where(ledger.c.action == "reindex").order_by(ledger.c.seq)
        ).all()
        assert not connection.scalar(select(func.count()).select_from(cursor))
    assert details == [
        {"from": TERMS_VERSION, "to": later.VERSION},
        {"from": later.VERSION, "to": TERMS_VERSION},
    ]


def test_what_was_taken_out_leaves_no_trace_in_the_files_of_sqlite(sqlite_shelf: Any) -> None:
    sqlite_shelf.add("Nordhafen was fined.", external_id="N-1")
    forward(sqlite_shelf)
    anew(sqlite_shelf)
    with unit_of_work(sqlite_shelf.databases.write) as connection:
        connection.execute(text("INSERT INTO lexical (lexical) VALUES ('optimize')"))
        found = Passages(connection).frequencies(["nor_start", "nordhafen"], CLASSES)
    assert found == {"nordhafen": 1}


def test_vectors_follow(told: Any) -> None:
    with unit_of_work(told.databases.write) as connection:
        IndexWork(connection).clear()
    forward(told)
    with reading(told.databases.read) as connection:
        queued = set(connection.scalars(select(index_work.c.passage_id)))
        assert queued == set(connection.scalars(select(passages.c.id)))


def test_killed_in_the_middle_it_goes_on_and_everything_is_found_all_the_time(
    told: Any, viewer: Any, new_document: Any
) -> None:
    before = contents(told.databases)
    address = told.databases.write.url.render_as_string(hide_password=False)
    killed = 0
    for lines in (1, 3):
        process = subprocess.Popen(
            [sys.executable, str(PROGRAM), address],
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
        )
        assert process.stdout is not None
        for _ in range(lines):
            assert process.stdout.readline() != "done\n"
        process.kill()
        process.wait()
        process.stdout.close()
        killed += 1
        with reading(told.databases.read) as connection:
            progress = Reindexing(connection).progress(later.VERSION)
        assert progress.after and 0 < progress.left < len(before["terms"])
        assert versions(told.databases) == {TERMS_VERSION}
        for query in ("破产清算", "Straitfin late", "拖欠工资", "Nordhafen fined"):
            assert told.found(query, viewer(Role.COMPLIANCE)), query
    assert killed == 2
    left = progress.left
    assert forward(told, size=5).passages == left
    there = contents(told.databases)
    assert versions(told.databases) == {later.VERSION}
    # Begun and killed for one version, done for another: nothing of the first remains.
    with pytest.raises(StoreDamaged, match="bonafide reindex"):
        told.library.add(new_document("Something new.", external_id="new"))
    anew(told)
    assert contents(told.databases) == before
    forward(told)
    assert contents(told.databases) == there


def test_another_version_begins_at_the_beginning(told: Any) -> None:
    before = contents(told.databases)

    def enough(done: int, left: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        forward(told, size=10, report=enough)
    assert anew(told) is None, "the collection is still of this version as far as it says"
    made = anew(told, version="latest", tokenise=index_terms)
    assert made.passages == len(before["terms"])
    assert contents(told.databases) == before


def test_two_at_once_share_the_work(told: Any) -> None:
    other: list[Any] = []

    def beside(done: int, left: int) -> None:
        if not other:
            other.append(None)
            other[0] = forward(told, size=4)

    mine = forward(told, size=6, report=beside)
    with reading(told.databases.read) as connection:
        total = connection.scalar(select(func.count()).select_from(passages))
    assert mine.passages + other[0].passages == total
    assert versions(told.databases) == {later.VERSION}
    anew(told)
    assert versions(told.databases) == {TERMS_VERSION}


def test_a_document_that_is_removed_meanwhile_stays_removed(told: Any, viewer: Any) -> None:
    from store.documents import Documents

    gone = told.library.document("N-34", viewer=viewer(Role.COMPLIANCE)) or told.library.document(
        "N-33", viewer=viewer(Role.COMPLIANCE)
    )

    def remove(done: int, left: int) -> None:
        with unit_of_work(told.databases.write) as connection:
            Documents(connection).remove(gone.id)

    forward(told, size=20, report=remove)
    anew(told)
    after = contents(told.databases)
    assert sum(one.passages for one in after["statistics"]) == len(after["terms"])
    assert sum(one.length for one in after["statistics"]) == sum(row.length for row in after["lengths"])
