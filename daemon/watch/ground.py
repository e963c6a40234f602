"""Divide a library into what can be watched as a whole and what only folder by folder.

watchfiles gives up a whole tree for one folder that it may not read (`lost+found` at the top of
many a disk), and follows links to folders, out of the library if need be (`platform.md` §1.2.5,
§1.2.11). So a folder that holds such a thing is watched alone, and its other folders as trees.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What to watch, as absolute paths."""

    trees: tuple[str, ...]
    """With all that is below."""
    alone: tuple[str, ...] = ()
    """Without what is below; a new folder in one of these is not watched by itself."""


def divide(root: str, *, pulse: Callable[[], None]) -> Ground:
    """Return how to watch the library at `root`.

    Args:
        root: Absolute.
        pulse: Called for each folder, to say that all is well.

    Raises:
        OSError: when the root itself cannot be read.

    """
    alone = _broken(root, pulse)
    if not alone:
        return Ground(trees=(root,))

    trees = [
        child for folder in sorted(alone) for child in _folders_of(folder) if child not in alone
    ]
    return Ground(trees=tuple(trees), alone=tuple(sorted(alone)))


def _broken(root: str, pulse: Callable[[], None]) -> set[str]:
    """Return the folders with a stumbling block in or below them."""
    broken: set[str] = set()
    pending = [root]
    while pending:
        folder = pending.pop()
        pulse()
        try:
            folders, has_links = _list(folder)
        except OSError:
            if folder == root:
                raise
            _break(os.path.dirname(folder), root, broken)  # noqa: PTH120 - strings all along
            continue

        pending.extend(folders)
        if has_links:
            _break(folder, root, broken)

    return broken


def _list(folder: str) -> tuple[list[str], bool]:
    """Return the folders in one, and whether there are links to folders as well."""
    with os.scandir(folder) as listed:
        entries = [entry for entry in listed if entry.is_dir()]

    folders = [entry.path for entry in entries if not entry.is_symlink()]
    return folders, len(folders) < len(entries)


def _break(folder: str, root: str, broken: set[str]) -> None:
    """Add `folder` and those above it, up to the root."""
    while folder not in broken:
        broken.add(folder)
        if folder == root:
            return

        folder = os.path.dirname(folder)  # noqa: PTH120 - as above


def _folders_of(folder: str) -> list[str]:
    """Return the folders in one that can be read."""
    try:
        folders, _ = _list(folder)
    except OSError:
        return []

    return sorted(child for child in folders if os.access(child, os.R_OK | os.X_OK))
