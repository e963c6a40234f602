"""The hand that writes, moves along and removes what lies beside a video, each step journalled.

The journal says what will be written and what stood there before it is written, and that it is
done afterwards. Whoever is cut off between the two first looks what came to be, and goes on from
there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from daemon.disk import writing as disk
from daemon.disk.backups import MOST_INLINE_BYTES, Backups
from daemon.disk.errors import NotAPlainFile
from daemon.disk.writing import Place
from daemon.journey.sidecar_notes import (
    close,
    former_places,
    intend_remove,
    intend_write,
)
from daemon.looking.aside import run_aside
from rules.errors import ConflictError, DoormanError, LibraryError
from rules.media import path_from_text, path_to_text
from rules.sidecar import Write, digest
from store import events, journal
from store.database import Database
from store.files import FileRecord
from store.journal import Change, ChangeKind, ChangeState

_DROPPED = (
    "what stood beside it before doorman wrote there ({mib:.1f} MiB) was dropped, as the backup "
    "folder is full; an undo cannot put it back ([store] undo_space)"
)
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
class SidecarHand:
    """Does to the disk what was decided, and says so in the journal before and after."""

    database: Database
    roots: Mapping[str, Path]
    """Library → its root folder."""
    now: Callable[[], float]
    backups: Backups | None = None
    """Where large former contents are kept; None: in the journal, however large."""

    async def put(
        self,
        file: FileRecord,
        target: Path,
        content: bytes,
        *,
        write: Write,
        plan_id: int | None,
        present: bytes | None,
        marks: Mapping[str, str] | None = None,
    ) -> None:
        """Write a sidecar where `write` allows it; `plan_id` None is housekeeping.

        `marks` tell what of it is doorman's; None for all.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        place = self.place(file, target)
        former = None if present is None else await ask(partial(disk.status_now, target))
        backup = await self.backed_up(present)
        change_id = await self.database.write(
            partial(
                intend_write,
                file=file,
                plan_id=plan_id,
                target=target,
                present=present,
                sha256=digest(content),
                marks=marks,
                backup=backup,
                former=former,
                at_s=self.now(),
            )
        )
        do_write = partial(
            disk.write_sidecar,
            place,
            content,
            expected_sha256=write.expected_sha256,
            purpose=purpose_of(change_id, target),
        )
        await self._carry_out(file, change_id, do_write)
        await self.record(file, "sidecar written", path_to_text(target))

    async def remove_former(
        self, file: FileRecord, keep: Collection[Path], is_meant: Callable[[Path], bool]
    ) -> None:
        """Remove what doorman wrote for the file and nobody changed, but for what to `keep`.

        Only of what `is_meant`, and never by another name what is kept: on disks that take upper
        and lower case alike, a video may get another spelling.
        """
        former = await self.database.read(partial(former_places, file_id=file.id, keep=keep))
        for path, sha256 in former.items():
            root = self.root_of(path)
            if root is None or not is_meant(path) or await ask(partial(disk.is_among, path, keep)):
                continue

            try:
                await self._remove(file, path, sha256, root)
            except (LibraryError, ConflictError) as error:
                await self.record(file, "sidecar kept", str(error))

    async def finish_intended(self, file_id: int) -> None:
        """Say of changes that were cut off whether they came to be.

        What they left half-way is removed. Where the folder is not there, or the disk stands in the
        way of that, it stays open.
        """
        for change in await self.database.read(partial(journal.intended, file_id=file_id)):
            if change.kind is ChangeKind.RENAME:
                continue  # `daemon.journey.renaming` finishes those

            purpose, was_there = (
                purpose_of(change.id, _target_of(change)),
                bool(change.before_sha256),
            )
            if not await self._is_cleaned_up(change, purpose, was_there=was_there):
                continue

            has_happened = await ask(partial(_has_happened, change))
            if has_happened is not None:
                state = ChangeState.DONE if has_happened else ChangeState.DROPPED
                await self.close([change], state)

    async def drop_half_put_back(self, changes: Iterable[Change]) -> None:
        """Remove what taking changes back left half-way when it was cut off."""
        for change in changes:
            was_there = change.after_sha256 is not None
            await self._is_cleaned_up(change, undo_purpose_of(change), was_there=was_there)

    async def _is_cleaned_up(self, change: Change, purpose: str, *, was_there: bool) -> bool:
        """Remove what a write left half-way; tell whether nothing of it is there any more."""
        target = _target_of(change)
        root = self.root_of(target)
        if root is None or not await ask(target.parent.is_dir):
            return True

        clean_up = partial(disk.clean_up, target, purpose, was_there=was_there, library_root=root)
        try:
            await ask(clean_up)
        except NotAPlainFile:
            return True  # something is there that doorman never writes
        except LibraryError:
            return False
        return True

    async def backed_up(self, present: bytes | None) -> str | None:
        """Keep a large content in the backup folder; return its SHA-256, None for a small one.

        Where others have to go to make room, that is said in the history of their files.

        Raises:
            LibraryError: it cannot be kept.

        """
        if self.backups is None or present is None or len(present) <= MOST_INLINE_BYTES:
            return None

        backup = await ask(partial(self.backups.keep, present))
        await self._make_room(self.backups, backup)
        return backup

    async def former_of(self, change: Change) -> bytes | None:
        """Return what stood there before a change; None where nothing did, or it is lost."""
        if change.backup_sha256 is None or self.backups is None:
            return change.before_bytes

        return await ask(partial(self.backups.read, change.backup_sha256))

    async def _make_room(self, backups: Backups, kept: str) -> None:
        needed = await self.database.read(journal.needed_backups)
        for each in await ask(partial(backups.excess, needed.keys(), kept=kept)):
            for file_id in needed.get(each.sha256, ()):
                await self.database.write(
                    partial(
                        events.add,
                        file_id=file_id,
                        event="backup dropped",
                        detail=_DROPPED.format(mib=each.size_bytes / 2**20),
                        at_s=self.now(),
                    )
                )
            await ask(partial(backups.drop, each.sha256))

    async def close(self, changes: Sequence[Change], state: ChangeState) -> None:
        """Note how changes ended."""
        await self.database.write(partial(close, changes=changes, state=state, at_s=self.now()))

    async def record(self, file: FileRecord, event: str, detail: str) -> None:
        """Add to the history of a file."""
        await self.database.write(
            partial(events.add, file_id=file.id, event=event, detail=detail, at_s=self.now())
        )

    def place(self, file: FileRecord, target: Path) -> Place:
        """Return where a sidecar of the file belongs.

        Raises:
            LibraryNotConfigured: nothing is known of its library.

        """
        root = self.roots.get(file.library)
        if root is None:
            raise LibraryNotConfigured(file.library)

        return Place(target=target, beside=Path(file.path), library_root=root)

    def root_of(self, path: Path) -> Path | None:
        """Return the root of the library in which a path lies, or None."""
        return next((root for root in self.roots.values() if path.is_relative_to(root)), None)

    async def _remove(self, file: FileRecord, path: Path, sha256: str, root: Path) -> None:
        present = await ask(partial(read_if_there, path))
        former = await ask(partial(disk.status_now, path))
        backup = await self.backed_up(present)
        change_id = await self.database.write(
            partial(
                intend_remove,
                file=file,
                target=path,
                present=present,
                backup=backup,
                former=former,
                at_s=self.now(),
            )
        )
        is_moved_away = present is None and await ask(root.is_dir)
        remove = partial(disk.remove_sidecar, path, expected_sha256=sha256, library_root=root)
        await self._carry_out(file, change_id, _do_nothing if is_moved_away else remove)

    async def _carry_out(
        self, file: FileRecord, change_id: int, action: Callable[[], object]
    ) -> None:
        """Do what was intended, and note that it is done."""
        try:
            await ask(action)
        except DoormanError:
            await self.finish_intended(file.id)  # perhaps it came to be all the same
            raise

        done = partial(journal.mark, change_id=change_id, state=ChangeState.DONE, at_s=self.now())
        await self.database.write(done)


def purpose_of(change_id: int, target: Path) -> str:
    """Return what tells the temporary file of a change from all others."""
    return f"change {change_id} of {target}"


def undo_purpose_of(change: Change) -> str:
    """Return what tells the temporary file of taking a change back from all others."""
    return f"undo {purpose_of(change.id, _target_of(change))}"


async def ask(function: Callable[[], Answer]) -> Answer:
    """Return what a call to the disk returns; a disk that stands still is tried again later."""
    return await run_aside(function, patience_s=DISK_PATIENCE_S)


def read_if_there(path: Path) -> bytes | None:
    """Return the content of a plain file; None where it, or its folder, is not there."""
    return disk.read_small(path) if path.parent.is_dir() else None


def _target_of(change: Change) -> Path:
    return Path(path_from_text(change.target))


def _do_nothing() -> None:
    """Leave it: nothing is there any more."""


def _has_happened(change: Change) -> bool | None:
    """Tell whether the disk shows an intended change; None where its folder is not there."""
    target = _target_of(change)
    if not target.parent.is_dir():
        return None

    try:
        present = disk.read_small(target)
    except LibraryError:
        return False  # something is there that doorman never writes

    return change.after_sha256 == (digest(present) if present is not None else None)
