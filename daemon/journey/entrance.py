"""Notice what comes, goes and changes: the stage before `settled`.

Watchers and timers give hints; the disk is looked at, and what it says goes into the store. Both a
hint about one path and a look through a whole library end in the same few changes there. A file
goes on when two looks, its library's quiet time apart, saw the same stamp.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath
from typing import Protocol

import anyio
from anyio.abc import ObjectReceiveStream

from daemon.journey.bell import Bell
from daemon.journey.noticing import note_gone, note_seen
from daemon.journey.rounds import Rounds
from daemon.journey.settle import Settler
from daemon.looking.eyes import Eyes
from rules.journey import FileState
from rules.listing import Sighting, Skipped
from rules.selection import Skip
from store import files, renames, sightings
from store.database import Database
from store.files import FileRecord

LONGEST_NAP_S = 60.0


class Hint(Protocol):
    """What a watcher says: look here."""

    @property
    def library(self) -> str:
        """Return the library's name."""

    @property
    def path(self) -> PurePath | None:
        """Return where to look; None is the whole library."""


class Beat(Protocol):
    """Where the entrance says that it is alive."""

    def beat(self, name: str) -> None:
        """Note that it is making progress."""

    def rest(self, name: str, *, until_s: float) -> None:
        """Note that it has nothing to do for so many seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """The stage, with everything it needs from outside."""

    database: Database
    eyes: Eyes
    rounds: Rounds
    settlers: Mapping[str, Settler]
    """By the library's name."""
    bell: Bell
    """Rung when something is to settle, or to settle again."""
    hashing_bell: Bell
    identify_bell: Bell
    """Rung where a file may have a new name, which is worth asking about."""
    apply_bell: Bell
    now: Callable[[], float]
    clock: Callable[[], float]
    """Monotonic seconds."""
    beat: Beat

    async def run(self, hints: ObjectReceiveStream[Hint]) -> None:
        """Notice and settle until cancelled."""
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._listen, hints)
            tasks.start_soon(self._settle)

    async def _listen(self, hints: ObjectReceiveStream[Hint]) -> None:
        async with hints:
            async for hint in hints:
                if hint.path is None:
                    self.rounds.request(hint.library)
                elif hint.library in self.settlers:
                    await self._follow(hint.library, hint.path)

    async def _follow(self, library: str, path: PurePath) -> None:
        """Look at one path and note what changed there."""
        seen = await self.eyes.look(library, path)
        record = await self.database.read(partial(files.at_path, path=path))
        is_here = record is not None and record.missing_since_s is None
        if isinstance(seen, Sighting):
            if record is None or not is_here or record.stamp != seen.stamp:
                await self._note_seen(library, record, seen)
        elif seen.why is not Skip.GONE or (record is None and await self._is_moved_by_us(path)):
            return
        elif record is None or not await self.rounds.is_root_known(library):
            self.rounds.request(library)  # perhaps a folder with known files, perhaps all of it
        elif is_here:
            await self._note_gone(library, record)

    async def _note_seen(self, library: str, record: FileRecord | None, seen: Sighting) -> None:
        is_here = record is not None and record.missing_since_s is None
        origin = None if is_here else await self._origin(library, seen)
        await self.database.write(
            partial(note_seen, library=library, seen=seen, origin=origin, at_s=self.now())
        )
        self.bell.ring()
        self.hashing_bell.ring()
        self.apply_bell.ring()
        self.identify_bell.ring()

    async def _origin(self, library: str, seen: Sighting) -> FileRecord | None:
        """Return the one lost file that this is, wherever it was, or None."""
        if not self.eyes.territories[library].has_stable_inodes:
            return None  # its content will tell

        alike = await self.database.read(partial(files.of_stamp, stamp=seen.stamp))
        gone = [file for file in alike if file.device == seen.device and await self._is_gone(file)]
        return gone[0] if len(gone) == 1 else None

    async def _is_gone(self, file: FileRecord) -> bool:
        if file.missing_since_s is not None:
            return True

        seen = await self.eyes.look(file.library, file.path)
        return isinstance(seen, Skipped) and seen.why is Skip.GONE

    async def _is_moved_by_us(self, path: PurePath) -> bool:
        """Tell whether a file that is gone from a path is known to be elsewhere now."""
        return await self.database.read(partial(renames.is_former, path=path))

    async def _note_gone(self, library: str, record: FileRecord) -> None:
        await self.database.write(partial(note_gone, file=record, at_s=self.now()))
        self.settlers[library].forget(record.path)

    async def _settle(self) -> None:
        """Take up every file that is at the door, and let those at rest go on."""
        while True:
            self.beat.beat("settle")
            await self._take_up()
            for library, settler in self.settlers.items():
                await self._look_again(library, settler)
            nap_s = self._nap_s()
            self.beat.rest("settle", until_s=nap_s)
            await self.bell.heard(timeout_s=nap_s)

    async def _take_up(self) -> None:
        """Begin to watch over files that the store has at the door and no settler holds."""
        seen = await self.database.read(partial(files.in_state, states=(FileState.SEEN,)))
        for file in seen:
            settler = self.settlers.get(file.library)
            if settler is not None and file.path not in settler:
                settler.look(file.path, file.stamp, at_s=self.clock())

    async def _look_again(self, library: str, settler: Settler) -> None:
        rested: list[Sighting] = []
        for path in settler.due(at_s=self.clock()):
            self.beat.beat("settle")
            seen = await self.eyes.look(library, path)
            if isinstance(seen, Skipped):
                await self._pass_over(library, settler, seen)
            elif settler.look(path, seen.stamp, at_s=self.clock()):
                rested.append(seen)
        if rested:
            at_rest = partial(sightings.note_settled, sightings=rested, at_s=self.now())
            await self.database.write(at_rest)
            self.hashing_bell.ring()

    async def _pass_over(self, library: str, settler: Settler, seen: Skipped) -> None:
        """Forget a file that left the door or is no longer of interest; hold what cannot be told.

        That nothing is there says little when the library itself may be another folder now.
        """
        is_open = seen.why is Skip.UNREADABLE or (
            seen.why is Skip.GONE and not await self.rounds.is_root_known(library)
        )
        if is_open:
            settler.again(seen.path, at_s=self.clock())
            return

        settler.forget(seen.path)
        record = await self.database.read(partial(files.at_path, path=seen.path))
        if record is not None and record.missing_since_s is None:
            await self._note_gone(library, record)

    def _nap_s(self) -> float:
        dues = [settler.next_due_s() for settler in self.settlers.values()]
        known = [due_s for due_s in dues if due_s is not None]
        if not known:
            return LONGEST_NAP_S

        return min(max(min(known) - self.clock(), 0.01), LONGEST_NAP_S)
