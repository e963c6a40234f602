"""Let files that wait be asked about again when somebody lays an NFO beside them, or changes one.

A round through the library names all NFOs that there are. Only those of files that wait for a
person or for a source are looked at, and only those that changed are read. What a media server
rewrites without saying anything else of the work asks nobody anything.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import PurePath

from daemon.journey.noticing import is_as_it_was
from daemon.journey.sidecar_reading import Seen, SidecarReader
from rules.journey import FileState
from rules.sidecar import nfo_places
from rules.sidecar_says import SidecarSays
from store import files, outbox, sidecars
from store.database import Connection, Database
from store.files import FileRecord
from store.outbox import Errand
from store.sidecars import SidecarRecord

WAITING = (FileState.REVIEW, FileState.NO_MATCH)
MOST_A_ROUND = 400
"""Files that one round lets be asked about again; the others follow with the next."""
AT_ONCE = 100
"""Files that are looked at, and written down, together."""
SAYS_OTHERWISE = "what lies beside it says something else now"


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarNews:
    """Follows what changes beside files that wait, with everything it needs from outside."""

    database: Database
    reader: SidecarReader
    now: Callable[[], float]
    most_a_round: int = MOST_A_ROUND
    at_once: int = AT_ONCE

    async def follow(self, library: str, nfos: Collection[str]) -> int:
        """Look beside the files of a library that wait; return how many are asked about again."""
        some = await self.database.read(
            partial(_worth_a_look, library=library, nfos=frozenset(nfos))
        )
        asked = 0
        for begin in range(0, len(some), self.at_once):
            if asked >= self.most_a_round:
                break
            asked += await self._follow(some[begin : begin + self.at_once])
        return asked

    async def _follow(self, some: Sequence[FileRecord]) -> int:
        seen = await self.reader.news(self.database, some)
        if not seen:
            return 0

        return await self.database.write(partial(_note, some=some, seen=seen, at_s=self.now()))


def _worth_a_look(
    connection: Connection, *, library: str, nfos: frozenset[str]
) -> list[FileRecord]:
    """Return the files that wait and have an NFO, or had one."""
    had = sidecars.all_files(connection)
    if not nfos and not had:
        return []

    waiting = files.in_state(connection, WAITING)
    return [
        file
        for file in waiting
        if file.library == library
        and (file.id in had or any(str(path) in nfos for path in _places(file.path)))
    ]


def _places(video: PurePath) -> Iterator[PurePath]:
    """Yield where an NFO may lie that is about a video."""
    folder = video.parent
    yield from (*nfo_places(video), folder / "movie.nfo", folder / f"{folder.name}.nfo")


def _note(connection: Connection, *, some: Sequence[FileRecord], seen: Seen, at_s: float) -> int:
    """Remember what lies beside files now; return how many are asked about again for it."""
    present = [file for file in some if file.id in seen and is_as_it_was(connection, file)]
    known = sidecars.of_files(connection, [file.id for file in present])
    others = [file for file in present if _word(known.get(file.id)) != _word(seen[file.id])]
    sidecars.save(connection, {file.id: seen[file.id] for file in present}, at_s=at_s)
    for file in others:
        outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
        files.set_tries(connection, file.id, attempts=0, failures=0)
        files.set_state(connection, file, FileState.READY, at_s=at_s, reason=SAYS_OTHERWISE)
    return len(others)


def _word(record: SidecarRecord | None) -> SidecarSays | None:
    """Return what somebody else says beside a file; None where nobody does."""
    return record.says if record is not None and not record.is_own else None
