"""Tell damage from a lack of memory.

Decoders short of memory report all kinds of errors, and go on with other pictures than they
would have given.  A wrong phash is worse than none: an error that comes while much of the
allowed memory is in use is taken for a lack of it.
"""

from __future__ import annotations

import resource
from pathlib import Path

from av.error import FFmpegError

_PAGES = Path("/proc/self/statm")
_DATA_FIELD = 5  # proc(5): pages of data and stack, what RLIMIT_DATA limits
_SUSPICIOUS_SHARE = 0.5  # no single picture takes the other half, up to 16K


def raise_if_short_of_memory(error: FFmpegError) -> None:
    """Fail when an error of ffmpeg's comes, or may come, from a lack of memory.

    Raises:
        MemoryError: when it says so, or when more than half of this process's allowed memory
            is in use.

    """
    if isinstance(error, MemoryError):
        raise error

    raise_if_memory_is_used_up(error)


def raise_if_memory_is_used_up(error: FFmpegError) -> None:
    """Fail when an error comes while memory is scarce, whatever it says.

    For errors of reading: ffmpeg also calls it a lack of memory when a damaged file claims a
    packet of gigabytes, and then takes the file for ended.

    Raises:
        MemoryError: when more than half of this process's allowed memory is in use.

    """
    limit_bytes, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if limit_bytes == resource.RLIM_INFINITY:
        return

    if _data_bytes() > limit_bytes * _SUSPICIOUS_SHARE:
        raise MemoryError from error


def _data_bytes() -> int:
    pages = int(_PAGES.read_text().split()[_DATA_FIELD])
    return pages * resource.getpagesize()
