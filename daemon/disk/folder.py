"""What may be done to names in one open folder of a library: read, create, put, clean up.

Folders are opened component by component without following links, and everything after that
happens relative to the open folder: nobody can lead a write elsewhere by swapping a folder for
a link meanwhile.
"""

from __future__ import annotations

import errno
import os
import re
import secrets
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from daemon.disk.errors import NotAPlainFile, OutsideLibrary, SidecarChanged, SidecarTooLarge

_TEMPORARY_NAME = re.compile(r"\.doorman-[0-9a-f]{16}\.tmp")
_STALE_AFTER_S = 3600
"""No write takes that long: a temporary file of ours that old was left by a crash."""
_CHUNK_BYTES = 1 << 20
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
# Without O_NONBLOCK, opening a pipe that stands in for a sidecar would wait for its other end.
_READ_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_CREATE_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_NOT_SUPPORTED = frozenset({errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EINVAL})
_NO_HARD_LINKS = _NOT_SUPPORTED | {errno.EPERM, errno.EMLINK}
"""What file systems without hard links (exFAT, some network shares) answer to link()."""


@contextmanager
def open_folder(folder: Path) -> Iterator[int]:
    """Open a folder for reading names in it; links are followed."""
    with ExitStack() as stack:
        yield _open(folder, _FOLDER_FLAGS, stack)


@contextmanager
def open_folder_inside(library_root: Path, folder: Path) -> Iterator[int]:
    """Open a folder that lies in the library, also when links are followed.

    Raises:
        OutsideLibrary: It does not.

    """
    # realpath, since Path.resolve answers a loop of links with a RuntimeError before 3.13.
    root = Path(os.path.realpath(library_root, strict=True))
    real = Path(os.path.realpath(folder, strict=True))
    if not real.is_relative_to(root):
        raise OutsideLibrary(folder, library_root)

    with ExitStack() as stack:
        descriptor = _open(root, _FOLDER_FLAGS | os.O_NOFOLLOW, stack)
        for part in real.relative_to(root).parts:
            descriptor = _open(part, _FOLDER_FLAGS | os.O_NOFOLLOW, stack, descriptor)

        yield descriptor


@contextmanager
def create(folder: int, name: str) -> Iterator[int]:
    """Open a new file for writing; FileExistsError when anything has the name."""
    with ExitStack() as stack:
        yield _open(name, _CREATE_FLAGS, stack, folder)


@contextmanager
def temporary_name(folder: int, purpose: str | None = None) -> Iterator[str]:
    """Lend a free name; whatever happens, no file keeps it.

    Args:
        folder: Open.
        purpose: What nobody else ever writes for: whoever comes back to it after a crash finds
            the name again, and what it left there is removed. None: any name.

    """
    name = f".doorman-{secrets.token_hex(8)}.tmp" if purpose is None else name_for(purpose)
    try:
        if purpose is not None:
            discard(folder, purpose)
        yield name
    finally:
        # After a rename it is gone already.  A disk that vanished keeps it until `remove_stale`,
        # and must not hide the error that says so.
        with suppress(OSError):
            os.unlink(name, dir_fd=folder)


def name_for(purpose: str) -> str:
    """Return the temporary name that belongs to a purpose."""
    return f".doorman-{sha256(purpose.encode(errors='surrogateescape')).hexdigest()[:16]}.tmp"


def discard(folder: int, purpose: str) -> None:
    """Remove what a crash left under the temporary name of a purpose."""
    with suppress(FileNotFoundError):
        os.unlink(name_for(purpose), dir_fd=folder)


def is_left(folder: int, purpose: str) -> bool:
    """Tell whether a crash left anything under the temporary name of a purpose."""
    try:
        os.stat(name_for(purpose), dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def is_temporary_name(name: str) -> bool:
    """Tell whether `temporary_name` could have lent the name."""
    return _TEMPORARY_NAME.fullmatch(name) is not None


def write_all(file: int, content: bytes) -> None:
    """Write every byte; one write() may take fewer."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(file, rest[:_CHUNK_BYTES]) :]


def put_new(folder: int, temporary: str, target: Path) -> None:
    """Give the finished file its name, if nobody has it: link() never overwrites.

    Raises:
        SidecarChanged: Somebody has it.
        NotAPlainFile: A link, folder or device has it.

    """
    status_of_plain(folder, target)
    try:
        os.link(temporary, target.name, src_dir_fd=folder, dst_dir_fd=folder, follow_symlinks=False)
    except FileExistsError as error:
        raise SidecarChanged(target) from error
    except OSError as error:
        if error.errno not in _NO_HARD_LINKS:
            raise
        put_new_without_links(folder, temporary, target)


def put_new_without_links(folder: int, temporary: str, target: Path) -> None:
    """Do what link() does: take the free name with an empty file, then replace only that.

    Raises:
        SidecarChanged: Somebody has the name, or wrote into the empty file.

    """
    try:
        with create(folder, target.name) as claim:
            ours = os.fstat(claim)
    except FileExistsError as error:
        raise SidecarChanged(target) from error

    there = status_of_plain(folder, target)
    if there is None or there.st_size or not os.path.samestat(ours, there):
        raise SidecarChanged(target)

    try:
        replace(folder, temporary, target)
    except OSError:
        with suppress(OSError):
            os.unlink(target.name, dir_fd=folder)
        raise


def replace(folder: int, temporary: str, target: Path) -> None:
    """Put the finished file in the place of the one that has the name."""
    os.rename(temporary, target.name, src_dir_fd=folder, dst_dir_fd=folder)


def status_of_plain(folder: int, path: Path) -> os.stat_result | None:
    """Return the status of a plain file; None when nothing has the name.

    Raises:
        NotAPlainFile: A link, folder or device has it.

    """
    try:
        status = os.stat(path.name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return None
    _refuse_others(path, status)
    return status


def read_plain(folder: int, path: Path, limit_bytes: int) -> bytes | None:
    """Return the content of a plain file; None when nothing has the name.

    Raises:
        NotAPlainFile: A link, folder or device has it.
        SidecarTooLarge: It has more than `limit_bytes`.

    """
    if status_of_plain(folder, path) is None:
        return None

    with ExitStack() as stack:
        file = _open(path.name, _READ_FLAGS, stack, folder)
        _refuse_others(path, os.fstat(file))
        return _read_limited(file, path, limit_bytes)


def sync(folder: int) -> None:
    """Make new names survive a power loss, where the file system can."""
    try:
        os.fsync(folder)
    except OSError as error:
        if error.errno not in _NOT_SUPPORTED:
            raise


def remove_stale(folder: int, at_s: float) -> None:
    """Remove temporary files of ours that a crash left in this folder.

    Args:
        folder: Open.
        at_s: Now, in seconds since the epoch.

    """
    for name in os.listdir(folder):
        if is_temporary_name(name):
            _remove_if_stale(folder, name, at_s)


def _open(name: str | Path, flags: int, stack: ExitStack, folder: int | None = None) -> int:
    """Return a descriptor that `stack` closes."""
    descriptor = os.open(name, flags, 0o644, dir_fd=folder)
    stack.callback(os.close, descriptor)
    return descriptor


def _refuse_others(path: Path, status: os.stat_result) -> None:
    """Leave links, folders and devices alone.

    Raises:
        NotAPlainFile: always then.

    """
    if not stat.S_ISREG(status.st_mode):
        raise NotAPlainFile(path)


def _read_limited(file: int, path: Path, limit_bytes: int) -> bytes:
    """Return everything, up to a limit.

    Raises:
        SidecarTooLarge: There is more.

    """
    chunks: list[bytes] = []
    left = limit_bytes + 1
    while left and (chunk := os.read(file, min(left, _CHUNK_BYTES))):
        chunks.append(chunk)
        left -= len(chunk)

    if not left:
        raise SidecarTooLarge(path, limit_bytes)

    return b"".join(chunks)


def _remove_if_stale(folder: int, name: str, at_s: float) -> None:
    """Remove one, if it is a plain file of our user and old; another doorman may be at work."""
    with suppress(OSError):
        status = os.stat(name, dir_fd=folder, follow_symlinks=False)
        is_ours = stat.S_ISREG(status.st_mode) and status.st_uid == os.geteuid()
        if is_ours and at_s - status.st_ctime > _STALE_AFTER_S:
            os.unlink(name, dir_fd=folder)
