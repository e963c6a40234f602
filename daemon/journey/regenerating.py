"""Examine known contents again where a person asked for it: a stage beside the journey.

New files go first: a content is taken only while none waits to be fingerprinted. One file of each
content is examined, whichever is at its place; after a failure the next copy is tried. What comes
of it is told in `daemon.journey.renewal`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Protocol

from daemon.journey.arrival import return_to_door
from daemon.journey.bell import Bell
from daemon.journey.examining import (
    LONGEST_RETRY_S,
    NEW,
    Examiner,
    KeepSheet,
    finding_of,
    is_unchanged,
    keep_no_sheet,
    retry_wait_s,
)
from daemon.journey.renewal import renew
from daemon.journey.wishes import Wish, Wishes
from daemon.media.examination import Examination, Wanted
from rules.errors import MediaError
from rules.fingerprint import Oshash
from rules.journey import UNEXAMINED
from rules.listing import Sighting, Skipped
from rules.media import path_to_text
from rules.submission import Terms
from store import contents, files, regeneration
from store.contents import Content
from store.database import Connection, Database
from store.files import FileRecord


class Log(Protocol):
    """What examining again needs of a logger."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that a content cannot be examined again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """A wish as it stands now: the content, and the files that hold it."""

    content: Content
    attempts: int
    """How often it failed so far."""
    copies: tuple[FileRecord, ...]

    @property
    def in_turn(self) -> tuple[FileRecord, ...]:
        """Return the copies, beginning with the one whose turn this attempt is."""
        first = self.attempts % len(self.copies)
        return (*self.copies[first:], *self.copies[:first])


@dataclass(frozen=True, slots=True, kw_only=True)
class Regenerating:
    """The stage's work, with everything it needs from outside."""

    database: Database
    examiner: Examiner
    wishes: Wishes
    """What is due, as disks have room."""
    wanted: Wanted
    """What is kept of a file beside its facts, oshash and phash."""
    look: Callable[[str, PurePath], Awaitable[Sighting | Skipped]]
    """Of a library and a path in it."""
    now: Callable[[], float]
    jitter: Callable[[], float]
    attempts: int
    """After so many failures a content is left as it is."""
    door: Bell
    """Rung for a file that has to settle again."""
    keep_sheet: KeepSheet = keep_no_sheet
    terms: Terms = field(default_factory=Terms)
    """Which sources are told of fingerprints."""
    onward: Bell = field(default_factory=Bell)
    """Rung for files that are to be asked about again."""
    log: Log

    async def take(self, in_hand: frozenset[int]) -> list[Wish]:
        """Return contents to be examined again, where disks have room; none before a new file."""
        if await self._is_new_file_waiting():
            return []

        return await self.wishes.take(in_hand, now_s=self.now())

    async def next_due_in_s(self) -> float | None:
        """Return how long until a content is due; while a new file waits, nobody knows."""
        if await self._is_new_file_waiting():
            return None

        due_at_s = await self.database.read(regeneration.next_due_s)
        return None if due_at_s is None else due_at_s - self.now()

    async def work(self, wish: Wish) -> None:
        """Examine one content again and commit what came of it."""
        if await self._is_new_file_waiting():
            return  # it came after this was taken, and is done first

        task = await self.database.read(partial(_task, wish=wish))
        if task is None:
            return

        for file in task.in_turn:
            seen = await self.look(file.library, file.path)
            if isinstance(seen, Sighting):
                await self._examine(task, file, seen)
                return

        await self._postpone(task)

    async def _is_new_file_waiting(self) -> bool:
        waiting = partial(files.ready_for, states=NEW, now_s=self.now(), limit=1)
        return bool(await self.database.read(waiting))

    async def _examine(self, task: _Task, file: FileRecord, seen: Sighting) -> None:
        if not is_unchanged(file, seen):
            await self._send_back(file, seen)
            return

        try:
            found = await self._measure(file, task.content.oshash)
        except MediaError as error:
            await self._note_refusal(task, file, error)
            return

        after = await self.look(file.library, file.path)
        if found is not None and is_unchanged(file, after):
            await self._keep(task.content, file, found)
        else:
            await self._send_back(file, after)

    async def _measure(self, file: FileRecord, expected: Oshash) -> Examination | None:
        """Return what is found, or None if the content is not what the stamp promises."""
        path = Path(file.path)
        if await self.examiner.oshash(path) != expected:
            return None

        return await self.examiner.examine(path, self.wanted)

    async def _keep(self, content: Content, file: FileRecord, found: Examination) -> None:
        finding = finding_of(found)
        change = partial(renew, file=file, finding=finding, terms=self.terms, at_s=self.now())
        await self.database.write(change)
        await self.keep_sheet(content.oshash, content.size_bytes, found.sheet)
        self.onward.ring()

    async def _send_back(self, file: FileRecord, seen: Sighting | Skipped) -> None:
        """Let a changed file settle again as any other; one that vanished is found by a round."""
        if isinstance(seen, Sighting):
            change = partial(return_to_door, file=file, seen=seen, at_s=self.now())
            await self.database.write(change)
            self.door.ring()

    async def _note_refusal(self, task: _Task, file: FileRecord, error: MediaError) -> None:
        """Count a failure against a content, unless the file is another one since."""
        seen = await self.look(file.library, file.path)
        if isinstance(seen, Sighting) and not is_unchanged(file, seen):
            await self._send_back(file, seen)
            return

        attempt = task.attempts + 1
        wait_s = retry_wait_s(attempt, attempts=self.attempts, jitter=self.jitter())
        await self._note_trouble(task, str(error), attempts=attempt, wait_s=wait_s)
        self.log.warning(
            "regeneration.failed",
            file=path_to_text(file.path),
            number=file.id,
            reason=str(error),
            attempt=attempt,
            next_try_in_s=None if wait_s is None else round(wait_s),
        )

    async def _postpone(self, task: _Task) -> None:
        """Wait for files that are not to be seen now; that is no failure of theirs."""
        reason = f"{path_to_text(task.copies[0].path)} is not at its place now"
        await self._note_trouble(task, reason, attempts=task.attempts, wait_s=LONGEST_RETRY_S)

    async def _note_trouble(
        self, task: _Task, reason: str, *, attempts: int, wait_s: float | None
    ) -> None:
        await self.database.write(
            partial(
                regeneration.mark_failed,
                content_id=task.content.id,
                attempts=attempts,
                reason=reason,
                due_at_s=None if wait_s is None else self.now() + wait_s,
            )
        )


def _task(connection: Connection, *, wish: Wish) -> _Task | None:
    """Return a wish as it stands now; None if nobody has it any more, or no file is there."""
    asked = regeneration.of_content(connection, wish.content_id)
    content = contents.get(connection, wish.content_id)
    if asked is None or asked.due_at_s is None or content is None:
        return None

    copies = tuple(
        file
        for file in files.of_content(connection, wish.content_id)
        if file.missing_since_s is None and file.state not in UNEXAMINED
    )
    return _Task(content=content, attempts=asked.attempts, copies=copies) if copies else None
