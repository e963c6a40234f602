"""Find out what a library holds now: all of it, or one path.

The disk is the truth, an event is only a hint. Both ways apply the same checks.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePath

import anyio

from daemon.looking.aside import NoAnswer, run_aside
from daemon.looking.folder import (
    GONE,
    Folder,
    check_facts,
    check_file,
    check_folder,
    identify_root,
    sighting_of,
    target_of,
    with_ignore_file,
)
from daemon.looking.walk import Walk
from rules.listing import Listing, NoListing, Sighting, Skipped
from rules.selection import Selection, Skip

PATIENCE_S = 60.0
"""How long a walk may make no progress before it is given up; a spun-down disk takes 10-15 s."""


async def scan(
    root: PurePath,
    selection: Selection,
    *,
    limiter: anyio.CapacityLimiter,
    on_progress: Callable[[int], None] | None = None,
    patience_s: float = PATIENCE_S,
) -> Listing | NoListing:
    """Return what the library at `root` (absolute) holds now.

    Args:
        root: Absolute.
        selection: What is of interest.
        limiter: How many walks may run at once; one to a disk is fastest.
        on_progress: Told about once a second how many names were looked at.
        patience_s: How long the disk may stand still.

    """
    async with limiter:
        walk = Walk(root, selection)
        try:
            return await run_aside(
                walk.run,
                patience_s=patience_s,
                progress=lambda: walk.entries,
                on_progress=on_progress,
            )
        except NoAnswer as error:
            return NoListing(reason=str(error))
        finally:
            walk.abandon()


def look(root: PurePath, path: PurePath, selection: Selection) -> Sighting | Skipped:
    """Return the file at `path`, or why it is passed over; as a walk would find it.

    Only `Skip.GONE` says that nothing is there; with the library itself gone it is not said.
    Blocks as long as the disk takes.
    """
    try:
        identify_root(root)
    except OSError:
        return Skipped(path=path, why=Skip.UNREADABLE)

    try:
        return _look(root, path, selection)
    except OSError as error:
        why = Skip.GONE if error.errno in GONE else Skip.UNREADABLE
        return Skipped(path=path, why=why)


def _look(root: PurePath, path: PurePath, selection: Selection) -> Sighting | Skipped:
    parts = path.relative_to(root).parts if path.is_relative_to(root) else ()
    if not parts or ".." in parts:
        return Skipped(path=path, why=Skip.OUTSIDE)

    folder = with_ignore_file(Folder(str(root), "", (selection.excludes,)))
    for name in parts[:-1]:
        folder = folder.child(name)
        why = check_folder(folder) or _skip_parent(folder)
        if why:
            return Skipped(path=path, why=why)

        folder = with_ignore_file(folder)

    return _look_at_file(root, folder, selection, path)


def _skip_parent(folder: Folder) -> Skip | None:
    mode = os.lstat(folder.path).st_mode
    if stat.S_ISLNK(mode):
        return Skip.LINK

    return None if stat.S_ISDIR(mode) else Skip.GONE


def _look_at_file(
    root: PurePath, folder: Folder, selection: Selection, path: PurePath
) -> Sighting | Skipped:
    facts: os.stat_result | None = os.lstat(path)
    if facts and stat.S_ISLNK(facts.st_mode):
        facts = target_of(str(path), os.path.realpath(root))
    if facts is None:
        return Skipped(path=path, why=Skip.LINK)

    is_beside = partial(_is_beside, folder.path)
    why = check_file(selection, folder.child(path.name), is_beside) or check_facts(facts)
    return Skipped(path=path, why=why) if why else sighting_of(str(path), facts)


def _is_beside(folder: str, name: str) -> bool:
    try:
        return Path(folder, name).exists()
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            return False  # a video may have as long a name as there is; nothing has a longer one
        raise


async def look_at(
    root: PurePath,
    path: PurePath,
    selection: Selection,
    *,
    limiter: anyio.CapacityLimiter,
    patience_s: float = PATIENCE_S,
) -> Sighting | Skipped:
    """Return what `look` returns, without blocking; a disk that stands still is unreadable."""
    async with limiter:
        try:
            return await run_aside(partial(look, root, path, selection), patience_s=patience_s)
        except NoAnswer:
            return Skipped(path=path, why=Skip.UNREADABLE)
