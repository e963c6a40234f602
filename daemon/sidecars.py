"""The sidecars of one file: written, moved along, and put back, each step journalled.

The journal says what will be written and what stood there before it is written, and that it is
done afterwards. Whoever is cut off between the two is run again, finds its own bytes, and only
notes that they are there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio.to_thread

from daemon import disk
from daemon.disk import Place
from rules.errors import DoormanError, LibraryError
from rules.media import VideoFacts, path_from_text, path_to_text
from rules.nfo import render_nfo
from rules.sidecar import Preserve, Unchanged, Write, decide_write, digest, nfo_path
from rules.work import ExternalId, Work
from store import contents, decisions, events, files, journal, works
from store.database import Connection, Database
from store.files import FileRecord
from store.journal import Change, ChangeKind, ChangeState, LastWrite


@dataclass(frozen=True, slots=True, kw_only=True)
class _Subject:
    """What a sidecar is about."""

    file: FileRecord
    work: Work
    facts: VideoFacts
    identity: ExternalId
    plan_id: int | None
    last_write: LastWrite | None
    owner: FileRecord | None
    """Another present file, for which the sidecar at this place was written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecars:
    """Writes beside the videos, with everything it needs from outside."""

    database: Database
    roots: Mapping[str, Path]
    """Library → its root folder."""
    now: Callable[[], float]

    async def write(self, file_id: int) -> None:
        """Bring the file's NFO to what its work says, and take along what lies at former places.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        subject = await self.database.read(partial(_subject, file_id=file_id))
        if subject is None:
            return

        place = self._place(subject.file)
        if subject.owner is not None:
            taken = f"{place.target.name} belongs to {subject.owner.path.name} and stays"
            await self._record(subject.file, "sidecar kept", taken)
        else:
            await self._write_own(subject, place)
        await self._remove_former(subject.file, place.target)

    async def _write_own(self, subject: _Subject, place: Place) -> None:
        wanted = render_nfo(
            subject.work,
            subject.facts,
            identity=subject.identity,
            fallback_title=subject.file.path.stem,
        )
        present = await anyio.to_thread.run_sync(disk.read_small, place.target)
        last_sha256 = subject.last_write.sha256 if subject.last_write else None
        match decide_write(present, last_sha256, wanted):
            case Write(expected_sha256=expected):
                await self._write_over(subject, place, wanted, present=present, expected=expected)
            case Preserve(reason=reason):
                await self._record(
                    subject.file, "sidecar kept", f"{place.target.name} stays: {reason}"
                )
            case Unchanged():
                await self.database.write(
                    partial(
                        _settle_intended,
                        file_id=subject.file.id,
                        target=place.target,
                        present=wanted,
                        at_s=self.now(),
                    )
                )

    async def _write_over(
        self,
        subject: _Subject,
        place: Place,
        wanted: bytes,
        *,
        present: bytes | None,
        expected: str | None,
    ) -> None:
        change_id = await self.database.write(
            partial(
                _intend_write,
                subject=subject,
                target=place.target,
                present=present,
                sha256=digest(wanted),
                at_s=self.now(),
            )
        )
        try:
            await anyio.to_thread.run_sync(
                partial(disk.write_sidecar, place, wanted, expected_sha256=expected)
            )
        except DoormanError:
            await self._mark(change_id, ChangeState.DROPPED)
            raise

        await self._mark(change_id, ChangeState.DONE)
        await self._record(subject.file, "sidecar written", str(path_to_text(place.target)))

    async def _remove_former(self, file: FileRecord, target: Path) -> None:
        """Remove what doorman wrote for the file at its former places and nobody changed."""
        former = await self.database.read(partial(journal.sidecars_of, file_id=file.id))
        for path, sha256 in former.items():
            if Path(path) != target:
                await self._remove(file, Path(path), sha256)

    async def _remove(self, file: FileRecord, path: Path, sha256: str) -> None:
        root = self._root_of(path)
        if root is None:
            return

        present = await anyio.to_thread.run_sync(_read_if_there, path)
        change_id = await self.database.write(
            partial(_intend_remove, file=file, target=path, present=present, at_s=self.now())
        )
        try:
            await anyio.to_thread.run_sync(
                partial(disk.remove_sidecar, path, expected_sha256=sha256, library_root=root)
            )
        except DoormanError as error:
            await self._mark(change_id, ChangeState.DROPPED)
            await self._record(file, "sidecar kept", str(error))
            return

        await self._mark(change_id, ChangeState.DONE)

    async def restore(self, file_id: int, first_plan_id: int) -> None:
        """Put every sidecar back to what it was before `first_plan_id`, unless it changed."""
        file, written = await self.database.read(
            partial(_written_since, file_id=file_id, first_plan_id=first_plan_id)
        )
        for target, changes in written.items():
            await self._restore_one(file, target, changes)

    async def _restore_one(self, file: FileRecord, target: Path, changes: list[Change]) -> None:
        former, latest = changes[0].before_bytes, changes[-1].after_sha256
        present = await anyio.to_thread.run_sync(_read_if_there, target)
        present_sha256 = digest(present) if present is not None else None
        if present != former and present_sha256 != latest:
            await self._record(
                file, "sidecar kept", f"{target.name} changed since doorman wrote it and stays"
            )
            await self._mark_all(changes, ChangeState.DROPPED)
            return

        if present != former:
            await self._put_back(file, target, former, present_sha256=present_sha256)
            await self._record(file, "sidecar restored", target.name)
        await self._mark_all(changes, ChangeState.UNDONE)

    async def _put_back(
        self, file: FileRecord, target: Path, former: bytes | None, *, present_sha256: str | None
    ) -> None:
        root = self._root_of(target)
        if root is None:
            return

        if former is not None:
            place = Place(target=target, beside=Path(file.path), library_root=root)
            action = partial(disk.write_sidecar, place, former, expected_sha256=present_sha256)
            await anyio.to_thread.run_sync(action)
        elif present_sha256 is not None:
            await anyio.to_thread.run_sync(
                partial(
                    disk.remove_sidecar, target, expected_sha256=present_sha256, library_root=root
                )
            )

    def _place(self, file: FileRecord) -> Place:
        video = Path(file.path)
        root = self.roots.get(file.library)
        if root is None:
            raise LibraryNotConfigured(file.library)

        return Place(target=nfo_path(video), beside=video, library_root=root)

    def _root_of(self, path: Path) -> Path | None:
        return next((root for root in self.roots.values() if path.is_relative_to(root)), None)

    async def _mark(self, change_id: int, state: ChangeState) -> None:
        await self.database.write(
            partial(journal.mark, change_id=change_id, state=state, at_s=self.now())
        )

    async def _mark_all(self, changes: list[Change], state: ChangeState) -> None:
        for change in changes:
            await self._mark(change.id, state)

    async def _record(self, file: FileRecord, event: str, detail: str) -> None:
        await self.database.write(
            partial(events.add, file_id=file.id, event=event, detail=detail, at_s=self.now())
        )


class LibraryNotConfigured(LibraryError):
    """The file's library is no longer in the configuration."""

    def __init__(self, library: str) -> None:
        """Build the message from the library's name."""
        super().__init__(
            f"library {library!r} is not in the configuration, so nothing is written there; "
            "add it again under the same name"
        )


def _read_if_there(path: Path) -> bytes | None:
    return disk.read_small(path) if path.parent.is_dir() else None


def _subject(connection: Connection, *, file_id: int) -> _Subject | None:
    """Return what the file's sidecar says, or None when nothing is owed any more."""
    file = files.get(connection, file_id)
    if file is None or file.work_id is None or file.content_id is None:
        return None

    content = contents.get(connection, file.content_id)
    identity = decisions.identity(connection, file.id)
    if content is None or content.facts is None or identity is None:
        return None

    decision = decisions.standing(connection, file.id)
    last_write = journal.last_write(connection, nfo_path(file.path))
    return _Subject(
        file=file,
        work=works.load(connection, file.work_id),
        facts=content.facts,
        identity=identity,
        plan_id=journal.plan_of_decision(connection, decision.id) if decision else None,
        last_write=last_write,
        owner=_owner(connection, file, last_write),
    )


def _owner(
    connection: Connection, file: FileRecord, last_write: LastWrite | None
) -> FileRecord | None:
    if last_write is None or last_write.file_id == file.id or last_write.sha256 is None:
        return None

    other = files.get(connection, last_write.file_id)
    is_there = other is not None and other.missing_since_s is None
    is_beside = other is not None and nfo_path(other.path) == nfo_path(file.path)
    return other if is_there and is_beside else None


def _intend_write(
    connection: Connection,
    *,
    subject: _Subject,
    target: Path,
    present: bytes | None,
    sha256: str,
    at_s: float,
) -> int:
    file_id = subject.file.id
    _settle_intended(connection, file_id=file_id, target=target, present=present, at_s=at_s)
    plan_id = subject.plan_id or journal.open_plan(connection, file_id, None, at_s=at_s)
    return journal.intend_file(
        connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        target,
        before_bytes=present,
        after_sha256=sha256,
        at_s=at_s,
    )


def _intend_remove(
    connection: Connection, *, file: FileRecord, target: Path, present: bytes | None, at_s: float
) -> int:
    plan_id = journal.open_plan(connection, file.id, None, at_s=at_s)
    return journal.intend_file(
        connection,
        plan_id,
        ChangeKind.REMOVE_SIDECAR,
        target,
        before_bytes=present,
        after_sha256=None,
        at_s=at_s,
    )


def _settle_intended(
    connection: Connection, *, file_id: int, target: Path, present: bytes | None, at_s: float
) -> None:
    """Say of changes that a crash cut off whether they came to be."""
    sha256 = digest(present) if present is not None else None
    for change in journal.intended(connection, file_id):
        if change.target == path_to_text(target):
            happened = change.after_sha256 == sha256
            state = ChangeState.DONE if happened else ChangeState.DROPPED
            journal.mark(connection, change.id, state, at_s=at_s)


def _written_since(
    connection: Connection, *, file_id: int, first_plan_id: int
) -> tuple[FileRecord, dict[Path, list[Change]]]:
    file = files.get(connection, file_id)
    if file is None:
        raise KeyError(f"an errand refers to file {file_id}, which is not there")

    written: dict[Path, list[Change]] = {}
    for change in journal.file_changes_since(connection, file_id, first_plan_id):
        written.setdefault(Path(path_from_text(change.target)), []).append(change)
    return file, written
