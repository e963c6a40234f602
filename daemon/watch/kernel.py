"""What a watcher asks of the Linux kernel that Python has no words for."""

from __future__ import annotations

import ctypes
import errno
import os
import signal

_PR_SET_PDEATHSIG = 1
"""prctl(2), <linux/prctl.h>."""
_IN_DELETE_SELF = 0x400
"""inotify(7), <linux/inotify.h>."""


def die_with_parent() -> None:
    """Have the kernel kill this process when the thread that started it ends.

    Also while a system call into a dead share holds the interpreter, when the end of the pipe
    from the parent could not be noticed. Where there is no prctl, the pipe alone has to do.
    """
    libc = ctypes.CDLL(None)
    if hasattr(libc, "prctl"):
        libc.prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL))


def has_watch_room(folder: str) -> bool:
    """Tell whether one more folder could be watched.

    A tree that outgrows the system's limit is not complained of by watchfiles: events are simply
    missing (`platform.md` §1.2.4). So a watch is tried out, and dropped again.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "inotify_init1"):
        return True

    descriptor: int = libc.inotify_init1(os.O_CLOEXEC)
    if descriptor < 0:
        return True  # another limit, which is told when it matters

    try:
        wanted: int = libc.inotify_add_watch(descriptor, os.fsencode(folder), _IN_DELETE_SELF)
        return wanted >= 0 or ctypes.get_errno() != errno.ENOSPC
    finally:
        os.close(descriptor)
