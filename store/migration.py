"""Bring a database file to the schema this doorman knows, with a backup before."""

from __future__ import annotations

from pathlib import Path

import duckdb

from store.errors import StoreFailed, StoreTooNew, StoreUnreadable
from store.schema import MIGRATIONS, Migration

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

    A file that already has a schema is copied to `<name>.backup-v<version>` first.

    Raises:
        StoreTooNew: the file is ahead of `migrations`.
        StoreUnreadable: its version cannot be read.
        StoreFailed: a step failed; the schema is as it was before that step.

    """
    present = _present_version(connection, path)
    newest = migrations[-1].version
    if present > newest:
        raise StoreTooNew(path, present, newest)

    missing = [step for step in migrations if step.version > present]
    if missing and present > 0:
        _back_up(connection, path.with_name(f"{path.name}.backup-v{present}"))
    for step in missing:
        _apply(connection, step, now_s=now_s)


def _present_version(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    try:
        connection.execute(_VERSION_TABLE)
        row = connection.execute("SELECT max(version) FROM schema_version").fetchone()
    except duckdb.Error as error:
        raise StoreUnreadable(path, str(error).splitlines()[0]) from error

    return int(row[0]) if row and row[0] is not None else 0


def _apply(connection: duckdb.DuckDBPyConnection, step: Migration, *, now_s: float) -> None:
    connection.execute("BEGIN TRANSACTION")
    try:
        for statement in step.statements:
            connection.execute(statement)
        connection.execute("INSERT INTO schema_version VALUES ($1, $2)", [step.version, now_s])
    except duckdb.Error as error:
        connection.execute("ROLLBACK")
        raise StoreFailed(f"schema version {step.version}: {error}") from error
    connection.execute("COMMIT")
    connection.execute("CHECKPOINT")  # replaying DDL from the log has failed in the field


def _back_up(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    """Copy the whole database into `target`, through the database itself."""
    if target.exists():  # from an earlier try; the first one is the one worth keeping
        return

    row = connection.execute("SELECT current_database()").fetchone()
    name = str(row[0]) if row else "memory"
    quoted = str(target).replace("'", "''")
    try:
        connection.execute(f"ATTACH '{quoted}' AS backup (STORAGE_VERSION 'v1.5.0')")
        connection.execute(f'COPY FROM DATABASE "{name}" TO backup')
        connection.execute("DETACH backup")
    except duckdb.Error as error:
        raise StoreFailed(f"backup to {target}: {error}") from error
