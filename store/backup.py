"""A copy of the whole database, made before its schema changes."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

from rules.errors import StoreError
from store.errors import StoreFull, StoreUnreachable
from store.failures import mapped_errors

STORAGE_VERSION = "v1.5.0"
"""What DuckDB 1.5 can still read, until 2.x is proven."""
_PATIENCE_S = 60.0
_SLOWEST_BYTES_PER_S = 2**20
"""An SD card under load writes faster than that."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


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
        _copy(connection, path, copy)
        return _name(copy, path.with_name(f"{path.name}.backup-v{version}"))
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def _copy(connection: duckdb.DuckDBPyConnection, path: Path, target: Path) -> None:
    """Copy the file as it is: `COPY FROM DATABASE` holds all indexes in memory.

    At 100,000 files it fails with 256 MiB (measured, 2.0), and so would every update of doorman.
    Nobody else has the file open, and after a checkpoint all that was committed is in it.
    """
    with mapped_errors(f"backup to {target.parent}"):
        connection.execute("CHECKPOINT")
    size_bytes = path.stat().st_size
    command = (sys.executable, "-P", "-m", "store.copy_child", os.fspath(path), os.fspath(target))
    try:
        done = subprocess.run(  # noqa: S603  # our own program
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_PATIENCE_S + size_bytes / _SLOWEST_BYTES_PER_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise StoreUnreachable(target, _as_os_error(error)) from error

    if done.returncode:
        raise _refusal(target, done.stdout)
    if target.stat().st_size != size_bytes:
        raise StoreUnreachable(target, OSError(errno.EIO, "the copy is not as long as the store"))


def _as_os_error(error: OSError | subprocess.TimeoutExpired) -> OSError:
    return error if isinstance(error, OSError) else OSError(errno.ETIMEDOUT, "it took too long")


def _refusal(target: Path, told: bytes) -> StoreError:
    """Return what kept the child from copying; it tells an error number if there is one."""
    number = int(told) if told.isdigit() else errno.ECHILD
    detail = os.strerror(number)
    if number in _FULL:
        return StoreFull(f"backup to {target.parent}: {detail}")

    return StoreUnreachable(target, OSError(number, detail))


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
