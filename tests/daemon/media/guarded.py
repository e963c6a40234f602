"""What the tests with hostile files share: a pool without network, and who opened what."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from daemon.media.pool import WorkerPool
from rules.fingerprint import Phash

GUARDED = (sys.executable, "-P", str(Path(__file__).with_name("guarded_worker.py")))
"""The real worker, killed by SIGSYS as soon as anything in it asks for a socket."""
TIMEOUT_S = 30
MEMORY_LIMIT_BYTES = 1 << 30
GOOD_PHASH = Phash(0xAB2AD52A77025F2A)
"""That of short_1s.mp4."""

_IN_OPEN, _IN_NONBLOCK = 0x20, 0o4000  # inotify(7)
_EVENT = struct.Struct("iIII")
_EVENTS_BYTES = 1 << 16


@asynccontextmanager
async def guarded_pool(
    workers: int = 2,
    *,
    timeout_s: float = TIMEOUT_S,
    memory_limit_bytes: int = MEMORY_LIMIT_BYTES,
) -> AsyncIterator[WorkerPool]:
    """Hold a pool of real workers that must not touch the network."""
    async with WorkerPool(
        workers=workers,
        timeout_s=timeout_s,
        memory_limit_bytes=memory_limit_bytes,
        command=GUARDED,
    ) as pool:
        yield pool


def peak_memory_bytes() -> int:
    """Return the most that any living child of this process ever had resident."""
    pids = [
        pid
        for task in Path("/proc/self/task").iterdir()
        for pid in (task / "children").read_text().split()
    ]
    return max((_peak_bytes(Path("/proc") / pid / "status") for pid in pids), default=0)


def _peak_bytes(status: Path) -> int:
    lines = [line for line in status.read_text().splitlines() if line.startswith("VmHWM:")]
    return int(lines[0].split()[1]) * 1024 if lines else 0


class Bait:
    """A folder whose files must stay closed: inotify(7) says which were opened, by whomever."""

    def __init__(self, folder: Path, descriptor: int) -> None:
        self.folder = folder
        self._descriptor = descriptor

    def taken(self) -> set[str]:
        """Return the names of what was opened since the last time; nothing is the folder itself."""
        try:
            events = os.read(self._descriptor, _EVENTS_BYTES)
        except BlockingIOError:
            return set()
        return {os.fsdecode(name) for name in _names(events)}


def _names(events: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(events):
        _, _, _, length = _EVENT.unpack_from(events, place)
        place += _EVENT.size + length
        yield events[place - length : place].rstrip(b"\0")


@contextmanager
def watched(folder: Path) -> Iterator[Bait]:
    """Watch a folder for opened files."""
    libc = ctypes.CDLL(None, use_errno=True)
    descriptor = libc.inotify_init1(_IN_NONBLOCK)
    if descriptor < 0 or libc.inotify_add_watch(descriptor, os.fsencode(folder), _IN_OPEN) < 0:
        raise OSError(ctypes.get_errno(), "no watch to be had")
    try:
        yield Bait(folder, descriptor)
    finally:
        os.close(descriptor)
