"""Fingerprint settled files: the stage between `settled` and `ready`.

Fingerprints are kept by content. A content that was examined before costs no decoding, and a file
that turns out to be a known content whose own file is gone *is* that file at a new place: it takes
over its number, its work and every decision made about it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import Protocol

from daemon.bell import Bell
from daemon.media.errors import FileVanished
from daemon.media.examination import Examination
from daemon.media.grid import GRID_VERSION
from daemon.unit import Batch, singles
from rules.errors import MediaError
from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.listing import Sighting, Skipped
from rules.schedule import failed_file_wait_s
from rules.selection import Skip
from store import contents, files, news, outbox, sightings
from store.contents import Finding
from store.database import Connection, Database
from store.files import FileRecord
from store.outbox import Errand

TAKEN = (FileState.SETTLED, FileState.FAILED)
FIRST_RETRY_S = 60.0
"""A file that cannot be examined is often one that somebody is still busy with."""
LONGEST_RETRY_S = 3600.0


class Examiner(Protocol):
    """Who opens media files, in processes of their own."""

    async def oshash(self, path: Path) -> Oshash:
        """Return the oshash of a file."""

    async def examine(self, path: Path) -> Examination:
        """Return technical facts and phash of a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashing:
    """The stage's work, with everything it needs from outside."""

    database: Database
    examiner: Examiner
    look: Callable[[str, PurePath], Awaitable[Sighting | Skipped]]
    """Of a library and a path in it."""
    now: Callable[[], float]
    jitter: Callable[[], float]
    attempts: int
    """After so many failures a file waits for a person."""
    door: Bell
    """Rung for a file that has to settle again."""
    onward: Bell
    """Rung for a file that is ready to be asked about."""

    async def take(self, in_hand: frozenset[int], *, limit: int) -> list[Batch]:
        """Return settled files, and failed ones whose next try is due."""
        return singles(
            await self.database.read(
                partial(
                    files.ready_for,
                    states=TAKEN,
                    now_s=self.now(),
                    limit=limit,
                    without=in_hand,
                )
            )
        )

    async def next_due_in_s(self) -> float | None:
        """Return how long until a failed file is tried again."""
        due_at_s = await self.database.read(partial(files.next_due_s, states=TAKEN))
        return None if due_at_s is None else due_at_s - self.now()

    async def work(self, batch: Batch) -> None:
        """Fingerprint one file and commit what came of it."""
        for file in batch.files:
            await self._fingerprint(file)
        self.onward.ring()

    async def _fingerprint(self, file: FileRecord) -> None:
        try:
            oshash, finding = await self._measure(file)
        except FileVanished:
            await self._send_back(file)
            return
        except MediaError as error:
            await self._note_failure(file, error)
            return

        seen = await self.look(file.library, file.path)
        if not isinstance(seen, Sighting) or seen.stamp != file.stamp:
            await self._send_back(file)
            return

        where_gone = await self._copies_gone(oshash, file)
        await self.database.write(
            partial(
                _arrive,
                file=file,
                seen=seen,
                oshash=oshash,
                finding=finding,
                gone=where_gone,
                at_s=self.now(),
            )
        )

    async def _measure(self, file: FileRecord) -> tuple[Oshash, Finding | None]:
        """Return the oshash, and a finding unless this content was examined before."""
        path = Path(file.path)
        oshash = await self.examiner.oshash(path)
        known = await self.database.read(
            partial(contents.find, oshash=oshash, size_bytes=file.stamp.size_bytes)
        )
        if known is not None and known.facts is not None:
            return oshash, None

        examination = await self.examiner.examine(path)
        return oshash, Finding(
            facts=examination.facts,
            phash=examination.phash,
            phash_missing=examination.phash_missing,
            grid=GRID_VERSION,
        )

    async def _copies_gone(self, oshash: Oshash, file: FileRecord) -> frozenset[int]:
        """Return known files of this content that the disk no longer has at their place."""
        copies = await self.database.read(
            partial(_copies, oshash=oshash, size_bytes=file.stamp.size_bytes)
        )
        return frozenset(
            [
                copy.id
                for copy in copies
                if copy.id != file.id
                and (copy.missing_since_s is not None or await self._is_gone(copy))
            ]
        )

    async def _is_gone(self, copy: FileRecord) -> bool:
        seen = await self.look(copy.library, copy.path)
        return isinstance(seen, Skipped) and seen.why is Skip.GONE

    async def _send_back(self, file: FileRecord) -> None:
        """Let a file that changed or vanished meanwhile settle again; nothing of it is kept."""
        seen = await self.look(file.library, file.path)
        await self.database.write(partial(_return_to_door, file=file, seen=seen, at_s=self.now()))
        self.door.ring()

    async def _note_failure(self, file: FileRecord, error: MediaError) -> None:
        attempt = file.attempts + 1
        wait_s = failed_file_wait_s(
            attempt,
            attempts=self.attempts,
            first_s=FIRST_RETRY_S,
            cap_s=LONGEST_RETRY_S,
            jitter=self.jitter(),
        )
        await self.database.write(
            partial(
                _fail,
                file=file,
                attempt=attempt,
                reason=str(error),
                due_at_s=None if wait_s is None else self.now() + wait_s,
                at_s=self.now(),
            )
        )


def _copies(connection: Connection, oshash: Oshash, size_bytes: int) -> list[FileRecord]:
    content = contents.find(connection, oshash, size_bytes)
    return files.of_content(connection, content.id) if content else []


def _arrive(  # the whole of one file's arrival is one transaction
    connection: Connection,
    *,
    file: FileRecord,
    seen: Sighting,
    oshash: Oshash,
    finding: Finding | None,
    gone: frozenset[int],
    at_s: float,
) -> None:
    if _is_overtaken(connection, file):
        return

    content = contents.ensure(connection, oshash, file.stamp.size_bytes)
    if finding is not None:
        contents.save_finding(connection, content, finding, at_s=at_s)
    if file.content_id is None and gone:
        _take_over(connection, file, seen, known_id=min(gone), at_s=at_s)
        return

    if file.content_id not in {None, content.id}:
        files.set_work(connection, file.id, None)  # it is a copy of what it was no longer
    files.set_content(connection, file.id, content.id)
    files.set_tries(connection, file.id, attempts=0, failures=0)
    if file.content_id == content.id and file.resume_state is not None:
        reason = "the content is the same as before"
        files.set_state(connection, file, file.resume_state, at_s=at_s, reason=reason)
    else:
        files.set_state(connection, file, FileState.READY, at_s=at_s)


def _take_over(
    connection: Connection, newcomer: FileRecord, seen: Sighting, *, known_id: int, at_s: float
) -> None:
    """Let a known file whose place is empty be the newcomer; what it was stays true."""
    known = files.get(connection, known_id)
    if known is None:
        return

    sightings.forget(connection, newcomer.id)
    sightings.note_moved(connection, known, newcomer.library, seen, at_s=at_s)
    if known.state in {FileState.ACCEPTED, FileState.DONE}:
        outbox.add(connection, Errand.SIDECAR, file_id=known.id, payload="{}", at_s=at_s)
    if known.state in {FileState.SEEN, FileState.SETTLED, FileState.FAILED}:
        resume = known.resume_state or FileState.READY
        files.set_state(connection, known, resume, at_s=at_s)


def _return_to_door(
    connection: Connection, *, file: FileRecord, seen: Sighting | Skipped, at_s: float
) -> None:
    if _is_overtaken(connection, file):
        return

    if isinstance(seen, Sighting):
        sightings.set_sighting(connection, file.id, seen)
        reason = "it changed while it was fingerprinted"
        files.set_state(connection, file, FileState.SEEN, at_s=at_s, reason=reason)
    elif seen.why is Skip.UNREADABLE:
        files.set_state(connection, file, FileState.SEEN, at_s=at_s, reason="it cannot be read")
    else:
        sightings.note_gone(connection, [file.id], at_s=at_s)


def _fail(
    connection: Connection,
    *,
    file: FileRecord,
    attempt: int,
    reason: str,
    due_at_s: float | None,
    at_s: float,
) -> None:
    if _is_overtaken(connection, file):
        return

    files.set_tries(connection, file.id, attempts=attempt, failures=file.failures)
    files.set_state(connection, file, FileState.FAILED, at_s=at_s, reason=reason, due_at_s=due_at_s)
    if due_at_s is None:
        news.file_failed(connection, file, reason, at_s=at_s)


def _is_overtaken(connection: Connection, file: FileRecord) -> bool:
    """Tell whether the file moved or changed while it was examined; then it is taken up again."""
    present = files.get(connection, file.id)
    return present is None or present.revision != file.revision
