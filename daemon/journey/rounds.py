"""Look through whole libraries: at start, on a timer, and whenever a hint asks for it.

What a round finds is compared with the store by a pure function; this module only carries the
facts there and the result back. Where the loss of files looks suspicious, nothing is gone: the
library is offline, a person is told once, and the next round looks again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import PurePath
from typing import Protocol

import anyio

from daemon.journey.bell import Bell
from daemon.journey.round_changes import files_by_path, is_stray, note_round
from daemon.journey.sidecar_news import SidecarNews
from daemon.looking.aside import NoAnswer, run_aside
from daemon.looking.eyes import Eyes
from daemon.looking.folder import identify_root
from rules.listing import Listing, NoListing, RootIdentity, Skipped
from rules.media import path_to_text
from rules.reconcile import Expectation, KnownFile, Reconciliation, Suspicion, reconcile
from rules.selection import Skip
from store import libraries, sightings
from store.database import Database
from store.files import FileRecord
from store.libraries import RootMemory

ROOT_PATIENCE_S = 20.0
MISSED_TIMERS = 2
"""Watchers ask for the regular rounds; after so many that nobody asked for, one is made anyway."""


class Log(Protocol):
    """What rounds need of a logger."""

    def info(self, event: str, **facts: object) -> object:
        """Record what a round found."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that a library cannot be believed."""


@dataclass(slots=True, kw_only=True)
class LibraryView:
    """What the last round saw of a library; rebuilt by the first round after a start."""

    suspicion: Suspicion | None = None
    findings: tuple[str, ...] = ()
    """What its owner should know of, in words."""
    listed_at_s: float | None = None
    """When it was last looked through whole."""
    is_first_done: bool = False
    """Whether a round has ended since the start, well or not."""
    is_asked: bool = False
    """Whether one was asked for that has not begun."""
    is_under_way: bool = False
    entries: int = 0
    """How many names the round under way has looked at."""
    is_confirmed: bool = False
    """Whether a person said that the library is as it should be; good for one round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rounds:
    """Makes the rounds of every library, with everything it needs from outside."""

    database: Database
    eyes: Eyes
    rescan_s: Mapping[str, float]
    """How often each library is looked through, by its name."""
    door: Bell
    """Rung when something new is to settle."""
    identify_bell: Bell
    """Rung where a file may have a new name, which is worth asking about."""
    apply_bell: Bell
    now: Callable[[], float]
    log: Log
    sidecars: SidecarNews | None = None
    """Follows what changes beside files that wait; None: nobody does."""
    tell_bell: Bell = field(default_factory=Bell)
    """Rung when a person may have to be told of a library."""
    views: dict[str, LibraryView] = field(default_factory=dict)
    bells: dict[str, Bell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Give every library a bell and an empty view."""
        for library in self.rescan_s:
            self.views[library] = LibraryView()
            self.bells[library] = Bell()

    def request(self, library: str, *, is_confirmed: bool = False) -> None:
        """Ask for a round soon; several requests are one round.

        With `is_confirmed` a person says that what is there now is all there is.
        """
        if library in self.bells:
            self.views[library].is_asked = True  # at once: whoever asked waits for its end
            self.views[library].is_confirmed |= is_confirmed
            self.bells[library].ring()

    async def run(self) -> None:
        """Make rounds until cancelled."""
        async with anyio.create_task_group() as tasks:
            for library in self.rescan_s:
                tasks.start_soon(self._go_round, library)

    async def is_root_known(self, library: str) -> bool:
        """Tell whether the library's root is the folder that was last looked through whole."""
        territory = self.eyes.territories.get(library)
        if territory is None:
            return False

        memory = await self._memory(library)
        try:
            identity = await run_aside(
                partial(identify_root, territory.root), patience_s=ROOT_PATIENCE_S
            )
        except (OSError, NoAnswer):
            return False

        return identity == _identity(memory)

    async def is_gone(self, library: str, path: PurePath) -> bool:
        """Tell whether nothing is at `path`, and its library is there to say so."""
        return await self._is_absent(library, path) and await self.is_root_known(library)

    async def root_identity(self, library: str) -> RootIdentity | None:
        """Return what the library's root was when it was last believed, None if never seen."""
        return _identity(await self._memory(library))

    async def _go_round(self, library: str) -> None:
        while True:
            await self.look_through(library)
            await self.bells[library].heard(timeout_s=self.rescan_s[library] * MISSED_TIMERS)

    async def look_through(self, library: str) -> None:
        """Make one round of a library and commit what it found."""
        view = self.views[library]
        view.is_under_way, view.is_asked, view.entries = True, False, 0
        is_confirmed, view.is_confirmed = view.is_confirmed, False
        listing = await self.eyes.list_all(library, on_progress=partial(_count, view))
        found = await self._compare(library, listing, is_confirmed=is_confirmed)
        await self._commit(library, listing, found)
        self._report(library, listing, found)
        view.is_under_way, view.is_first_done = False, True
        self.door.ring()
        self.apply_bell.ring()
        self.identify_bell.ring()
        self.tell_bell.ring()
        await self._follow_sidecars(library, listing)

    async def _follow_sidecars(self, library: str, listing: Listing | NoListing) -> None:
        if self.sidecars is None or isinstance(listing, NoListing):
            return

        if await self.sidecars.follow(library, listing.sidecars):
            self.identify_bell.ring()

    async def _compare(
        self, library: str, listing: Listing | NoListing, *, is_confirmed: bool
    ) -> Reconciliation:
        known = await self._known_files(library)
        memory = await self._memory(library)
        expected = Expectation(
            at_s=self.now(),
            confirm_after_s=self.rescan_s[library],
            root=_identity(memory),
            suspicion=self.views[library].suspicion,
            is_trusted=is_confirmed,
        )
        root = self.eyes.territories[library].root
        return await anyio.to_thread.run_sync(
            reconcile, [_known(file, root) for file in known], listing, expected
        )

    async def _known_files(self, library: str) -> list[FileRecord]:
        """Return the library's files, with those of a library that has this name now."""
        await self.database.write(
            partial(
                sightings.adopt,
                library=library,
                root=self.eyes.territories[library].root,
                configured=self.eyes.territories.keys(),
                at_s=self.now(),
            )
        )
        by_path = await self.database.read(partial(files_by_path, library=library))
        return list(by_path.values())

    async def _memory(self, library: str) -> RootMemory | None:
        root = self.eyes.territories[library].root
        return await self.database.read(partial(libraries.remembered, library=library, root=root))

    async def _commit(
        self, library: str, listing: Listing | NoListing, found: Reconciliation
    ) -> None:
        gone = [path for path in found.gone if await self._is_absent(library, path)]
        root = self.eyes.territories[library].root
        await self.database.write(
            partial(
                note_round,
                library=library,
                root=root,
                listing=listing,
                found=found,
                gone=gone,
                at_s=self.now(),
            )
        )

    async def _is_absent(self, library: str, path: PurePath) -> bool:
        """Look at one path again: a listing takes time, and may be out of date."""
        seen = await self.eyes.look(library, path)
        return isinstance(seen, Skipped) and seen.why is Skip.GONE

    def _report(self, library: str, listing: Listing | NoListing, found: Reconciliation) -> None:
        view = self.views[library]
        was_suspected = view.suspicion is not None
        view.suspicion = found.suspicion
        if found.suspicion is not None:
            self.log.warning("library.suspected", library=library, reason=found.suspicion.reason)
        if isinstance(listing, NoListing):
            return

        view.findings = tuple(
            f"{path_to_text(each.path)} {each.reason}" for each in listing.findings
        )
        view.listed_at_s = self.now()
        if _is_anything(found) or was_suspected:
            self.log.info(
                "library.listed",
                library=library,
                new=len(found.new),
                changed=len(found.changed),
                moved=len(found.moved),
                gone=len(found.gone),
                back=len(found.back),
            )


def _count(view: LibraryView, entries: int) -> None:
    view.entries = entries


def _is_anything(found: Reconciliation) -> bool:
    return any((found.new, found.changed, found.moved, found.gone, found.back))


def _identity(memory: RootMemory | None) -> RootIdentity | None:
    if memory is None or memory.device is None or memory.inode is None:
        return None

    return RootIdentity(device=memory.device, inode=memory.inode)


def _known(file: FileRecord, root: PurePath) -> KnownFile:
    """Return a file as it is compared; one of a former root may turn up, but is no loss here."""
    return KnownFile(
        path=file.path,
        stamp=file.stamp,
        device=file.device,
        is_missing=file.missing_since_s is not None or is_stray(file, root),
    )
