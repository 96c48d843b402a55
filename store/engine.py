"""The doors to the database: engines with the right transactions, and errors that say what to do.

One SQLite file is opened three times. *write* begins every transaction with BEGIN IMMEDIATE, so that a writer
waits for its turn at the start and never loses it half-way; *read* is deferred and refuses to write; *jobs*
belongs to the job engine, which brings its own transactions (it fails to start beside a begin event). What
arrives from Slack has a file of its own, because an acknowledgement must not wait for a bulk writer. On
PostgreSQL the same four are engines on one database; *read* gives read-only snapshots.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted

from store.canonical import canonical
from store.errors import StoreError
from store.failures import READ_ONLY, translate

#: Seconds that a writer waits for another one before it gives up.
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class Databases:
    """The four engines; `close` gives their connections back."""

    write: Engine
    read: Engine
    jobs: Engine
    inbox: Engine

    @property
    def dialect(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.write.dialect.name

    def close(self) -> None:
        """Close every pooled connection; a closed engine opens again when it is used."""
        for engine in (self.read, self.jobs, self.inbox, self.write):
            engine.dispose()


def open_databases(url: str, *, inbox_url: str | None = None, patience: float = PATIENCE) -> Databases:
    """Engines on `sqlite:////path/bonafide.sqlite` or `postgresql://user@host/name`, not yet connected.

    On SQLite the folder and the file are made when they are missing (readable by their owner alone), and the
    inbox is `inbox.sqlite` beside it unless `inbox_url` says otherwise. `patience` is in seconds. Raises
    StoreError when the address is of another kind, StoreBusy when the folder cannot be made.
    """
    address = _read_address(url)
    if address.get_backend_name() == "postgresql":
        inbox = _read_address(inbox_url) if inbox_url else address
        return Databases(
            write=_postgres(address, patience),
            read=_postgres(
                address,
                patience,
                isolation_level="REPEATABLE READ",
                execution_options={"postgresql_readonly": True},
            ),
            jobs=_postgres(address, patience),
            inbox=_postgres(inbox, patience),
        )
    path = _make_file(address)
    inbox_address = (
        _read_address(inbox_url) if inbox_url else address.set(database=str(path.with_name("inbox.sqlite")))
    )
    if inbox_address.get_backend_name() == "sqlite":
        _make_file(inbox_address)
        inbox_engine = _sqlite(inbox_address, patience, begin="BEGIN IMMEDIATE")
    else:
        inbox_engine = _postgres(inbox_address, patience)
    return Databases(
        write=_sqlite(address, patience, begin="BEGIN IMMEDIATE"),
        read=_sqlite(address, patience, begin="BEGIN", query_only=True),
        jobs=_sqlite(address, patience, begin=None),
        inbox=inbox_engine,
    )


@contextmanager
def unit_of_work(engine: Engine) -> Iterator[Connection]:
    """One write transaction: committed at the end, rolled back on any error.

    Keep it short: never a model, Slack, a file or the network inside. Raises StoreBusy when the database is
    locked, full or out of reach, StoreDamaged when it is not a sound database; nothing was written then.
    """
    try:
        with engine.begin() as connection:
            yield connection
    except (DBAPIError, PoolExhausted) as wrong:
        raise translate(wrong, engine) from wrong


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One read transaction on a single snapshot; raises as `unit_of_work` does."""
    try:
        with engine.connect() as connection, connection.begin():
            yield connection
    except (DBAPIError, PoolExhausted) as wrong:
        raise translate(wrong, engine) from wrong


def _read_address(url: str) -> URL:
    try:
        address = make_url(url)
        backend = address.get_backend_name()
    except ArgumentError:
        raise StoreError(_WRONG_ADDRESS) from None
    if backend == "postgresql" and address.database:
        return address.set(drivername="postgresql+psycopg")
    if backend == "sqlite" and address.database and address.database != ":memory:":
        return address.set(drivername="sqlite+pysqlite")
    raise StoreError(_WRONG_ADDRESS)


_WRONG_ADDRESS = (
    "the database address is none that can be used; write sqlite:////path/bonafide.sqlite "
    "or postgresql://user:password@host/name"
)


def _make_file(address: URL) -> Path:
    """The SQLite file, made empty and private to its owner when it is not there."""
    path = Path(address.database or "")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as wrong:
        from store.errors import StoreBusy

        raise StoreBusy(
            f"the database {path} cannot be opened ({wrong.strerror}); make its folder writable "
            "or choose another with BONAFIDE_HOME"
        ) from wrong
    return path


def _sqlite(address: URL, patience: float, *, begin: str | None, query_only: bool = False) -> Engine:
    # Without a begin statement of ours the driver begins by itself, immediately: what the job engine needs.
    arguments: dict[str, Any] = {"isolation_level": None if begin else "IMMEDIATE", "timeout": patience}
    engine = create_engine(
        address,
        connect_args={**arguments, "check_same_thread": False},
        json_serializer=canonical,
        execution_options={READ_ONLY: True} if query_only else {},
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        cursor.execute("PRAGMA foreign_keys = ON")
        if query_only:
            cursor.execute("PRAGMA query_only = ON")
        else:
            cursor.execute("PRAGMA journal_mode = WAL")
            cursor.execute("PRAGMA synchronous = FULL")
            # INSERT OR REPLACE deletes: without this it would slip past the triggers that forbid deleting.
            cursor.execute("PRAGMA recursive_triggers = ON")
        cursor.close()

    if begin:

        @event.listens_for(engine, "begin")
        def start(connection: Connection) -> None:
            connection.exec_driver_sql(begin)

    return engine


def _postgres(address: URL, patience: float, **options: Any) -> Engine:
    arguments = {"connect_timeout": 10, "options": f"-c lock_timeout={int(patience * 1000)} -c timezone=UTC"}
    return create_engine(
        address, connect_args=arguments, json_serializer=canonical, pool_pre_ping=True, **options
    )
