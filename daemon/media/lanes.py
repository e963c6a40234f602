"""So many files at a time from each disk, whoever asks for them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import anyio
import anyio.to_thread

from daemon.media.storage import Disk, Storage

_LOOK_S = 2.0  # after that a share hangs, and the mount table has to do
_LOOKS_AT_ONCE = 4


class Lanes:
    """Lets files wait until each disk that they lie on is free for them, first come first served.

    Whoever waits holds no worker; and who holds one disk only waits for a later one in the order
    of names, so that nobody waits in a circle.
    """

    def __init__(self, storage: Storage, *, look_s: float = _LOOK_S) -> None:
        """Prepare the lanes; `look_s` is how long finding out where a file lies may take."""
        self._storage = storage
        self._look_s = look_s
        self._looks = anyio.CapacityLimiter(_LOOKS_AT_ONCE)
        self._lanes: dict[Disk, anyio.Semaphore] = {}

    @asynccontextmanager
    async def reading(self, path: Path) -> AsyncIterator[None]:
        """Hold the disks of a file while the block runs."""
        async with AsyncExitStack() as held:
            for disk in sorted(await self.disks_of(path)):
                readers = self._storage.readers_of(disk)
                if readers is not None:
                    lane = self._lanes.setdefault(disk, anyio.Semaphore(readers))
                    await held.enter_async_context(lane)
            yield

    async def disks_of(self, path: Path) -> frozenset[Disk]:
        """Return the disks of a path; none if nothing is there, which the worker will say.

        A share that does not answer in time is looked up in the mount table.
        """
        with anyio.move_on_after(self._look_s):
            return await anyio.to_thread.run_sync(
                self._look, path, abandon_on_cancel=True, limiter=self._looks
            )

        return self._storage.disks_of(path, None)

    def _look(self, path: Path) -> frozenset[Disk]:
        try:
            device = path.stat().st_dev
        except (OSError, ValueError):  # ValueError: no path of a file, with a zero byte in it
            return frozenset()

        return self._storage.disks_of(path, device)
