"""Bring a database file to the schema this doorman knows, with a backup before."""

from __future__ import annotations

from pathlib import Path

import duckdb

from store.backup import back_up
from store.errors import StoreFailed, StoreTooNew, StoreUnreadable
from store.failures import first_line, mapped_errors
from store.schema import MIGRATIONS, Migration
from store.transaction import transaction

_VERSION_TABLE = """
CREATE TABLE IF NOT EXISTS schema_version (
    version INTEGER PRIMARY KEY,
    applied_at_s DOUBLE NOT NULL
)
"""


def migrate(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    now_s: float,
    migrations: tuple[Migration, ...] = MIGRATIONS,
) -> None:
    """Apply what is missing, each step in a transaction and written through to the main file.

    A file that already has a schema is copied to `<name>.backup-v<version>` first; the copy goes
    again if not even the first step could be made, so that restarts don't fill the disk.

    Raises:
        StoreTooNew: the file is ahead of `migrations`.
        StoreUnreadable: its version cannot be read, or it is a database of something else.
        StoreError: a step failed; the schema is as it was before that step.

    """
    present = _present_version(connection, path)
    newest = migrations[-1].version
    if present > newest:
        raise StoreTooNew(path, present, newest)

    missing = [step for step in migrations if step.version > present]
    if not missing:
        return

    backup = back_up(connection, path, present) if present > 0 else None
    try:
        _apply(connection, missing[0], now_s=now_s)
    except StoreFailed:  # the one error after which nothing of the step can have been kept
        if backup is not None:
            backup.unlink()
        raise

    _write_through(connection)
    for step in missing[1:]:
        _apply(connection, step, now_s=now_s)
        _write_through(connection)


def _present_version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Return the version of the newest step that was applied; 0 for an empty database."""
    try:
        rows = connection.execute("SELECT table_name FROM information_schema.tables").fetchall()
        tables = {str(row[0]) for row in rows}
        if "schema_version" not in tables:
            if tables:
                raise StoreUnreadable(path, "it holds tables that are none of doorman's")
            return 0

        row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    except duckdb.Error as error:
        raise StoreUnreadable(path, first_line(error)) from error

    return int(row[0]) if row and row[0] is not None else 0


def _apply(connection: duckdb.DuckDBPyConnection, step: Migration, *, now_s: float) -> None:
    with mapped_errors(f"schema version {step.version}"), transaction(connection):
        connection.execute(_VERSION_TABLE)
        for statement in step.statements:
            connection.execute(statement)
        if step.fill is not None:
            step.fill(connection)
        connection.execute("INSERT INTO schema_version VALUES ($1, $2)", [step.version, now_s])


def _write_through(connection: duckdb.DuckDBPyConnection) -> None:
    with mapped_errors("checkpoint after a new schema"):
        connection.execute("CHECKPOINT")  # replaying DDL from the log has failed in the field
