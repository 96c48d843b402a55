"""Screenings and hits in the store: found again by code and request, what was covered, one hit of each."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from store.engine import Databases, reading, unit_of_work
from store.errors import StoreError
from store.hits import Hits, HitState
from store.identity import new_id
from store.ledger import Ledger
from store.screening_batches import Batches
from store.screening_names import portfolio_names
from store.screenings import Screening, Screenings


def hit(clock: Any, **values: Any) -> dict[str, Any]:
    """All columns of a hit but id and code."""
    return {
        "customer_id": None,
        "subject": "name:x",
        "name": "Sergei Petrov",
        "roles": ["named"],
        "list": "house",
        "entry": "1",
        "list_version": 1,
        "entry_name": "Petrov",
        "our_name": "Sergei Petrov",
        "matched": "Petrov",
        "score": 9000,
        "because": [],
        "against": [],
        "matter": {"names": ["Sergei Petrov"]},
        "subject_hash": "a",
        "entry_hash": "b",
        "state": "open",
        "by": None,
        "at": clock(),
        "reason": "",
        "opened_at": clock(),
        "latest_at": clock(),
        "policy_version": "p",
    } | values


def test_a_hit_is_found_by_its_code_however_it_is_written(databases: Databases, clock: Any) -> None:
    with unit_of_work(databases.write) as connection:
        (one,) = Hits(connection).open([hit(clock)])
    with reading(databases.read) as connection:
        hits = Hits(connection)
        assert hits.by_code(" h1 ") == hits.by_code("Ｈ－1") == one
        assert hits.by_code("A-1") is hits.by_code("H-2") is None
        assert [each.code for each in hits.every()] == ["H-1"]
        assert hits.listed(states=[HitState.FALSE]) == []


def test_one_subject_has_one_hit_on_one_entry(databases: Databases, clock: Any) -> None:
    with unit_of_work(databases.write) as connection:
        Hits(connection).open([hit(clock), hit(clock, entry="2"), hit(clock, list="other")])
    with pytest.raises((StoreError, IntegrityError)), unit_of_work(databases.write) as connection:
        Hits(connection).open([hit(clock)])
    with reading(databases.read) as connection:
        assert len(Hits(connection).of_subjects(["name:x"])) == 3


def test_steps_tell_the_life_of_a_hit_and_a_click_counts_once(databases: Databases, clock: Any) -> None:
    with unit_of_work(databases.write) as connection:
        hits = Hits(connection)
        (one,) = hits.open([hit(clock)])
        hits.step(one, at=clock(), actor=None, act="opened", after=HitState.OPEN, seq=1)
        hits.step(
            one,
            at=clock(),
            actor="li@firm.cn",
            act="decided",
            after=HitState.TRUE,
            seq=2,
            words="seen",
            request="c",
        )
        changed = hits.change(one, state="true", by="li@firm.cn", reason="half a pair \ud83d")
        assert (changed.state, changed.reason) == (HitState.TRUE, "half a pair ?")
        assert hits.done("c") and not hits.done("d")
        assert [(step.act, step.before, step.after, step.seq) for step in hits.steps(one)] == [
            ("opened", "", "open", 1),
            ("decided", "open", "true", 2),
        ]


def test_a_screening_by_code_request_and_customer(sqlite_book: Any, clock: Any) -> None:
    whose = sqlite_book.customer()
    with unit_of_work(sqlite_book.databases.write) as connection:
        screenings = Screenings(connection)
        (code,) = screenings.next_codes(1)
        made = Screening(
            new_id(), code, "r-1", "customer", whose, clock(), "li@firm.cn", [], {"house": 2}, 5000, 7, "p", "v", {}, 3
        )  # fmt: skip
        screenings.keep([made])
        assert screenings.by_code("s1") == screenings.by_request("r-1") == made
        assert screenings.by_requests(["r-1", "r-2"]) == {"r-1": made}
        assert screenings.of_customer(whose) == [made]
        (covered,) = Batches(connection).covered(whose)
        assert (covered.list, covered.version, covered.by) == ("house", 2, "S-1")


def test_a_batch_ends_with_its_last_slice(sqlite_book: Any, clock: Any) -> None:
    databases, whose = sqlite_book.databases, sqlite_book.customer()
    with unit_of_work(databases.write) as connection:
        batches = Batches(connection)
        head = batches.head()
        batch, slices = batches.begin(
            "list", ["a", "b", "c"], 2, at=clock(), known_seq=head, list_="house", old=0, new=1
        )
        assert [part.items for part in slices] == [["a", "b"], ["c"]]
        assert batches.reached() == {"house": 1}
        assert not batches.finish(slices[0], at=clock(), compared=1, found=0, seq=1)
        assert batches.covered(whose) == [], "half a batch covers nobody"
        batches.fail(slices[1].id)
        (again,) = batches.again(5)
        assert again.job != slices[1].job
        assert batches.finish(again, at=clock(), compared=1, found=1, seq=2)
        assert batches.under_way() == []
        batches.fail(again.id)
        assert not batches.any_failed(5), "what is done stays done"
        (covered,) = batches.covered(whose)
        assert (covered.version, covered.by) == (1, f"batch:{batch.id}")


def test_names_and_numbers_of_everybody(book: Any) -> None:
    whose = book.customer("上海科达电子有限公司", lei="529900T8BM49AURSDO55", other_names=[{"name": "Keda"}])
    book.record(
        "parties",
        "p",
        {"name": "王建国", "role": "director", "identifiers": ["passport:E1"]},
        customer_id=whose,
    )
    book.record("parties", "q", {"name": "李四", "role": "director"}, customer_id=whose)
    book.remove("parties", "q", "left")
    other = book.customer("白鹭食品有限公司", key="K-2")
    with reading(book.databases.read) as connection:
        found = set(portfolio_names(connection))
        assert {(name, is_number) for key, name, is_number in found if key == whose} == {
            ("上海科达电子有限公司", False),
            ("Keda", False),
            ("529900T8BM49AURSDO55", True),
            ("王建国", False),
            ("passport:E1", True),
        }
        assert set(portfolio_names(connection, [other])) == {(other, "白鹭食品有限公司", False)}


def test_the_ledgers_head_is_where_writers_of_hits_wait(databases: Databases, clock: Any) -> None:
    with unit_of_work(databases.write) as connection:
        Screenings(connection).take_turn()
        entry = Ledger(connection, clock).append(actor="a", action="screened", detail={})
        assert Batches(connection).head() == entry.seq
