"""Looking again: only what changed, in slices, by several workers, whoever is killed."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from uuid import UUID

from bot.screening import rescreening
from bot.screening.crowd import Crowd
from knowledge.watchlists.entry import Kind, ListEntry, ListName
from store.engine import reading, unit_of_work
from store.hits import HitState
from store.policy import Policy
from store.proof import verify
from store.screening_batches import Batches
from tests.screening.conftest import Office

SCRIPT = Path(__file__).parent / "worker_process.py"


def small(policy: Policy, **values: Any) -> Policy:
    """The policy with slices that are small."""
    return policy.model_copy(update={"screening": policy.screening.model_copy(update=values)})


_SOUNDS = ("Bo", "Ka", "Ti", "Ru", "Mel", "Zor", "Vin", "Pax", "Gul", "Ned", "Fry", "Hox")


def people(count: int) -> list[dict[str, str]]:
    """People whose names have little in common."""
    return [
        {
            "id": f"p{number}",
            "name": f"{_SOUNDS[number % 12]}{_SOUNDS[(number * 5 + 1) % 12].lower()} "
            f"{_SOUNDS[(number * 7 + 3) % 12]}{_SOUNDS[(number // 12 + number) % 12].lower()}ovar",
        }
        for number in range(count)
    ]


def test_a_new_list_is_asked_against_everybody_and_its_delta_against_nothing_else(office: Office) -> None:
    firm = office.customer("Blue Harbour Shipping LLC")
    other = office.customer("白鹭食品有限公司", {"name": "王建国", "role": "director", "kind": "person"})
    entries = [{"id": "1", "name": "Blue Harbour Shipping LLC"}, *people(5)]
    office.load(entries)
    assert office.work() == 1
    assert [hit.customer_id for hit in office.hits.listed(office.person())] == [firm]
    office.load([*entries, {"id": "2", "name": "王建国", "kind": "person"}])
    assert office.work() == 1
    assert {hit.customer_id for hit in office.hits.listed(office.person())} == {firm, other}
    newest, first = office.desk.progress(office.person())
    assert (newest.batch.items, newest.found, first.batch.items) == (1, 1, 6)
    assert office.work() == 0, "nothing has changed"
    covered = {one.list: one.version for one in office.desk.covered(other, office.person())}
    assert covered == {"house": 2}


def test_only_the_customer_that_changed_is_held_against_the_lists(office: Office) -> None:
    office.load(
        [{"id": "1", "name": "王建国", "kind": "person"}, {"id": "2", "name": "Blue Harbour Shipping LLC"}]
    )
    quiet = office.customer("白鹭食品有限公司")
    office.work()
    firm = office.customer("云岭贸易有限公司")
    assert office.work() == 1
    assert [kept.screening.kind for kept in office.desk.screenings(firm, office.person())] == ["changed"]
    assert office.desk.screenings(quiet, office.person()) == []
    office.party(firm, name="王建国", role="legal_representative", kind="person")
    assert office.work() == 1
    (hit,) = office.hits.listed(office.person())
    assert (hit.customer_id, hit.roles) == (firm, ["legal_representative"])
    # A supplier is nobody whom we screen; the firm's own name is.
    office.party(firm, name="Blue Harbour Shipping LLC", role="supplier", kind="organisation")
    office.work()
    assert len(office.hits.listed(office.person())) == 1
    office.customer("Blue Harbour Shipping LLC", key="云岭贸易有限公司")
    office.work()
    assert {hit.entry: list(hit.roles) for hit in office.hits.listed(office.person())} == {
        "1": ["legal_representative"],
        "2": ["customer"],
    }


def test_versions_that_come_quickly_are_looked_at_in_their_order(office: Office) -> None:
    firm = office.customer("Blue Harbour Shipping LLC")
    entries = [{"id": "1", "name": "Blue Harbour Shipping LLC"}, *people(3)]
    office.load(people(3))
    office.load(entries)
    office.again.look(office.queue)
    office.load([*entries[1:], {"id": "9", "name": "Somebody Else"}])
    office.again.look(office.queue)
    assert len(office.queue.jobs) == 1, "version 3 waits for the batch of version 2"
    office.work()
    office.work()
    # Found in version 2 and gone in version 3.
    (hit,) = office.hits.listed(office.person(), customer_id=firm)
    assert (hit.state, hit.list_version) == (HitState.CLOSED, 3)


def test_a_namesake_that_hundreds_bear_hides_nobody(sqlite_office: Office) -> None:
    """The nearest names are counted by name and not by bearer, or the 41st director 王建国 would go unseen."""
    office = sqlite_office
    firms = [
        office.customer(f"第{number}号贸易有限公司", {"name": "王建国", "role": "director", "kind": "person"})
        for number in range(250)
    ]
    office.load([{"id": "1", "name": "王建国", "kind": "person"}])
    office.work()
    found = office.hits.listed(office.person(), limit=1000)
    assert {hit.customer_id for hit in found} == set(firms)


def test_a_slice_done_twice_counts_once(office: Office) -> None:
    office.customer("Blue Harbour Shipping LLC")
    office.load([{"id": "1", "name": "Blue Harbour Shipping LLC"}])
    office.again.look(office.queue)
    (job,) = office.queue.jobs
    office.again.run(job)
    office.again.run(job)
    assert len(office.ledger("hit.opened")) == len(office.ledger("screened")) == 1
    # A job that was given up although it was done is not done again.
    office.again.given_up(job)
    office.queue.jobs.clear()
    assert office.work() == 0


def test_a_slice_that_was_given_up_is_tried_again(office: Office) -> None:
    office.customer("Blue Harbour Shipping LLC")
    office.load([{"id": "1", "name": "Blue Harbour Shipping LLC"}])
    office.again.look(office.queue)
    office.again.given_up(office.queue.jobs.pop())
    office.again.look(office.queue)
    (again,) = office.queue.jobs
    assert again.endswith(":1")
    for _ in range(10):
        office.again.given_up(office.queue.jobs.pop())
        office.again.look(office.queue)
        if not office.queue.jobs:
            break
    assert office.queue.jobs == [], "after some tries it waits for a person"


def test_a_hit_by_hand_at_a_version_in_between_opens_again_too(office: Office) -> None:
    """The delta from the last batch does not hold what changed and changed back; the hit knows what it rests on."""
    plain, more = (
        {"id": "1", "name": "Vega Trading"},
        {"id": "1", "name": "Vega Trading", "identifiers": "lei:X"},
    )
    office.load([plain])
    firm = office.customer("Vega Trading")
    office.work()
    office.load([more])
    (hit,) = office.desk.screen_customer(firm, office.person()).hits
    office.hits.decide(hit.code, "unsure", "asked for papers", office.person())
    office.load([plain | {"address": "Malta"}])
    office.work()
    assert office.hits.hit(hit.code, office.person()).state is HitState.OPEN


def test_an_import_during_a_batch_is_looked_at_by_itself(office: Office) -> None:
    office.load([{"id": "1", "name": "Vega Trading"}])
    office.again.look(office.queue)
    late = office.customer("Vega Trading")
    office.work()
    (hit,) = office.hits.listed(office.person(), customer_id=late)
    assert hit.entry == "1"
    (covered,) = office.desk.covered(late, office.person())
    assert covered.by == "S-1", "the batch began before the customer came, so that it does not count"


def test_workers_that_are_killed_lose_and_double_nothing(
    databases: Any, policy: Policy, clock: Any, tmp_path: Path
) -> None:
    """Workers of real processes are killed outright in the middle of slices; every customer is found once."""
    toml = tmp_path / "policy.toml"
    toml.write_text("[screening]\nslice_entries = 3\nslice_customers = 3\n")
    office = Office(databases, small(policy, slice_entries=3, slice_customers=3), clock, tmp_path)
    entries = people(15)
    for entry in entries:
        office.customer(f"{entry['name']} LLC", {"name": entry["name"], "role": "director"})
    office.load(entries)
    url = databases.write.url.render_as_string(hide_password=False).replace("+pysqlite", "")
    slots = 1 if databases.dialect == "sqlite" else 2
    running: list[subprocess.Popen[bytes]] = []
    log = (tmp_path / "worker.log").open("ab")

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, str(SCRIPT), str(tmp_path), url, str(toml), "0.15"]
        return subprocess.Popen(command, stdout=log, stderr=log)

    def done() -> bool:
        with reading(databases.read) as connection:
            told = Batches(connection).progress()
        return bool(told) and all(each.done == each.slices for each in told)

    deaths, chance, deadline = 0, random.Random(5), time.monotonic() + 120
    try:
        running = [start() for _ in range(slots)]
        while not done():
            assert time.monotonic() < deadline, (tmp_path / "worker.log").read_text()[-3000:]
            if deaths < 2 and sum(part.done for part in _progress(databases)) > deaths:
                # Somewhere in the slices that follow: while comparing, or between a hit and the commit.
                time.sleep(chance.uniform(0.0, 0.4))
                victim = running.pop(chance.randrange(len(running)))
                victim.kill()
                victim.wait()
                deaths += 1
                running.append(start())
            time.sleep(0.02)
    finally:
        for process in running:
            process.kill()
            process.wait()
        log.close()
    hits = office.hits.listed(office.person(), limit=1000)
    assert deaths >= 2
    found = [(hit.customer_id, hit.subject, hit.entry) for hit in hits]
    assert len(found) == len(set(found))
    exact = {(hit.customer_id, hit.entry) for hit in hits if hit.matched == hit.our_name}
    assert len(exact) == len(entries)
    opened = [entry.subject for entry in office.ledger("hit.opened")]
    assert sorted(opened) == sorted(hit.code for hit in hits)
    assert len(office.ledger("screened")) == len(entries) // 3
    with reading(databases.read) as connection:
        assert verify(connection).ok


def _progress(databases: Any) -> list[Any]:
    with reading(databases.read) as connection:
        return Batches(connection).progress()


def test_a_look_beside_another_begins_nothing_twice(office: Office) -> None:
    office.customer("Vega Trading")
    office.load([{"id": "1", "name": "Vega Trading"}])
    others = rescreening.Rescreening(
        office.databases, office.lists, office.desk, policy=office.policy, clock=office.clock
    )
    office.again.look(office.queue)
    others.look(office.queue)
    assert len(office.queue.jobs) == 1
    with unit_of_work(office.databases.write) as connection:
        assert len(Batches(connection).under_way()) == 1


def test_the_next_process_follows_the_index_that_is_kept_and_takes_none_of_another_store(
    office: Office, tmp_path: Path
) -> None:
    folder = tmp_path / "names"
    entry = ListEntry("1", Kind.ORGANISATION, (ListName("Blue Harbour Shipping"),))

    def like() -> set[UUID]:
        crowd = Crowd(office.databases, office.policy.screening.threshold, folder=folder)
        return set(crowd.near([entry]))

    first = office.customer("Blue Harbour Shipping LLC")
    assert like() == {first}
    (kept,) = folder.iterdir()
    second = office.customer("Blue Harbor Shiping Ltd")
    assert like() == {first, second} and list(folder.iterdir()) == [kept]
    foreign = kept.with_name(kept.name.replace(".", ".0000"))
    kept.rename(foreign)
    assert like() == {first, second} and foreign not in set(folder.iterdir())
    (made,) = folder.iterdir()
    (made / "names.npz").write_bytes(b"broken")
    assert like() == {first, second}
