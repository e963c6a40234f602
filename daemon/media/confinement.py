"""What a process that opens strangers' files may do: little, and not for long.

Linux: the limits come from setrlimit(2), the tie to the parent from prctl(2).
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_NICENESS = 10  # behind everything a person waits for, before what is idle


def confine(parent: int, memory_limit_bytes: int) -> None:
    """Confine this process for the rest of its life.

    It dies with the parent process (also when that is killed), yields the processor to others,
    gets no more writable memory than the limit, and leaves no core dumps.
    """
    die_with(parent)
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Not RLIMIT_AS: address space counts libraries and mapped files, which cost nothing.
    resource.setrlimit(resource.RLIMIT_DATA, (memory_limit_bytes, memory_limit_bytes))


def die_with(parent: int) -> None:
    """Die when the thread of the parent ends that started us: in daemon and worker, the main one.

    A program that this process becomes keeps it; a process that this one starts does not.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked to be told
        os.kill(os.getpid(), signal.SIGKILL)


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
