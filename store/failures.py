"""What a database driver complains about, as one of our errors with one sentence that says what to do."""

from __future__ import annotations

import sqlite3

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from store.errors import RecordInvalid, StoreBusy, StoreDamaged

#: Execution option that marks an engine that never writes; writing on it is a mistake of ours, not of the disk.
READ_ONLY = "bonafide_read_only"

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_CLOSED = {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM, sqlite3.SQLITE_AUTH}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}

#: PostgreSQL: lock not available, statement cancelled, deadlock, serialisation, too many connections.
_PG_BUSY = {"55P03", "57014", "40P01", "40001", "53300"}
_PG_FULL = {"53100", "53200"}
_PG_DAMAGED = {"XX001", "XX002"}
_PG_NO_TABLE = "42P01"


def translate(wrong: SQLAlchemyError, engine: Engine) -> Exception:
    """StoreBusy, StoreDamaged or RecordInvalid for what they cover; every other error as it is."""
    place = _place(engine)
    if not isinstance(wrong, DBAPIError):
        return StoreBusy(f"{place} has no free connection; nothing was written, try again in a moment")
    if engine.dialect.name == "sqlite":
        return _from_sqlite(wrong, place, engine_reads=READ_ONLY in engine.get_execution_options())
    return _from_postgres(wrong, place)


def _place(engine: Engine) -> str:
    if engine.dialect.name == "sqlite":
        return f"the database {engine.url.database}"
    return f"the database “{engine.url.database}” on {engine.url.host or 'the local server'}"


def _from_sqlite(wrong: DBAPIError, place: str, *, engine_reads: bool) -> Exception:
    code = getattr(wrong.orig, "sqlite_errorcode", None)
    primary = None if code is None else code & 0xFF
    said = str(wrong.orig)
    if primary in _BUSY:
        return StoreBusy(
            f"{place} is locked by another process; nothing was written. Try again in a moment; "
            "if it stays locked, look for an import that is still running"
        )
    if primary == sqlite3.SQLITE_FULL:
        return StoreBusy(f"the disk of {place} is full; nothing was written. Free some space and try again")
    if primary == sqlite3.SQLITE_READONLY and not engine_reads:
        return StoreBusy(
            f"{place} may not be written to; give the program write access to the file and its folder"
        )
    if primary in _CLOSED:
        return StoreBusy(f"{place} cannot be opened; check that its folder exists and may be written to")
    if primary == sqlite3.SQLITE_IOERR:
        return StoreBusy(f"{place} cannot be read or written ({said}); check the disk and its free space")
    if primary == sqlite3.SQLITE_NOTADB:
        return StoreDamaged(f"{place} is not a database; move the file away or restore it from a backup")
    if primary in _DAMAGED or "decode to UTF-8" in said:
        return StoreDamaged(
            f"{place} is damaged ({said}); stop the program and restore the file from a backup"
        )
    if said.startswith("no such table"):
        return StoreDamaged(f"{place} lacks a table ({said}); it was never set up or is another program's")
    return wrong


def _from_postgres(wrong: DBAPIError, place: str) -> Exception:
    state = getattr(wrong.orig, "sqlstate", None)
    if state in _PG_BUSY:
        return StoreBusy(f"{place} is busy; nothing was written, try again in a moment")
    if state in _PG_FULL:
        return StoreBusy(f"{place} has no space left; nothing was written. Free some space and try again")
    if state in _PG_DAMAGED:
        return StoreDamaged(f"{place} is damaged; restore it from a backup")
    if state is not None and state.startswith("22"):
        return RecordInvalid(f"a value does not fit into {place}: {str(wrong.orig).splitlines()[0]}")
    if state == _PG_NO_TABLE:
        return StoreDamaged(f"{place} lacks a table; it was never set up or is another program's")
    connecting = state is None or state.startswith(("08", "28", "3D", "57P"))
    if connecting and type(wrong.orig).__name__ in {"OperationalError", "ConnectionTimeout", "AdminShutdown"}:
        return StoreBusy(
            f"{place} cannot be reached; nothing was written. Check that the server runs and that "
            "BONAFIDE_DATABASE_URL names it with the right user and password"
        )
    return wrong
