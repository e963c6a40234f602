"""The lock file beside the database: one doorman at a time, and its process id for the others.

DuckDB locks its file too, but with a lock that any other open() and close() of that file in the
same process drops, and it is only held once the file is open.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from store.errors import StoreHeld, StoreUnreachable

_PID_DIGITS = 32
"""More than any process id has."""


def take_hold(path: Path) -> int:
    """Return a descriptor that holds `<name>.lock`; closing it, or dying, lets go.

    The folder is made if it is missing, for its owner only.

    Raises:
        StoreHeld: another process has it.
        StoreUnreachable: the folder cannot be made or written.

    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(lock_path(path), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StoreUnreachable(path, error) from error

    try:
        _lock(descriptor, path)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def lock_path(path: Path) -> Path:
    """Return where the lock file of a database lies."""
    return path.with_name(f"{path.name}.lock")


def _lock(descriptor: int, path: Path) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
    except BlockingIOError:
        raise StoreHeld(path, _holder_pid(descriptor)) from None
    except OSError as error:
        raise StoreUnreachable(path, error) from error


def _holder_pid(descriptor: int) -> int | None:
    text = os.read(descriptor, _PID_DIGITS).decode("ascii", "replace").strip()
    return int(text) if text.isdigit() else None
