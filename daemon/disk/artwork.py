"""The pictures that lie beside a video, whoever put them there; nothing is written.

All functions block; call them in a thread.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from daemon.disk.errors import NotAPlainFile, SidecarTooLarge, named_after
from daemon.disk.folder import open_folder_inside, read_plain
from daemon.disk.writing import MOST_SIDECAR_BYTES
from rules.picture_names import is_only_video, role_of
from rules.selection import VIDEO_EXTENSIONS
from rules.sidecar import PictureRole, digest


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
        names = sorted(os.listdir(folder))  # noqa: PTH208  # of an open folder
        is_alone = is_only_video(names, VIDEO_EXTENSIONS)
        roles = {name: role_of(name, video, is_alone=is_alone) for name in names}
        return tuple(
            PresentPicture(
                path=video.with_name(name), role=role, sha256=_digest(folder, video.with_name(name))
            )
            for name, role in roles.items()
            if role is not None
        )


def _digest(folder: int, path: Path) -> str | None:
    try:
        content = read_plain(folder, path, MOST_SIDECAR_BYTES)
    except (NotAPlainFile, SidecarTooLarge):
        return None
    return digest(content) if content is not None else None
