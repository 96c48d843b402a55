"""The ledger: dense, in time, readable by few, and showing every change."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from store.access import Audience, FieldClass, Role
from store.engine import reading, unit_of_work
from store.errors import Forbidden, StoreDamaged
from store.ledger import Ledger, read, sequence_at, verify
from store.merkle import Tree, leaf_hash

COLUMNS = ("at", "actor", "action", "customer_id", "subject", "detail", "leaf", "previous", "chain")
TAMPERING = settings(
    max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def write_down(databases, clock, count=6):
    customer = uuid4()
    with unit_of_work(databases.write) as connection:
        ledger = Ledger(connection, clock)
        for number in range(count):
            clock.forward(minutes=1)
            ledger.append(
                actor="li@firm.cn",
                action="answer",
                customer_id=customer if number % 2 else None,
                subject=f"Q-{number}" if number % 3 else None,
                detail={"question": f"科达的授信额度是多少？{number}", "ids": ["a", "b"], "count": number},
            )
    return customer


def check(databases):
    with reading(databases.read) as connection:
        return verify(connection)


def disarm(connection):
    """What an administrator with the file in hand would do first."""
    if connection.dialect.name == "sqlite":
        for verb in ("update", "delete"):
            connection.execute(text(f"DROP TRIGGER ledger_no_{verb}"))
    else:
        connection.execute(text("ALTER TABLE ledger DISABLE TRIGGER ALL"))


def test_entries_are_dense_chained_and_sound(databases, clock):
    write_down(databases, clock)
    outcome = check(databases)
    assert (outcome.entries, outcome.ok, outcome.first_bad) == (6, True, None)


def test_an_empty_ledger_is_sound(databases):
    outcome = check(databases)
    assert (outcome.entries, outcome.ok, outcome.root) == (0, True, hashlib.sha256(b"").hexdigest())


def test_time_never_goes_back_even_when_the_clock_does(databases, clock):
    write_down(databases, clock, 2)
    late = clock.now
    clock.forward(days=-3)
    with unit_of_work(databases.write) as connection:
        assert Ledger(connection, clock).append(actor="a", action="ask", detail={}).at == late
    assert check(databases).ok


def test_the_sequence_at_an_instant_is_that_of_the_last_entry_before_it(databases, clock):
    start = clock.now
    write_down(databases, clock, 3)
    with reading(databases.read) as connection:
        wanted = [start, *(start + timedelta(minutes=number, seconds=30) for number in range(4))]
        assert [sequence_at(connection, instant) for instant in wanted] == [0, 0, 1, 2, 3]
        assert sequence_at(connection, start + timedelta(minutes=2)) == 2


def test_a_rolled_back_entry_leaves_no_gap(databases, clock):
    with pytest.raises(RuntimeError), unit_of_work(databases.write) as connection:
        Ledger(connection, clock).append(actor="a", action="ask", detail={})
        raise RuntimeError("the job died")
    with unit_of_work(databases.write) as connection:
        assert Ledger(connection, clock).append(actor="a", action="ask", detail={}).seq == 1


def test_whatever_people_write_can_be_written_down(databases, clock):
    awkward = {
        "question": "NUL \x00, half a pair \ud83d, decomposed e\u0301, 豈",
        "nested": [{"\x00": "\udc00"}],
    }
    with unit_of_work(databases.write) as connection:
        entry = Ledger(connection, clock).append(
            actor="\ud800", action="ask", detail=awkward, subject="\x00" * 500
        )
    assert entry.detail["question"].startswith("NUL \ufffd, half a pair ?, decomposed é")
    assert check(databases).ok


def test_floats_are_refused(sqlite_databases, clock):
    with pytest.raises(ValueError, match="no exact text"), unit_of_work(sqlite_databases.write) as connection:
        Ledger(connection, clock).append(actor="a", action="ask", detail={"score": 0.5})


@TAMPERING
@given(data=st.data())
def test_any_changed_byte_of_any_column_is_found_on_sqlite(sqlite_databases, clock, data):
    if not check(sqlite_databases).entries:
        write_down(sqlite_databases, clock)
    seq = data.draw(st.integers(1, 6))
    column = data.draw(st.sampled_from(COLUMNS))
    with sqlite_databases.write.connect() as connection:
        transaction = connection.begin()
        disarm(connection)
        place = {"seq": seq}
        stored = connection.execute(
            text(f"SELECT CAST({column} AS BLOB) FROM ledger WHERE seq = :seq"), place
        ).scalar()
        if stored is None:
            changed = data.draw(st.binary(max_size=8))
        else:
            position = data.draw(st.integers(0, len(stored) - 1))
            byte = data.draw(st.integers(0, 255).filter(lambda value: value != stored[position]))
            changed = stored[:position] + bytes([byte]) + stored[position + 1 :]
        connection.execute(
            text(f"UPDATE ledger SET {column} = CAST(:changed AS TEXT) WHERE seq = :seq"),
            {**place, "changed": changed},
        )
        outcome = verify(connection)
        transaction.rollback()
    assert (outcome.ok, outcome.first_bad) == (False, seq)
    assert check(sqlite_databases).ok


CHANGES = [
    ("UPDATE ledger SET actor = 'wu@firm.cn' WHERE seq = 3", 3),
    ("UPDATE ledger SET customer_id = NULL WHERE seq = 2", 2),
    ("UPDATE ledger SET subject = '' WHERE seq = 4", 4),
    ("UPDATE ledger SET subject = NULL WHERE seq = 2", 2),
    ("DELETE FROM ledger WHERE seq = 4", 4),
    ("DELETE FROM ledger WHERE seq = 1", 1),
    ("DELETE FROM ledger WHERE seq = 6", 7),
    ("DELETE FROM ledger", 7),
    ("UPDATE ledger SET seq = 60 WHERE seq = 6", 6),
    ("UPDATE ledger SET seq = seq + 1000; UPDATE ledger SET seq = 1006 - seq + 1", 1),
    ("UPDATE ledger_head SET seq = 5", 7),
    ("UPDATE ledger_head SET chain = (SELECT chain FROM ledger WHERE seq = 5)", 7),
    ("UPDATE ledger_head SET at = (SELECT at FROM ledger WHERE seq = 1)", 7),
    ("DELETE FROM ledger_head", 7),
]


@pytest.mark.parametrize(("change", "first_bad"), CHANGES)
def test_changed_missing_and_swapped_rows_are_found_on_both(databases, clock, change, first_bad):
    write_down(databases, clock)
    with unit_of_work(databases.write) as connection:
        disarm(connection)
        for statement in change.split(";"):
            connection.execute(text(statement))
    outcome = check(databases)
    assert not outcome.ok
    # Entries cut off at the end are missed at the place after the last one that is there.
    assert outcome.first_bad == (first_bad if first_bad < 7 else outcome.entries + 1)


def test_a_detail_changed_in_json_is_found_on_postgres(postgres_databases, clock):
    write_down(postgres_databases, clock)
    with unit_of_work(postgres_databases.write) as connection:
        disarm(connection)
        connection.execute(
            text("""UPDATE ledger SET detail = jsonb_set(detail, '{count}', '5') WHERE seq = 5""")
        )
        outcome = verify(connection)
        connection.execute(text("""UPDATE ledger SET detail = '{"count": 1E+400}' WHERE seq = 4"""))
    assert outcome.first_bad == 5
    assert check(postgres_databases).first_bad == 4


def test_a_ledger_without_its_head_takes_no_more_entries(databases, clock):
    with unit_of_work(databases.write) as connection:
        connection.execute(text("DELETE FROM ledger_head"))
    with pytest.raises(StoreDamaged, match="head"), unit_of_work(databases.write) as connection:
        Ledger(connection, clock).append(actor="a", action="ask", detail={})


def test_only_those_who_may_read_it_and_where_suspicion_may_be_heard(databases, clock, viewer):
    customer = write_down(databases, clock)
    sentences = set()
    with reading(databases.read) as connection:
        assert [entry.seq for entry in read(connection, viewer=viewer("auditor"), customer_id=customer)] == [
            6,
            4,
            2,
        ]
        assert [entry.seq for entry in read(connection, viewer=viewer("compliance"), limit=2)] == [6, 5]
        for role in (Role.SALES, Role.RISK, Role.ADMIN, Role.UNKNOWN):
            with pytest.raises(Forbidden):
                read(connection, viewer=viewer(role))
        for where in (customer, uuid4()):
            with pytest.raises(Forbidden) as refused:
                channel = Audience.channel("#risk", FieldClass.PERSONAL)
                read(connection, viewer=viewer("auditor", channel), customer_id=where)
            sentences.add(str(refused.value))
    assert len(sentences) == 1


def test_reading_is_narrowed_by_time_and_action(databases, clock, viewer):
    start = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
    write_down(databases, clock)
    with reading(databases.read) as connection:
        span = {"since": start + timedelta(minutes=2), "until": start + timedelta(minutes=4)}
        assert [entry.seq for entry in read(connection, viewer=viewer("auditor"), **span)] == [3, 2]
        assert read(connection, viewer=viewer("auditor"), actions=["import"]) == []
        assert len(read(connection, viewer=viewer("auditor"), actions=["answer", "import"])) == 6


@given(st.integers(0, 70))
def test_the_root_is_that_of_the_plain_definition(size):
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]

    def plain_root(part):
        if not part:
            return hashlib.sha256(b"").digest()
        if len(part) == 1:
            return bytes.fromhex(part[0])
        half = 1 << (len(part) - 1).bit_length() - 1
        return hashlib.sha256(b"\x01" + plain_root(part[:half]) + plain_root(part[half:])).digest()

    tree = Tree()
    for leaf in leaves:
        tree.add(leaf)
    assert tree.root() == plain_root(leaves).hex()
