"""The pictures that lie beside a video, whoever put them there, and whether more could.

Nothing is written here.

All functions block; call them in a thread.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from pathlib import Path

from daemon.disk.errors import NotAPlainFile, SidecarTooLarge, VideoGone, named_after
from daemon.disk.folder import open_folder_inside, read_plain
from daemon.disk.writing import MOST_SIDECAR_BYTES
from rules.picture_names import roles_in
from rules.sidecar import PictureRole, digest

LEAST_ROOM_BYTES = 10 << 20
"""A picture of the largest size that is fetched."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentPicture:
    """A picture beside a video that media servers read."""

    path: Path
    role: PictureRole
    sha256: str | None
    """None for a link, a folder, or what is too large to be ours."""


def pictures_beside(video: Path, library_root: Path) -> tuple[PresentPicture, ...]:
    """Return what media servers would show for a video, in the order of the names.

    Raises:
        OutsideLibrary: the video's folder leads out of the library.
        DiskRefused: the folder is gone, or cannot be read.

    """
    with named_after(video), open_folder_inside(library_root, video.parent) as folder:
        roles = roles_in(os.listdir(folder), video)  # noqa: PTH208  # of an open folder
        return tuple(
            PresentPicture(
                path=video.with_name(name), role=role, sha256=_digest(folder, video.with_name(name))
            )
            for name, role in roles.items()
        )


def ensure_room(video: Path, library_root: Path) -> None:
    """See that pictures could be written beside a video, before they are fetched in vain.

    A disk may still refuse: quotas, and what others write meanwhile, are seen only then.

    Raises:
        OutsideLibrary: the video's folder leads out of the library.
        VideoGone: the video is not there.
        DiskRefused: the disk is gone, full, read-only or forbidden.

    """
    with named_after(video), open_folder_inside(library_root, video.parent) as folder:
        if not video.exists():
            raise VideoGone(video)

        status = os.fstatvfs(folder)
        if status.f_flag & os.ST_RDONLY:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))

        # Some shares say nothing of their size.
        if status.f_blocks and status.f_bavail * status.f_frsize < LEAST_ROOM_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        if not os.access(f"/proc/self/fd/{folder}", os.W_OK | os.X_OK):
            raise OSError(errno.EACCES, os.strerror(errno.EACCES))


def _digest(folder: int, path: Path) -> str | None:
    try:
        content = read_plain(folder, path, MOST_SIDECAR_BYTES)
    except (NotAPlainFile, SidecarTooLarge):
        return None
    return digest(content) if content is not None else None
