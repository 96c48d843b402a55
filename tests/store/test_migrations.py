"""From nothing to the present shape, on both databases, and never backwards."""

from __future__ import annotations

import os
import subprocess
import sys
from time import perf_counter

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from store.engine import open_databases, reading, unit_of_work
from store.errors import StoreNewer
from store.migrate import MIGRATIONS, pending, revisions, upgrade
from store.schema import inbox_metadata, metadata


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def address(request, tmp_path):
    """The address of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'new' / 'bonafide.sqlite'}"
    return request.getfixturevalue("empty_postgres")


def test_first_use_makes_everything_and_the_second_finds_it(address):
    databases = open_databases(address)
    assert pending(databases) == revisions()
    upgrade(databases)
    assert pending(databases) == []
    start = perf_counter()
    upgrade(databases)
    again = perf_counter() - start
    with reading(databases.read) as connection:
        tables = set(inspect(connection).get_table_names())
    with reading(databases.inbox) as connection:
        tables |= set(inspect(connection).get_table_names())
    databases.close()
    assert tables >= set(metadata.tables) | set(inbox_metadata.tables)
    assert again < 5


def test_the_revisions_give_what_the_schema_says(databases):
    """What `alembic check` would say; the parts that each database has its own kind of are not in the metadata."""
    ours = set(metadata.tables)

    def wanted(_object, name, kind, _reflected, compared):
        return name in ours if kind == "table" else compared is not None or not str(name).endswith("tsv")

    with unit_of_work(databases.write) as connection:
        options = {"include_object": wanted, "compare_type": True}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), metadata)
    assert [change for change in differences if "tsv" not in str(change)] == []


def test_there_is_one_head_and_file_names_tell_it():
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    scripts = ScriptDirectory.from_config(config)
    assert scripts.get_heads() == [revisions()[-1]]
    assert [script.revision for script in scripts.walk_revisions()] == revisions()[::-1]


def test_a_newer_database_is_refused_and_left_alone(databases):
    with unit_of_work(databases.write) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreNewer, match=r"made by a newer version\. Install that version"):
        upgrade(databases)
    with reading(databases.read) as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "9999"


def test_programs_that_start_at_once_on_nothing_make_it_once(address):
    program = (
        "import sys; from store.engine import open_databases; from store.migrate import upgrade; "
        "upgrade(open_databases(sys.argv[1]))"
    )
    environment = {**os.environ, "PYTHONPATH": str(MIGRATIONS.parents[1])}
    started = [
        subprocess.Popen(
            [sys.executable, "-c", program, address], env=environment, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in started]
    assert [process.returncode for process in started] == [0, 0, 0], said
    databases = open_databases(address)
    assert pending(databases) == []
    with reading(databases.read) as connection:
        assert connection.execute(text("SELECT count(*) FROM ledger_head")).scalar() == 1
    databases.close()
