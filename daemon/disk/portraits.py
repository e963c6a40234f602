"""The pictures of performers, in a folder of their own: put there once, never over another.

All functions block; call them in a thread.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from daemon.disk.errors import NotAPlainFile, SidecarTooLarge, named_after
from daemon.disk.folder import (
    create,
    open_folder,
    put_new,
    read_plain,
    sync,
    temporary_name,
    write_all,
)
from daemon.disk.writing import MOST_SIDECAR_BYTES
from rules.picture_names import PICTURE_SUFFIXES
from rules.sidecar import digest

_READABLE_BY_ALL = 0o644


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentPortrait:
    """A performer's picture that is there, whoever put it there."""

    path: Path
    sha256: str | None
    """None for a link, a folder, or what is too large to be ours."""


def portrait_at(folder: Path, stem: str) -> PresentPortrait | None:
    """Return the picture of that name, whatever its kind and upper or lower case.

    Raises:
        DiskRefused: the folder is gone, or cannot be read.

    """
    with named_after(folder), open_folder(folder) as opened:
        for name in sorted(os.listdir(opened)):  # noqa: PTH208  # of an open folder
            path = folder / name
            is_picture = path.suffix.lower() in PICTURE_SUFFIXES
            if is_picture and path.stem.casefold() == stem.casefold():
                return PresentPortrait(path=path, sha256=_digest(opened, path))

    return None


def put_portrait(target: Path, content: bytes, *, purpose: str) -> None:
    """Write the whole picture or nothing, if nobody has the name.

    `purpose` tells its temporary file from all others, so that a crash leaves none for ever.

    Raises:
        SidecarChanged: somebody has it.
        NotAPlainFile: a link, folder or device has it.
        DiskRefused: the disk is gone, full, read-only or forbidden.

    """
    with named_after(target), open_folder(target.parent) as folder:
        with temporary_name(folder, purpose) as temporary:
            with create(folder, temporary) as file:
                write_all(file, content)
                os.fchmod(file, _mode_in(folder))
                os.fsync(file)
            put_new(folder, temporary, target)

        sync(folder)


def _mode_in(folder: int) -> int:
    """Return the mode of a file for whoever the folder is for; media servers are others."""
    return stat.S_IMODE(os.fstat(folder).st_mode) & 0o666 | _READABLE_BY_ALL


def _digest(folder: int, path: Path) -> str | None:
    try:
        content = read_plain(folder, path, MOST_SIDECAR_BYTES)
    except (NotAPlainFile, SidecarTooLarge):
        return None
    return digest(content) if content is not None else None
