"""Versions of watch lists on both databases: claims, slices, what is seen meanwhile, and ten thousand entries."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from store.engine import Databases, open_databases, reading, unit_of_work
from store.errors import StoreBusy
from store.migrate import upgrade
from store.schema.watchlists import watchlist_entries
from store.watchlists import ListVersion, Watchlists

NOW = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
LIST = "harbour"


def row(entry: str, content: str) -> dict[str, Any]:
    return {"entry": entry, "body": {"id": entry, "says": content}, "content": content, "matter": content[:1]}


def version(number: int, **more: Any) -> ListVersion:
    counts = {"entries": 0, "names": 0, "added": 0, "changed": 0, "removed": 0} | more
    return ListVersion(
        list=LIST,
        version=number,
        format="house",
        sha256="0" * 64,
        files=[{"name": "h.csv", "bytes": 1, "sha256": "0" * 64}],
        published=None,
        label=None,
        loaded_at=NOW,
        loaded_by="cli:li",
        problems=[],
        **counts,
    )


def claimed(databases: Databases) -> UUID:
    claim = uuid4()
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).claim(LIST, "house", claim)
    return claim


def put(
    databases: Databases, claim: UUID, rows: Sequence[dict[str, Any]], closed: Sequence[str] = ()
) -> None:
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).write(LIST, claim, rows, closed)


def take_back(databases: Databases, claim: UUID) -> int:
    slices = 0
    while True:
        with unit_of_work(databases.write) as connection:
            if not Watchlists(connection).take_back(LIST, claim):
                return slices
        slices += 1


def become(databases: Databases, wanted: dict[str, str]) -> int:
    """Make `wanted` (entry → content) the version in force, as the service does."""
    claim = claimed(databases)
    take_back(databases, claim)
    with reading(databases.read) as connection:
        state = Watchlists(connection).find(LIST)
        assert state is not None
        held = Watchlists(connection).hashes(LIST, state.version)
    changed = [entry for entry, content in wanted.items() if held.get(entry) != content]
    closed = [entry for entry in held if wanted.get(entry) != held[entry]]
    put(databases, claim, [row(entry, wanted[entry]) for entry in changed], closed)
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).finish(claim, version(state.version + 1, entries=len(wanted)))
    return state.version + 1


def seen(databases: Databases, number: int) -> dict[str, str]:
    with reading(databases.read) as connection:
        return {each.entry: each.content for each in Watchlists(connection).entries(LIST, number)}


def test_until_a_version_is_whole_nobody_sees_any_of_it(databases: Databases) -> None:
    become(databases, {"1": "a", "2": "b"})
    claim = claimed(databases)
    put(databases, claim, [row("1", "a2"), row("3", "c")], ["1", "2"])
    assert seen(databases, 1) == {"1": "a", "2": "b"}
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).finish(claim, version(2))
    assert seen(databases, 2) == {"1": "a2", "3": "c"}
    assert seen(databases, 1) == {"1": "a", "2": "b"}


def test_a_second_load_takes_the_list_over_and_the_first_writes_nothing_more(databases: Databases) -> None:
    become(databases, {"1": "a"})
    first = claimed(databases)
    put(databases, first, [row("1", "x"), row("2", "y")], ["1"])
    second = claimed(databases)
    for attempt in (
        lambda store: store.write(LIST, first, [row("3", "z")], []),
        lambda store: store.finish(first, version(2)),
        lambda store: store.take_back(LIST, first),
    ):
        with (
            pytest.raises(StoreBusy, match="another load of the list harbour"),
            unit_of_work(databases.write) as connection,
        ):
            attempt(Watchlists(connection))
    assert take_back(databases, second) == 1
    with reading(databases.read) as connection:
        assert connection.scalar(select(func.count()).select_from(watchlist_entries)) == 1
    put(databases, second, [row("1", "a3")], ["1"])
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).finish(second, version(2))
    assert seen(databases, 2) == {"1": "a3"}


def test_refusals_and_syncs(databases: Databases) -> None:
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).refuse("new", "un", NOW, "cut short")
    become(databases, {"1": "a"})
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).refuse(LIST, "house", NOW, "half its size")
    with reading(databases.read) as connection:
        harbour, new = Watchlists(connection).all()
        assert (harbour.version, harbour.refused_because, harbour.synced_at) == (1, "half its size", NOW)
        assert (new.name, new.version, new.refused_because, new.synced_at) == ("new", 0, "cut short", None)
        assert Watchlists(connection).version("new", 0) is None
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).synced(LIST, NOW)
    with reading(databases.read) as connection:
        state = Watchlists(connection).find(LIST)
        assert state is not None and state.refused_because is None


def test_ten_thousand_entries_and_a_small_delta_are_a_matter_of_seconds(databases: Databases) -> None:
    claim = claimed(databases)
    body = {"names": [{"text": "A made-up name", "quality": "primary"}] * 3, "remarks": ["x" * 300]}
    rows = [{"entry": str(n), "body": body, "content": f"{n:064d}", "matter": "m"} for n in range(10_000)]
    start = time.perf_counter()
    for place in range(0, len(rows), 1000):
        put(databases, claim, rows[place : place + 1000])
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).finish(claim, version(1, entries=10_000))
    loaded = time.perf_counter() - start
    claim = claimed(databases)
    put(databases, claim, [{**rows[n], "content": "c" * 64} for n in range(50)], [str(n) for n in range(100)])
    with unit_of_work(databases.write) as connection:
        Watchlists(connection).finish(claim, version(2))
    start = time.perf_counter()
    with reading(databases.read) as connection:
        changes = Watchlists(connection).changed(LIST, 1, 2)
        kept = sum(1 for _ in Watchlists(connection).entries(LIST, 2))
        only = [each.entry for each in Watchlists(connection).entries(LIST, 2, ["7", "99", "101"])]
    compared = time.perf_counter() - start
    print(
        f"\n{databases.dialect}: 10,000 entries written in {loaded:.2f} s, compared and read in {compared:.2f} s"
    )
    assert (len(changes), kept, sorted(only)) == (100, 9950, ["101", "7"])
    assert loaded < 20


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("xyz"), min_size=0, max_size=6),
        min_size=2,
        max_size=6,
    )
)
def test_every_version_reads_as_it_was_and_every_difference_is_told(
    tmp_path_factory: pytest.TempPathFactory, books: list[dict[str, str]]
) -> None:
    databases = open_databases(f"sqlite:///{tmp_path_factory.mktemp('lists') / 'b.sqlite'}")
    upgrade(databases)
    try:
        numbers = [become(databases, book) for book in books]
        assert [seen(databases, number) for number in numbers] == books
        for old, before in zip(numbers, books, strict=True):
            for new, after in zip(numbers[old - 1 :], books[old - 1 :], strict=True):
                with reading(databases.read) as connection:
                    told = Watchlists(connection).changed(LIST, old, new)
                wanted = {
                    entry: (before.get(entry), after.get(entry))
                    for entry in before.keys() | after.keys()
                    if before.get(entry) != after.get(entry)
                }
                pairs = {
                    (one or other).entry: (one and one.content, other and other.content)  # type: ignore[union-attr]
                    for one, other in told
                }
                assert pairs == wanted
    finally:
        databases.close()
