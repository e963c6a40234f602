"""Walk over a library: everything of interest in it, and what could not be seen.

Links to folders are not entered: inside the library the folder has a name of its own, by which
it is reached (so nothing is listed twice and no loop exists), and outside it is not ours. Links to
files are followed when they end inside.
"""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import PurePath

from daemon.looking.folder import (
    GONE,
    Folder,
    check_facts,
    check_file,
    check_folder,
    describe_root_error,
    identify_root,
    sighting_of,
    target_of,
    with_ignore_file,
)
from rules.listing import Finding, Listing, NoListing, Sighting
from rules.selection import IGNORE_FILE, Selection, Skip, skip_folder
from rules.sidecar import NFO_SUFFIX


class _Abandoned(BaseException):
    """Nobody waits for this walk any more."""


class Walk:
    """One walk over a library, with what it found so far."""

    def __init__(self, root: PurePath, selection: Selection) -> None:
        """Prepare; nothing is read yet."""
        self._root = str(root)
        self._real_root = ""
        self._selection = selection
        self._sightings: list[Sighting] = []
        self._findings: list[Finding] = []
        self._skipped: Counter[Skip] = Counter()
        self._devices: set[int] = set()
        self._sidecars: list[str] = []
        self._is_abandoned = False
        self.entries = 0
        """How many names were looked at; another thread may read it."""

    def abandon(self) -> None:
        """Make `run` end soon; for another thread to call."""
        self._is_abandoned = True

    def run(self) -> Listing | NoListing:
        """Return what the library holds; blocks as long as the disk takes."""
        try:
            identity = identify_root(self._root)
            self._real_root = os.path.realpath(self._root)
            self._walk()
            after = identify_root(self._root)
        except OSError as error:
            return NoListing(reason=describe_root_error(error))

        if after != identity:
            return NoListing(reason="the folder was replaced while it was read; look again")

        return Listing(
            root=identity,
            sightings=tuple(self._sightings),
            devices=frozenset(self._devices),
            findings=tuple(self._findings),
            skipped=tuple(sorted(self._skipped.items())),
            sidecars=tuple(self._sidecars),
        )

    def _walk(self) -> None:
        folders = [Folder(self._root, "", (self._selection.excludes,))]
        while folders:
            folders.extend(self._enter(folders.pop()))

    def _enter(self, folder: Folder) -> list[Folder]:
        """List one folder; return those below it, last first."""
        try:
            self._devices.add(os.stat(folder.path).st_dev)  # noqa: PTH116 - bare calls: 100,000 files in a second
            with os.scandir(folder.path) as entries:
                children = sorted(entries, key=_name)
            names = frozenset(child.name for child in children)
            folder = with_ignore_file(folder, is_there=IGNORE_FILE in names)
        except OSError as error:
            self._cannot_enter(folder, error)
            return []

        self._sidecars += [
            child.path for child in children if child.name.lower().endswith(NFO_SUFFIX)
        ]
        self._find_wrong_patterns(folder)
        below = [self._visit(folder, child, names) for child in children]
        return [child for child in reversed(below) if child]

    def _cannot_enter(self, folder: Folder, error: OSError) -> None:
        if not folder.relative:
            raise error

        if error.errno not in GONE:
            self._find(folder.path, f"cannot be read: {error.strerror}; give doorman access")

    def _find_wrong_patterns(self, folder: Folder) -> None:
        nearest = folder.chain[-1]
        if nearest.invalid and nearest.folder == folder.relative:
            self._find(
                os.path.join(folder.path, IGNORE_FILE),  # noqa: PTH118 - as above
                f"has lines that are no pattern; correct them: {', '.join(nearest.invalid)}",
                hides=False,
            )

    def _visit(
        self, folder: Folder, entry: os.DirEntry[str], names: frozenset[str]
    ) -> Folder | None:
        self.entries += 1
        if self._is_abandoned:
            raise _Abandoned

        try:
            if entry.is_dir(follow_symlinks=False):
                return self._visit_folder(folder.child(entry.name))

            why = self._visit_file(folder, entry, names)
        except OSError as error:
            if error.errno in GONE:
                return None

            self._find(entry.path, f"cannot be read: {error.strerror}; give doorman access")
            why = Skip.UNREADABLE

        if why:
            self._skipped[why] += 1

        return None

    def _visit_folder(self, folder: Folder) -> Folder | None:
        why = check_folder(folder)
        if why:
            self._skipped[why] += 1

        return None if why else folder

    def _visit_file(
        self, folder: Folder, entry: os.DirEntry[str], names: frozenset[str]
    ) -> Skip | None:
        file = folder.child(entry.name)
        why = check_file(self._selection, file, names.__contains__)
        if why:
            return why

        facts = entry.stat(follow_symlinks=False)
        if stat.S_ISLNK(facts.st_mode):
            target = target_of(entry.path, self._real_root)
            if target is None:
                self._warn_of_link(entry)
                return Skip.LINK

            facts = target

        why = check_facts(facts)
        if why is None:
            self._sightings.append(sighting_of(entry.path, facts))
            self._devices.add(facts.st_dev)

        return why

    def _warn_of_link(self, entry: os.DirEntry[str]) -> None:
        if entry.is_dir():
            self._find(
                entry.path,
                "is a link to a folder and not followed; make the folder a library of its own",
                hides=False,
            )

    def _find(self, path: str, reason: str, *, hides: bool = True) -> None:
        self._findings.append(Finding(path=PurePath(path), reason=reason, hides=hides))


def _name(entry: os.DirEntry[str]) -> str:
    return entry.name


def walk_folder(
    root: PurePath,
    folder: PurePath,
    selection: Selection,
    *,
    limit: int,
    pulse: Callable[[], None] = lambda: None,
) -> Sequence[PurePath] | None:
    """Return the files of interest in and below `folder`; None when they are more than `limit`.

    By names only, for a watcher that hints: no patterns, no links, no complaint about what
    cannot be read. `pulse` is called for each folder.
    """
    found: list[PurePath] = []
    relative = folder.relative_to(root) if folder != root else PurePath()
    if any(map(skip_folder, relative.parts)):
        return found

    for parent, folders, names in os.walk(folder):
        pulse()
        folders[:] = [name for name in folders if not skip_folder(name)]
        wanted = (name for name in names if selection.skip_file(name) is None)
        found.extend(PurePath(parent, name) for name in wanted)
        if len(found) > limit:
            return None

    return found
