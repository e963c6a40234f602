"""Which files are meant: those that are named, and videos and pictures below named folders."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from daemon.looking.aside import run_aside
from daemon.media.picture_examination import PICTURE_EXTENSIONS
from rules.errors import DoormanError, LibraryError
from rules.selection import VIDEO_EXTENSIONS, Selection, extension_of, skip_folder

_UNREAD_PICTURES = frozenset({"avif"})
"""A picture for Stash too; to whoever looks for videos it is one without a duration."""
_SELECTION = Selection(extensions=VIDEO_EXTENSIONS | PICTURE_EXTENSIONS)


class PathMissing(LibraryError):
    """Nothing is at a path that was named."""

    def __init__(self, path: Path) -> None:
        """Build the message from the path."""
        super().__init__(f"there is nothing at {str(path)!r}; see whether it is spelt like that")
        self.path = path


class PathUnreadable(LibraryError):
    """A folder cannot be listed, or a path cannot be looked at."""

    def __init__(self, path: Path, error: OSError) -> None:
        """Build the message from the path and what the system says."""
        super().__init__(
            f"{str(path)!r} cannot be looked at ({error.strerror}); "
            "check its permissions, the disk and the network share"
        )
        self.path = path


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file to be fingerprinted, or what is wrong with a path."""

    path: Path
    is_named: bool = False
    """Whether somebody named the file itself: then it is taken whatever it is called."""
    error: DoormanError | None = None

    @property
    def has_picture_name(self) -> bool:
        """Tell whether it is called like a picture."""
        return extension_of(self.path.name) in PICTURE_EXTENSIONS | _UNREAD_PICTURES


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    path: Path
    is_named: bool = False
    is_folder: bool = False
    """Whether it is known to be one; what is named is looked at."""

    @property
    def key(self) -> str:
        """Return what is the same however the place was named."""
        return os.path.abspath(self.path)  # noqa: PTH100  # resolves "..", no links


async def find(paths: Iterable[Path], *, patience_s: float) -> AsyncIterator[Found]:
    """Yield each file once, a folder's in the order of their names.

    Links to folders are entered only when they are named, temporary files and what systems keep
    for themselves are passed over: as in a library.  A disk that gives no answer for
    `patience_s` costs what lies there.
    """
    seen: set[str] = set()
    waiting = [_Place(path=path, is_named=True) for path in reversed(list(paths))]
    while waiting:
        place = waiting.pop()
        if place.key in seen:
            continue

        seen.add(place.key)
        try:
            below = await _below(place, patience_s)
        except LibraryError as error:
            yield Found(path=place.path, error=error)
            continue

        if below is None:
            yield Found(path=place.path, is_named=place.is_named)
        else:
            waiting.extend(reversed(below))


async def _below(place: _Place, patience_s: float) -> Sequence[_Place] | None:
    """Return what is in a folder; None for a file."""
    if not (place.is_named or place.is_folder):
        return None

    return await run_aside(partial(_list, place.path), patience_s=patience_s)


def _list(path: Path) -> Sequence[_Place] | None:
    try:
        if not stat.S_ISDIR(path.stat().st_mode):
            return None

        with os.scandir(path) as entries:
            places = [place for entry in entries if (place := _place_of(path, entry))]
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PathMissing(path) from error
    except OSError as error:
        raise PathUnreadable(path, error) from error

    return sorted(places, key=lambda place: place.path.name)


def _place_of(folder: Path, entry: os.DirEntry[str]) -> _Place | None:
    """Return an entry of interest; a link that leads nowhere is for the worker to name."""
    if _is_folder(entry, follow_symlinks=False):
        return None if skip_folder(entry.name) else _Place(path=folder / entry.name, is_folder=True)

    if _SELECTION.skip_file(entry.name) or _is_folder(entry, follow_symlinks=True):
        return None

    return _Place(path=folder / entry.name)


def _is_folder(entry: os.DirEntry[str], *, follow_symlinks: bool) -> bool:
    """Tell whether an entry is a folder; one that cannot be looked at costs only itself."""
    try:
        return entry.is_dir(follow_symlinks=follow_symlinks)
    except OSError:  # as of a link that leads to itself
        return False
