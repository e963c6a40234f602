"""Open a media file for reading, with failures named."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from daemon.media.errors import FileUnreadable, FileVanished

_PROBE_BYTES = 65536


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Hold a regular file open; reading errors inside the block are named as well.

    Raises:
        FileVanished: when there is no such file.
        FileUnreadable: when it is no regular file (opening a pipe would wait for ever), or
            opening or reading it fails.

    """
    try:
        with _regular(path) as file:
            yield file
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileVanished(path) from error
    except OSError as error:
        raise FileUnreadable(path, error.strerror or str(error)) from error


def _regular(path: Path) -> BinaryIO:
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return os.fdopen(descriptor, "rb")

    os.close(descriptor)
    raise FileUnreadable(path, "it is no regular file")


def ensure_readable(path: Path, position_bytes: int) -> None:
    """Read around a position, so that a failing disk is not taken for a short video.

    The decoder cannot tell the two apart: both end its input.

    Raises:
        FileVanished: when there is no such file.
        FileUnreadable: when reading fails.

    """
    with opened(path) as file:
        file.seek(max(0, position_bytes))
        file.read(_PROBE_BYTES)


def stamp(path: Path) -> tuple[int, int]:
    """Return size in bytes and modification time in ns of a file or folder, unopened.

    Raises:
        FileVanished: when there is nothing.
        FileUnreadable: when looking fails.

    """
    try:
        status = path.stat()
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileVanished(path) from error
    except OSError as error:
        raise FileUnreadable(path, error.strerror or str(error)) from error

    return status.st_size, status.st_mtime_ns
