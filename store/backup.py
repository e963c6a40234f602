"""A copy of the whole database, made by the database itself."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

import duckdb

from store.errors import StoreUnreachable
from store.failures import mapped_errors

STORAGE_VERSION = "v1.5.0"
"""What DuckDB 1.5 can still read, until 2.x is proven."""


def back_up(connection: duckdb.DuckDBPyConnection, path: Path, version: int) -> Path:
    """Copy the database beside itself and return where the copy lies; none is ever replaced.

    The copy grows in a folder that only the owner can enter, and gets its name when it is whole.

    Raises:
        StoreError: there is no room for it, or the folder cannot be written.

    """
    try:
        workshop = Path(tempfile.mkdtemp(prefix=f".{path.name}.backup-", dir=path.parent))
    except OSError as error:
        raise StoreUnreachable(path, error) from error

    try:
        copy = workshop / path.name
        _copy(connection, copy)
        return _name(copy, path.with_name(f"{path.name}.backup-v{version}"))
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _copy(connection: duckdb.DuckDBPyConnection, target: Path) -> None:
    quoted = str(target).replace("'", "''")
    with mapped_errors(f"backup to {target.parent}"):
        row = connection.execute("SELECT current_database()").fetchone()
        name = str(row[0]).replace('"', '""') if row else ""
        alias = f'"{name} backup"'
        connection.execute(f"ATTACH '{quoted}' AS {alias} (STORAGE_VERSION '{STORAGE_VERSION}')")
        try:
            connection.execute(f'COPY FROM DATABASE "{name}" TO {alias}')
            connection.execute(f"CHECKPOINT {alias}")
        finally:
            with suppress(duckdb.Error):  # the first error is the one to tell
                connection.execute(f"DETACH {alias}")


def _name(copy: Path, wanted: Path) -> Path:
    """Give a finished copy its name, or the next one that is free."""
    target, number = wanted, 1
    while target.exists():
        number += 1
        target = wanted.with_name(f"{wanted.name}-{number}")
    try:
        copy.chmod(0o600)
        copy.rename(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise StoreUnreachable(target, error) from error

    return target


def _sync_folder(folder: Path) -> None:
    """Let the new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
