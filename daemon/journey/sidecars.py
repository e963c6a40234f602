"""The sidecars of one file: the NFO that says what it is, and putting back what stood there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from daemon.disk import writing as disk
from daemon.disk.errors import VideoGone
from daemon.disk.writing import Place
from daemon.journey.sidecar_hand import (
    LibraryNotConfigured,
    SidecarHand,
    ask,
    read_if_there,
)
from daemon.journey.sidecar_notes import Subject, adopt, subject_of, written_since
from rules.nfo import render_nfo
from rules.sidecar import (
    NFO_SUFFIX,
    Preserve,
    Unchanged,
    Write,
    decide_write,
    digest,
    lies_beside,
    nfo_path,
)
from store.database import Database
from store.files import FileRecord
from store.journal import Change, ChangeState


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecars:
    """Writes beside the videos, with everything it needs from outside."""

    database: Database
    roots: Mapping[str, Path]
    """Library → its root folder."""
    now: Callable[[], float]

    @property
    def hand(self) -> SidecarHand:
        """Return what writes, and journals."""
        return SidecarHand(database=self.database, roots=self.roots, now=self.now)

    async def write(self, file_id: int) -> None:
        """Bring the file's NFO to what its work says, and take along what lies at former places.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        await self.hand.finish_intended(file_id)
        subject = await self.database.read(partial(subject_of, file_id=file_id))
        if subject is None:
            return

        target = self.hand.place(subject.file, nfo_path(Path(subject.file.path))).target
        if subject.owner is not None:
            taken = f"{target.name} belongs to {subject.owner.path.name} and stays"
            await self.hand.record(subject.file, "sidecar kept", taken)
        else:
            await self._write_own(subject, target)
        await self.hand.remove_former(subject.file, [target], _is_nfo)

    async def restore(self, file_id: int, first_plan_id: int) -> None:
        """Put every sidecar back to what it was before `first_plan_id`, unless it changed.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        await self.hand.finish_intended(file_id)
        file, written = await self.database.read(
            partial(written_since, file_id=file_id, first_plan_id=first_plan_id)
        )
        if written:
            await ask(partial(_check_there, file))
        for target, changes in written.items():
            await self._restore_one(file, target, changes)

    async def _write_own(self, subject: Subject, target: Path) -> None:
        wanted = render_nfo(
            subject.work,
            subject.facts,
            identity=subject.identity,
            fallback_title=subject.file.path.stem,
        )
        present = await ask(partial(disk.read_small, target))
        last_sha256 = await self._last_written(subject, target, present)
        match decide_write(present, last_sha256, wanted):
            case Write() as write:
                await self.hand.put(
                    subject.file,
                    target,
                    wanted,
                    write=write,
                    plan_id=subject.plan_id,
                    present=present,
                )
            case Preserve(reason=reason):
                kept = f"{target.name} stays: {reason}"
                await self.hand.record(subject.file, "sidecar kept", kept)
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
            partial(
                adopt,
                file=subject.file,
                plan_id=subject.plan_id,
                target=target,
                sha256=brought,
                at_s=self.now(),
            )
        )
        return brought

    async def _restore_one(self, file: FileRecord, target: Path, changes: Sequence[Change]) -> None:
        former, latest = changes[0].before_bytes, changes[-1].after_sha256
        root, is_beside = self.hand.root_of(target), lies_beside(target, Path(file.path))
        present = await ask(partial(read_if_there, target))
        present_sha256 = digest(present) if present is not None else None
        if present == former:
            await self.hand.close(changes, ChangeState.UNDONE)
        elif present_sha256 != latest:
            kept = f"{target.name} changed since doorman wrote it and stays"
            await self._give_up(file, changes, kept)
        elif not is_beside and (root is None or former is not None):
            await self._give_up(file, changes, f"{target.name} stays: its video is elsewhere now")
        elif root is None:
            raise LibraryNotConfigured(file.library)
        else:
            place = Place(target=target, beside=Path(file.path), library_root=root)
            await ask(partial(_put_back, place, former, present_sha256))
            await self.hand.close(changes, ChangeState.UNDONE)
            await self.hand.record(file, "sidecar restored", target.name)

    async def _give_up(self, file: FileRecord, changes: Sequence[Change], reason: str) -> None:
        await self.hand.close(changes, ChangeState.DROPPED)
        await self.hand.record(file, "sidecar kept", reason)


def _is_nfo(path: Path) -> bool:
    return path.suffix == NFO_SUFFIX


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
