"""Looks at folders and files as the daemon will use them; each look blocks, and changes nothing.

The store's file itself is never opened: closing it would drop the lock of a daemon in this
process (`platform.md` §2.1).
"""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

_SOCKET_PATH_BYTES = 107
"""sun_path of unix(7), without its closing zero."""

_REMEDIES = {
    errno.EROFS: "mount it writable; for the service, also list it in ReadWritePaths",
    errno.ENOSPC: "free some space",
    errno.EDQUOT: "free some space, or raise the quota",
}


def folder_problem(path: Path) -> str | None:
    """Return why `path` is no folder that can be listed, None when it is one."""
    try:
        with os.scandir(path) as entries:
            next(entries, None)
    except FileNotFoundError:
        return f"there is no folder {path}; create it, mount its drive, or correct the path"
    except NotADirectoryError:
        return f"{path} is no folder; name the folder that holds the files"
    except PermissionError:
        return f"{path} may not be listed; give the user that doorman runs as r and x on it"
    except OSError as error:
        return f"{path} cannot be listed ({error.strerror}); check its drive or share"

    return None


def is_empty(folder: Path) -> bool:
    """Tell whether there is nothing in a folder that can be listed."""
    with os.scandir(folder) as entries:
        return next(entries, None) is None


def write_problem(folder: Path) -> str | None:
    """Return why no file can be written into `folder`, None when one could.

    A file is really written, by a name that the watcher passes over, and removed again.
    """
    probe = folder / f".doorman-{secrets.token_hex(8)}.tmp"
    try:
        _write_and_remove(probe)
    except OSError as error:
        remedy = _REMEDIES.get(error.errno or 0, "let the user that doorman runs as write there")
        return f"nothing can be written into {folder} ({error.strerror}); {remedy}"

    return None


def _write_and_remove(probe: Path) -> None:
    descriptor = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    try:
        os.write(descriptor, b"doorman")
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
        probe.unlink()


def home_problem(path: Path) -> str | None:
    """Return why a file cannot be made at `path`; folders still missing would be made too."""
    folder = next(folder for folder in path.parents if _kind(folder) or folder == folder.parent)
    return folder_problem(folder) or write_problem(folder)


def store_problem(path: Path) -> str | None:
    """Return why the store cannot lie at `path`, None when it can."""
    problem = home_problem(path)
    kind = _kind(path)
    if problem or kind is None:
        return problem
    if kind != stat.S_IFREG:
        return f"{path} is no file; name the file that the store is to be"
    if not os.access(path, os.R_OK | os.W_OK):
        return f"{path} may not be written; let the user that doorman runs as own it"

    return None


def socket_problem(path: Path) -> str | None:
    """Return why no socket can be opened at `path`, None when one can."""
    length = len(os.fsencode(path))
    if length > _SOCKET_PATH_BYTES:
        return (
            f"{path} has {length} bytes, a socket's path at most {_SOCKET_PATH_BYTES}; shorten it"
        )

    problem = home_problem(path)
    if problem or _kind(path) in {None, stat.S_IFSOCK}:
        return problem

    return f"{path} is there and is no socket; remove it, or name another path"


def is_there(path: Path) -> bool:
    """Tell whether there is anything to be seen at `path`."""
    return _kind(path) is not None


def is_open_to_others(path: Path) -> bool:
    """Tell whether users who are neither owner nor in the group may read or write a file."""
    try:
        return bool(path.stat().st_mode & (stat.S_IROTH | stat.S_IWOTH))
    except OSError:
        return False


def _kind(path: Path) -> int | None:
    """Return what there is at `path`, as S_IFMT; None for nothing, or nothing to be seen."""
    try:
        return stat.S_IFMT(path.stat().st_mode)
    except OSError:
        return None
