"""Files that wait to be fingerprinted: a queue for one slow disk holds up no other disk."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import count
from pathlib import Path

import anyio

from daemon.cli.fingerprint.finding import Found
from daemon.media.storage import Disk, Storage

Look = Callable[[Path], Awaitable[frozenset[Disk]]]
"""Returns the disks that a path lies on; it takes a moment, not for ever."""
_Line = deque[tuple[int, Found]]


class Backlog:
    """Gives files out in the order they were found in, those first whose disks have room.

    A file is taken to lie where its folder does. A link may lead elsewhere: whoever opens it
    waits there for its own disk.
    """

    def __init__(self, storage: Storage, look: Look) -> None:
        """Say how many may be read from a disk at once, and how to find out which disk it is."""
        self._storage = storage
        self._look = look
        self._folders: dict[Path, frozenset[Disk]] = {}
        self._lines: dict[frozenset[Disk], _Line] = {}
        self._places = count()
        self._readers: Counter[Disk] = Counter()
        self._is_whole = False
        self._news = anyio.Event()

    async def add(self, found: Found) -> None:
        """Let a file wait for its turn."""
        disks = await self._disks_of(found)
        self._lines.setdefault(disks, deque()).append((next(self._places), found))
        self._tell()

    def end(self) -> None:
        """Let nobody wait for more files than there are."""
        self._is_whole = True
        self._tell()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[Found | None]:
        """Wait for a file whose disks have room, and hold them during the block.

        None when there is nothing left to be done.
        """
        while (disks := self._next()) is None:
            if self._is_whole and not any(self._lines.values()):
                yield None
                return

            await self._news.wait()

        _, found = self._lines[disks].popleft()
        self._readers.update(disks)
        try:
            yield found
        finally:
            self._readers.subtract(disks)
            self._tell()

    def _next(self) -> frozenset[Disk] | None:
        """Return the disks of the file that waits longest and can be read now."""
        ready = [disks for disks, line in self._lines.items() if line and self._have_room(disks)]
        return min(ready, key=lambda disks: self._lines[disks][0][0], default=None)

    def _have_room(self, disks: frozenset[Disk]) -> bool:
        most = {disk: self._storage.readers_of(disk) for disk in disks}
        return all(each is None or self._readers[disk] < each for disk, each in most.items())

    async def _disks_of(self, found: Found) -> frozenset[Disk]:
        if found.error is not None:
            return frozenset()  # there is nothing to be read

        folder = found.path.parent
        if folder not in self._folders:
            self._folders[folder] = await self._look(folder)
        return self._folders[folder]

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()
