"""Everything that doorman writes into a library: whole, beside a video, never over another's work.

All functions block; call them in a thread.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Collection
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from daemon.disk.errors import (
    NotAPlainFile,
    NotASidecar,
    SidecarChanged,
    SidecarTooLarge,
    VideoGone,
    named_after,
)
from daemon.disk.folder import (
    create,
    discard,
    is_left,
    is_temporary_name,
    open_folder,
    open_folder_inside,
    put_new,
    read_plain,
    remove_stale,
    replace,
    status_of_plain,
    sync,
    temporary_name,
    write_all,
)
from rules.former_status import FormerStatus
from rules.sidecar import digest

MOST_SIDECAR_BYTES = 64 << 20
"""Larger than any picture a source serves; what is larger is not ours."""

_SIDECAR_SUFFIXES = frozenset({".nfo", ".jpg", ".jpeg", ".png", ".webp", ".gif", ".svg", ".tbn"})
_READABLE_BY_ALL = 0o644
"""The least for a new sidecar: media servers run as another user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sidecar belongs."""

    target: Path
    """The sidecar itself; absolute, in the folder of the video."""
    beside: Path
    """The video it belongs to; a new sidecar takes its group and, in essence, its mode."""
    library_root: Path
    """Nothing outside is ever written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A sidecar that now lies on the disk."""

    path: Path
    sha256: str
    """To be remembered: only what still has it may be replaced or removed."""


def write_sidecar(
    place: Place,
    content: bytes,
    *,
    expected_sha256: str | None,
    purpose: str | None = None,
    former: FormerStatus | None = None,
    now_s: Callable[[], float] = time.time,
) -> Written:
    """Write the whole file or nothing, if the target still is what the decision was based on.

    Args:
        place: Where.
        content: What.
        expected_sha256: The digest the target must still have; None: it must still not exist.
        purpose: As `daemon.disk.folder.temporary_name` takes it.
        former: How it lay there before, to lie there so again; None: as new.
        now_s: Seconds since the epoch, to recognise temporary files left by a crash.

    Raises:
        SidecarChanged: The target is not what was expected; it was left alone.
        VideoGone: The video is not there; so an unmounted library is not written to.
        OutsideLibrary: The target's folder leads out of the library.
        NotASidecar: The name is none of a sidecar beside this video.
        NotAPlainFile: A link, folder or device stands there.
        DiskRefused: The disk is gone, full, read-only or forbidden.

    """
    target = place.target
    _check_name(target)
    if target == place.beside or target.parent != place.beside.parent:
        raise NotASidecar(target)

    with named_after(target), open_folder_inside(place.library_root, target.parent) as folder:
        video = _status_of_video(place.beside)
        remove_stale(folder, now_s())
        with temporary_name(folder, purpose) as temporary:
            model = status_of_plain(folder, target) or video
            _fill(folder, temporary, content, model, former=former)
            if expected_sha256 is None:
                put_new(folder, temporary, target)
            else:
                _check_unchanged(folder, target, expected_sha256)
                replace(folder, temporary, target)

        sync(folder)
    return Written(path=target, sha256=digest(content))


def remove_sidecar(target: Path, *, expected_sha256: str, library_root: Path) -> bool:
    """Remove what doorman wrote, if it still is that; return whether it was there.

    Raises:
        SidecarChanged: Somebody changed it; it was left alone.
        OutsideLibrary: The target's folder leads out of the library.
        NotASidecar: The name is none of a sidecar.
        NotAPlainFile: A link, folder or device stands there.
        DiskRefused: The disk is gone, read-only or forbidden.

    """
    _check_name(target)
    with named_after(target), open_folder_inside(library_root, target.parent) as folder:
        if status_of_plain(folder, target) is None:
            return False

        _check_unchanged(folder, target, expected_sha256)
        os.unlink(target.name, dir_fd=folder)
        sync(folder)
    return True


def clean_up(target: Path, purpose: str, *, was_there: bool, library_root: Path) -> None:
    """Remove what a write of that purpose left behind when it was cut off.

    That is its temporary file and, where nothing was at `target` before, the empty file that
    claims a name on disks without hard links. Such a file stands beside its temporary one: an empty
    one that stands alone is somebody else's, who may be about to fill it.

    Raises:
        OutsideLibrary: The target's folder leads out of the library.
        NotAPlainFile: A link, folder or device stands there.
        DiskRefused: The disk is gone, read-only or forbidden.

    """
    _check_name(target)
    with named_after(target), open_folder_inside(library_root, target.parent) as folder:
        try:
            if not was_there and is_left(folder, purpose):
                _drop_claim(folder, target)
        finally:
            discard(folder, purpose)


def _drop_claim(folder: int, target: Path) -> None:
    status = status_of_plain(folder, target)
    if status is not None and status.st_size == 0:
        os.unlink(target.name, dir_fd=folder)


def status_now(path: Path) -> FormerStatus | None:
    """Return how a file lies there; None when it is not there, or does not say so."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return FormerStatus(mtime_ns=status.st_mtime_ns, mode=stat.S_IMODE(status.st_mode))


def is_among(path: Path, others: Collection[Path]) -> bool:
    """Tell whether a file is one of others, by whatever name."""
    for each in others:
        with suppress(OSError):
            if path.samefile(each):
                return True

    return False


def read_small(path: Path, limit_bytes: int = MOST_SIDECAR_BYTES) -> bytes | None:
    """Return the content of a plain file; None when its folder has no such name.

    Raises:
        SidecarTooLarge: It has more than `limit_bytes`.
        NotAPlainFile: A link, folder or device stands there.
        DiskRefused: The folder is gone or forbidden.

    """
    with named_after(path), open_folder(path.parent) as folder:
        return read_plain(folder, path, limit_bytes)


def read_exactly(path: Path, sha256: str) -> bytes | None:
    """Return the content of a plain file that has this SHA-256; None where that is not there.

    Raises:
        DiskRefused: The folder is forbidden.

    """
    if not path.parent.is_dir():
        return None

    try:
        present = read_small(path)
    except (NotAPlainFile, SidecarTooLarge):
        return None
    return present if present is not None and digest(present) == sha256 else None


def _check_name(target: Path) -> None:
    """Refuse every name that could be anything but a sidecar's.

    Raises:
        NotASidecar: always then.

    """
    is_sidecar = target.suffix.lower() in _SIDECAR_SUFFIXES and not is_temporary_name(target.name)
    if not is_sidecar or not target.is_absolute():
        raise NotASidecar(target)


def _status_of_video(video: Path) -> os.stat_result:
    """Return the video's status, links followed.

    Raises:
        VideoGone: There is none.

    """
    try:
        return video.stat()
    except FileNotFoundError as error:
        raise VideoGone(video) from error


def _fill(
    folder: int, name: str, content: bytes, model: os.stat_result, *, former: FormerStatus | None
) -> None:
    """Create a file that holds `content`, down on the disk, and looks like `model`."""
    gives_group = bool(os.fstat(folder).st_mode & stat.S_ISGID)
    with create(folder, name) as file:
        write_all(file, content)
        _take_after(file, model, keeps_group=gives_group)
        if former is not None:
            _lie_as(file, former)
        os.fsync(file)


def _take_after(file: int, model: os.stat_result, *, keeps_group: bool) -> None:
    """Give `file` the owner, group and mode of `model`, readable by all in any case.

    What the system does not permit stays as it is: owner and group are the daemon's then, and a
    file system without modes shows what its mount says. The umask is none of its business: the
    video came to its mode under its owner's. A folder with setgid has given its own group, which
    is what its owner wants of all that lies in it.
    """
    of_model = -1 if keeps_group else model.st_gid
    for user, group in ((-1, of_model), (model.st_uid, -1)):
        with suppress(OSError):
            os.fchown(file, user, group)

    with suppress(OSError):
        os.fchmod(file, stat.S_IMODE(model.st_mode) & 0o666 | _READABLE_BY_ALL)


def _lie_as(file: int, former: FormerStatus) -> None:
    """Give `file` the mode and the time that it had, as far as the system permits that."""
    with suppress(OSError):
        os.fchmod(file, former.mode)
    with suppress(OSError):
        os.utime(file, ns=(former.mtime_ns, former.mtime_ns))


def _check_unchanged(folder: int, target: Path, expected_sha256: str) -> None:
    """Look once more, right before acting.

    Raises:
        SidecarChanged: The target is gone or holds something else.

    """
    try:
        present = read_plain(folder, target, MOST_SIDECAR_BYTES)
    except SidecarTooLarge as error:
        raise SidecarChanged(target) from error
    if present is None or digest(present) != expected_sha256:
        raise SidecarChanged(target)
