"""Checks that are kept: once a request, found again, with the ledger, and seen only by whoever may see suspicion."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from bot.checks.service import CheckDesk, KeptCheck
from bot.checks.sight import visible
from store.access import Audience, FieldClass, Permission, Rights, Role, Viewer
from store.checks import Checks
from store.engine import Databases, reading, unit_of_work
from store.errors import Forbidden, UnknownSubject
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger
from store.policy import Policy
from store.schema.checks import checks

COURT = {"source": "中国执行信息公开网", "tier": Tier.COURT, "field_class": FieldClass.PUBLIC}


class Office:
    """A store with one customer, and the desk that checks it."""

    def __init__(
        self, databases: Databases, policy: Policy, clock: Any, viewer: Callable[..., Viewer]
    ) -> None:
        self.databases, self.clock, self.viewer = databases, clock, viewer
        self.desk = CheckDesk(databases, policy=policy, clock=clock)
        self.customer: UUID = self.record(
            "customers",
            "K-1",
            {"legal_name": "江苏恒岳精密机械有限公司", "country": "CN", "uscc": "91320106MA1K8Q2R7C"},
            source="国家企业信用信息公示系统",
            tier=Tier.REGISTER,
            field_class=FieldClass.PUBLIC,
        )

    def record(self, aggregate: str, key: str, body: dict[str, Any], **origin: Any) -> UUID:
        owner = {} if aggregate == "customers" else {"customer_id": self.customer}
        given = {
            "source": "crm",
            "tier": Tier.INTERNAL,
            "field_class": FieldClass.INTERNAL,
            "cause": "told in a test",
        }
        with unit_of_work(self.databases.write) as connection:
            entry = Ledger(connection, self.clock).append(actor="li@firm.cn", action="import", detail={})
            return (
                History(connection, entry)
                .record(aggregate, key, body, **owner, **(given | origin))
                .subject_id
            )

    def make(self, role: str = "risk", **more: Any) -> KeptCheck:
        return self.desk.make(self.customer, self.viewer(role), **more)

    def count(self) -> int:
        with reading(self.databases.read) as connection:
            return connection.execute(select(func.count()).select_from(checks)).scalar_one()

    def entries(self) -> list[Any]:
        from store.schema.ledger import ledger

        with reading(self.databases.read) as connection:
            return list(connection.execute(select(ledger).where(ledger.c.action == "check")))


@pytest.fixture
def office(databases: Databases, policy: Policy, clock: Any, viewer: Callable[..., Viewer]) -> Office:
    return Office(databases, policy, clock, viewer)


def test_a_check_is_kept_with_its_policy_and_found_again(office: Office, policy: Policy) -> None:
    kept = office.make()
    assert kept.code == "B-1"
    for language in ("en", "zh"):
        told = kept.body_by_language[language]
        assert told["versions"]["policy"] == policy.version and told["code"] == "B-1"
        assert office.desk.load("b1", office.viewer("auditor")).body_by_language[language] == told
    latest = office.desk.latest(office.customer, office.viewer())
    assert latest is not None and latest.code == "B-1"
    (entry,) = office.entries()
    assert (entry.actor, entry.customer_id) == ("role:risk", office.customer)


def test_the_same_request_is_checked_once(office: Office) -> None:
    """A job that was killed after its commit runs again: the first check comes back, nothing is written."""
    first = office.make(request="inbox:17")
    done: list[str] = []
    again = office.make(request="inbox:17", also=lambda _, kept: done.append(kept.code))
    assert (again.code, again.body) == (first.code, first.body)
    assert office.count() == 1 and len(office.entries()) == 1 and done == []


def test_what_must_happen_with_it_happens_or_nothing_does(office: Office) -> None:
    def fall(connection: Connection, kept: KeptCheck) -> None:
        raise RuntimeError("the outbox is full")

    with pytest.raises(RuntimeError):
        office.make(request="inbox:18", also=fall)
    assert office.count() == 0 and office.entries() == []
    assert office.make(request="inbox:18").code == "B-1"


def test_steps_are_heard_in_order_and_outside_of_any_write(office: Office) -> None:
    """The progress message writes into the outbox, and SQLite has one writer."""
    heard: list[str] = []

    def step(section: Any, status: Any) -> None:
        with unit_of_work(office.databases.write) as connection:
            Ledger(connection, office.clock).append(actor="test", action="progress", detail={})
        heard.append(str(section))

    office.make(on_step=step)
    assert heard == ["identity", "finance", "business", "reputation", "law", "compliance"]


def test_what_changed_since_the_check_before_even_when_the_clock_stands(office: Office) -> None:
    assert office.make().body_by_language["en"]["earlier"] is None
    body = {"dimension": "dishonest_debtor", "title": "（2026）苏0106执1841号", "status": "open"}
    office.record("records", "R-1", body, **COURT)
    told = office.make().body_by_language["zh"]
    assert told["earlier"]["code"] == "B-1"
    changes = {each["check"]: (each["before"], each["after"]) for each in told["earlier"]["changes"]}
    assert changes["law.dishonest_debtor"] == (None, "fail")
    assert office.make().body_by_language["en"]["earlier"]["changes"] == []


@pytest.mark.parametrize("role", ["sales", "admin", "unknown"])
def test_whoever_may_not_check_learns_nothing(office: Office, role: str) -> None:
    """The words are the same whether the check, the customer or nothing is there."""
    kept = office.make()
    said = set()
    for ask in (
        lambda who: office.desk.make(office.customer, who),
        lambda who: office.desk.load(kept.code, who),
        lambda who: office.desk.load("B-999", who),
        lambda who: office.desk.latest(office.customer, who),
    ):
        with pytest.raises(Forbidden) as refused:
            ask(office.viewer(role))
        said.add(str(refused.value))
    assert len(said) == 1 and office.count() == 1


@pytest.mark.parametrize("ceiling", [None, FieldClass.PUBLIC, FieldClass.INTERNAL])
def test_a_check_is_not_said_in_a_place_below_suspicion(office: Office, ceiling: FieldClass | None) -> None:
    office.make()
    risk_in_a_channel = office.viewer("risk", Audience.channel("#deals", ceiling))
    with pytest.raises(Forbidden):
        office.desk.load("B-1", risk_in_a_channel)
    with pytest.raises(Forbidden):
        office.desk.make(office.customer, risk_in_a_channel)


def test_there_is_no_such_check(office: Office) -> None:
    for code in ("B-999", "Q-1", "nonsense"):
        with pytest.raises(UnknownSubject):
            office.desk.load(code, office.viewer())
    assert office.desk.latest(office.customer, office.viewer()) is None


def troubled(office: Office) -> None:
    """Suspicion, personal data and the ordinary about one customer."""
    hidden = {"dimension": "negative_news", "title": "内部线索:疑似走私", "status": "open"}
    office.record("records", "S-1", hidden, field_class=FieldClass.SUSPICION)
    grave = {"dimension": "default", "title": "票据违约线索", "status": "open"}
    office.record("records", "S-2", grave, field_class=FieldClass.SUSPICION)
    owner = {
        "name": "沈砚秋",
        "role": "shareholder",
        "kind": "person",
        "share_percent": "100",
        "birth_date": "1971-02-03",
    }
    office.record("parties", "P-1", owner, field_class=FieldClass.PERSONAL)
    office.record("facts", "F-1", {"attribute": "employees", "value": "310"})


def test_public_and_internal_eyes_see_nothing_of_suspicion_or_persons(office: Office) -> None:
    """A kept check, cut to these classes: no word, status, count, chart or number of a source tells of the rest."""
    before = office.make()
    troubled(office)
    after = office.make()
    assert {"law.default"} <= {f["check"] for s in after.body["sections"] for f in s["findings"]}
    seen = visible(after.body, frozenset({FieldClass.PUBLIC, FieldClass.INTERNAL}))
    said = repr(seen)
    for word in ("走私", "票据违约", "沈砚秋", "1971", "suspicion", "personal"):
        assert word not in said, word
    law = next(each for each in seen["sections"] if each["name"] == "law")
    assert law["status"] != "fail" and seen["status"] != "fail"
    assert seen["figures"].get("ownership") is None
    assert before.body["status"] != "fail"


def test_a_role_that_may_check_but_not_see_everything_reads_a_smaller_file(
    office: Office, policy: Policy
) -> None:
    """Of a policy that lets a role check without the class of suspicion, the desk makes no exception."""
    troubled(office)
    rights = policy.rights
    narrow = Rights(
        {**rights.classes, Role.SALES: frozenset({FieldClass.PUBLIC, FieldClass.INTERNAL})},
        {**rights.permissions, Role.SALES: rights.permissions[Role.SALES] | {Permission.CHECK}},
    )
    with pytest.raises(Forbidden):
        office.desk.make(office.customer, replace(office.viewer("sales"), rights=narrow))


def test_checks_in_the_store(office: Office) -> None:
    """Newest first, the last by customer, codes in order."""
    codes = [office.make().code for _ in range(3)]
    assert codes == ["B-1", "B-2", "B-3"]
    with reading(office.databases.read) as connection:
        kept = Checks(connection)
        assert [each.code for each in kept.of_customer(office.customer)] == codes[::-1]
        assert [each.code for each in kept.newest(2)] == ["B-3", "B-2"]
        assert kept.last_made() == {office.customer: office.clock.now}
        newest = kept.by_code("B-3")
        assert newest is not None
        before = kept.latest(office.customer, before=newest)
        assert before is not None and before.code == "B-2"
