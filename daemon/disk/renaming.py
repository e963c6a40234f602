"""Move a video and what lies beside it to another place in its library, as a family.

The video goes first: where it is tells whoever comes back after a crash whether the rest is to
follow, or all of it stayed. All functions block; call them in a thread.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from daemon.disk.errors import NotAPlainFile, VideoGone, named_after
from daemon.disk.folder import open_folder, open_folder_inside, sync
from daemon.disk.folder_making import made_folder, names_in, remove_empty, status_of
from daemon.disk.name_moving import NameTaken, Rename, move_name, rename_new
from rules.errors import ConflictError, DoormanError, LibraryError
from rules.media import FileStamp
from rules.name_family import Family, family_of, in_the_way
from rules.selection import Selection


class VideoChanged(ConflictError):
    """The video is not what was examined: somebody may be writing it."""

    def __init__(self, video: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{video} changed since it was examined and keeps its name; "
            "doorman examines it again first"
        )
        self.path = video


class VideoIsLink(LibraryError):
    """The name is a link to the video, not the video."""

    def __init__(self, video: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{video} keeps its name, as it is a link; "
            "leave out rename for its library, or put the file itself there"
        )
        self.path = video


class SharedFamily(LibraryError):
    """What lies beside the video belongs to another one, too."""

    def __init__(self, video: Path, twin: str) -> None:
        """Build the message from both videos."""
        super().__init__(
            f"{video} keeps its name: what lies beside it belongs to {twin} as well; "
            "give one of the two another name by hand"
        )
        self.path = video


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """From where to where a family goes."""

    root: Path
    """Of the library; nothing outside is moved or made."""
    former: Path
    path: Path
    ends: tuple[str, ...]
    """Of the names beside the video, behind its stem."""
    leaves: tuple[Path, ...] = ()
    """Folders to be removed if they are empty then, the innermost first."""

    @property
    def beside(self) -> Iterator[tuple[Path, Path]]:
        """Return from where to where each of what lies beside the video goes."""
        for end in self.ends:
            yield (
                self.former.with_name(f"{self.former.stem}{end}"),
                self.path.with_name(f"{self.path.stem}{end}"),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """A family that was moved."""

    stamp: FileStamp
    device: int
    left: tuple[str, ...]
    """Why what of it did not come along stayed, in words."""
    removed: tuple[Path, ...]
    """Folders that were empty and are gone."""


class Whereabouts(Enum):
    """Where a video is that was being moved."""

    FORMER = auto()
    NEW = auto()
    BOTH = auto()
    """It has both names."""
    NOWHERE = auto()
    UNKNOWN = auto()
    """The disk does not tell."""


def look_at_family(root: Path, video: Path, stamp: FileStamp, selection: Selection) -> Family:
    """Return what goes along with a video that still is what was examined.

    Raises:
        VideoGone: it is not there.
        VideoIsLink: it is a link.
        VideoChanged: it is another file by now, or being written.
        SharedFamily: another video has the same name but for its end.
        OutsideLibrary: its folder leads out of the library.
        DiskRefused: the folder is gone or forbidden.

    """
    with named_after(video), open_folder_inside(root, video.parent) as folder:
        _check_video(folder, video, stamp)
        family = family_of(video.name, _plain_files(folder), selection)
    if family.twins:
        raise SharedFamily(video, family.twins[0])

    return family


def ensure_free(route: Route, selection: Selection) -> None:
    """Refuse a place that something has, on any file system, or that something belongs to.

    Raises:
        NameTaken: always then.
        DiskRefused: the folder is forbidden.

    """
    if not route.path.parent.is_dir():
        return

    own = {route.former.name, *(former.name for former, _ in route.beside)}
    is_same_folder = route.former.parent == route.path.parent
    with named_after(route.path), open_folder(route.path.parent) as folder:
        names = [each for each in names_in(folder) if not (is_same_folder and each in own)]
    wanted = [route.path.name, *(path.name for _, path in route.beside)]
    taken = next((each for each in wanted if each in names), None)
    taken = taken or in_the_way(route.path.name, names, selection)
    if taken is not None:
        raise NameTaken(route.path.with_name(taken))


def move_family(route: Route, stamp: FileStamp, *, rename: Rename = rename_new) -> Landed:
    """Make the folders that lack, and move the video, then what goes along.

    What cannot go along stays, and is told of.

    Raises:
        NameTaken: something has the video's name.
        VideoChanged: it is not what was examined.
        LibraryError: the disk stands in the way; the video is where it was.

    """
    with (
        named_after(route.former),
        open_folder_inside(route.root, route.former.parent) as source,
        made_folder(route.root, route.path.parent) as folder,
    ):
        _check_video(source, route.former, stamp)
        move_name(source, route.former, folder, route.path, rename=rename)
        return _follow(route, source, folder, rename)


def finish_family(route: Route, *, is_linked: bool, rename: Rename = rename_new) -> Landed:
    """Let follow what lies beside a video that was moved when a crash came.

    With `is_linked` the video has both its names, and loses the former one.

    Raises:
        LibraryError: the disk stands in the way.

    """
    with named_after(route.path), open_folder_inside(route.root, route.path.parent) as folder:
        if not route.former.parent.is_dir():
            return _landed(route, folder, (), ())

        with open_folder_inside(route.root, route.former.parent) as source:
            if is_linked:
                os.unlink(route.former.name, dir_fd=source)
            return _follow(route, source, folder, rename)


def whereabouts(route: Route, size_bytes: int, mtime_ns: int) -> Whereabouts:
    """Return where a video is that was being moved when a crash came."""
    try:
        if not route.root.is_dir():
            return Whereabouts.UNKNOWN

        former, new = _lstat(route.former), _lstat(route.path)
    except OSError:
        return Whereabouts.UNKNOWN

    wanted = (size_bytes, mtime_ns)
    if former and new and os.path.samestat(former, new):
        return Whereabouts.BOTH
    if former is None and new is not None and _facts(new) == wanted:
        return Whereabouts.NEW
    if former is not None:
        return Whereabouts.FORMER

    is_told = route.former.parent.is_dir() or route.path.parent.is_dir()
    return Whereabouts.NOWHERE if is_told else Whereabouts.UNKNOWN


def _follow(route: Route, source: int, folder: int, rename: Rename) -> Landed:
    """Move what goes along, and remove the folders that are empty then."""
    left: list[str] = []
    for former, path in route.beside:
        there = status_of(source, former.name)
        if there is None:
            continue
        try:
            _take_along(there, source, former, folder, path, rename)
        except DoormanError as error:
            left.append(f"{former.name} stayed: {error}")
    sync(folder)
    sync(source)
    return _landed(route, folder, tuple(left), remove_empty(route.root, route.leaves))


def _take_along(  # noqa: PLR0917  # from where to where, and how
    there: os.stat_result, source: int, former: Path, folder: int, path: Path, rename: Rename
) -> None:
    """Move one of them; one that has both names, as a crash leaves it, loses the former one."""
    new = status_of(folder, path.name)
    if new is not None and os.path.samestat(there, new) and former != path:
        with named_after(former):
            os.unlink(former.name, dir_fd=source)
    else:
        move_name(source, former, folder, path, rename=rename)


def _landed(route: Route, folder: int, left: tuple[str, ...], removed: tuple[Path, ...]) -> Landed:
    status = os.stat(route.path.name, dir_fd=folder, follow_symlinks=False)
    stamp = FileStamp(size_bytes=status.st_size, mtime_ns=status.st_mtime_ns, inode=status.st_ino)
    return Landed(stamp=stamp, device=status.st_dev, left=left, removed=removed)


def _check_video(folder: int, video: Path, stamp: FileStamp) -> None:
    status = status_of(folder, video.name)
    if status is None:
        raise VideoGone(video)
    if stat.S_ISLNK(status.st_mode):
        raise VideoIsLink(video)
    if not stat.S_ISREG(status.st_mode):
        raise NotAPlainFile(video)
    if _facts(status) != (stamp.size_bytes, stamp.mtime_ns):
        raise VideoChanged(video)


def _facts(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _plain_files(folder: int) -> list[str]:
    with os.scandir(folder) as entries:
        return [each.name for each in entries if each.is_file(follow_symlinks=False)]


def _lstat(path: Path) -> os.stat_result | None:
    try:
        return path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
