"""Nothing is overwritten: rows come again, change, and keep every state."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from store.access import FieldClass
from store.canonical import canonical, digest, plain
from store.engine import reading, unit_of_work
from store.errors import RecordInvalid, UnknownSubject
from store.evidence import Tier
from store.history import History, NewVersion
from store.ledger import Ledger
from store.people import People
from store.schema.history import subjects, versions


def rows(count, **changes):
    return [
        NewVersion(
            aggregate="customers",
            natural_key=f"K-{number}",
            body={"legal_name": f"第{number}号贸易有限公司", **changes},
            source="crm",
            tier=Tier.INTERNAL,
            field_class=FieldClass.PUBLIC,
            cause="yearly import",
        )
        for number in range(count)
    ]


def import_all(databases, clock, batch):
    with unit_of_work(databases.write) as connection:
        entry = Ledger(connection, clock).append(
            actor="li@firm.cn", action="import", detail={"rows": len(batch)}
        )
        return History(connection, entry).record_all(batch)


def count(databases, table):
    with reading(databases.read) as connection:
        return connection.execute(select(func.count()).select_from(table)).scalar()


def test_the_same_file_twice_changes_nothing_and_a_changed_row_is_one_version(databases, clock):
    first = import_all(databases, clock, rows(1203))
    assert {row.outcome for row in first} == {"new"}
    assert [row.code for row in first[:2]] == ["C-1001", "C-1002"]
    assert len({row.code for row in first}) == 1203
    second = import_all(databases, clock, rows(1203))
    assert {row.outcome for row in second} == {"unchanged"}
    assert [row.version_id for row in second] == [row.version_id for row in first]
    changed = rows(1203)
    changed[700] = rows(701, country="CN")[700]
    third = import_all(databases, clock, changed)
    assert [number for number, row in enumerate(third) if row.outcome == "changed"] == [700]
    assert third[700].subject_id == first[700].subject_id
    assert count(databases, versions) == 1204


def test_a_key_that_comes_twice_in_one_file_makes_two_versions_only_when_it_differs(databases, clock):
    twice = [*rows(1), *rows(1), *rows(1, country="CN"), *rows(1, country="CN")]
    done = import_all(databases, clock, twice)
    assert [row.outcome for row in done] == ["new", "unchanged", "changed", "unchanged"]
    assert len({row.subject_id for row in done}) == 1
    assert count(databases, subjects) == 1


def test_an_earlier_state_that_returns_is_a_change(book):
    firm = book.customer(stage="active")
    book.customer(stage="suspended")
    back = book.record(
        "customers", "K-1", {"legal_name": "上海科达电子有限公司", "customer_key": "K-1", "stage": "active"}
    )
    assert back.outcome == "changed"
    assert book.dossier(firm).profile.stage == "active"


@pytest.mark.parametrize(
    "origin",
    [
        {"field_class": FieldClass.PERSONAL},
        {"source": "gsxt"},
        {"tier": Tier.REGISTER},
        {"url": "https://www.gsxt.gov.cn"},
    ],
)
def test_another_origin_or_class_is_another_version(sqlite_book, origin):
    sqlite_book.record(
        "facts", "f", {"attribute": "industry", "value": "电子"}, customer_id=sqlite_book.customer()
    )
    again = sqlite_book.record("facts", "f", {"attribute": "industry", "value": "电子"}, **origin)
    assert again.outcome == "changed"


def test_a_row_cannot_move_to_another_customer(sqlite_book):
    one, other = sqlite_book.customer("甲公司", "A"), sqlite_book.customer("乙公司", "B")
    sqlite_book.record("notes", "n", {"at": "2026-01-01", "text": "来电"}, customer_id=one)
    with pytest.raises(RecordInvalid, match="another customer"):
        sqlite_book.record("notes", "n", {"at": "2026-01-01", "text": "来电"}, customer_id=other)


@pytest.mark.parametrize("bad", ["half a \ud83d pair", "a \x00 byte", 0.5, float("nan"), object()])
def test_what_cannot_be_kept_exactly_is_refused(book, bad):
    with pytest.raises(RecordInvalid, match="cannot be stored"):
        book.record("facts", "f", {"attribute": "x", "value": bad}, customer_id=book.customer())


@pytest.mark.parametrize(
    "origin",
    [{"amount": Decimal("0.00001")}, {"amount": Decimal("1e20")}, {"currency": "YUAN"}, {"actor": "\x00"}],
)
def test_an_amount_or_currency_that_does_not_fit_is_refused(book, origin):
    with pytest.raises(RecordInvalid, match="cannot be stored"):
        book.record("facts", "f", {"attribute": "x", "value": "y"}, customer_id=book.customer(), **origin)


def test_the_history_of_a_hidden_customer_is_not_there_and_that_of_a_removed_one_is(book):
    firm = book.customer(field_class=FieldClass.SUSPICION)
    book.record("notes", "n", {"at": "2026-01-01", "text": "来电"}, customer_id=firm)
    with pytest.raises(UnknownSubject):
        book.history(firm, "sales")
    book.remove("customers", "K-1", "a duplicate")
    assert [step.removed for step in book.history(firm, "compliance")] == [True, False, False]


def test_hostile_text_is_kept_as_it_is(book):
    firm = book.customer()
    hostile = "'; DROP TABLE versions; -- ％ \u202e 𠮷 豈 e\u0301 \\u0000 {{x}} :name %(x)s"
    book.record("facts", hostile, {"attribute": "x", "value": hostile}, customer_id=firm)
    assert book.dossier(firm).facts[0].value == hostile
    assert book.record("facts", hostile, {"attribute": "x", "value": hostile}).outcome == "unchanged"


def test_a_very_long_natural_key_is_still_recognised(book):
    firm, key = book.customer(), "很长的名字" * 2000
    body = {"attribute": "x", "value": "y"}
    assert book.record("facts", key, body, customer_id=firm).outcome == "new"
    assert book.record("facts", key, body).outcome == "unchanged"
    assert book.record("facts", key + "!", body, customer_id=firm).outcome == "new"


def test_removing_what_never_was_is_an_error(sqlite_book):
    with pytest.raises(UnknownSubject, match="nothing called"):
        sqlite_book.remove("invoices", "F-404", "never billed")


@pytest.mark.parametrize("table", ["versions", "ledger"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {table} SET actor = 'somebody else'",
        "DELETE FROM {table}",
        "INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
        "TRUNCATE {table} CASCADE",
    ],
)
def test_versions_and_ledger_refuse_every_change(book, table, statement):
    sqlite = book.databases.dialect == "sqlite"
    if sqlite != ("OR REPLACE" in statement) and ("OR REPLACE" in statement or "TRUNCATE" in statement):
        statement = "DELETE FROM {table}"
    book.customer()
    with pytest.raises(DBAPIError, match="append-only"), unit_of_work(book.databases.write) as connection:
        connection.execute(text(statement.format(table=table)))
    assert len(book.history(book.dossier(book.customer()).id)) == 1


def test_history_tells_field_before_after_actor_cause_and_source(book, clock):
    firm = book.customer(stage="prospect", address="上海")
    clock.forward(days=2)
    book.record(
        "customers",
        "K-1",
        {"legal_name": "上海科达电子有限公司", "customer_key": "K-1", "stage": "active", "address": "上海"},
        actor="zhao@firm.cn",
        cause="contract signed",
    )
    newest, first = book.history(firm)
    assert [(change.field, change.before, change.after) for change in newest.changes] == [
        ("stage", "prospect", "active")
    ]
    assert (newest.actor, newest.cause, newest.source) == ("zhao@firm.cn", "contract signed", "crm")
    assert newest.recorded_at == clock.now
    assert (first.number, first.called) == (1, "上海科达电子有限公司")
    assert {change.before for change in first.changes} == {None}
    assert book.history(firm, since=clock.now) == [newest]
    assert book.history(firm, until=clock.now) == [first]
    assert book.history(firm, limit=1) == [newest]


def test_history_tells_nothing_that_the_viewer_may_not_see(book):
    firm = book.customer()
    contact = {"name": "陈静", "phone": "13812341234"}
    book.record("contacts", "c", contact, customer_id=firm)
    book.record("contacts", "c", {**contact, "phone": "13899991234"})
    book.record(
        "notes", "n", {"at": "2026-01-01", "text": "可疑"}, customer_id=firm, field_class=FieldClass.SUSPICION
    )
    assert len(book.history(firm)) == 4
    steps = book.history(firm, "sales")
    assert [step.aggregate for step in steps] == ["contacts", "customers"]
    assert "13812341234" not in str(steps)
    assert "可疑" not in str(steps)


def test_a_person_is_found_by_mail_and_slack_and_changes_role(book):
    import_of = {
        "email": "Zhang@Firm.cn",
        "role": "sales",
        "slack_team": "T1",
        "slack_user": "U1",
        "name": "张敏",
    }
    book.record("users", "zhang@firm.cn", import_of)
    with reading(book.databases.read) as connection:
        person = People(connection).by_slack("T1", "U1")
        assert person == People(connection).by_email(" ZHANG@firm.cn")
    assert (person.role, person.name) == ("sales", "张敏")
    book.record("users", "zhang@firm.cn", {**import_of, "role": "risk"})
    with reading(book.databases.read) as connection:
        assert People(connection).by_slack("T1", "U1").role == "risk"
        assert People(connection).by_slack("T2", "U1") is None
    with pytest.raises(RecordInvalid, match=r"already zhang@firm\.cn"):
        book.record("users", "wu@firm.cn", {**import_of, "email": "wu@firm.cn"})
    book.remove("users", "zhang@firm.cn", "left the firm")
    with reading(book.databases.read) as connection:
        assert People(connection).by_email("zhang@firm.cn") is None


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("abc日本", max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(VALUES)
def test_canonical_json_is_one_text_for_one_value(value):
    import json

    assert plain(value) == value
    assert json.loads(canonical(value)) == value
    assert canonical(json.loads(canonical(value))) == canonical(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_equal_decimals_have_one_text(number):
    assert digest(plain(number)) == digest(plain(number + Decimal("0.000")))
    assert Decimal(plain(number)) == number
