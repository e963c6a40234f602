"""The backup folder: former contents of sidecars that are too large for the journal.

Each lies there under its SHA-256, so that the same is kept once. All functions block; call them in
a thread. One process at a time writes there: the one that holds the store.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from daemon.disk.errors import named_after
from daemon.disk.folder import (
    create,
    open_folder,
    remove_stale,
    replace,
    sync,
    temporary_name,
    write_all,
)
from rules.sidecar import digest

MOST_INLINE_BYTES = 64 << 10
"""What is larger lies here: nearly all NFOs are smaller, nearly all pictures larger."""
_FOLDER_MODE = 0o700
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """One former content."""

    sha256: str
    size_bytes: int
    kept_at_s: float
    """When it was kept, or wanted again, last."""


class Backups:
    """Keeps former contents, as many as fit."""

    def __init__(
        self, folder: Path, *, budget_bytes: int, now_s: Callable[[], float] = time.time
    ) -> None:
        """Name the folder, which is made with the first file, and how much may lie there."""
        self._folder = folder
        self._budget_bytes = budget_bytes
        self._now_s = now_s

    def keep(self, content: bytes) -> str:
        """Keep a content, down on the disk; return its SHA-256.

        Raises:
            DiskRefused: the disk is full, or the folder cannot be written.

        """
        sha256 = digest(content)
        path = self._path(sha256)
        with named_after(path):
            path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
            with open_folder(path.parent) as folder:
                remove_stale(folder, self._now_s())
                with temporary_name(folder) as temporary:
                    with create(folder, temporary) as file:
                        write_all(file, content)
                        os.fsync(file)
                    replace(folder, temporary, path)
                sync(folder)
        return sha256

    def read(self, sha256: str) -> bytes | None:
        """Return a content; None where it is not there any more, or broken."""
        try:
            content = self._path(sha256).read_bytes()
        except OSError:
            return None
        return content if digest(content) == sha256 else None

    def has(self, sha256: str) -> bool:
        """Tell whether a content is there."""
        return self._path(sha256).is_file()

    def excess(self, needed: Collection[str], *, kept: str) -> list[Backup]:
        """Return what has to go to keep within the budget: what nobody needs, then the oldest.

        Never what has just been `kept`, however large: it is about to be needed.
        """
        there = sorted(self._all(), key=lambda each: (each.sha256 in needed, each.kept_at_s))
        over_bytes = sum(each.size_bytes for each in there) - self._budget_bytes
        going: list[Backup] = []
        for each in (each for each in there if each.sha256 != kept):
            if over_bytes <= 0:
                break
            going.append(each)
            over_bytes -= each.size_bytes
        return going

    def drop(self, sha256: str) -> None:
        """Remove a content."""
        with suppress(OSError):
            self._path(sha256).unlink()

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def _all(self) -> Iterator[Backup]:
        for path in self._folder.glob("??/*"):
            if _NAME.fullmatch(path.name) is None:
                continue

            with suppress(OSError):
                status = path.stat()
                yield Backup(sha256=path.name, size_bytes=status.st_size, kept_at_s=status.st_mtime)
