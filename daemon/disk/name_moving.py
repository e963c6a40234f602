"""Give one file another name, on one file system, and never over another file.

`renameat2` with RENAME_NOREPLACE does that in one step. Where a file system does not know it, the
file gets its new name as a second one, which fails where the name is taken, and then loses its
former one. Where there is neither, nothing is moved: to look first and rename then would be a race
that somebody else's file can lose.
"""

from __future__ import annotations

import ctypes
import errno
import os
import sys
from collections.abc import Callable
from pathlib import Path

from daemon.disk.errors import named_after
from rules.errors import ConflictError, LibraryError

_RENAME_NOREPLACE = 1
_UNKNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOTSUP})
"""What a system or a file system without RENAME_NOREPLACE answers."""
_NO_LINKS = _UNKNOWN | {errno.EPERM, errno.EMLINK}

Rename = Callable[[int, str, int, str], None]
"""Gives a name in one open folder to another, or fails with FileExistsError."""


class NameTaken(ConflictError):
    """Something has the name already, or lies where something of the video's would."""

    def __init__(self, path: Path) -> None:
        """Build the message from what is there."""
        super().__init__(
            f"it keeps its name: {path} is there already and is never written over; move that "
            "away, or let the library's rename option tell the two apart"
        )
        self.path = path


class RenameUnsupported(LibraryError):
    """The file system cannot give a name without the danger of taking another file's."""

    def __init__(self, path: Path) -> None:
        """Build the message from the file."""
        super().__init__(
            f"{path} keeps its name: its file system knows neither RENAME_NOREPLACE nor hard "
            "links, so another file could be lost; leave out rename for this library"
        )
        self.path = path


class OtherDisk(LibraryError):
    """The new place is on another file system."""

    def __init__(self, path: Path, target: Path) -> None:
        """Build the message from both places."""
        super().__init__(
            f"{path} keeps its name: {target.parent} is on another disk, and nothing is copied; "
            "change the library's rename option, or move it yourself"
        )
        self.path = path


def rename_new(source: int, name: str, folder: int, new_name: str) -> None:
    """Rename in one step, if nothing has the new name.

    Raises:
        OSError: as the system says; FileExistsError if something has it.

    """
    sys.audit("os.rename", name, new_name, source, folder)
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is None:
        raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS), name)

    if function(source, os.fsencode(name), folder, os.fsencode(new_name), _RENAME_NOREPLACE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), name)


def link_new(source: int, name: str, folder: int, new_name: str) -> None:
    """Give a file a second name, and take the first away.

    Raises:
        OSError: as the system says; FileExistsError if something has the second one.

    """
    os.link(name, new_name, src_dir_fd=source, dst_dir_fd=folder, follow_symlinks=False)
    os.unlink(name, dir_fd=source)


def move_name(
    source: int,
    former: Path,
    folder: int,
    path: Path,
    *,
    rename: Rename = rename_new,
    link: Rename = link_new,
) -> None:
    """Give a file its new name in an open folder.

    Args:
        source: The folder that it lies in; open.
        former: It.
        folder: The folder that it is to lie in; open.
        path: It, there.
        rename: What does it in one step.
        link: What does it in two where that is not known.

    Raises:
        NameTaken: something has the name.
        RenameUnsupported: this file system cannot do that safely.
        OtherDisk: the folder is on another file system.
        DiskRefused: the disk is gone, read-only or forbidden.

    """
    with named_after(former):
        try:
            _move(source, former, folder, path, (rename, link))
        except FileExistsError as error:
            raise NameTaken(path) from error
        except OSError as error:
            if error.errno == errno.EXDEV:
                raise OtherDisk(former, path) from error
            raise


def _move(source: int, former: Path, folder: int, path: Path, ways: tuple[Rename, Rename]) -> None:
    rename, link = ways
    try:
        rename(source, former.name, folder, path.name)
    except OSError as error:
        if error.errno not in _UNKNOWN:
            raise
    else:
        return

    try:
        link(source, former.name, folder, path.name)
    except OSError as error:
        if error.errno in _NO_LINKS:
            raise RenameUnsupported(former) from error
        raise
