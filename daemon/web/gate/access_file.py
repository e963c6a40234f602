"""The file with what is known of those who may come in: read when it changed, replaced whole.

All functions block; the file is small, and on the disk of the store.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from daemon.web.gate.access import Access
from rules.errors import ConfigurationError

_MODE = 0o600
_MOST_BYTES = 1 << 20
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class AccessUnreadable(ConfigurationError):
    """The file cannot be read, so nobody can be let in."""

    def __init__(self, path: Path, detail: str) -> None:
        """Build the message from the path and what is wrong."""
        super().__init__(
            f"{path}, which holds the password of the page, cannot be used: {detail}; let the user "
            "that doorman runs as own it, or remove it and set the password again"
        )


class AccessUnwritable(ConfigurationError):
    """The file cannot be written."""

    def __init__(self, path: Path, detail: str) -> None:
        """Build the message from the path and what is wrong."""
        super().__init__(
            f"{path} cannot be written: {detail}; run the command as the user that doorman runs "
            "as, or as root"
        )


class AccessFile:
    """One file; what was read is kept until it changes."""

    def __init__(self, path: Path) -> None:
        """Name the file; it need not be there."""
        self.path = path
        self._seen: tuple[int, int, int] | None = None
        self._access: Access | None = None

    def read(self) -> Access | None:
        """Return what it says now; None where there is no file.

        Raises:
            AccessUnreadable: it is there, and cannot be read.

        """
        try:
            stamp = _stamp(self.path.lstat())
        except FileNotFoundError:
            self._seen, self._access = None, None
            return None
        except OSError as error:
            raise AccessUnreadable(self.path, error.strerror or str(error)) from error

        if stamp != self._seen:
            self._access = _load(self.path)
            self._seen = stamp
        return self._access

    def change(self, edit: Callable[[Access], Access]) -> Access:
        """Replace what it says by what `edit` makes of it; two that change wait for each other.

        Raises:
            AccessUnreadable: it is there, and cannot be read.
            AccessUnwritable: it cannot be replaced.

        """
        with _mapped(self.path), _locked_folder(self.path.parent) as folder:
            present = _load(self.path) if self.path.exists() else Access()
            changed = edit(present)
            if changed != present or not self.path.exists():
                _replace(folder, self.path.name, changed.model_dump_json(indent=2).encode())
        return changed


def _load(path: Path) -> Access:
    try:
        content = _content(path)
    except OSError as error:
        raise AccessUnreadable(path, error.strerror or str(error)) from error

    try:
        return Access.model_validate_json(content)
    except ValidationError:
        raise AccessUnreadable(path, "it is damaged") from None  # the cause shows what is in it


def _content(path: Path) -> bytes:
    file = os.open(path, _READ_FLAGS)
    try:
        return os.read(file, _MOST_BYTES)
    finally:
        os.close(file)


def _replace(folder: int, name: str, content: bytes) -> None:
    """Put a new file in the place of the old one; after a crash one of the two is there."""
    temporary = f".{name}.{secrets.token_hex(8)}.tmp"
    file = os.open(temporary, _CREATE_FLAGS, _MODE, dir_fd=folder)
    try:
        try:
            os.write(file, content)
            _give_to_owner(file, folder)
            os.fsync(file)
        finally:
            os.close(file)
        os.rename(temporary, name, src_dir_fd=folder, dst_dir_fd=folder)
    except OSError:
        with suppress(OSError):
            os.unlink(temporary, dir_fd=folder)
        raise
    os.fsync(folder)


def _give_to_owner(file: int, folder: int) -> None:
    """Let whoever owns the store own the file, too: root may set the service's password."""
    owner = os.fstat(folder)
    if os.geteuid() == 0:
        os.fchown(file, owner.st_uid, owner.st_gid)


@contextmanager
def _locked_folder(path: Path) -> Iterator[int]:
    """Open the folder, made if need be; nobody else of ours changes the file meanwhile."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder = os.open(path, _FOLDER_FLAGS)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield folder
    finally:
        os.close(folder)


@contextmanager
def _mapped(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise AccessUnwritable(path, error.strerror or str(error)) from error


def _stamp(status: os.stat_result) -> tuple[int, int, int]:
    if not stat.S_ISREG(status.st_mode):
        return (0, status.st_ino, status.st_mtime_ns)
    return (status.st_size, status.st_ino, status.st_mtime_ns)
