"""Take the NFO files of an existing library for known works, because a person says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

import anyio
import anyio.lowlevel

from daemon.desk.desk import Desk
from daemon.desk.import_views import MOST_LEFT, ImportView, LeftLine
from daemon.journey.sidecar_reading import Seen
from rules.errors import NotFound
from rules.media import path_from_text, path_to_text
from store import files, importing, sidecars
from store.database import Connection
from store.files import FileRecord
from store.importing import Imported, LeftAlone, Outcome_, Terms

AT_ONCE = 50
"""Files that are read, and accepted, together: no commit takes long."""


class FolderOutside(NotFound):
    """A folder of no library."""

    def __init__(self, folder: str) -> None:
        """Build the message from the folder."""
        super().__init__(
            f"no file that doorman knows lies in {folder}; "
            "name a folder of a library, and look through it first: doorman scan"
        )


class Importing:
    """Reads NFOs, and accepts what they say."""

    def __init__(self, desk: Desk) -> None:
        """Speak of what this desk's store holds."""
        self._desk = desk
        self._turn = anyio.Lock()

    async def import_nfo(self, folder: str | None, *, is_dry: bool = False) -> ImportView:
        """Take what lies beside the files in a folder, in all libraries when none is named.

        What was taken is kept when this is cut off, and doing it again goes on from there. A dry
        run decides everything alike, and keeps nothing but what it read.

        Raises:
            FolderOutside: no known file lies there.

        """
        async with self._turn:
            found = await self._desk.database.read(partial(_files, desk=self._desk, folder=folder))
            if folder is not None and not found:
                raise FolderOutside(folder)

            for some in _parts(found):
                await self._read(some)
            outcomes = await (self._rehearse(found) if is_dry else self._import(found))
        if not is_dry:
            self._desk.bells.ring_all()
        return _view(found, outcomes, is_dry=is_dry)

    async def _read(self, some: Sequence[FileRecord]) -> None:
        """Remember what lies beside files now."""
        reader = self._desk.household.nfo_reader
        seen: Seen = await reader.news(self._desk.database, some) if reader else {}
        if seen:
            save = partial(sidecars.save, seen=seen, at_s=self._desk.now())
            await self._desk.database.write(save)

    async def _import(self, found: Sequence[FileRecord]) -> list[Outcome_]:
        terms = self._terms(is_rehearsal=False)
        outcomes: list[Outcome_] = []
        for some in _parts(found):
            take = partial(
                importing.import_all,
                file_ids=[file.id for file in some],
                terms=terms,
                at_s=self._desk.now(),
            )
            outcomes += await self._desk.database.write(take)
            await anyio.lowlevel.checkpoint()
        return outcomes

    async def _rehearse(self, found: Sequence[FileRecord]) -> list[Outcome_]:
        """Return what would come of it: in one go, as later files depend on earlier ones."""
        take = partial(
            importing.import_all,
            file_ids=[file.id for file in found],
            terms=self._terms(is_rehearsal=True),
            at_s=self._desk.now(),
        )
        return await self._desk.database.rehearse(take)

    def _terms(self, *, is_rehearsal: bool) -> Terms:
        household = self._desk.household
        return Terms(
            sources=household.premises.sources,
            options=household.options,
            is_rehearsal=is_rehearsal,
        )


def _files(connection: Connection, *, desk: Desk, folder: str | None) -> list[FileRecord]:
    root = None if folder is None else path_from_text(folder)
    return [
        file
        for library in sorted(desk.household.library_names)
        for file in files.of_library(connection, library)
        if file.missing_since_s is None and _is_in(file.path, root)
    ]


def _is_in(path: PurePath, root: PurePath | None) -> bool:
    return root is None or path.is_relative_to(root)


def _parts(found: Sequence[FileRecord]) -> list[Sequence[FileRecord]]:
    return [found[begin : begin + AT_ONCE] for begin in range(0, len(found), AT_ONCE)]


def _view(found: Sequence[FileRecord], outcomes: Sequence[Outcome_], *, is_dry: bool) -> ImportView:
    taken = [each for each in outcomes if isinstance(each, Imported)]
    left = [each for each in outcomes if isinstance(each, LeftAlone)]
    new = {each.work_id for each in taken if each.is_new}
    reasons = Counter(each.reason.value for each in left)
    return ImportView(
        is_dry=is_dry,
        looked_at=len(found),
        without_nfo=len(found) - len(outcomes),
        imported=len(taken),
        new_works=len(new),
        known_works=len({each.work_id for each in taken} - new),
        accepted_before=len(outcomes) - len(taken) - len(left),
        left=len(left),
        reasons=dict(sorted(reasons.items())),
        lines=tuple(
            LeftLine(
                number=each.file.id, path=path_to_text(each.file.path), reason=each.reason.value
            )
            for each in left[:MOST_LEFT]
        ),
    )
