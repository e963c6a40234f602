"""The sidecars of one file: the NFO that says what it is, and putting back what stood there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from daemon.disk import writing as disk
from daemon.disk.backups import Backups
from daemon.disk.errors import VideoGone
from daemon.disk.writing import Place
from daemon.journey.nfo_writing import NfoWriter
from daemon.journey.restoring import Fate, brought_along, fate_of, since_somebody
from daemon.journey.sidecar_hand import (
    LibraryNotConfigured,
    SidecarHand,
    ask,
    read_if_there,
    undo_purpose_of,
)
from daemon.journey.sidecar_notes import adopt, keep_forced, written_since
from rules.nfo_ownership import OnChange
from rules.nfo_style import NfoStyle
from rules.sidecar import digest, lies_beside, moved_along
from store import journal, outbox
from store.database import Connection, Database
from store.files import FileRecord
from store.journal import Change, ChangeState, former_status
from store.outbox import Errand
from store.restore_order import read_order
from store.sharing import is_shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecars:
    """Writes beside the videos, with everything it needs from outside."""

    database: Database
    roots: Mapping[str, Path]
    """Library → its root folder."""
    now: Callable[[], float]
    styles: Mapping[str, NfoStyle] = field(default_factory=dict)
    """Library → how its NFOs are written."""
    on_change: OnChange = OnChange.PRESERVE
    backups: Backups | None = None
    """Where large former contents are kept; None: in the journal."""

    @property
    def hand(self) -> SidecarHand:
        """Return what writes, and journals."""
        return SidecarHand(
            database=self.database, roots=self.roots, now=self.now, backups=self.backups
        )

    async def recover(self) -> int:
        """Finish or drop everything that was cut off, whosever it is; return how much that was."""
        begun = await self.database.read(journal.files_with_intended)
        for file_id in begun:
            await self.hand.finish_intended(file_id)
        for changes in await self.database.read(_being_taken_back):
            await self.hand.drop_half_put_back(changes)
        return len(begun)

    async def write(self, file_id: int) -> None:
        """Bring the file's NFO to what its work says, and take along what lies at former places.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        await self.hand.finish_intended(file_id)
        writer = NfoWriter(
            database=self.database,
            hand=self.hand,
            now=self.now,
            styles=self.styles,
            on_change=self.on_change,
        )
        await writer.write(file_id)

    async def restore(self, file_id: int, first_plan_id: int, *, is_forced: bool = False) -> None:
        """Put every sidecar back to what it was before `first_plan_id`, unless it changed.

        With `is_forced` also what changed since, of which the journal keeps the bytes.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        await self.hand.finish_intended(file_id)
        find = partial(written_since, file_id=file_id, first_plan_id=first_plan_id)
        file, written = await self.database.read(find)
        if written:
            await ask(partial(_check_there, file))
        if await self._adopt_moved(file, written):
            file, written = await self.database.read(find)
        told = brought_along(written, file.path, is_forced=is_forced)
        for target, changes in told.items():
            await self._restore_one(file, target, changes, is_forced=is_forced)

    async def _adopt_moved(
        self, file: FileRecord, written: Mapping[Path, Sequence[Change]]
    ) -> bool:
        """Note sidecars that came along with their video since; tell whether any did."""
        is_any = False
        for former, changes in written.items():
            sha256, now = changes[-1].after_sha256, moved_along(former, Path(file.path))
            if sha256 is None or now is None or _is_written(written.get(now, ())):
                continue

            if await ask(partial(disk.read_exactly, now, sha256)) is not None:
                is_any = True
                note = partial(adopt, file=file, target=now, sha256=sha256, at_s=self.now())
                await self.database.write(note)
        return is_any

    async def _restore_one(
        self, file: FileRecord, target: Path, changes: Sequence[Change], *, is_forced: bool
    ) -> None:
        root, is_beside = self.hand.root_of(target), lies_beside(target, Path(file.path))
        await self.hand.drop_half_put_back(changes)
        present = await ask(partial(read_if_there, target))
        every, changes = changes, since_somebody(changes, is_forced=is_forced)
        former = await self.hand.former_of(changes[0])
        fate = fate_of(
            changes,
            present,
            is_beside=is_beside,
            is_in_library=root is not None,
            is_forced=is_forced,
            is_lost=former is None and changes[0].before_sha256 is not None,
        )
        if len(every) > len(changes):
            await self.hand.close(every[: -len(changes)], ChangeState.DROPPED)
        if await self._is_shared(file, target, changes):
            await self.hand.close(changes, ChangeState.DROPPED)
        elif fate is Fate.AS_BEFORE:
            await self.hand.close(changes, ChangeState.UNDONE)
        elif fate.is_left:
            await self._give_up(file, changes, f"{target.name} {fate}")
        elif root is None:
            raise LibraryNotConfigured(file.library)
        else:
            place = Place(target=target, beside=Path(file.path), library_root=root)
            if is_forced:
                await self._note_forced(file, target, present, changes[0].before_sha256)
            present_sha256 = digest(present) if present is not None else None
            await ask(partial(_put_back, place, changes[0], former, present_sha256))
            await self.hand.close(changes, ChangeState.UNDONE)
            await self.hand.record(file, "sidecar restored", target.name)

    async def _is_shared(self, file: FileRecord, target: Path, changes: Sequence[Change]) -> bool:
        """Tell whether another file has what stands there, too, as works share their people."""
        sha256 = changes[-1].after_sha256
        is_held = partial(is_shared, file_id=file.id, path=target, sha256=sha256)
        return sha256 is not None and await self.database.read(is_held)

    async def _note_forced(
        self, file: FileRecord, target: Path, present: bytes | None, wanted_sha256: str | None
    ) -> None:
        """Keep in the journal what somebody wrote, before it is given up."""
        backup = await self.hand.backed_up(present)
        await self.database.write(
            partial(
                keep_forced,
                file=file,
                target=target,
                present=present,
                wanted_sha256=wanted_sha256,
                backup=backup,
                at_s=self.now(),
            )
        )

    async def _give_up(self, file: FileRecord, changes: Sequence[Change], reason: str) -> None:
        await self.hand.close(changes, ChangeState.DROPPED)
        await self.hand.record(file, "sidecar kept", reason)


def _put_back(
    place: Place, first: Change, former: bytes | None, present_sha256: str | None
) -> None:
    """Put back what stood there before the first change, as old as it was."""
    if former is not None:
        disk.write_sidecar(
            place,
            former,
            expected_sha256=present_sha256,
            purpose=undo_purpose_of(first),
            former=former_status(first),
        )
    elif present_sha256 is not None:
        disk.remove_sidecar(
            place.target, expected_sha256=present_sha256, library_root=place.library_root
        )


def _being_taken_back(connection: Connection) -> list[list[Change]]:
    """Return the changes beside each file that is still to be put back."""
    return [
        journal.file_changes_since(connection, owed.file_id, read_order(owed.payload).first_plan)
        for owed in outbox.owed(connection, Errand.RESTORE)
        if owed.file_id is not None
    ]


def _is_written(changes: Sequence[Change]) -> bool:
    return bool(changes) and changes[-1].after_sha256 is not None


def _check_there(file: FileRecord) -> None:
    """Refuse to judge sidecars while the video, that should be there, is not.

    Raises:
        VideoGone: perhaps its disk is unmounted.

    """
    if file.missing_since_s is None and not Path(file.path).exists():
        raise VideoGone(Path(file.path))
