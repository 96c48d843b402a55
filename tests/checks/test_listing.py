"""Watch lists in a check: unknown without a list, hits that wait warn, true ones fail, cleared ones say by whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest

from bot.checks.looking import Looking
from bot.checks.screened import ListedOwnership, Screened
from bot.checks.service import CheckDesk
from bot.checks.telling import record, tell
from bot.screening.service import ScreeningDesk
from knowledge.watchlists.service import Lists
from store.access import FieldClass, Viewer
from store.engine import Databases, reading, unit_of_work
from store.evidence import Tier
from store.history import History
from store.ledger import Ledger
from store.policy import Policy
from store.schema.screening import screenings

Check = Callable[..., Any]


def statuses(found: Any) -> dict[str, str]:
    return {each.check: each.status.value for each in found.all("compliance") if "screening" in each.check}


def test_without_a_list_or_a_look_it_is_unknown_and_never_a_pass(make: SimpleNamespace, check: Check) -> None:
    firm = make.good_firm()
    assert statuses(check(firm)) == {"compliance.screening": "unknown"}
    nothing = check(firm, Screened("S-1", make.compared().made_at, 3))
    assert nothing.one("compliance.screening").phrase == "checks.screening.no_lists"
    assert nothing.one("compliance.screening").status == "unknown"
    assert nothing.result.status == "unknown"


def test_no_hit_is_said_of_the_lists_that_were_compared(make: SimpleNamespace, check: Check) -> None:
    found = check(make.good_firm(), make.compared())
    told = [said["text"] for said in _compliance(found) if said["check"] == "compliance.screening"]
    assert told == ["No hit on house 4 (2026-11-20); 3 names compared."]
    assert found.one("compliance.screening").evidence


def test_an_old_list_is_unknown_beside_what_it_says(make: SimpleNamespace, check: Check) -> None:
    found = check(make.good_firm(), make.compared(old=True))
    assert found.one("compliance.screening_lists").status == "unknown"


def test_open_hits_warn_true_ones_fail_cleared_ones_say_who_and_when(
    make: SimpleNamespace, check: Check
) -> None:
    hits = (
        make.listed_hit("H-1", "open"),
        make.listed_hit("H-2", "proposed"),
        make.listed_hit("H-3", "true", by="何静妍", on=date(2026, 11, 20)),
        make.listed_hit("H-4", "false", by="林国栋", on=date(2026, 11, 19), reason="another birth date"),
    )
    found = check(make.good_firm(), make.compared(*hits))
    assert statuses(found) == {
        "compliance.screening_true": "fail",
        "compliance.screening_open": "warn",
        "compliance.screening_cleared.H-4": "pass",
    }
    told = {said["check"]: said for said in _compliance(found)}
    assert "(2)" in told["compliance.screening_open"]["text"]
    assert "H-1" in told["compliance.screening_open"]["text"]
    cleared = told["compliance.screening_cleared.H-4"]["text"]
    assert "林国栋" in cleared and "another birth date" in cleared and "2026" in cleared
    quotes = {item.title: item.quote for item in found.result.evidence if item.kind == "record"}
    assert "version: 4" in quotes["H-3"] and "entry: W-7" in quotes["H-3"] and "0.9312" in quotes["H-3"]
    assert all(
        item.field_class is FieldClass.SUSPICION for item in found.result.evidence if item.title == "H-3"
    )


@pytest.mark.parametrize(("certain", "status"), [(True, "fail"), (False, "warn")])
def test_listed_owners_at_the_limit(make: SimpleNamespace, check: Check, certain: bool, status: str) -> None:
    hit = make.listed_hit("H-1", "true" if certain else "open")
    owned = ListedOwnership("ofac", certain, ("沈砚秋",), ("H-1",), Decimal(60), Decimal(50))
    found = check(make.good_firm(), make.compared(hit, owned=(owned,)))
    finding = found.one("compliance.screening_owned.ofac")
    assert finding.status == status
    cited = [item for item in found.result.evidence if item.id in finding.evidence]
    assert any("share_percent: 60" in item.quote for item in cited), "the holding stands beside the hit"
    told = {said["check"]: said["text"] for said in _compliance(found, "zh")}
    assert (
        "OFAC" in told["compliance.screening_owned.ofac"] and "60" in told["compliance.screening_owned.ofac"]
    )


def test_a_share_that_is_not_known_is_no_pass(make: SimpleNamespace, check: Check) -> None:
    owned = ListedOwnership("share_unknown", False, ("沈砚秋",), ())
    found = check(make.good_firm(), make.compared(make.listed_hit(), owned=(owned,)))
    assert found.one("compliance.screening_owned.share_unknown").status == "unknown"


def test_the_desk_screens_once_a_request_and_a_past_day_against_nothing(
    databases: Databases,
    policy: Policy,
    clock: Any,
    viewer: Callable[..., Viewer],
    tmp_path: Path,
) -> None:
    customer = _customer(databases, clock)
    lists = Lists(databases, policy=policy, clock=clock)
    screening = ScreeningDesk(databases, lists, policy=policy, clock=clock)
    looking = Looking(databases, lambda: screening, policy=policy, clock=clock)
    desk = CheckDesk(databases, policy=policy, clock=clock, look=looking.look)

    def outcome(**more: Any) -> dict[str, str]:
        body = desk.make(customer, viewer("risk"), **more).body
        findings = [each for section in body["sections"] for each in section["findings"]]
        return {each["check"]: each["status"] for each in findings if "screening" in each["check"]}

    assert outcome() == {"compliance.screening": "unknown"}
    path = tmp_path / "house.csv"
    path.write_text("id,name,kind\nW-1,江苏恒岳精密机械有限公司,organisation\n", encoding="utf-8")
    lists.load("house", [path], "house", actor="test")
    assert outcome(request="inbox:1") == {"compliance.screening_open": "warn"}
    before = _count(databases)
    assert outcome(request="inbox:1") == {"compliance.screening_open": "warn"}
    assert _count(databases) == before
    from store.dates import PartialDate

    assert outcome(as_of=PartialDate.parse("2026-11-01")) == {"compliance.screening": "unknown"}


def _compliance(found: Any, language: str = "en") -> list[dict[str, Any]]:
    told = tell(record(found.result, {}), language)
    section = next(each for each in told["sections"] if each["name"] == "compliance")
    return list(section["findings"])


def _count(databases: Databases) -> int:
    with reading(databases.read) as connection:
        return len(connection.execute(screenings.select()).all())


def _customer(databases: Databases, clock: Any) -> UUID:
    with unit_of_work(databases.write) as connection:
        entry = Ledger(connection, clock).append(actor="li@firm.cn", action="import", detail={})
        body = {"legal_name": "江苏恒岳精密机械有限公司", "country": "CN"}
        return (
            History(connection, entry)
            .record(
                "customers",
                "K-1",
                body,
                source="国家企业信用信息公示系统",
                tier=Tier.REGISTER,
                field_class=FieldClass.PUBLIC,
                observed_on="2026-10-01",
                cause="told in a test",
            )
            .subject_id
        )
