"""The contact sheets beside the store: a cache within a budget, by content.

A sheet that is lost, broken or given up costs nothing but itself. All functions block; call them
in a thread. One process at a time has them: the one that holds the store.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from daemon.disk.errors import SheetUnwritable
from daemon.disk.folder import (
    create,
    open_folder,
    remove_stale,
    replace,
    temporary_name,
    write_all,
)
from rules.contact_sheet import (
    MOST_SHEET_BYTES,
    ORDINARY_SHEET_BYTES,
    is_whole_sheet,
    sheet_name,
)
from rules.fingerprint import Oshash

Key = tuple[Oshash, int]
"""What a content is known by: its oshash and its size in bytes."""

_NAME = re.compile(r"[0-9a-f]{16}-[0-9]+\.webp")
_FOLDER_NAME = re.compile(r"[0-9a-f]{2}")
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600
"""As the store's: pictures of a library are nobody else's business."""
_LEFT_SHARE = 0.9
"""Of the budget, when it was exceeded: the next look at all sheets is thousands of sheets away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Contents without a sheet."""

    fitting: tuple[Key, ...]
    """Those for whose sheets there is room without giving up others."""
    left_out: tuple[Key, ...]
    """The rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """A sheet on the disk."""

    used_at_ns: int
    size_bytes: int
    path: Path


class Sheets:
    """Keeps contact sheets, those looked at last for longest."""

    def __init__(
        self, folder: Path, *, budget_bytes: int, now_s: Callable[[], float] = time.time
    ) -> None:
        """Name the folder; it is made when the first sheet is kept."""
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._now_s = now_s
        self._lock = Lock()
        self._used_bytes: int | None = None

    def keep(self, oshash: Oshash, size_bytes: int, content: bytes) -> None:
        """Keep the sheet of a content in place of an earlier one, and stay within the budget.

        What takes room is measured once, with the first sheet, and counted from then on.

        Raises:
            SheetUnwritable: the disk is full, or the folder cannot be written.

        """
        path = self.path_of(oshash, size_bytes)
        try:
            with self._lock:
                before_bytes = self._measured() - _size(path)
                _make_folders(path.parent)
                self._write(path, content)
                self._used_bytes = before_bytes + len(content)
                if self._used_bytes > self._budget_bytes:
                    self._evict()
        except OSError as error:
            raise SheetUnwritable(self._folder, error) from error

    def read(self, oshash: Oshash, size_bytes: int) -> bytes | None:
        """Return the sheet of a content, which counts as used now; None where there is none."""
        path = self.path_of(oshash, size_bytes)
        try:
            with path.open("rb") as file:
                content = file.read(MOST_SHEET_BYTES + 1)
        except OSError:
            return None

        if not is_whole_sheet(content):
            self._forget(path)
            return None

        with suppress(OSError):  # on a disk that was mounted read-only meanwhile
            self._mark_used(path)
        return content

    def path_of(self, oshash: Oshash, size_bytes: int) -> Path:
        """Return where the sheet of a content lies, or would lie."""
        name = sheet_name(oshash, size_bytes)
        return self._folder / name[:2] / name

    def has(self, oshash: Oshash, size_bytes: int) -> bool:
        """Tell whether a content has a sheet; that it is whole is seen when it is read."""
        return _size(self.path_of(oshash, size_bytes)) > 0

    def lacking(self, keys: Iterable[Key]) -> Lacking:
        """Return which contents have no sheet, in the order they were named in.

        There is room up to what giving up sheets leaves: made beyond it, they would take the
        place of others, which would be lacking in their turn, and so on for ever. A sheet that is
        to come is taken for as large as those that are kept.
        """
        sizes = {entry.path.name: entry.size_bytes for entry in self._entries() if entry.size_bytes}
        lacking = [key for key in keys if sheet_name(*key) not in sizes]
        used_bytes = sum(sizes.values())
        each_bytes = used_bytes / len(sizes) if sizes else ORDINARY_SHEET_BYTES
        room = max(int((self._budget_bytes * _LEFT_SHARE - used_bytes) / each_bytes), 0)
        return Lacking(fitting=tuple(lacking[:room]), left_out=tuple(lacking[room:]))

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

    def _forget(self, path: Path) -> None:
        with self._lock, suppress(OSError):
            size_bytes = _size(path)
            path.unlink()
            if self._used_bytes is not None:
                self._used_bytes -= size_bytes

    def _remove_stale(self) -> None:
        """Remove what a crash left half written."""
        for folder in self._folders():
            with suppress(OSError), open_folder(folder) as opened:
                remove_stale(opened, self._now_s())

    def _entries(self) -> Iterator[_Entry]:
        """Yield our sheets, and nothing else that may lie there."""
        listed = (each for folder in self._folders() for each in _listed(folder))
        yield from filter(None, map(_entry, listed))

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


def _entry(listed: os.DirEntry[str]) -> _Entry | None:
    """Return a sheet; None for anything else, and for what is gone by now."""
    if not _NAME.fullmatch(listed.name):
        return None

    try:
        status = listed.stat(follow_symlinks=False)
    except OSError:
        return None

    if not stat.S_ISREG(status.st_mode):
        return None

    return _Entry(used_at_ns=status.st_mtime_ns, size_bytes=status.st_size, path=Path(listed.path))


def _size(path: Path) -> int:
    """Return the size of a plain file in bytes, 0 where there is none."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    return status.st_size if stat.S_ISREG(status.st_mode) else 0


def _make_folders(folder: Path) -> None:
    for each in (folder.parent, folder):
        each.mkdir(mode=_FOLDER_MODE, exist_ok=True)
