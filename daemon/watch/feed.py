"""Send hints at the pace of whoever takes them, and ask for looks over the library in time."""

from __future__ import annotations

from pathlib import PurePath

import anyio
from anyio.abc import ObjectSendStream

from daemon.watch.backlog import Backlog
from daemon.watch.library import Hint
from daemon.watch.timing import RescanClock


class HintFeed:
    """The way out for one library's hints.

    Adding never waits, so that a watcher's pipe is always emptied; sending waits for the taker.
    However often a look over the library is asked for meanwhile, it is sent once.
    """

    def __init__(self, library: str, hints: ObjectSendStream[Hint], *, gap_s: float) -> None:
        """Start with nothing to send.

        Args:
            library: Its name.
            hints: Closed at the end of `run`.
            gap_s: Between two looks over the library.

        """
        self._library = library
        self._hints = hints
        self._clock = RescanClock(gap_s=gap_s)
        self._backlog = Backlog()
        self._work = anyio.Event()

    def add(self, path: PurePath) -> None:
        """Send a hint about a file soon; about all of the library if there are too many."""
        if not self._backlog.add(path):
            self._clock.ask(at_s=anyio.current_time())

        self._work.set()

    def rescan_soon(self, *, within_s: float = 0.0) -> None:
        """Ask for a look over the library after `within_s` at the latest, if the gap allows."""
        self._clock.ask(at_s=anyio.current_time(), within_s=within_s)
        self._work.set()

    def rescan_every(self, interval_s: float) -> None:
        """Ask for a look over the library at least that often from now on."""
        self._clock.every(interval_s, at_s=anyio.current_time())
        self._work.set()

    def stop(self) -> None:
        """Drop what was not sent yet and ask for no more looks until told to."""
        self._clock.stop()
        self._backlog.clear()

    async def run(self) -> None:
        """Send until cancelled."""
        async with self._hints:
            while True:
                if not await self._send_one():
                    await self._wait()

    async def _send_one(self) -> bool:
        """Send the next hint, if there is one."""
        is_rescan = self._clock.take(at_s=anyio.current_time())
        path = None if is_rescan else self._backlog.take()
        if is_rescan or path is not None:
            await self._hints.send(Hint(library=self._library, path=path))
            return True

        return False

    async def _wait(self) -> None:
        """Return when there may be something to send."""
        due_s = self._clock.next_s()
        delay_s = None if due_s is None else max(0.0, due_s - anyio.current_time())
        with anyio.move_on_after(delay_s):
            await self._work.wait()

        self._work = anyio.Event()
