"""Transactions, and what is said when the database cannot be used."""

from __future__ import annotations

import sqlite3
import stat
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from store.clock import system_clock
from store.engine import open_databases, reading, unit_of_work
from store.errors import StoreBusy, StoreDamaged, StoreError
from store.ledger import Ledger
from store.migrate import upgrade


def test_a_unit_of_work_commits_whole_or_not_at_all(databases):
    with unit_of_work(databases.write) as connection:
        connection.execute(text("CREATE TABLE sample (n INTEGER)"))
    with pytest.raises(KeyError), unit_of_work(databases.write) as connection:
        connection.execute(text("INSERT INTO sample VALUES (1)"))
        raise KeyError("something went wrong after the insert")
    with reading(databases.read) as connection:
        assert connection.execute(text("SELECT count(*) FROM sample")).scalar() == 0


def test_reading_sees_one_moment(databases, clock):
    with reading(databases.read) as connection:
        before = connection.execute(text("SELECT seq FROM ledger_head")).scalar()
        with unit_of_work(databases.write) as other:
            Ledger(other, clock).append(actor="a", action="ask", detail={})
        assert connection.execute(text("SELECT seq FROM ledger_head")).scalar() == before == 0


def test_the_read_engine_refuses_to_write(databases):
    with pytest.raises(DBAPIError, match="read"), reading(databases.read) as connection:
        connection.execute(text("DELETE FROM users"))


def test_sqlite_is_set_up_for_safety(sqlite_databases):
    with unit_of_work(sqlite_databases.write) as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "recursive_triggers")
        found = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in pragmas]
    assert found == ["wal", 2, 1, 30000, 1]
    path = Path(sqlite_databases.write.url.database)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sqlite_databases.inbox.url.database == str(path.with_name("inbox.sqlite"))


def test_the_job_engine_begins_by_itself(sqlite_databases):
    with sqlite_databases.jobs.begin() as connection:
        connection.execute(text("CREATE TABLE job (n INTEGER)"))
        connection.execute(text("INSERT INTO job VALUES (1)"))
        assert connection.connection.dbapi_connection.in_transaction
    with reading(sqlite_databases.read) as connection:
        assert connection.execute(text("SELECT count(*) FROM job")).scalar() == 1


def test_a_locked_file_is_busy_and_nothing_is_written(sqlite_databases):
    path = sqlite_databases.write.url.database
    impatient = open_databases(f"sqlite:///{path}", patience=0.1)
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreBusy, match="locked by another process"), unit_of_work(impatient.write):
        pytest.fail("the transaction must not begin")
    with reading(impatient.read) as connection:
        assert connection.execute(text("SELECT seq FROM ledger_head")).scalar() == 0
    holder.execute("ROLLBACK")
    holder.close()
    with unit_of_work(impatient.write) as connection:
        connection.execute(text("SELECT 1"))
    impatient.close()


def test_a_writer_waits_for_its_turn(databases, clock):
    started, done = threading.Event(), []

    def second():
        started.set()
        with unit_of_work(databases.write) as connection:
            done.append(Ledger(connection, clock).append(actor="b", action="ask", detail={}).seq)

    with unit_of_work(databases.write) as connection:
        first = Ledger(connection, clock).append(actor="a", action="ask", detail={}).seq
        thread = threading.Thread(target=second)
        thread.start()
        started.wait()
        thread.join(0.2)
        assert done == []
    thread.join(10)
    assert (first, done) == (1, [2])


@pytest.mark.parametrize("content", [b"PK\x03\x04 this is a workbook" * 50, b"\x00" * 4096, b"{}"])
def test_a_file_that_is_no_database_is_named(tmp_path, content):
    path = tmp_path / "bonafide.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreDamaged, match=r"bonafide\.sqlite is not a database; move the file away"):
        upgrade(open_databases(f"sqlite:///{path}"))
    assert path.read_bytes() == content


def test_a_damaged_file_says_restore(tmp_path, clock):
    path = tmp_path / "bonafide.sqlite"
    databases = open_databases(f"sqlite:///{path}")
    upgrade(databases)
    with unit_of_work(databases.write) as connection:
        for _ in range(300):
            Ledger(connection, clock).append(actor="a", action="ask", detail={"q": "x" * 200})
        connection.exec_driver_sql("SELECT 1")
    databases.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xa5" * (size - 4096 * 4))
    broken = open_databases(f"sqlite:///{path}")
    with pytest.raises(StoreDamaged, match="restore"), reading(broken.read) as connection:
        connection.execute(text("SELECT count(detail) FROM ledger")).scalar()


def test_a_full_disk_is_busy(sqlite_databases):
    with (
        pytest.raises(StoreBusy, match=r"disk of .* is full"),
        unit_of_work(sqlite_databases.write) as connection,
    ):
        pages = connection.execute(text("PRAGMA page_count")).scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        connection.execute(text("CREATE TABLE big AS SELECT zeroblob(1000000) AS b"))


def test_a_database_without_tables_is_damaged_not_a_crash(tmp_path):
    databases = open_databases(f"sqlite:///{tmp_path / 'empty.sqlite'}")
    with pytest.raises(StoreDamaged, match="lacks a table"), reading(databases.read) as connection:
        connection.execute(text("SELECT * FROM ledger"))


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StoreBusy, match="cannot be opened"):
        open_databases(f"sqlite:///{tmp_path / 'file' / 'bonafide.sqlite'}")


def test_a_server_out_of_reach_is_busy_and_keeps_the_password(tmp_path):
    databases = open_databases("postgresql://bonafide:geheim@127.0.0.1:9/bonafide")
    with pytest.raises(StoreBusy, match="cannot be reached") as refused:
        upgrade(databases)
    assert "geheim" not in str(refused.value)


@pytest.mark.parametrize(
    "address", ["", "sqlite://", "sqlite:///:memory:", "mysql://x/y", "nonsense", "postgresql://h"]
)
def test_another_address_is_refused_with_the_two_that_work(address):
    with pytest.raises(StoreError, match=r"write sqlite:////path/bonafide\.sqlite"):
        open_databases(address)


def test_the_clock_can_stand():
    noon = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    assert system_clock("2026-11-21T20:00:00+08:00")() == noon
    assert system_clock("2026-11-21T12:00:00")() == noon
    assert system_clock(noon)() == noon
    assert system_clock()().tzinfo is UTC
    with pytest.raises(ValueError, match="is not an instant"):
        system_clock("tomorrow")
