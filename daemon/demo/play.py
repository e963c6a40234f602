"""What happens to the library, in its order: files come, slowly or not, and one is renamed."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import anyio
import anyio.to_thread

from daemon.demo.ground import Ground
from daemon.demo.props import Props
from daemon.demo.role import Arrival, Role
from daemon.desk.views import FileLine
from daemon.remote import Remote
from providers.sandbox import Sandbox
from providers.sandbox.faults import too_many
from rules.journey import IN_PROGRESS, FileState

SLOW_COPY_S = 5.0
_PIECES = 20
"""Pieces of the slow copy: a pause between two is far below the quiet time."""
_LOOK_EVERY_S = 0.2
UNREST = IN_PROGRESS | {FileState.DEFERRED}
"""States that files leave by themselves during a demonstration."""


@dataclass(slots=True)
class Diary:
    """What the play did, as far as the verdict needs it."""

    whole_at_s: dict[str, float] = field(default_factory=dict)
    """When a role's file had its last byte; seconds since the epoch."""
    former_numbers: dict[str, int] = field(default_factory=dict)
    """A renamed role's number before it was renamed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """The course of events, with everything it needs from outside."""

    roles: Sequence[Role]
    ground: Ground
    props: Props
    sandbox: Sandbox
    remote: Remote
    say: Callable[[str], None]
    """Told what happens, for whoever watches."""
    is_decided: anyio.Event = field(default_factory=anyio.Event)
    """Set when every file but the slow ones has come to rest."""
    diary: Diary = field(default_factory=Diary)

    async def run(self) -> None:
        """Let everything happen, and return when nothing is left for the daemon to do."""
        await self._arrive(Arrival.FIRST)
        await self._until_left(Arrival.FIRST, IN_PROGRESS)
        await self._refuse_for_a_while()
        async with anyio.create_task_group() as tasks:
            for role in self.roles:
                if role.arrival is Arrival.SLOWLY:
                    tasks.start_soon(self._copy_slowly, role)
            await self._arrive(Arrival.COPIED)
            for role in self.roles:
                if role.renamed_to is not None:
                    tasks.start_soon(self._rename, role, role.renamed_to)
            await self._until_left(Arrival.COPIED, UNREST)
            await self._until_left(Arrival.DURING_HICCUP, UNREST)
            self.is_decided.set()
        await self._until_idle()

    async def _arrive(self, arrival: Arrival) -> None:
        for role in self._arriving(arrival):
            prop = await self.props.of(role)
            target = self.ground.library / role.name
            if role.own_nfo is not None:
                target.with_suffix(".nfo").write_text(role.own_nfo, encoding="utf-8")
            await anyio.to_thread.run_sync(shutil.copyfile, prop.path, target)
            self.diary.whole_at_s[role.name] = time.time()

    def _arriving(self, arrival: Arrival) -> list[Role]:
        return [role for role in self.roles if role.arrival is arrival]

    async def _refuse_for_a_while(self) -> None:
        """Let the source refuse every request until the files of that moment were put off."""
        for role in self._arriving(Arrival.DURING_HICCUP):
            await self.props.of(role)
        self.sandbox.faults.always(too_many())
        self.say("from now on the source answers every request with 429, too many requests")
        await self._arrive(Arrival.DURING_HICCUP)
        await self._until_left(Arrival.DURING_HICCUP, IN_PROGRESS)
        self.sandbox.faults.clear()
        self.say("the source answers again")

    async def _copy_slowly(self, role: Role) -> None:
        """Write a file piece by piece, without ever a pause as long as the quiet time."""
        content = (await self.props.of(role)).path.read_bytes()
        self.say(f"{role.name} is being copied, over {SLOW_COPY_S:g} seconds")
        size_bytes = -(-len(content) // _PIECES)
        with (self.ground.library / role.name).open("wb") as file:
            for start in range(0, len(content), size_bytes):
                await anyio.sleep(SLOW_COPY_S / _PIECES)
                file.write(content[start : start + size_bytes])
                file.flush()
        self.diary.whole_at_s[role.name] = time.time()
        self.say(f"{role.name} is whole")

    async def _rename(self, role: Role, new_name: str) -> None:
        """Give a file a new name in a new folder, once it is done and its NFO is written."""
        path = self.ground.library / role.name
        line = await self._until_at_rest(path)
        if line.state is not FileState.DONE:
            return  # the verdict tells what is wrong

        self.diary.former_numbers[role.name] = line.number
        target = self.ground.library / new_name
        target.parent.mkdir(exist_ok=True)
        path.rename(target)
        self.say(f"{role.name} is renamed to {new_name}")

    async def _until_at_rest(self, path: Path) -> FileLine:
        while True:
            for line in await self.remote.list_files(()):
                if line.path == str(path) and line.state not in UNREST:
                    return line
            await anyio.sleep(_LOOK_EVERY_S)

    async def _until_left(self, arrival: Arrival, states: frozenset[FileState]) -> None:
        """Wait until every file of that arrival was noticed and is in none of `states`."""
        library, roles = self.ground.library, self._arriving(arrival)
        places = [{str(library / role.name), str(library / role.final_name)} for role in roles]
        while True:
            lines = await self.remote.list_files(())
            there = {line.path for line in lines if line.state not in states}
            if all(place & there for place in places):
                return
            await anyio.sleep(_LOOK_EVERY_S)

    async def _until_idle(self) -> None:
        """Wait until every file has come to rest, and everything owed is written and sent."""
        paths = {str(self.ground.library / role.final_name) for role in self.roles}
        while True:
            lines = await self.remote.list_files(())
            resting = {line.path for line in lines if line.state not in UNREST}
            status = await self.remote.status()
            if paths <= resting and status.is_idle and not status.owed:
                return
            await anyio.sleep(_LOOK_EVERY_S)
