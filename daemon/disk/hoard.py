"""Files that are kept while there is room: what was not used for longest goes first.

A file that is lost, broken or given up costs nothing but itself. All functions block; call them
in a thread. One process at a time has a hoard: the one that holds the store.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from daemon.disk.folder import (
    create,
    open_folder,
    remove_stale,
    replace,
    temporary_name,
    write_all,
)

_FOLDER_NAME = re.compile(r"[0-9a-f]{2}")
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
"""As the store's: what a household looks at is nobody else's business."""
_LEFT_SHARE = 0.9
"""Of the budget, when it was exceeded: the next look at all files is many files away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What there is, and what fits beside it."""

    sizes: Mapping[str, int]
    """Of each file that is not empty, in bytes, by its name."""
    left_bytes: float
    """Up to what giving up files leaves; negative where that is exceeded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A file on the disk."""

    used_at_ns: int
    size_bytes: int
    path: Path


class Hoard:
    """Keeps files by names that begin with two hexadecimal digits."""

    def __init__(
        self,
        folder: Path,
        *,
        name: re.Pattern[str],
        budget_bytes: int,
        now_s: Callable[[], float] = time.time,
    ) -> None:
        """Name the folder, which is made with the first file, and how its files are called."""
        self._folder = folder
        self._name = name
        self._budget_bytes = budget_bytes
        self._now_s = now_s
        self._lock = Lock()
        self._used_bytes: int | None = None

    def keep(self, name: str, content: bytes) -> None:
        """Keep a file in place of an earlier one of that name, and stay within the budget.

        Raises:
            OSError: the disk is full, or the folder cannot be written.

        """
        path = self.path_of(name)
        with self._lock:
            before_bytes = self._measured() - _size(path)
            for each in (self._folder, path.parent):
                each.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            self._write(path, content)
            self._used_bytes = before_bytes + len(content)
            if self._used_bytes > self._budget_bytes:
                self._evict()

    def read(self, name: str, *, most_bytes: int) -> bytes | None:
        """Return a file, which counts as used now; None where there is none, or a larger one."""
        path = self.path_of(name)
        try:
            with path.open("rb") as file:
                content = file.read(most_bytes + 1)
        except OSError:
            return None

        if len(content) > most_bytes:
            self.forget(name)  # it is none that was kept here
            return None

        with suppress(OSError):  # on a disk that was mounted read-only meanwhile
            self._mark_used(path)
        return content

    def forget(self, name: str) -> None:
        """Remove a file, if it is there."""
        path = self.path_of(name)
        with self._lock, suppress(OSError):
            size_bytes = _size(path)
            path.unlink()
            if self._used_bytes is not None:
                self._used_bytes -= size_bytes

    def has(self, name: str) -> bool:
        """Tell whether there is a file of that name, and something in it."""
        return _size(self.path_of(name)) > 0

    def room(self) -> Room:
        """Return what there is, and what fits beside it."""
        sizes = {entry.path.name: entry.size_bytes for entry in self._entries() if entry.size_bytes}
        left_bytes = self._budget_bytes * _LEFT_SHARE - sum(sizes.values())
        return Room(sizes=sizes, left_bytes=left_bytes)

    def path_of(self, name: str) -> Path:
        """Return where a file lies, or would lie."""
        if not self._name.fullmatch(name):
            raise ValueError(f"{name!r} is no name of a file that is kept here")

        return self._folder / name[:2] / name

    def _measured(self) -> int:
        if self._used_bytes is None:
            self._remove_stale()
            self._used_bytes = sum(entry.size_bytes for entry in self._entries())

        return self._used_bytes

    def _write(self, path: Path, content: bytes) -> None:
        """Write the whole file or nothing; after a loss of power it may be gone, or not whole."""
        with open_folder(path.parent) as folder, temporary_name(folder) as temporary:
            with create(folder, temporary) as file:
                os.fchmod(file, _FILE_MODE)
                write_all(file, content)
                self._mark_used(file)
            replace(folder, temporary, path)

    def _mark_used(self, file: Path | int) -> None:
        at_s = self._now_s()
        os.utime(file, (at_s, at_s))

    def _evict(self) -> None:
        """Give up those not used for longest; look at all, as others may have removed some."""
        entries = sorted(self._entries(), key=lambda entry: entry.used_at_ns)
        used_bytes = sum(entry.size_bytes for entry in entries)
        for entry in entries:
            if used_bytes <= self._budget_bytes * _LEFT_SHARE:
                break
            entry.path.unlink(missing_ok=True)
            used_bytes -= entry.size_bytes
        self._used_bytes = used_bytes

    def _remove_stale(self) -> None:
        """Remove what a crash left half written."""
        for folder in self._folders():
            with suppress(OSError), open_folder(folder) as opened:
                remove_stale(opened, self._now_s())

    def _entries(self) -> Iterator[_Entry]:
        """Yield our files, and nothing else that may lie there."""
        for listed in (each for folder in self._folders() for each in _listed(folder)):
            if not self._name.fullmatch(listed.name):
                continue
            with suppress(OSError):  # gone by now
                status = listed.stat(follow_symlinks=False)
                if stat.S_ISREG(status.st_mode):
                    yield _Entry(
                        used_at_ns=status.st_mtime_ns,
                        size_bytes=status.st_size,
                        path=Path(listed.path),
                    )

    def _folders(self) -> list[Path]:
        return [
            Path(each.path) for each in _listed(self._folder) if _FOLDER_NAME.fullmatch(each.name)
        ]


def _listed(folder: Path) -> list[os.DirEntry[str]]:
    """Return what lies in a folder; nothing where there is none, or it cannot be listed."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def _size(path: Path) -> int:
    """Return the size of a plain file in bytes, 0 where there is none."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0
