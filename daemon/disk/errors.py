"""What can be wrong with writing beside a video, or beside the store.

LibraryError
 ├─ OutsideLibrary      the folder leads out of the library
 ├─ NotASidecar         no name that doorman may write
 ├─ VideoGone           there is nothing to lie beside
 ├─ NotAPlainFile       a link, folder or device stands there
 ├─ SidecarTooLarge     more bytes than a sidecar has
 └─ DiskRefused         the operating system said no
     ├─ LibraryFolderGone
     ├─ LibraryReadOnly
     ├─ LibraryFull
     ├─ NameTooLong
     └─ WriteForbidden
ConflictError
 └─ SidecarChanged      it is not what the decision was based on
DoormanError
 └─ SheetUnwritable     a contact sheet cannot be kept; it is not needed either
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from rules.errors import ConflictError, DoormanError, LibraryError


class OutsideLibrary(LibraryError):
    """The folder, with links followed, does not lie in the library."""

    def __init__(self, path: Path, library_root: Path) -> None:
        """Build the message from both paths."""
        super().__init__(
            f"{path} leads out of the library {library_root}; "
            "make the folder it leads to a library of its own"
        )
        self.path = path


class NotASidecar(LibraryError):
    """The name is none that doorman may write or remove."""

    def __init__(self, path: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{path} is no name for an NFO or picture; please report this, nothing was written"
        )
        self.path = path


class VideoGone(LibraryError):
    """The video is not there, so its sidecar has no place: perhaps the disk is unmounted."""

    def __init__(self, video: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{video} is not there, so nothing is written beside it; "
            "check that the disk is mounted; doorman tries again when it sees the file"
        )
        self.path = video


class NotAPlainFile(LibraryError):
    """Something other than a plain file has the name."""

    def __init__(self, path: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{path} is a link, folder or device and stays as it is; "
            "move it away if doorman should write there"
        )
        self.path = path


class SidecarTooLarge(LibraryError):
    """The file has more bytes than its reader would take."""

    def __init__(self, path: Path, limit_bytes: int) -> None:
        """Build the message from the path and the limit."""
        super().__init__(
            f"{path} is larger than {limit_bytes} bytes and is left alone; "
            "move it away if doorman should write there"
        )
        self.path = path


class SidecarChanged(ConflictError):
    """Somebody wrote, changed or removed the file since the decision about it."""

    def __init__(self, path: Path) -> None:
        """Build the message from the path."""
        super().__init__(
            f"{path} changed since doorman looked and was left alone; "
            "keep it, or remove it to have it written again"
        )
        self.path = path


class DiskRefused(LibraryError):
    """The operating system refused; the subclasses say what for."""

    remedy: ClassVar[str] = "see to the disk; doorman tries again later"

    def __init__(self, path: Path, error: OSError) -> None:
        """Build the message from the path and the system's words."""
        said = os.strerror(error.errno) if error.errno else str(error)
        super().__init__(f"cannot write {path}: {said}; {self.remedy}")
        self.path = path
        self.errno = error.errno


class LibraryFolderGone(DiskRefused):
    """The folder does not exist, or its disk does not answer."""

    remedy = "check that the disk is mounted; doorman tries again later"


class LibraryReadOnly(DiskRefused):
    """The file system is mounted read-only, or the service's sandbox says so."""

    remedy = "mount it for writing and list the library in the unit (doorman units install)"


class LibraryFull(DiskRefused):
    """No space, no quota or no inode is left."""

    remedy = "free some space; doorman tries again later"


class NameTooLong(DiskRefused):
    """The video's name leaves no room for what is put behind it, such as "-poster"."""

    remedy = "give the video a shorter name"


class WriteForbidden(DiskRefused):
    """The user doorman runs as may not write there."""

    remedy = "let the user or a group of doorman write to the folder"


class SheetUnwritable(DoormanError):
    """A contact sheet cannot be kept; everything else goes on without it."""

    def __init__(self, folder: Path, error: OSError) -> None:
        """Build the message from the sheets' folder and the system's words."""
        super().__init__(
            f"contact sheets cannot be kept in {folder} ({error.strerror or error}); "
            "see to the disk, or set [fingerprint] contact_sheet = false"
        )
        self.folder = folder


_KINDS: dict[int, type[DiskRefused]] = {
    errno.ENOENT: LibraryFolderGone,
    errno.ENOTDIR: LibraryFolderGone,
    errno.ENODEV: LibraryFolderGone,
    errno.ENXIO: LibraryFolderGone,
    errno.ENOTCONN: LibraryFolderGone,
    errno.ESTALE: LibraryFolderGone,
    errno.EHOSTDOWN: LibraryFolderGone,
    errno.EROFS: LibraryReadOnly,
    errno.ENOSPC: LibraryFull,
    errno.EDQUOT: LibraryFull,
    errno.EFBIG: LibraryFull,
    errno.ENAMETOOLONG: NameTooLong,
    errno.EACCES: WriteForbidden,
    errno.EPERM: WriteForbidden,
}


@contextmanager
def named_after(path: Path) -> Iterator[None]:
    """Turn any OSError of the block into the DiskRefused that fits it.

    Raises:
        DiskRefused: in place of the OSError.

    """
    try:
        yield
    except OSError as error:
        raise _KINDS.get(error.errno or 0, DiskRefused)(path, error) from error
