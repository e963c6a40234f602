"""Bring what lies beside accepted files to what it should be now, because a person says so.

As after other options, after an upgrade, or where somebody deleted what doorman wrote: of itself
doorman never puts back what a person took away. It is done from the outbox, after all that is
decided meanwhile, and by the same rules as ever: what somebody else wrote stays.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial

from daemon.desk.desk import Desk
from daemon.desk.finding import find
from daemon.desk.foreseeing import foreseen, nfo_place, outlook_of
from daemon.desk.plan_views import PlannedSidecar
from daemon.desk.refusals import LibraryUnknown, NotAnswerable
from daemon.desk.rewriting_views import MOST_LINES, RewriteLine, RewriteView
from daemon.desk.standing import ACCEPTED
from daemon.journey.nfo_foresight import NfoDeed
from rules.errors import UsageError
from store import files, rewriting
from store.database import Connection
from store.files import FileRecord

AT_ONCE = 50
"""Files of which the store is asked together."""
_QUIET = frozenset({NfoDeed.NOTHING.value, NfoDeed.OFF.value})


class NothingMeant(UsageError):
    """No file and no library was named."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("say of which files: name some, or a library, or all of them with --all")


class Rewriting:
    """Has sidecars brought to what they should be, or tells what that would do."""

    def __init__(self, desk: Desk) -> None:
        """Speak of what this desk's store holds."""
        self._desk = desk

    async def rewrite(
        self,
        references: Sequence[str],
        libraries: Sequence[str] = (),
        *,
        is_all: bool = False,
        is_dry: bool = False,
    ) -> RewriteView:
        """Owe these files, and those of these libraries, all that belongs beside them.

        A dry run owes nothing and tells what would come of it, file by file.

        Raises:
            NothingMeant: neither files nor libraries are named.
            FileUnknown: no file fits, or FileAmbiguous: several do.
            LibraryUnknown: there is none of that name.
            NotAnswerable: a file that is named was not accepted.

        """
        if not (references or libraries or is_all):
            raise NothingMeant

        known = self._desk.household.library_names
        for name in libraries:
            if name not in known:
                raise LibraryUnknown(name, known)

        wide = sorted(known) if is_all else libraries
        found = await self._desk.database.read(
            partial(_meant, references=references, libraries=wide)
        )
        if is_dry:
            return await self._foresee(found)

        owe = partial(rewriting.owe, file_ids=found, at_s=self._desk.now())
        owed = await self._desk.database.write(owe)
        self._desk.bells.apply.ring()
        return RewriteView(is_dry=False, files=len(found), owed=owed, deeds={}, lines=())

    async def _foresee(self, found: Sequence[int]) -> RewriteView:
        deeds: Counter[str] = Counter()
        lines: list[RewriteLine] = []
        for begin in range(0, len(found), AT_ONCE):
            for number, sidecars in (await self._outlooks(found[begin : begin + AT_ONCE])).items():
                deeds.update(each.deed for each in sidecars)
                room = MOST_LINES - len(lines)
                lines += [_line(number, each) for each in sidecars if each.deed not in _QUIET][
                    :room
                ]
        return RewriteView(
            is_dry=True,
            files=len(found),
            owed=0,
            deeds=dict(sorted(deeds.items())),
            lines=tuple(lines),
        )

    async def _outlooks(self, some: Sequence[int]) -> dict[int, tuple[PlannedSidecar, ...]]:
        database, now_s = self._desk.database, self._desk.now()
        records = await database.read(partial(files.numbered, file_ids=some))
        found: dict[int, tuple[PlannedSidecar, ...]] = {}
        for number in some:
            if number not in records:
                continue

            nfo = await nfo_place(records[number])
            look = partial(outlook_of, file_id=number, nfo=nfo, now_s=now_s)
            found[number] = await foreseen(await database.read(look), self._desk.household)
        return found


def _meant(
    connection: Connection, *, references: Sequence[str], libraries: Sequence[str]
) -> list[int]:
    named = [_accepted(find(connection, reference)).id for reference in references]
    wide = rewriting.accepted(connection, libraries) if libraries else []
    return list(dict.fromkeys((*named, *wide)))


def _accepted(file: FileRecord) -> FileRecord:
    """Return a file that was accepted.  Raises: NotAnswerable."""
    if file.state not in ACCEPTED or file.work_id is None:
        remedy = f"only accepted files have sidecars; see doorman why {file.id}"
        raise NotAnswerable(file, "written about", remedy)

    return file


def _line(number: int, sidecar: PlannedSidecar) -> RewriteLine:
    return RewriteLine(number=number, path=sidecar.path, deed=sidecar.deed, reason=sidecar.reason)
