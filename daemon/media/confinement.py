"""What a process that opens strangers' files may do: little, and not for long.

Linux: the limits come from setrlimit(2), the tie to the parent from prctl(2), the place in the
disk's queue from ioprio_set(2).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import psutil

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_NICENESS = 10  # behind everything a person waits for, before what is idle
_LOWEST_LEVEL = 7  # of the best-effort class: ioprio_set(2)


def confine(parent: int, memory_limit_bytes: int) -> None:
    """Confine this process for the rest of its life.

    It dies with the parent process (also when that is killed), yields the processor and the
    disks to others, gets no more writable memory than the limit, and leaves no core dumps.
    """
    die_with(parent)
    _yield_to_others()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Not RLIMIT_AS: address space counts libraries and mapped files, which cost nothing.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_limit_bytes, memory_limit_bytes))


def claim_share(process: int) -> None:
    """Let a process have its share of a busy disk, if the smallest, instead of what is left over.

    What the idle class gets of a disk that never rests is next to nothing: under mq-deadline one
    request in 10 s (`prio_aging_expire`, block/mq-deadline.c), under bfq one turn in 200 ms
    (`BFQ_CL_IDLE_TIMEOUT`, block/bfq-wf2q.c), and a phash takes hundreds. A file shall never be
    given up for our manners. No privilege is needed to leave the idle class for this one.
    """
    with suppress(OSError, psutil.Error):  # it has ended, or a sandbox refuses: then so be it
        psutil.Process(process).ionice(psutil.IOPRIO_CLASS_BE, _LOWEST_LEVEL)


def _yield_to_others() -> None:
    """Go behind all others; a sandbox that refuses it decides about that, not about the file."""
    with suppress(OSError):
        os.nice(_NICENESS)
    with suppress(OSError, psutil.Error):
        psutil.Process().ionice(psutil.IOPRIO_CLASS_IDLE)


def die_with(parent: int) -> None:
    """Die when the thread of the parent ends that started us: in daemon and worker, the main one.

    A program that this process becomes keeps it; a process that this one starts does not.
    """
    tie_to(parent)()


def tie_to(parent: int) -> Callable[[], None]:
    """Return `die_with` for a child, to be called between fork and exec: all is looked up now."""
    control = ctypes.CDLL(None).prctl

    def tie() -> None:
        control(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
        if os.getppid() != parent:  # it died before we asked to be told
            os.kill(os.getpid(), signal.SIGKILL)

    return tie


@contextmanager
def without_new_descriptors() -> Iterator[None]:
    """Let this process open no file and no socket inside the block.

    Whatever needs a descriptor inside fails with EMFILE: no content of a file can make a
    library read another file or the network.
    """
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (_lowest_free_descriptor(), limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


def _lowest_free_descriptor() -> int:
    descriptor = os.open(os.devnull, os.O_RDONLY)
    os.close(descriptor)
    return descriptor
