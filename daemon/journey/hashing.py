"""Fingerprint settled files: the stage between `settled` and `ready`.

Fingerprints are kept by content. A content that was examined before costs no decoding, and a file
that turns out to be a known content whose own file is gone *is* that file at a new place: it takes
over its number, its work and every decision made about it. So it does where it was moved over
another file, which is missing then.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePath
from typing import Protocol

from daemon.journey.arrival import arrive, copies_of, is_examined, note_failed, return_to_door
from daemon.journey.batch import Batch, singles
from daemon.journey.bell import Bell
from daemon.journey.examining import (
    NEW,
    Examiner,
    KeepSheet,
    finding_of,
    is_unchanged,
    keep_no_sheet,
    retry_wait_s,
)
from daemon.journey.room import choose
from daemon.media.examination import Examination, Wanted
from daemon.media.storage import Storage
from rules.errors import MediaError
from rules.fingerprint import Oshash
from rules.listing import Sighting, Skipped
from rules.media import path_to_text
from store import files
from store.database import Database
from store.files import FileRecord


class Log(Protocol):
    """What hashing needs of a logger."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that a file cannot be examined."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashing:
    """The stage's work, with everything it needs from outside."""

    database: Database
    examiner: Examiner
    storage: Storage
    """Where files lie, and how many may be read there at once."""
    wanted: Wanted
    """What is kept of a file beside its facts, oshash and phash."""
    look: Callable[[str, PurePath], Awaitable[Sighting | Skipped]]
    """Of a library and a path in it."""
    is_gone: Callable[[str, PurePath], Awaitable[bool]]
    """Whether nothing is at a path of a library that is there to say so."""
    now: Callable[[], float]
    jitter: Callable[[], float]
    attempts: int
    """After so many failures a file waits for a person."""
    door: Bell
    """Rung for a file that has to settle again."""
    onward: Bell
    """Rung for a file that is ready to be asked about."""
    apply_bell: Bell
    """Rung for a file whose sidecars have to follow it."""
    tell_bell: Bell
    """Rung when a person may have to be told of a file."""
    keep_sheet: KeepSheet = keep_no_sheet
    free_bell: Bell = field(default_factory=Bell)
    """Rung for whoever waits until no new file does."""
    log: Log

    async def take(self, in_hand: frozenset[int], *, limit: int) -> list[Batch]:
        """Return settled files, and failed ones whose next try is due, where disks have room."""
        return singles(
            await self.database.read(
                partial(
                    choose,
                    storage=self.storage,
                    states=NEW,
                    now_s=self.now(),
                    hands=limit,
                    in_hand=in_hand,
                )
            )
        )

    async def next_due_in_s(self) -> float | None:
        """Return how long until a failed file is tried again."""
        due_at_s = await self.database.read(partial(files.next_due_s, states=NEW))
        return None if due_at_s is None else due_at_s - self.now()

    async def work(self, batch: Batch) -> None:
        """Fingerprint one file and commit what came of it."""
        for file in batch.files:
            await self._fingerprint(file)
        self.onward.ring()
        self.apply_bell.ring()
        self.tell_bell.ring()
        self.free_bell.ring()

    async def _fingerprint(self, file: FileRecord) -> None:
        seen = await self.look(file.library, file.path)
        if not is_unchanged(file, seen):
            await self._send_back(file, seen)
            return

        try:
            oshash, found = await self._measure(file)
        except MediaError as error:
            await self._note_refusal(file, error)
            return

        seen = await self.look(file.library, file.path)
        if isinstance(seen, Sighting) and is_unchanged(file, seen):
            await self._let_in(file, seen, oshash, found)
        else:
            await self._send_back(file, seen)

    async def _let_in(
        self, file: FileRecord, seen: Sighting, oshash: Oshash, found: Examination | None
    ) -> None:
        lost = await self._lost_copies(oshash, file)
        arrival = partial(
            arrive,
            file=file,
            seen=seen,
            oshash=oshash,
            finding=finding_of(found) if found else None,
            lost=lost,
            at_s=self.now(),
        )
        await self.database.write(arrival)
        if found:
            await self.keep_sheet(oshash, file.stamp.size_bytes, found.sheet)

    async def _measure(self, file: FileRecord) -> tuple[Oshash, Examination | None]:
        """Return the oshash, and an examination unless this content was examined as it is now."""
        path = Path(file.path)
        oshash = await self.examiner.oshash(path)
        if await self.database.read(
            partial(is_examined, oshash=oshash, size_bytes=file.stamp.size_bytes)
        ):
            return oshash, None

        return oshash, await self.examiner.examine(path, self.wanted)

    async def _lost_copies(self, oshash: Oshash, file: FileRecord) -> list[FileRecord]:
        """Return known files of this content that are no longer at their place.

        None for a file that was known with this content: it is itself.
        """
        copies = await self.database.read(
            partial(copies_of, oshash=oshash, size_bytes=file.stamp.size_bytes)
        )
        if any(copy.id == file.id for copy in copies):
            return []

        return [copy for copy in copies if await self._is_lost(copy)]

    async def _is_lost(self, copy: FileRecord) -> bool:
        return copy.missing_since_s is not None or await self.is_gone(copy.library, copy.path)

    async def _send_back(self, file: FileRecord, seen: Sighting | Skipped) -> None:
        """Let a file that changed or vanished settle again; nothing of it is kept."""
        change = partial(return_to_door, file=file, seen=seen, at_s=self.now())
        await self.database.write(change)
        self.door.ring()

    async def _note_refusal(self, file: FileRecord, error: MediaError) -> None:
        """Count a failure against a file, unless it is another one since."""
        seen = await self.look(file.library, file.path)
        if is_unchanged(file, seen):
            await self._note_failure(file, error)
        else:
            await self._send_back(file, seen)

    async def _note_failure(self, file: FileRecord, error: MediaError) -> None:
        attempt = file.attempts + 1
        wait_s = retry_wait_s(attempt, attempts=self.attempts, jitter=self.jitter())
        await self.database.write(
            partial(
                note_failed,
                file=file,
                attempt=attempt,
                reason=str(error),
                due_at_s=None if wait_s is None else self.now() + wait_s,
                at_s=self.now(),
            )
        )
        self.log.warning(
            "file.failed",
            file=path_to_text(file.path),
            number=file.id,
            reason=str(error),
            attempt=attempt,
            next_try_in_s=None if wait_s is None else round(wait_s),
        )
