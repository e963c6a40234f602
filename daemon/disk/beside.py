"""Look for an NFO beside videos, and read it if it is another than before; nothing is written.

Readers take `<file>.nfo`, and `movie.nfo` or one called like the folder where a folder holds one
film (`nfo.md` §4.2). The latter count here only where no other video lies in the folder. An end in
capitals counts as well.

All functions block; call them in a thread.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.disk.errors import NotAPlainFile, SidecarTooLarge
from daemon.disk.folder import open_folder_inside, read_plain
from rules.nfo_reading import MOST_NFO_BYTES
from rules.selection import Selection
from rules.sidecar import nfo_path, nfo_places

_GONE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG})
_NOT_PLAIN = "it is a link, folder or device, which is not read; put a copy there instead"
_TOO_LARGE = "it is larger than an NFO ever is, so it is not read; see what it is"


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoStamp:
    """What tells one version of an NFO from the next without reading it."""

    path: Path
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """An NFO as it lies beside a video."""

    stamp: NfoStamp
    content: bytes | None
    """None when it is as it was known, or cannot be read."""
    trouble: str | None = None
    """Why it cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A video, and the NFO that is known to lie beside it."""

    path: Path
    known: NfoStamp | None


def look_beside(
    root: Path, folder: Path, videos: Sequence[Video], selection: Selection
) -> list[Beside | None]:
    """Return what lies beside each of these videos of one folder, in order; None for nothing.

    Raises:
        OutsideLibrary: the folder leads out of the library.
        OSError: the folder is gone, or cannot be read.

    """
    with open_folder_inside(root, folder) as opened:
        return [_look(opened, video, selection) for video in videos]


def nfo_of(video: Path) -> Path:
    """Return where the NFO of a video lies, or would lie if there is none."""
    there = (path for path in nfo_places(video) if os.path.lexists(path))
    return next(there, nfo_path(video))


def _look(folder: int, video: Video, selection: Selection) -> Beside | None:
    for path in (*nfo_places(video.path), *_of_folder(folder, video.path.parent, selection)):
        status = _status(folder, path)
        if status is not None:
            return _unless_known(folder, path, status, video.known)

    return None


def _unless_known(
    folder: int, path: Path, status: os.stat_result, known: NfoStamp | None
) -> Beside | None:
    stamp = NfoStamp(path=path, size_bytes=status.st_size, mtime_ns=status.st_mtime_ns)
    return Beside(stamp=stamp, content=None) if stamp == known else _read(folder, stamp)


def _of_folder(folder: int, parent: Path, selection: Selection) -> tuple[Path, ...]:
    """Return the names that an NFO has which is about the one video in its folder."""
    paths = (parent / "movie.nfo", parent / f"{parent.name}.nfo")
    there = tuple(path for path in paths if _status(folder, path) is not None)
    return there if there and _is_for_one(folder, selection) else ()


def _is_for_one(folder: int, selection: Selection) -> bool:
    """Tell whether a folder holds no second video, of interest or not."""
    videos = 0
    with os.scandir(folder) as entries:
        for entry in entries:
            videos += selection.is_listed(entry.name)
            if videos > 1:
                return False

    return True


def _status(folder: int, path: Path) -> os.stat_result | None:
    try:
        return os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except OSError as error:
        if error.errno in _GONE:
            return None
        raise


def _read(folder: int, stamp: NfoStamp) -> Beside | None:
    try:
        content = read_plain(folder, stamp.path, MOST_NFO_BYTES)
    except NotAPlainFile:
        return Beside(stamp=stamp, content=None, trouble=_NOT_PLAIN)
    except SidecarTooLarge:
        return Beside(stamp=stamp, content=None, trouble=_TOO_LARGE)
    except OSError as error:
        why = f"it cannot be read: {error.strerror or error}; give doorman access"
        return Beside(stamp=stamp, content=None, trouble=why)
    return None if content is None else Beside(stamp=stamp, content=content)
