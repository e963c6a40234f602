"""The sidecars of one file: written, moved along, and put back, each step journalled.

The journal says what will be written and what stood there before it is written, and that it is
done afterwards. Whoever is cut off between the two first looks what came to be, and goes on from
there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from daemon.disk import writing as disk
from daemon.disk.errors import VideoGone
from daemon.disk.writing import Place
from daemon.journey.sidecar_notes import (
    Subject,
    adopt,
    close,
    former_places,
    intend_remove,
    intend_write,
    subject_of,
    written_since,
)
from daemon.looking.aside import run_aside
from rules.errors import ConflictError, DoormanError, LibraryError
from rules.media import path_from_text, path_to_text
from rules.nfo import render_nfo
from rules.sidecar import Preserve, Unchanged, Write, decide_write, digest, nfo_path
from store import events, journal
from store.database import Database
from store.files import FileRecord
from store.journal import Change, ChangeState

DISK_PATIENCE_S = 60.0
"""How long a disk may take for one file; a spun-down one takes 10 to 15 s."""

Answer = TypeVar("Answer")


class LibraryNotConfigured(LibraryError):
    """The file's library is no longer in the configuration."""

    def __init__(self, library: str) -> None:
        """Build the message from the library's name."""
        super().__init__(
            f"library {library!r} is not in the configuration, so nothing is written there; "
            "add it again under the same name"
        )


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
        await self._finish_intended(file_id)
        subject = await self.database.read(partial(subject_of, file_id=file_id))
        if subject is None:
            return

        place = self._place(subject.file)
        if subject.owner is not None:
            taken = f"{place.target.name} belongs to {subject.owner.path.name} and stays"
            await self._record(subject.file, "sidecar kept", taken)
        else:
            await self._write_own(subject, place)
        await self._remove_former(subject.file, place.target)

    async def restore(self, file_id: int, first_plan_id: int) -> None:
        """Put every sidecar back to what it was before `first_plan_id`, unless it changed.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        await self._finish_intended(file_id)
        file, written = await self.database.read(
            partial(written_since, file_id=file_id, first_plan_id=first_plan_id)
        )
        if written:
            await _ask(partial(_check_there, file))
        for target, changes in written.items():
            await self._restore_one(file, target, changes)

    async def _write_own(self, subject: Subject, place: Place) -> None:
        wanted = render_nfo(
            subject.work,
            subject.facts,
            identity=subject.identity,
            fallback_title=subject.file.path.stem,
        )
        present = await _ask(partial(disk.read_small, place.target))
        last_sha256 = await self._last_written(subject, place.target, present)
        match decide_write(present, last_sha256, wanted):
            case Write(expected_sha256=expected):
                change_id = await self.database.write(
                    partial(
                        intend_write,
                        subject=subject,
                        target=place.target,
                        present=present,
                        sha256=digest(wanted),
                        at_s=self.now(),
                    )
                )
                write = partial(disk.write_sidecar, place, wanted, expected_sha256=expected)
                await self._carry_out(subject.file, change_id, write)
                await self._record(subject.file, "sidecar written", path_to_text(place.target))
            case Preserve(reason=reason):
                kept = f"{place.target.name} stays: {reason}"
                await self._record(subject.file, "sidecar kept", kept)
            case Unchanged():
                pass

    async def _last_written(
        self, subject: Subject, target: Path, present: bytes | None
    ) -> str | None:
        """Return the digest of what doorman last wrote at the file's place.

        A sidecar of ours that came along with its video, as in a renamed folder, counts.
        """
        brought = digest(present) if present is not None else None
        if brought is None or brought == subject.last_sha256 or brought not in subject.digests:
            return subject.last_sha256

        await self.database.write(
            partial(adopt, subject=subject, target=target, sha256=brought, at_s=self.now())
        )
        return brought

    async def _remove_former(self, file: FileRecord, target: Path) -> None:
        """Remove what doorman wrote for the file at its former places and nobody changed."""
        former = await self.database.read(partial(former_places, file_id=file.id, present=target))
        for path, sha256 in former.items():
            root = self._root_of(path)
            if root is None:
                continue

            try:
                await self._remove(file, path, sha256, root)
            except (LibraryError, ConflictError) as error:
                await self._record(file, "sidecar kept", str(error))

    async def _remove(self, file: FileRecord, path: Path, sha256: str, root: Path) -> None:
        present = await _ask(partial(_read_if_there, path))
        change_id = await self.database.write(
            partial(intend_remove, file=file, target=path, present=present, at_s=self.now())
        )
        is_moved_away = present is None and await _ask(root.is_dir)
        remove = partial(disk.remove_sidecar, path, expected_sha256=sha256, library_root=root)
        await self._carry_out(file, change_id, _do_nothing if is_moved_away else remove)

    async def _restore_one(self, file: FileRecord, target: Path, changes: Sequence[Change]) -> None:
        former, latest = changes[0].before_bytes, changes[-1].after_sha256
        root, is_beside = self._root_of(target), target == nfo_path(Path(file.path))
        present = await _ask(partial(_read_if_there, target))
        present_sha256 = digest(present) if present is not None else None
        if present == former:
            await self._close(changes, ChangeState.UNDONE)
        elif present_sha256 != latest:
            kept = f"{target.name} changed since doorman wrote it and stays"
            await self._give_up(file, changes, kept)
        elif not is_beside and (root is None or former is not None):
            await self._give_up(file, changes, f"{target.name} stays: its video is elsewhere now")
        elif root is None:
            raise LibraryNotConfigured(file.library)
        else:
            place = Place(target=target, beside=Path(file.path), library_root=root)
            await _ask(partial(_put_back, place, former, present_sha256))
            await self._close(changes, ChangeState.UNDONE)
            await self._record(file, "sidecar restored", target.name)

    async def _give_up(self, file: FileRecord, changes: Sequence[Change], reason: str) -> None:
        await self._close(changes, ChangeState.DROPPED)
        await self._record(file, "sidecar kept", reason)

    async def _carry_out(
        self, file: FileRecord, change_id: int, action: Callable[[], object]
    ) -> None:
        """Do what was intended, and note that it is done."""
        try:
            await _ask(action)
        except DoormanError:
            await self._finish_intended(file.id)  # perhaps it came to be all the same
            raise

        done = partial(journal.mark, change_id=change_id, state=ChangeState.DONE, at_s=self.now())
        await self.database.write(done)

    async def _finish_intended(self, file_id: int) -> None:
        """Say of changes that were cut off whether they came to be.

        Where the folder is not there, that stays open.
        """
        for change in await self.database.read(partial(journal.intended, file_id=file_id)):
            has_happened = await _ask(partial(_has_happened, change))
            if has_happened is not None:
                state = ChangeState.DONE if has_happened else ChangeState.DROPPED
                await self._close([change], state)

    async def _close(self, changes: Sequence[Change], state: ChangeState) -> None:
        await self.database.write(partial(close, changes=changes, state=state, at_s=self.now()))

    def _place(self, file: FileRecord) -> Place:
        video = Path(file.path)
        root = self.roots.get(file.library)
        if root is None:
            raise LibraryNotConfigured(file.library)

        return Place(target=nfo_path(video), beside=video, library_root=root)

    def _root_of(self, path: Path) -> Path | None:
        return next((root for root in self.roots.values() if path.is_relative_to(root)), None)

    async def _record(self, file: FileRecord, event: str, detail: str) -> None:
        await self.database.write(
            partial(events.add, file_id=file.id, event=event, detail=detail, at_s=self.now())
        )


async def _ask(function: Callable[[], Answer]) -> Answer:
    """Return what a call to the disk returns; a disk that stands still is tried again later."""
    return await run_aside(function, patience_s=DISK_PATIENCE_S)


def _do_nothing() -> None:
    """Leave it: nothing is there any more."""


def _read_if_there(path: Path) -> bytes | None:
    return disk.read_small(path) if path.parent.is_dir() else None


def _has_happened(change: Change) -> bool | None:
    """Tell whether the disk shows an intended change; None where its folder is not there."""
    target = Path(path_from_text(change.target))
    if not target.parent.is_dir():
        return None

    try:
        present = disk.read_small(target)
    except LibraryError:
        return False  # something is there that doorman never writes

    return change.after_sha256 == (digest(present) if present is not None else None)


def _put_back(place: Place, former: bytes | None, present_sha256: str | None) -> None:
    if former is not None:
        disk.write_sidecar(place, former, expected_sha256=present_sha256)
    elif present_sha256 is not None:
        disk.remove_sidecar(
            place.target, expected_sha256=present_sha256, library_root=place.library_root
        )


def _check_there(file: FileRecord) -> None:
    """Refuse to judge sidecars while the video, that should be there, is not.

    Raises:
        VideoGone: perhaps its disk is unmounted.

    """
    if file.missing_since_s is None and not Path(file.path).exists():
        raise VideoGone(Path(file.path))
