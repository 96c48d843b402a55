"""What is only ever appended to, held by the database itself: updates and deletes are refused (只增不改).

Alembic's batch mode recreates tables on SQLite and loses their triggers, so a revision that alters a guarded
table calls `install` again.
"""

from __future__ import annotations

from sqlalchemy import Connection, text

#: The tables that nobody may change a row of.
APPEND_ONLY = ("versions", "ledger")


def install(connection: Connection) -> None:
    """Create the triggers on every append-only table, replacing those that are there."""
    for statement in _statements(connection.dialect.name):
        connection.execute(text(statement))


def _statements(dialect: str) -> list[str]:
    if dialect == "sqlite":
        return [
            statement
            for table in APPEND_ONLY
            for verb in ("update", "delete")
            for statement in (
                f"DROP TRIGGER IF EXISTS {table}_no_{verb}",
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb.upper()} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            )
        ]
    function = (
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME; END $$"
    )
    triggers = [
        statement
        for table in APPEND_ONLY
        for name, when, each in (
            ("no_change", "UPDATE OR DELETE", "ROW"),
            ("no_truncate", "TRUNCATE", "STATEMENT"),
        )
        for statement in (
            f"DROP TRIGGER IF EXISTS {table}_{name} ON {table}",
            f"CREATE TRIGGER {table}_{name} BEFORE {when} ON {table} "
            f"FOR EACH {each} EXECUTE FUNCTION refuse_change()",
        )
    ]
    return [function, *triggers]
