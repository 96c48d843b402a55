"""Screening as people live it: namesakes, second pairs of eyes, lists that change, and who never hears of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.screening.decisions import Result
from bot.screening.errors import NothingToScreen, ReasonMissing
from bot.screening.service import ScreeningDesk
from bot.screening.subjects import named
from knowledge.watchlists.errors import UnknownList
from store.access import FieldClass
from store.errors import Forbidden, UnknownSubject
from store.hits import HitState
from tests.screening.conftest import Office

WANG = {"id": "p1", "name": "王建国", "kind": "person", "birth_date": "1961-05-03", "nationality": "CN"}
PETROV = {"id": "p2", "name": "Sergei Petrov", "kind": "person", "birth_date": "1970", "nationality": "RU"}
HARBOUR = {"id": "o1", "name": "Blue Harbour Shipping LLC", "kind": "organisation", "country": "CY"}


def test_a_name_is_found_with_its_reasons_and_kept(office: Office) -> None:
    office.load([WANG, PETROV, HARBOUR])
    kept = office.screen("Petrov, Sergei", birth_date="1970-02-01", kind="person")
    (found,) = kept.told("en")["hits"]
    assert (found["list"], found["version"], found["entry"]) == ("house", 1, "p2")
    assert (found["name"], found["matched"], found["decision"]) == ("Sergei Petrov", "Sergei Petrov", None)
    assert found["score"] >= 0.5
    assert found["because"]
    (screened,) = office.ledger("screened")
    assert screened.subject == kept.code == "S-1"
    assert screened.detail["lists"] == {"house": 1}
    (opened,) = office.ledger("hit.opened")
    assert (opened.subject, opened.detail["list_version"]) == (found["hit"], 1)
    assert opened.detail["score"] == round(found["score"] * 10_000)
    # The name itself is personal: the ledger names the hit, and the hit the name.
    assert "Petrov" not in str(screened.detail) + str(opened.detail)


def test_a_namesake_is_cleared_and_stays_cleared(office: Office) -> None:
    office.load([WANG, PETROV])
    firm = office.customer(
        "云岭贸易有限公司", {"name": "王建国", "role": "legal_representative", "kind": "person"}
    )
    (hit,) = office.desk.screen_customer(firm, office.person()).hits
    assert (hit.name, hit.roles, hit.state) == ("王建国", ["legal_representative"], HitState.OPEN)
    decide_false(office, hit.code)
    office.clock.forward(days=1)
    (again,) = office.desk.screen_customer(firm, office.person()).hits
    assert (again.code, again.state, again.latest_at) == (hit.code, HitState.FALSE, office.clock.now)
    assert len(office.ledger("hit.opened")) == 1
    # An address of the entry is nothing that a decision rests on.
    office.load([WANG | {"address": "Harbin"}, PETROV])
    assert office.desk.screen_customer(firm, office.person()).hits[0].state is HitState.FALSE


def decide_false(office: Office, code: str) -> None:
    """Cleared by two people, or by one where that is enough."""
    outcome = office.hits.decide(code, "false", "another date of birth", office.person())
    if outcome.result is Result.PROPOSED:
        outcome = office.hits.confirm(code, office.person("chen@firm.cn"))
    assert (outcome.result, outcome.hit.state) == (Result.DONE, HitState.FALSE)


def test_a_cleared_hit_opens_again_when_the_entry_gets_a_passport(office: Office) -> None:
    office.load([WANG, PETROV])
    firm = office.customer("云岭贸易有限公司", {"name": "王建国", "role": "director", "kind": "person"})
    office.work()
    (hit,) = office.hits.listed(office.person(), customer_id=firm)
    decide_false(office, hit.code)
    office.clock.forward(days=3)
    office.load([WANG | {"identifiers": "passport:E1234567"}, PETROV])
    assert office.work() == 1
    changed, steps = office.hits.history(hit.code, office.person())
    assert (changed.state, changed.list_version, changed.by) == (HitState.OPEN, 2, None)
    assert steps[-1].act == "reopened"
    assert steps[-1].fields == [["entry", "identifiers"]]
    (entry,) = office.ledger("hit.reopened")
    assert entry.detail["fields"] == [["entry", "identifiers"]]
    assert (entry.detail["before"], entry.seq) == ("false", steps[-1].seq)


def test_a_cleared_hit_opens_again_when_the_customers_side_changes(office: Office) -> None:
    office.load([WANG])
    firm = office.customer("云岭贸易有限公司", {"name": "王建国", "role": "director", "kind": "person"})
    office.work()
    (hit,) = office.hits.listed(office.person(), customer_id=firm)
    decide_false(office, hit.code)
    office.party(firm, name="王建国", role="director", kind="person", birth_date="1961-05-03")
    assert office.work() == 1
    changed, steps = office.hits.history(hit.code, office.person())
    assert changed.state is HitState.OPEN
    assert steps[-1].fields == [["customer", "birth_dates"]]


def test_four_eyes(office: Office) -> None:
    office.load([HARBOUR])
    (hit,) = office.screen("Blue Harbour Shipping LLC", kind="organisation").hits
    assert hit.score >= 8000
    first, second = office.person("Li@firm.cn"), office.person("chen@firm.cn")
    outcome = office.hits.decide(hit.code, "false", "a firm of the same name in Malta", first)
    assert (outcome.result, outcome.hit.state) == (Result.PROPOSED, HitState.PROPOSED)
    # The same person under the same address written otherwise is no second pair of eyes.
    refused = office.hits.confirm(hit.code, office.person(" li@FIRM.cn"))
    assert (refused.result, refused.hit.state) == (Result.SECOND_PERSON, HitState.PROPOSED)
    done = office.hits.confirm(hit.code, second)
    assert (done.result, done.hit.state, done.hit.by) == (Result.DONE, HitState.FALSE, "chen@firm.cn")
    assert done.hit.reason == "a firm of the same name in Malta"
    assert office.hits.confirm(hit.code, second).result is Result.ALREADY
    assert [entry.action for entry in office.ledger("hit.decided", "hit.confirmed")] == [
        "hit.decided",
        "hit.confirmed",
    ]
    _, steps = office.hits.history(hit.code, second)
    assert [(step.actor, step.act, step.after) for step in steps] == [
        (None, "opened", "open"),
        ("li@firm.cn", "proposed", "proposed"),
        ("chen@firm.cn", "confirmed", "false"),
    ]


def test_what_was_true_is_never_cleared_by_one(office: Office) -> None:
    office.load([HARBOUR])
    (hit,) = office.screen("Blue Harbour Shipping LLC").hits
    assert office.hits.decide(hit.code, "true", "same address", office.person()).hit.state is HitState.TRUE
    outcome = office.hits.decide(hit.code, "false", "I was wrong", office.person())
    assert outcome.hit.state is HitState.PROPOSED
    back = office.hits.decide(hit.code, "true", "it is the one", office.person("chen@firm.cn"))
    assert back.hit.state is HitState.TRUE


def test_a_decision_twice_and_the_same_click_twice(office: Office) -> None:
    office.load([HARBOUR])
    (hit,) = office.screen("Blue Harbour Shipping LLC").hits
    viewer = office.person()
    first = office.hits.decide(hit.code, "unsure", "papers are asked for", viewer, request="click-1")
    same = office.hits.decide(hit.code, "unsure", "papers are asked for", viewer, request="click-1")
    later = office.hits.decide(hit.code, "unsure", "again", viewer, request="click-2")
    assert [first.result, same.result, later.result] == [Result.DONE, Result.DONE, Result.ALREADY]
    assert len(office.ledger("hit.decided")) == 1
    assert later.hit.reason == "papers are asked for"


def test_the_same_request_is_made_once(office: Office) -> None:
    office.load([HARBOUR])
    one = office.screen("Blue Harbour Shipping", request="line-7")
    office.hits.decide(one.hits[0].code, "true", "same address", office.person())
    other = office.screen("Blue Harbour Shipping", request="line-7")
    assert other.code == one.code
    assert len(office.ledger("screened")) == 1
    # What was decided meanwhile is told with it.
    (found,) = other.told("en")["hits"]
    assert (found["decision"]["state"], found["decision"]["by"]) == ("true", "li@firm.cn")


def test_an_entry_that_leaves_its_list_closes_its_hits_but_not_true_ones(office: Office) -> None:
    office.load([WANG, PETROV, HARBOUR])
    firm = office.customer(
        "Blue Harbour Shipping LLC",
        {"name": "王建国", "role": "director", "kind": "person"},
        {"name": "Sergei Petrov", "role": "shareholder", "kind": "person", "share_percent": "10"},
    )
    office.work()
    by_entry = {hit.entry: hit for hit in office.hits.listed(office.person(), customer_id=firm)}
    assert set(by_entry) == {"p1", "p2", "o1"}
    decide_false(office, by_entry["p1"].code)
    office.hits.decide(by_entry["o1"].code, "true", "it is the firm", office.person())
    office.load([{"id": "z", "name": "Somebody Else Entirely"}])
    office.work()
    after = {hit.entry: hit for hit in office.hits.listed(office.person(), customer_id=firm)}
    assert {entry: hit.state for entry, hit in after.items()} == {
        "p1": HitState.CLOSED,
        "p2": HitState.CLOSED,
        "o1": HitState.TRUE,
    }
    assert after["p1"].list_version == 2
    assert {entry.detail["list_version"] for entry in office.ledger("hit.closed")} == {2}
    impossible = office.hits.decide(by_entry["p2"].code, "false", "gone", office.person())
    assert impossible.result is Result.IMPOSSIBLE
    # It comes back: what was closed is looked at anew, also what had been cleared before.
    office.load([WANG, {"id": "z", "name": "Somebody Else Entirely"}])
    office.work()
    back, steps = office.hits.history(by_entry["p1"].code, office.person())
    assert (back.state, steps[-1].fields[0]) == (HitState.OPEN, ["list", "returned"])


def test_a_list_that_closes_a_hit_on_a_free_name(office: Office) -> None:
    office.load([WANG, HARBOUR])
    (hit,) = office.screen("Blue Harbour Shipping LLC").hits
    office.load([WANG])
    office.work()
    assert office.hits.hit(hit.code, office.person()).state is HitState.CLOSED


@pytest.mark.parametrize(
    ("role", "ceiling"),
    [
        ("sales", None),
        ("admin", None),
        ("unknown", None),
        ("risk", FieldClass.PUBLIC),
        ("risk", FieldClass.PERSONAL),
    ],
)
def test_sales_and_open_channels_cannot_tell_whether_there_is_a_hit(
    office: Office, role: str, ceiling: FieldClass | None
) -> None:
    """Every door says the same words to whoever may not know, with hits and without."""
    clean = office.customer("白鹭食品有限公司")
    listed = office.customer("Blue Harbour Shipping LLC")
    viewer = office.person("zhao@firm.cn", role, ceiling)

    def doors() -> list[str]:
        said = []
        for door in (
            lambda: office.screen("Blue Harbour Shipping LLC", viewer),
            lambda: office.desk.screen_customer(clean, viewer),
            lambda: office.desk.screen_customer(listed, viewer),
            lambda: office.hits.listed(viewer),
            lambda: office.hits.listed(viewer, customer_id=listed),
            lambda: office.hits.hit("H-1", viewer),
            lambda: office.hits.history("H-999", viewer),
            lambda: office.hits.decide("H-1", "true", "x", viewer),
            lambda: office.hits.confirm("H-1", viewer),
            lambda: office.desk.load("S-1", viewer),
            lambda: office.desk.screenings(listed, viewer),
            lambda: office.desk.owned(listed, viewer),
            lambda: office.desk.covered(listed, viewer),
            lambda: office.desk.progress(viewer),
        ):
            with pytest.raises(Forbidden) as refused:
                door()
            said.append(str(refused.value))
        return said

    before = doors()
    office.load([HARBOUR])
    office.work()
    assert office.hits.listed(office.person(), customer_id=listed)
    assert doors() == before
    assert len(set(before)) == 1


def test_an_auditor_reads_and_does_not_decide(office: Office) -> None:
    office.load([HARBOUR])
    (hit,) = office.screen("Blue Harbour Shipping LLC").hits
    auditor = office.person("audit@firm.cn", "auditor")
    assert office.hits.hit(hit.code, auditor).code == hit.code
    with pytest.raises(Forbidden):
        office.hits.decide(hit.code, "true", "x", auditor)
    with pytest.raises(Forbidden, match="by a person"):
        office.hits.decide(hit.code, "true", "x", office.person("role:risk"))


def test_wrong_input_is_said_in_a_sentence(office: Office) -> None:
    with pytest.raises(NothingToScreen, match="there is no name"):
        named("  …！ ")
    with pytest.raises(NothingToScreen, match="birth_date"):
        named("Wang", birth_date="yesterday")
    with pytest.raises(NothingToScreen, match="is no kind"):
        named("Wang", kind="robot")
    kept = office.screen("王建国")
    assert (kept.told("zh")["hits"], kept.screening.compared) == ([], 0)
    with pytest.raises(UnknownList):
        office.desk.screen_name(named("Wang"), office.person(), lists=["ofac"])
    with pytest.raises(UnknownSubject, match="H-1"):
        office.hits.decide("nonsense", "true", "x", office.person())
    office.load([HARBOUR])
    (hit,) = office.screen("Blue Harbour Shipping LLC").hits
    with pytest.raises(ReasonMissing):
        office.hits.decide(hit.code, "true", "  ", office.person())
    long = office.screen("Blue Harbour Shipping LLC" + " \u202ex" * 5000)
    assert len(long.screening.subjects[0]["name"]) <= 500


def test_two_of_one_name_are_told_apart(office: Office) -> None:
    """Another date of birth is another person: what was decided of one says nothing of the other."""
    office.load([WANG])
    (old,) = office.screen("王建国", birth_date="1961-05-03").hits
    decide_false(office, old.code)
    kept = office.screen("王建国")
    assert {hit.code for hit in kept.hits} & {old.code} == set()
    assert office.screen("王建国", birth_date="1961-05-03").hits[0].state is HitState.FALSE


def test_an_identifier_finds_what_no_name_would(office: Office) -> None:
    office.load([{"id": "o9", "name": "Quite Another Name", "identifiers": "lei:529900T8BM49AURSDO55"}])
    firm = office.customer("云岭贸易有限公司", lei="529900T8BM49AURSDO55")
    (hit,) = office.desk.screen_customer(firm, office.person()).hits
    assert hit.roles == ["customer"]
    said: Any = hit.because
    assert "identifier" in said[0]["feature"]


def test_the_index_of_names_is_kept_and_made_anew_when_it_is_broken(office: Any, tmp_path: Path) -> None:
    office.load([{"id": "1", "name": "Rosneft Trading SA", "kind": "organisation"}])
    folder = tmp_path / "names"

    def hits() -> list[str]:
        desk = ScreeningDesk(
            office.databases, office.lists, policy=office.policy, clock=office.clock, folder=folder
        )
        return [hit.entry for hit in desk.screen_name(named("Rosneft Trading"), office.person()).hits]

    assert hits() == ["1"]
    (kept,) = folder.iterdir()
    assert hits() == ["1"] and list(folder.iterdir()) == [kept]
    (kept / "names.npz").write_bytes(b"broken")
    assert hits() == ["1"]
    office.load([{"id": "2", "name": "Zweifelhafte Handels GmbH", "kind": "organisation"}])
    assert hits() == [] and list(folder.iterdir()) != [kept]
