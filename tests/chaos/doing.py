"""What the process does that is killed: accept or take back everything, and apply it."""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType

import anyio
import anyio.lowlevel

from daemon.desk.bulk import Bulk
from daemon.desk.bulk_views import Bound, BulkVerb
from daemon.desk.taking_back import TakingBack
from daemon.desk.taking_back_views import UndoBound
from daemon.journey.apply import Apply
from daemon.journey.artwork import Artwork
from daemon.journey.name_giving import NameGiving
from daemon.journey.picture_supply import PictureSupply
from daemon.journey.renaming import Renamer
from daemon.journey.sidecars import Sidecars
from rules.journey import FileState
from rules.library_naming import LibraryNaming
from rules.naming import NameTemplate
from rules.nfo_ownership import OnChange
from store import files, sightings
from store.database import Connection, Database, open_database
from store.undoable import AcceptSieve
from tests.chaos.library import TEMPLATE, VIDEO, Library, offer
from tests.daemon.desk.shelf import Shelf, make_shelf
from tests.daemon.doubles import Lines
from tests.daemon.journey.pictures import elsewhere

_MEMORY_LIMIT_BYTES = 256 * 2**20
_NOW_S = 1000.0
_AT_ONCE = 3
"""Files that are applied side by side."""
_TOGETHER = 1
"""Files that are decided about in one go."""


_TOUCHING = frozenset({"os.link", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "open"})


@dataclass(slots=True, kw_only=True)
class Doom:
    """Kills this process before it touches a name for the so-manieth time."""

    strikes_at: int
    root: str
    _count: int = 0

    def __call__(self, event: str, arguments: tuple[object, ...]) -> None:
        """Count what touches a name of a file of ours, or one beside it."""
        is_read = event == "open"
        if event not in _TOUCHING or not _is_of_library(arguments[0], self.root, is_read=is_read):
            return

        self._count += 1
        if self._count == self.strikes_at:
            os.kill(os.getpid(), signal.SIGKILL)


def _is_of_library(name: object, root: str, *, is_read: bool) -> bool:
    """Tell whether a name is one in an open folder of the library, or a path there."""
    text = os.fsdecode(name) if isinstance(name, str | bytes) else ""
    is_ours = text.startswith((".doorman-", "Film ", "Pier ", "Named ")) and not (
        is_read and text.endswith(VIDEO)
    )
    return is_ours or text.startswith(root)


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Works on a store and a library."""

    library: Library
    store: Path

    def prepare(self) -> None:
        """Make the library, and a store in which each film has one question."""
        self.library.make()
        anyio.run(self._with_store, self._fill)

    def recover(self, then: Callable[[int], None]) -> None:
        """Do what a start does about what was cut off; `then` is told how much that was."""
        anyio.run(self._with_store, partial(self._recover, then=then))

    def go_on(
        self,
        *,
        is_accepting: bool,
        seed: int,
        then: Callable[[int], None],
        doom: int | None = None,
    ) -> None:
        """Recover, tell it, and go on until everything is accepted, or taken back.

        With `doom` this process is killed when it is about to touch a name on the disk for that
        many times: in the narrow moments in which chance alone hardly ever strikes.
        """

        async def work(database: Database) -> None:
            await self._recover(database, then=then)
            if doom is not None:
                sys.addaudithook(Doom(strikes_at=doom, root=str(self.library.root)))
            chance = random.Random(seed)  # noqa: S311  # it can be had again
            await self._work(database, is_accepting=is_accepting, chance=chance)

        anyio.run(self._with_store, work)

    def count_known(self) -> int:
        """Return how many works, performers, studios and tags the store holds."""
        found: list[int] = []

        async def count(database: Database) -> None:
            found.append(await database.read(_count_known))

        anyio.run(self._with_store, count)
        return found[0]

    async def _with_store(self, use: Callable[[Database], Awaitable[None]]) -> None:
        opened = open_database(self.store, memory_limit_bytes=_MEMORY_LIMIT_BYTES, now_s=_NOW_S)
        with closing(opened):
            await use(opened)

    async def _fill(self, database: Database) -> None:
        shelf = make_shelf(database, self.library.root)
        for number in range(self.library.films):
            put = await shelf.put(self.library.name(number), offers=(offer(number),))
            seen = self.library.sighting(number)  # only what was examined is renamed
            await shelf.change(partial(sightings.set_sighting, file_id=put, sighting=seen))

    async def _recover(self, database: Database, *, then: Callable[[int], None]) -> None:
        names = await self._names(database).renamer.recover()
        then(names + await self._sidecars(database).recover())

    async def _work(self, database: Database, *, is_accepting: bool, chance: random.Random) -> None:
        shelf = make_shelf(database, self.library.root)
        decide = _accept_all if is_accepting else _take_back_all
        is_decided = anyio.Event()
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(self._apply_all, self._apply(database), is_decided, chance)
            await decide(shelf, chance)
            is_decided.set()

    async def _apply_all(
        self, apply: Apply, is_decided: anyio.Event, chance: random.Random
    ) -> None:
        while True:
            was_decided = is_decided.is_set()
            owed = await apply.take(frozenset())
            chance.shuffle(owed)
            for place in range(0, len(owed), _AT_ONCE):
                async with anyio.create_task_group() as tasks:
                    for item in owed[place : place + _AT_ONCE]:
                        tasks.start_soon(apply.work, item)
            if was_decided and not owed:
                return
            await anyio.lowlevel.checkpoint()

    def _sidecars(self, database: Database) -> Sidecars:
        return Sidecars(
            database=database,
            roots={"films": self.library.root},
            now=lambda: _NOW_S,
            on_change=OnChange.OVERWRITE,
        )

    def _names(self, database: Database) -> NameGiving:
        naming = LibraryNaming(template=NameTemplate.parse(TEMPLATE))
        return NameGiving(
            renamer=Renamer(hand=self._sidecars(database).hand, naming={"films": naming}),
            now=lambda: _NOW_S,
            jitter=lambda: 0.5,
            log=Lines(),
        )

    def _apply(self, database: Database) -> Apply:
        sidecars = self._sidecars(database)
        supply = PictureSupply(database=database, fetcher=elsewhere(), now=lambda: _NOW_S)
        log = Lines()
        pictures = Artwork(
            hand=sidecars.hand, supply=supply, source_urls=MappingProxyType({}), log=log
        )
        return Apply(
            database=database,
            sidecars=sidecars,
            writes_nfo=True,
            pictures=pictures,
            wants_pictures=True,
            names=self._names(database),
            now=lambda: _NOW_S,
            jitter=lambda: 0.5,
            log=log,
        )


async def _accept_all(shelf: Shelf, chance: random.Random) -> None:
    waiting = await shelf.read(partial(files.in_state, states=(FileState.REVIEW,)))
    bound = [Bound(file=each.id, revision=each.revision, candidate=1) for each in waiting]
    chance.shuffle(bound)
    for place in range(0, len(bound), _TOGETHER):
        part = bound[place : place + _TOGETHER]
        await Bulk(shelf.desk).carry_out(BulkVerb.ACCEPT, part)


async def _take_back_all(shelf: Shelf, chance: random.Random) -> None:
    """Take back until nothing stands: what is renamed meanwhile is looked at again."""
    taking_back = TakingBack(shelf.desk)
    while bound := await _standing(taking_back, shelf):
        chance.shuffle(bound)
        for place in range(0, len(bound), _TOGETHER):
            rest = bound[place : place + _TOGETHER]
            while rest:
                rest = list((await taking_back.carry_out(rest)).rest)


async def _standing(taking_back: TakingBack, shelf: Shelf) -> list[UndoBound]:
    preview = await taking_back.preview_all(AcceptSieve(last=len(await _all(shelf)) or 1))
    return [line.bound for line in preview.lines]


async def _all(shelf: Shelf) -> list[int]:
    found = await shelf.read(partial(files.of_library, library="films"))
    return [each.id for each in found]


def _count_known(connection: Connection) -> int:
    rows = connection.execute(
        "SELECT (SELECT count(*) FROM work) + (SELECT count(*) FROM performer) "
        "+ (SELECT count(*) FROM studio) + (SELECT count(*) FROM tag) "
        "+ (SELECT count(*) FROM external_id) + (SELECT count(*) FROM work_field)"
    ).fetchone()
    assert rows is not None
    return int(rows[0])
