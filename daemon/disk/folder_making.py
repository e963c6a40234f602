"""Folders in a library: what lacks of a path, making it, and removing what is empty.

All functions block; call them in a thread.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from daemon.disk.errors import NotAPlainFile, OutsideLibrary, named_after
from daemon.disk.folder import open_folder_inside, sync
from rules.errors import LibraryError

_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def missing_folders(root: Path, folder: Path) -> tuple[Path, ...]:
    """Return what has to be made for `folder` to be there, the outermost first.

    Raises:
        NotAPlainFile: a link, or no folder at all, stands on the way.
        DiskRefused: the library is gone or forbidden.

    """
    with named_after(folder), ExitStack() as stack:
        opened = _open(root, stack)
        place = root
        for part in folder.relative_to(root).parts:
            place /= part
            status = status_of(opened, part)
            if status is None:
                return (place, *_below(place, folder))
            if not stat.S_ISDIR(status.st_mode):
                raise NotAPlainFile(place)
            opened = _open(part, stack, opened)
    return ()


def remove_empty(root: Path, folders: Sequence[Path]) -> tuple[Path, ...]:
    """Remove folders that are empty, the innermost first; return which are there no more."""
    gone: list[Path] = []
    for path in folders:
        if not path.is_relative_to(root) or path == root:
            continue
        with suppress(OSError, LibraryError), open_folder_inside(root, path.parent) as folder:
            with suppress(FileNotFoundError):
                os.rmdir(path.name, dir_fd=folder)
            gone.append(path)
    return tuple(gone)


@contextmanager
def made_folder(root: Path, path: Path) -> Iterator[int]:
    """Open a folder of the library, and make what lacks of it like what it lies in.

    Raises:
        OutsideLibrary: it does not lie in the library.
        NotAPlainFile: a link stands on the way.

    """
    if not path.is_relative_to(root) or ".." in path.parts:
        raise OutsideLibrary(path, root)

    with ExitStack() as stack:
        opened = _open(root, stack)
        place = root
        for part in path.relative_to(root).parts:
            place /= part
            status = status_of(opened, part)
            if status is not None and not stat.S_ISDIR(status.st_mode):
                raise NotAPlainFile(place)
            opened = _open(part, stack, opened) if status else _make(opened, part, stack)
        yield opened


def _make(parent: int, name: str, stack: ExitStack) -> int:
    """Make a folder with the owner, group and mode of the one that it lies in."""
    model = os.fstat(parent)
    with suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=parent)
    made = _open(name, stack, parent)
    for user, group in ((-1, model.st_gid), (model.st_uid, -1)):
        with suppress(OSError):
            os.fchown(made, user, group)
    with suppress(OSError):
        os.fchmod(made, stat.S_IMODE(model.st_mode))
    sync(parent)
    return made


def _open(name: str | Path, stack: ExitStack, parent: int | None = None) -> int:
    """Return a folder that `stack` closes; only the library itself may be reached by a link."""
    flags = _FOLDER_FLAGS if parent is not None else _FOLDER_FLAGS & ~os.O_NOFOLLOW
    opened = os.open(name, flags, dir_fd=parent)
    stack.callback(os.close, opened)
    return opened


def status_of(folder: int, name: str) -> os.stat_result | None:
    """Return the status of a name in an open folder, None where nothing has it."""
    try:
        return os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None


def names_in(folder: int) -> list[str]:
    """Return all names in an open folder."""
    return os.listdir(folder)  # pathlib takes no open folder


def _below(place: Path, folder: Path) -> Iterator[Path]:
    for part in folder.relative_to(place).parts:
        place /= part
        yield place
