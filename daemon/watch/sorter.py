"""Sort what the kernel reports into hints.

Events are many, unordered and incomplete (`platform.md` §1.2): what was written into a folder just
made is not among them, and after an overflow nothing says so. So each folder that appears is
walked, now and once more, and whatever is doubtful asks for a look over the whole library.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import PurePath
from typing import Protocol

from watchfiles import Change

from daemon.looking.walk import walk_folder
from rules.errors import LibraryError
from rules.selection import IGNORE_FILE, Selection, companion_target, skip_folder

MANY = 2_000
"""From so many events at once on, the whole library is looked over.

The kernel's queue holds 16,384 and drops what is beyond in silence; a file that is written takes
four or more. Half of what could be lost unseen is a margin.
"""
SECOND_LOOK_S = 2.0
"""When a new folder's own watch is surely set (`platform.md` §1.2.2: 20,000 files, none lost)."""


class Report(Protocol):
    """Who is told."""

    def path(self, path: PurePath) -> None:
        """Something happened to that file."""

    def rescan(self) -> None:
        """Something happened, and it cannot be said where."""

    def pulse(self) -> None:
        """All is well."""


class RootLost(LibraryError):
    """The library's folder was removed, renamed or replaced: its watch is dead."""

    def __init__(self, root: PurePath) -> None:
        """Build the message from the folder."""
        super().__init__(f"{root} was moved or removed; see whether it should be there")


class Sorter:
    """Turns batches of events into hints about one library."""

    def __init__(
        self, root: PurePath, selection: Selection, report: Report, *, now: Callable[[], float]
    ) -> None:
        """Start without anything to look at again."""
        self._root = root
        self._selection = selection
        self._report = report
        self._now = now
        self._again: list[tuple[float, PurePath | None, frozenset[PurePath]]] = []
        """When, which folder (None: all), and the files already told."""
        self.new_folders: set[PurePath] = set()
        """What appeared since this was last cleared, folders surely among it."""

    def take(self, changes: AbstractSet[tuple[Change, str]]) -> None:
        """Report one batch.

        Raises:
            RootLost: when the root is among what was deleted.

        """
        if (Change.deleted, str(self._root)) in changes:
            raise RootLost(self._root)

        if len(changes) > MANY:
            self.new_folders |= {PurePath(path) for kind, path in changes if kind is Change.added}
            self._rescan_twice()
            return

        for change, text in sorted(changes, key=_by_path):
            self._report.pulse()
            self._take(change, PurePath(text))

    def look_again(self) -> None:
        """Walk the folders that appeared a while ago once more."""
        now_s = self._now()
        due = [item for item in self._again if item[0] <= now_s]
        self._again = [item for item in self._again if item[0] > now_s]
        for _, folder, told in due:
            if folder is None:
                self._report.rescan()
            else:
                self._walk(folder, told)

    def _take(self, change: Change, path: PurePath) -> None:
        if not path.is_relative_to(self._root):
            self._report.rescan()
            return

        relative = path.relative_to(self._root)
        if any(map(skip_folder, relative.parts[:-1])):
            return

        mode = None if change is Change.deleted else _mode_of(path)
        if mode is not None and stat.S_ISDIR(mode):
            self._take_folder(change, path)
        elif path.name == IGNORE_FILE:
            self._report.rescan()
        elif mode is not None:
            self._hint(path)
        else:
            self._take_lost(path)

    def _take_folder(self, change: Change, path: PurePath) -> None:
        if path != self._root and skip_folder(path.name):
            return

        if change is Change.modified:
            self._report.rescan()  # new permissions: what is below may have come or gone
            return

        # What watches are set by is told of folders inside new folders too.
        is_covered = any(parent in self.new_folders for parent in path.parents)
        self.new_folders.add(path)
        if not is_covered:
            told = self._walk(path, frozenset())
            self._again.append((self._now() + SECOND_LOOK_S, path, told))

    def _take_lost(self, path: PurePath) -> None:
        target = companion_target(path.name)
        if target is not None:
            self._hint(path.with_name(target))
        elif self._selection.may_be_folder(path.name):
            self._report.rescan()
        else:
            self._hint(path)

    def _hint(self, path: PurePath) -> None:
        if self._selection.skip_file(path.name) is None:
            self._report.path(path)

    def _walk(self, folder: PurePath, told: frozenset[PurePath]) -> frozenset[PurePath]:
        """Report the files of a folder that are not told yet; return all."""
        found = walk_folder(
            self._root, folder, self._selection, limit=MANY, pulse=self._report.pulse
        )
        if found is None:
            self._report.rescan()
            return frozenset()

        for path in found:
            if path not in told:
                self._report.path(path)

        return frozenset(found)

    def _rescan_twice(self) -> None:
        self._report.rescan()
        self._again.append((self._now() + SECOND_LOOK_S, None, frozenset()))


def _by_path(change: tuple[Change, str]) -> str:
    return change[1]


def _mode_of(path: PurePath) -> int | None:
    """Return what lies at `path`, itself and not what it links to; None for nothing."""
    try:
        return os.lstat(path).st_mode
    except OSError:
        return None
