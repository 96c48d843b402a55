"""Files of rows go in once, whole and honest; on both databases."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from knowledge.sources.intake import Intake
from store.access import Role, Viewer
from store.clock import Clock
from store.customers import Customers
from store.dossier import read_dossier
from store.engine import Databases, reading
from store.policy import Policy
from store.records import Dossier

CUSTOMERS = [
    {
        "legal_name": "杭州恒岳科技有限公司",
        "customer_key": "HY",
        "other_names": ["恒岳科技|short|zh"],
        "country": "CN",
    },
    {"legal_name": "Nordhafen Maschinenbau GmbH", "customer_key": "NH", "address": "Hafenstraße 1, Kiel"},
]


@pytest.fixture
def intake(databases: Databases, policy: Policy, clock: Clock, tmp_path: Path) -> Intake:
    return Intake(databases, policy=policy, clock=clock, aside_folder=tmp_path / "aside")


def jsonl(folder: Path, name: str, rows: list[dict]) -> Path:
    path = folder / f"{name}.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return path


def entries(databases: Databases) -> int:
    from sqlalchemy import func, select

    from store.schema.ledger import ledger

    with reading(databases.read) as connection:
        return connection.execute(select(func.count()).select_from(ledger)).scalar_one()


def dossier(databases: Databases, reference: str, viewer: Viewer) -> Dossier:
    with reading(databases.read) as connection:
        return read_dossier(connection, Customers(connection).find(reference).id, viewer=viewer)


def test_the_same_file_twice_changes_nothing(intake: Intake, databases: Databases, tmp_path: Path) -> None:
    path = jsonl(tmp_path, "customers", CUSTOMERS)
    first = intake.import_file("customers", path, actor="lin")
    assert first.outcomes == {"new": 2} and not first.aside
    before = entries(databases)
    again = intake.import_file("customers", path, actor="lin")
    assert again.outcomes == {"unchanged": 2}
    assert entries(databases) == before


def test_a_changed_row_is_a_new_version_of_the_same_customer(
    intake: Intake, databases: Databases, viewer: Callable[..., Viewer], tmp_path: Path
) -> None:
    intake.import_file("customers", jsonl(tmp_path, "a", CUSTOMERS), actor="lin")
    moved = [CUSTOMERS[1] | {"address": "Kaistraße 9, Kiel"}]
    report = intake.import_file("customers", jsonl(tmp_path, "b", moved), actor="lin")
    assert report.outcomes == {"changed": 1}
    profile = dossier(databases, "NH", viewer(Role.RISK)).profile
    assert profile.address == "Kaistraße 9, Kiel" and profile.origin.number == 2


def test_bad_rows_are_kept_aside_and_good_ones_go_in(
    intake: Intake, databases: Databases, viewer: Callable[..., Viewer], tmp_path: Path
) -> None:
    intake.import_file("customers", jsonl(tmp_path, "customers", CUSTOMERS), actor="lin")
    invoice = {
        "customer": "恒岳科技有限公司",
        "invoice_number": "R-1",
        "issued_on": "2026-01-05",
        "due_on": "2026-02-05",
        "amount": 10.5,
        "currency": "CNY",
    }
    rows = [invoice, invoice | {"customer": "HY"}, invoice | {"customer": "HY", "amount": "ten"}]
    report = intake.import_file("invoices", jsonl(tmp_path, "invoices", rows), actor="lin")
    assert report.outcomes == {"new": 1}
    assert [row.line for row in report.aside] == [1, 3]
    assert "no customer has" in report.aside[0].reason
    assert "not a plain number" in report.aside[1].reason
    kept = [json.loads(line) for file in (tmp_path / "aside").glob("*.jsonl") for line in file.open()]
    assert [row["line"] for row in kept] == [1, 3]
    assert len(dossier(databases, "HY", viewer(Role.SALES)).invoices) == 1


def test_a_dry_run_tells_everything_and_writes_nothing(
    intake: Intake, databases: Databases, tmp_path: Path
) -> None:
    before = entries(databases)
    report = intake.import_file("customers", jsonl(tmp_path, "c", CUSTOMERS), actor="lin", dry_run=True)
    assert report.outcomes == {"new": 2}
    assert entries(databases) == before
    with reading(databases.read) as connection:
        assert Customers(connection).all() == []


def test_unknown_columns_are_named_or_kept_as_facts(
    intake: Intake, databases: Databases, viewer: Callable[..., Viewer], tmp_path: Path
) -> None:
    intake.import_file("customers", jsonl(tmp_path, "customers", CUSTOMERS), actor="lin")
    contact = jsonl(
        tmp_path, "contacts", [{"customer": "NH", "name": "Jens Ott", "favourite_colour": "green"}]
    )
    report = intake.import_file("contacts", contact, actor="lin")
    assert report.unknown_columns == {"favourite_colour": 1}
    assert dossier(databases, "NH", viewer(Role.RISK)).facts == ()
    intake.import_file("contacts", contact, actor="lin", keep_extra=True)
    facts = dossier(databases, "NH", viewer(Role.RISK)).facts
    assert [(fact.attribute, fact.value) for fact in facts] == [("favourite_colour", "green")]


def test_two_sources_stand_side_by_side(
    intake: Intake, databases: Databases, viewer: Callable[..., Viewer], tmp_path: Path
) -> None:
    intake.import_file("customers", jsonl(tmp_path, "customers", CUSTOMERS), actor="lin")
    facts = [
        {"customer": "HY", "attribute": "employees", "value": "120", "source": "register"},
        {"customer": "HY", "attribute": "employees", "value": "300", "source": "customer"},
    ]
    intake.import_file("facts", jsonl(tmp_path, "facts", facts), actor="lin")
    found = dossier(databases, "HY", viewer(Role.RISK)).facts
    assert {(fact.value, fact.origin.tier.value) for fact in found} == {
        ("120", "register"),
        ("300", "customer_supplied"),
    }


def test_amounts_survive_both_databases_exactly(
    intake: Intake, databases: Databases, viewer: Callable[..., Viewer], tmp_path: Path
) -> None:
    intake.import_file("customers", jsonl(tmp_path, "customers", CUSTOMERS), actor="lin")
    path = tmp_path / "payments.jsonl"
    path.write_text('{"customer":"HY","paid_on":"2026-02","amount":98765432109876.5432,"currency":"CNY"}')
    intake.import_file("payments", path, actor="lin")
    payment = dossier(databases, "HY", viewer(Role.SALES)).payments[0]
    assert str(payment.amount) == "98765432109876.5432"
    assert str(payment.paid_on) == "2026-02"


def test_a_statement_is_read_in_whole_units(
    intake: Intake, databases: Databases, viewer: Callable[..., Viewer], tmp_path: Path
) -> None:
    intake.import_file("customers", jsonl(tmp_path, "customers", CUSTOMERS), actor="lin")
    statement = {
        "customer": "NH",
        "period_end": "2025-12-31",
        "period_kind": "year",
        "currency": "EUR",
        "unit": 1000000,
        "revenue": 42,
        "employees": 310,
        "x_margin_percent": 7.5,
    }
    intake.import_file("statements", jsonl(tmp_path, "statements", [statement]), actor="lin")
    items = dossier(databases, "NH", viewer(Role.RISK)).statements[0].items
    assert {name: str(value) for name, value in items.items()} == {
        "revenue": "42000000",
        "employees": "310",
        "x_margin_percent": "7.5",
    }


def test_one_person_too_many_costs_one_row(intake: Intake, databases: Databases, tmp_path: Path) -> None:
    chen = {"email": "chen@firm.example", "role": "sales", "slack_team": "T1", "slack_user": "U1"}
    twin = chen | {"email": "twin@firm.example"}
    lin = {"email": "lin@firm.example", "role": "risk"}
    report = intake.import_file("users", jsonl(tmp_path, "users", [chen, twin, lin]), actor="admin")
    assert report.outcomes == {"new": 2}
    assert [row.line for row in report.aside] == [2]
