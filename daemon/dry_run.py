"""`doorman run --dry-run`: look through the libraries and say what would be done.

Nothing is written, neither to the libraries nor to the store, and nobody is told. Fingerprints of
new files are computed and forgotten: kept without the file that they belong to, they would outlive
its next change. The store is held meanwhile, so that no daemon changes what is being compared.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePath

import anyio

from daemon.desk.judgement_views import ForeseenLine
from daemon.journey.arrival import is_examined
from daemon.journey.examining import Examiner, is_unchanged
from daemon.journey.identify import BATCH_FILES
from daemon.journey.round_changes import files_by_path
from daemon.looking.eyes import Eyes
from daemon.media.examination import Wanted
from daemon.rehearsal import Reader, Rehearsal, Subject
from rules.errors import MediaError
from rules.fingerprint import Oshash
from rules.journey import UNEXAMINED, WAITING, FileState
from rules.listing import NoListing, Sighting
from rules.media import path_to_text
from store import contents, files
from store.contents import Content
from store.database import Connection
from store.files import FileRecord

_DECIDED = frozenset({FileState.ACCEPTED, FileState.DONE, FileState.REVIEW, FileState.IGNORED})
_SETTLED = _DECIDED | {FileState.DISMISSED}
"""States in which the daemon leaves a file alone as long as it does not change."""
_ASKABLE = frozenset({FileState.READY, FileState.ANSWERED, FileState.NO_MATCH, FileState.DEFERRED})

Tell = Callable[[ForeseenLine], None]


@dataclass(slots=True, kw_only=True)
class Tally:
    """What a dry run passed over."""

    decided: int = 0
    """Files that stand decided and did not change."""
    waiting: int = 0
    """Files that are asked about, or examined, again later."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """Looks at everything and does nothing, with everything it needs from outside."""

    reader: Reader
    eyes: Eyes
    examiner: Examiner
    wanted: Wanted
    rehearsal: Rehearsal
    settle_s: Mapping[str, float]
    """How long a file of a library must stay unchanged, by the library's name."""
    hands: int
    """How many files are examined at once."""
    now: Callable[[], float]
    sleep: Callable[[float], Awaitable[None]]
    tell: Tell

    async def run(self) -> Tally:
        """Look through every library, telling of each file that something would be done about."""
        tally = Tally()
        for library in self.settle_s:
            await self._look_through(library, tally)
        return tally

    async def _look_through(self, library: str, tally: Tally) -> None:
        listing = await self.eyes.list_all(library)
        if isinstance(listing, NoListing):
            root = path_to_text(self.eyes.territories[library].root)
            self.tell(ForeseenLine(path=root, verdict=None, reasons=(listing.reason,)))
            return

        known = await self.reader.read(partial(files_by_path, library=library))
        unknown: list[Sighting] = []
        askable: list[FileRecord] = []
        for seen in listing.sightings:
            self._sort(seen, known.get(seen.path), unknown, askable, tally)
        for line in await self.rehearsal.foresee(askable):
            self.tell(line)
        if unknown:
            await self.sleep(self.settle_s[library])
        there = frozenset(seen.path for seen in listing.sightings)
        for begin in range(0, len(unknown), BATCH_FILES):
            await self._examine(library, unknown[begin : begin + BATCH_FILES], known, there)

    def _sort(
        self,
        seen: Sighting,
        file: FileRecord | None,
        unknown: list[Sighting],
        askable: list[FileRecord],
        tally: Tally,
    ) -> None:
        """Put a file where it belongs, as the daemon would lead it on."""
        if file is None or not is_unchanged(file, seen) or file.missing_since_s is not None:
            unknown.append(seen)
        elif file.state in _SETTLED:
            tally.decided += 1
        elif file.state in WAITING and (file.due_at_s is None or file.due_at_s > self.now()):
            tally.waiting += 1
        elif file.state in _ASKABLE:
            askable.append(file)
        else:
            unknown.append(seen)

    async def _examine(
        self,
        library: str,
        some: Sequence[Sighting],
        known: Mapping[PurePath, FileRecord],
        there: frozenset[PurePath],
    ) -> None:
        """Examine a batch of files, ask about those that can be, and tell what came of each."""
        found: dict[PurePath, Subject | ForeseenLine] = {}
        limiter = anyio.CapacityLimiter(self.hands)

        async def examine(number: int, seen: Sighting) -> None:
            async with limiter:
                file = _newcomer(known.get(seen.path), library, seen, number)
                found[seen.path] = await self._look_closely(file, seen, there)

        async with anyio.create_task_group() as tasks:
            for number, seen in enumerate(some, 1):
                tasks.start_soon(examine, -number, seen)
        subjects = [each for each in found.values() if isinstance(each, Subject)]
        foreseen = iter(await self.rehearsal.rehearse(subjects))
        for each in found.values():
            self.tell(next(foreseen) if isinstance(each, Subject) else each)

    async def _look_closely(
        self, file: FileRecord, seen: Sighting, there: frozenset[PurePath]
    ) -> Subject | ForeseenLine:
        """Return the file with its content; or why it could not be asked about."""
        path = path_to_text(seen.path)
        if not await self._is_still(file):
            return _passed_over(path, "it is still changing")

        try:
            oshash = await self.examiner.oshash(Path(seen.path))
            kept = await self.reader.read(
                partial(_kept, oshash=oshash, size_bytes=seen.stamp.size_bytes)
            )
            content = kept.whole or await self._examined(seen, oshash, kept.content)
        except MediaError as error:
            return _passed_over(path, str(error))
        if not await self._is_still(file):
            return _passed_over(path, "it is still changing")

        former = await self.reader.read(partial(_former, file=file, content=content, there=there))
        return _passed_over(path, former) if former else Subject(file=file, content=content)

    async def _is_still(self, file: FileRecord) -> bool:
        return is_unchanged(file, await self.eyes.look(file.library, file.path))

    async def _examined(self, seen: Sighting, oshash: Oshash, content: Content | None) -> Content:
        found = await self.examiner.examine(Path(seen.path), self.wanted)
        return Content(
            id=content.id if content else 0,
            oshash=oshash,
            size_bytes=seen.stamp.size_bytes,
            facts=found.facts,
            phash=found.phash,
            phash_missing=found.phash_missing,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the store has of a content."""

    content: Content | None
    is_whole: bool

    @property
    def whole(self) -> Content | None:
        """Return the content if nothing of it needs to be examined."""
        return self.content if self.is_whole else None


def _kept(connection: Connection, *, oshash: Oshash, size_bytes: int) -> _Kept:
    return _Kept(
        content=contents.find(connection, oshash, size_bytes),
        is_whole=is_examined(connection, oshash, size_bytes),
    )


def _former(
    connection: Connection, *, file: FileRecord, content: Content, there: Iterable[PurePath]
) -> str | None:
    """Return why a file of this content keeps what was decided; None when it is decided anew."""
    if file.content_id == content.id and file.resume_state in _SETTLED:
        return "its content is the same as before, so it keeps its decision"

    for copy in files.of_content(connection, content.id):
        is_lost = copy.missing_since_s is not None or copy.path not in there
        is_here = copy.library == file.library
        if is_lost and is_here and copy.id != file.id and copy.state not in UNEXAMINED:
            return f"it is {path_to_text(copy.path)}, moved, and keeps its decision"

    return None


def _newcomer(known: FileRecord | None, library: str, seen: Sighting, number: int) -> FileRecord:
    """Return the file as it would be when it comes to rest."""
    if known is not None:
        is_decided = known.state in _SETTLED
        resume = known.state if is_decided else known.resume_state
        return replace(
            known,
            stamp=seen.stamp,
            state=FileState.SETTLED,
            resume_state=resume,
            work_id=None,
        )

    return FileRecord(
        id=number,
        library=library,
        path=seen.path,
        stamp=seen.stamp,
        device=seen.device,
        state=FileState.SETTLED,
        resume_state=None,
        reason=None,
        content_id=None,
        work_id=None,
        attempts=0,
        failures=0,
        due_at_s=None,
        revision=0,
        first_seen_at_s=0.0,
        changed_at_s=0.0,
        missing_since_s=None,
    )


def _passed_over(path: str, reason: str) -> ForeseenLine:
    return ForeseenLine(path=path, verdict=None, reasons=(reason,))
