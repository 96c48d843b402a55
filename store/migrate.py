"""Bringing the database to the shape that this program expects, on first use and after an update.

Revision files are called `0001_first_tables.py`: the number is the revision, so the newest is known from the
file names and a program that finds its database up to date never loads Alembic.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from store.engine import Databases, reading, unit_of_work
from store.errors import StoreNewer
from store.schema import inbox_metadata

MIGRATIONS = Path(__file__).parent / "migrations"

#: Any number that nobody else uses: two programs that start at once upgrade one after the other.
_UPGRADE_LOCK = 4_207_781_116


def upgrade(databases: Databases) -> None:
    """Create or upgrade everything; quick when there is nothing to do.

    Raises StoreNewer when the database was made by a newer program, StoreBusy and StoreDamaged as
    `store.engine` does.
    """
    if pending(databases):
        with unit_of_work(databases.write) as connection:
            _take_turn(connection)
            if _missing(_current(connection)):
                _run(connection)
    _make_inbox(databases.inbox)


def pending(databases: Databases) -> list[str]:
    """The revisions that are still to be applied, oldest first; empty when all is up to date."""
    with reading(databases.read) as connection:
        return _missing(_current(connection))


def revisions() -> list[str]:
    """Every revision that this program knows, oldest first."""
    return sorted(path.stem.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def _missing(current: str | None) -> list[str]:
    known = revisions()
    if current is None:
        return known
    if current not in known:
        raise StoreNewer(
            f"the database has the shape {current}, but this program knows only up to {known[-1]}: it was "
            "made by a newer version. Install that version, or restore a backup from before the update"
        )
    return known[known.index(current) + 1 :]


def _current(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _take_turn(connection: Connection) -> None:
    # SQLite has taken its turn with BEGIN IMMEDIATE.
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _UPGRADE_LOCK})


def _run(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _make_inbox(engine: Engine) -> None:
    with reading(engine) as connection:
        if inbox_metadata.tables.keys() <= set(inspect(connection).get_table_names()):
            return
    with unit_of_work(engine) as connection:
        _take_turn(connection)
        inbox_metadata.create_all(connection)
