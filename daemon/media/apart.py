"""Do something in a process of its own that is a copy of this one: it may hang or crash.

A copy costs a few milliseconds where a fresh interpreter would cost a fifth of a second.
"""

from __future__ import annotations

import os
import signal
import warnings
from collections.abc import Callable
from typing import NoReturn

from daemon.media.confinement import die_with


def apart(task: Callable[[], bytes], deadline_s: float) -> bytes:
    """Return what a task returns; nothing when it fails, crashes, or is not done in time.

    The copy has our memory and our open files, whose positions it moves, but none of our other
    threads: the task must wait for none of them.  The kernel ends it at the deadline, and when
    our calling thread ends.
    """
    parent = os.getpid()
    read_end, write_end = os.pipe()
    process = _fork()
    if process == 0:
        _live(task, write_end, deadline_s, parent)

    os.close(write_end)
    with os.fdopen(read_end, "rb") as answer:
        try:
            return answer.read()
        finally:
            os.waitpid(process, 0)


def _fork() -> int:
    with warnings.catch_warnings():
        # Python 3.12 and later warn when there are other threads, whose locks stay locked in the
        # copy; a worker has none at that moment, and the task needs none of theirs.
        warnings.simplefilter("ignore", DeprecationWarning)
        return os.fork()


def _live(task: Callable[[], bytes], write_end: int, deadline_s: float, parent: int) -> NoReturn:
    """Be the copy; whatever happens, it never returns into our code."""
    try:
        die_with(parent)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, deadline_s)
        answer = task()
        with os.fdopen(write_end, "wb") as pipe:
            pipe.write(answer)
    finally:
        os._exit(0)
