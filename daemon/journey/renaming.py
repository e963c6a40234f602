"""Call files as their library's template says, and as they were called before.

The journal says what goes where before anything is moved, and that it is done afterwards, in the
transaction that lets the store know the file at its new place. Whoever is cut off in between first
looks where the video is: at its new place, the rest follows; at its former one, nothing happened.
What somebody else calls a file since it was accepted stays.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

import anyio

from daemon.disk.errors import VideoGone
from daemon.disk.folder_making import missing_folders, remove_empty
from daemon.disk.name_moving import NameTaken, Rename, rename_new
from daemon.disk.renaming import (
    Landed,
    Route,
    Whereabouts,
    ensure_free,
    finish_family,
    look_at_family,
    move_family,
    whereabouts,
)
from daemon.journey.naming_notes import (
    NameSubject,
    close_all,
    made_above,
    name_subject_of,
    note_landed,
    renaming_for,
    route_of,
)
from daemon.journey.sidecar_hand import SidecarHand, ask
from daemon.looking.aside import NoAnswer
from rules.announcement import Audience
from rules.errors import DoormanError
from rules.library_naming import KEEPS_NAMES, LibraryNaming
from rules.name_family import Family
from store import files, renames
from store.files import FileRecord
from store.journal import Change, ChangeState

_NOBODY = Audience()


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamer:
    """Gives files their names, with everything it needs from outside."""

    hand: SidecarHand
    naming: Mapping[str, LibraryNaming] = field(default_factory=dict)
    """By the library's name; the files of others keep theirs."""
    audience: Audience = _NOBODY
    rename: Rename = rename_new
    """What gives a file another name on the disk."""
    lock: anyio.Lock = field(default_factory=anyio.Lock)
    """One family at a time: two could be about to share a name."""

    async def recover(self) -> int:
        """Finish or drop what was cut off, whosever it is; return how many files that were."""
        begun = await self.hand.database.read(renames.files_under_way)
        for file_id in begun:
            await self.finish_intended(file_id)
        return len(begun)

    async def finish_intended(self, file_id: int) -> None:
        """Let follow what lies beside a video that was moved, or note that it stayed.

        Raises:
            LibraryError: the disk stands in the way.

        """
        async with self.lock:
            await self._finish(file_id)

    async def give_name(self, file_id: int) -> None:
        """Call a file as its library's template says.

        Raises:
            LibraryError: the disk, the configuration or what the work lacks stands in the way.
            ConflictError: its name is taken, or it changed since it was examined.

        """
        async with self.lock:
            await self._finish(file_id)
            subject = await self.hand.database.read(partial(name_subject_of, file_id=file_id))
            if subject is None or subject.is_named_by_others:
                return

            await self._give(subject, self.naming.get(subject.file.library, KEEPS_NAMES))

    async def take_back(self, file_id: int, first_plan_id: int) -> None:
        """Call a file as it was called before a plan, if it still lies where doorman put it.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: it changed since it was examined.

        """
        async with self.lock:
            await self._finish(file_id)
            file = await self.hand.database.read(partial(files.get, file_id=file_id))
            find = partial(renames.standing, file_id=file_id, first_plan_id=first_plan_id)
            given = await self.hand.database.read(find)
            if file is not None and given:
                await self._take_back(file, given)

    async def _give(self, subject: NameSubject, naming: LibraryNaming) -> None:
        file = subject.file
        root = self.hand.place(file, Path(file.path)).library_root
        values, extension = subject.values, file.path.suffix
        if naming.place_of(values, extension=extension, longest_end_bytes=0) is None:
            return  # and where it cannot be told, the disk need not be asked

        family = await self._family(file, root, naming)
        place = naming.place_of(
            values,
            extension=extension,
            longest_end_bytes=family.longest_end_bytes,
        )
        if place is not None and root / place != Path(file.path):
            route = Route(root=root, former=Path(file.path), path=root / place, ends=family.ends)
            await self._move(file, route, plan_id=subject.plan_id)

    async def _family(self, file: FileRecord, root: Path, naming: LibraryNaming) -> Family:
        look = partial(look_at_family, root, Path(file.path), file.stamp, naming.selection)
        return await ask(look)

    async def _take_back(self, file: FileRecord, given: list[Change]) -> None:
        former = renames.renaming_of(given[0]).former_path
        current = renames.renaming_of(given[-1]).new_path
        if file.path == former:
            await self._close(file, given, ChangeState.UNDONE)
        elif file.path != current or file.missing_since_s is not None:
            reason = f"{current.name} is not where doorman put it, and stays where it is"
            await self._close(file, given, ChangeState.DROPPED, reason)
        else:
            try:
                await self._go_back(file, Path(former))
            except NameTaken as error:
                await self._close(file, given, ChangeState.DROPPED, str(error))
            else:
                await self._close(file, given, ChangeState.UNDONE)

    async def _go_back(self, file: FileRecord, former: Path) -> None:
        root = self.hand.place(file, former).library_root
        naming = self.naming.get(file.library, KEEPS_NAMES)
        family = await self._family(file, root, naming)
        route = Route(root=root, former=Path(file.path), path=former, ends=family.ends)
        await self._move(file, route, plan_id=None, is_back=True)

    async def _move(
        self, file: FileRecord, route: Route, *, plan_id: int | None, is_back: bool = False
    ) -> None:
        """Move a family, and say so in the journal before and after."""
        naming = self.naming.get(file.library, KEEPS_NAMES)
        await ask(partial(ensure_free, route, naming.selection))
        makes = await ask(partial(missing_folders, route.root, route.path.parent))
        find = partial(made_above, root=route.root, path=route.former)
        route = replace(route, leaves=await self.hand.database.read(find))
        intend = partial(
            renames.intend,
            file=file,
            renaming=renaming_for(route, file, makes, is_back=is_back),
            plan_id=plan_id,
            at_s=self.hand.now(),
        )
        await self.hand.database.write(intend)
        try:
            landed = await ask(partial(move_family, route, file.stamp, rename=self.rename))
        except NoAnswer:
            raise  # it is still under way, and looked after when the disk answers again
        except DoormanError:
            await self._finish(file.id)  # perhaps it came to be all the same
            raise

        (change,) = await self.hand.database.read(partial(renames.under_way, file_id=file.id))
        await self._note(change, file.id, landed)

    async def _finish(self, file_id: int) -> None:
        file = await self.hand.database.read(partial(files.get, file_id=file_id))
        begun = await self.hand.database.read(partial(renames.under_way, file_id=file_id))
        for change in begun if file is not None else ():
            said = renames.renaming_of(change)
            root = self.hand.root_of(Path(said.former_path))
            if root is None:
                continue

            await self._finish_one(change, file_id, route_of(said, root))

    async def _finish_one(self, change: Change, file_id: int, route: Route) -> None:
        said = renames.renaming_of(change)
        where = await ask(partial(whereabouts, route, said.size_bytes, said.mtime_ns))
        match where:
            case Whereabouts.NEW | Whereabouts.BOTH:
                finish = partial(
                    finish_family,
                    route,
                    is_linked=where is Whereabouts.BOTH,
                    rename=self.rename,
                )
                await self._note(change, file_id, await ask(finish))
            case Whereabouts.FORMER | Whereabouts.NOWHERE:
                made = tuple(route.root / each for each in reversed(said.makes))
                await ask(partial(remove_empty, route.root, made))
                drop = partial(renames.note_dropped, change=change, at_s=self.hand.now())
                await self.hand.database.write(drop)
            case Whereabouts.UNKNOWN:
                raise VideoGone(route.former)

    async def _note(self, change: Change, file_id: int, landed: Landed) -> None:
        await self.hand.database.write(
            partial(
                note_landed,
                change=change,
                file_id=file_id,
                landed=landed,
                audience=self.audience,
                at_s=self.hand.now(),
            )
        )

    async def _close(
        self,
        file: FileRecord,
        changes: list[Change],
        state: ChangeState,
        reason: str | None = None,
    ) -> None:
        await self.hand.database.write(
            partial(
                close_all,
                file_id=file.id,
                changes=changes,
                state=state,
                event=None if reason is None else "name kept",
                detail=reason,
                at_s=self.hand.now(),
            )
        )
