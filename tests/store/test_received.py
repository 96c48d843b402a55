"""Files wait for one answer: of two clicks one counts, and bytes go only when nobody needs them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from store.engine import Databases, reading, unit_of_work
from store.identity import new_id
from store.received import Received, ReceivedFiles, ReceivedState

NORDHAFEN, HENGYUE = new_id(), new_id()


def receive(
    databases: Databases, clock: Any, *, arrival: str = "a1", place: int = 0, sha: str = "a" * 64
) -> Received:
    with unit_of_work(databases.write) as connection:
        return ReceivedFiles(connection).add(
            arrival=arrival,
            place=place,
            team="T1",
            slack_user="U1",
            actor="lin@demo.example",
            language="zh",
            name="年报\x00\ud800.pdf" + "x" * 400,
            media_type="application/pdf",
            size=12,
            sha256=sha,
            seen={"kind": "pages", "count": 3, "guesses": ["C-1024"]},
            at=clock(),
        )


def test_an_arrival_that_comes_again_is_the_same_file(databases: Databases, clock: Any) -> None:
    first = receive(databases, clock)
    again = receive(databases, clock)
    other = receive(databases, clock, place=1)
    assert (first.id, first.code) == (again.id, again.code) and other.code != first.code
    assert len(first.name) == 300 and "\x00" not in first.name


def test_of_two_customers_the_first_counts_and_may_go_on(databases: Databases, clock: Any) -> None:
    row = receive(databases, clock)
    with unit_of_work(databases.write) as connection:
        assert ReceivedFiles(connection).claim(row, NORDHAFEN)
    with unit_of_work(databases.write) as connection:
        files = ReceivedFiles(connection)
        assert files.claim(row, NORDHAFEN) and not files.claim(row, HENGYUE)
        assert not files.give_up(row, ReceivedState.DISCARDED)
    document = new_id()
    with unit_of_work(databases.write) as connection:
        files = ReceivedFiles(connection)
        assert files.take(row, document) and not files.take(row, document) and not files.claim(row, NORDHAFEN)
        now = files.by_code(row.code.lower())
    assert now is not None and (now.state, now.customer_id, now.document_id) == ("taken", NORDHAFEN, document)


@pytest.mark.parametrize("state", [ReceivedState.DISCARDED, ReceivedState.EXPIRED])
def test_what_nobody_wants_frees_its_bytes_when_nobody_else_waits_for_them(
    databases: Databases, clock: Any, state: ReceivedState
) -> None:
    one, two = receive(databases, clock), receive(databases, clock, arrival="a2")
    with unit_of_work(databases.write) as connection:
        files = ReceivedFiles(connection)
        assert files.give_up(one, state) and not files.give_up(one, state)
        assert files.is_needed(one.sha256)
        assert files.give_up(two, state) and not files.is_needed(one.sha256)


def test_files_are_overdue_by_the_time_they_came(databases: Databases, clock: Any) -> None:
    early = receive(databases, clock)
    clock.forward(hours=80)
    receive(databases, clock, arrival="a2")
    with reading(databases.read) as connection:
        overdue = ReceivedFiles(connection).overdue(clock() - timedelta(hours=72))
    assert [each.id for each in overdue] == [early.id]
