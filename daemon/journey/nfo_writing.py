"""Bring the NFO beside a file to what its work says, as far as that is doorman's to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from daemon.disk import writing as disk
from daemon.disk.beside import nfo_of
from daemon.journey.sidecar_hand import SidecarHand, ask
from daemon.journey.sidecar_notes import Subject, adopt, former_places, subject_of
from rules.nfo import render_nfo
from rules.nfo_ownership import LastNfo, OnChange
from rules.nfo_style import NfoStyle
from rules.nfo_update import WriteNfo, decide_nfo, is_all_ours
from rules.sidecar import Preserve, Write, digest, is_nfo
from store import events, files, kept_sidecars, sidecar_marks
from store.database import Connection, Database
from store.files import FileRecord
from store.kept_sidecars import NFO

_PLAIN = NfoStyle()


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoWriter:
    """Writes NFOs, with everything it needs from outside."""

    database: Database
    hand: SidecarHand
    now: Callable[[], float]
    styles: Mapping[str, NfoStyle]
    """By the library's name; plain for one that is not among them."""
    on_change: OnChange

    async def write(self, file_id: int) -> None:
        """Write the file's NFO, and take along what lies at former places.

        Raises:
            LibraryError: the disk or the configuration stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        file = await self.database.read(partial(files.get, file_id=file_id))
        if file is None:
            return

        target = await ask(partial(nfo_of, Path(file.path)))
        subject = await self.database.read(partial(subject_of, file_id=file_id, nfo=target))
        if subject is None:
            return

        self.hand.place(subject.file, target)  # refuses where its library is not known any more
        if subject.owner is not None:
            taken = f"{target.name} belongs to {subject.owner.path.name} and stays"
            await self._keep(subject.file, target, taken)
            carried = None
        else:
            carried = await self._write_own(subject, target)
        stay = await self._told_by_others(subject.file, target, carried)
        await self.hand.remove_former(subject.file, [target, *stay], is_nfo)

    async def _write_own(self, subject: Subject, target: Path) -> Path | None:
        """Write what is to be written; return the former place whose words came along."""
        wanted = render_nfo(
            subject.work,
            subject.facts,
            identity=subject.identity,
            fallback_title=subject.file.path.stem,
            style=self.styles.get(subject.file.library, _PLAIN),
        )
        present = await ask(partial(disk.read_small, target))
        last = await self._last_written(subject, target, present)
        verdict = decide_nfo(present, last, wanted, self.on_change)
        if isinstance(verdict, Preserve):
            kept = f"{target.name} stays: {verdict.reason}"
            await self._keep(subject.file, target, kept)
            return None

        if subject.is_kept:
            release = partial(kept_sidecars.release, file_id=subject.file.id, what=NFO)
            await self.database.write(release)
        carried = None
        if isinstance(verdict, WriteNfo):
            if present is None:
                carried, verdict = await self._with_former(subject, target, wanted, verdict)
            await self._put(subject, target, present, verdict)
        return carried

    async def _put(
        self, subject: Subject, target: Path, present: bytes | None, verdict: WriteNfo
    ) -> None:
        await self.hand.put(
            subject.file,
            target,
            verdict.content,
            write=Write(expected_sha256=verdict.expected_sha256),
            plan_id=subject.plan_id,
            present=present,
            marks=verdict.marks,
        )

    async def _last_written(
        self, subject: Subject, target: Path, present: bytes | None
    ) -> LastNfo | None:
        """Return what doorman last wrote at the file's place.

        A sidecar of ours that came along with its video, as in a renamed folder, counts.
        """
        brought = digest(present) if present is not None else None
        if brought is None or brought == subject.last_sha256 or brought not in subject.digests:
            return await self._last(subject.last_sha256)

        await self.database.write(
            partial(
                adopt,
                file=subject.file,
                target=target,
                sha256=brought,
                at_s=self.now(),
            )
        )
        return await self._last(brought)

    async def _last(self, sha256: str | None) -> LastNfo | None:
        if sha256 is None:
            return None

        marks = await self.database.read(partial(sidecar_marks.of_digest, sha256=sha256))
        return LastNfo(sha256=sha256, marks=marks)

    async def _with_former(
        self, subject: Subject, target: Path, wanted: bytes, fresh: WriteNfo
    ) -> tuple[Path | None, WriteNfo]:
        """Return what to write where nothing is, with what others said at a former place.

        That one is as doorman left it, and will be removed.
        """
        for path, there, last in await self._former(subject.file, target):
            verdict = decide_nfo(there, last, wanted, self.on_change)
            if isinstance(verdict, WriteNfo):
                return path, replace(verdict, expected_sha256=None)

            marks = last.marks or fresh.marks
            return path, WriteNfo(content=there, marks=marks, expected_sha256=None)
        return None, fresh

    async def _told_by_others(
        self, file: FileRecord, target: Path, carried: Path | None
    ) -> list[Path]:
        """Return former places that hold what others said, and that nothing else says now."""
        found = [
            path
            for path, there, last in await self._former(file, target)
            if path != carried and last.marks and not is_all_ours(there, last.marks)
        ]
        for path in found:
            words = f"{path.name} stays: others wrote into it, too; take over what you miss of it"
            note = partial(_note_left, file=file, words=words, at_s=self.now())
            await self.database.write(note)
        return found

    async def _former(self, file: FileRecord, target: Path) -> list[tuple[Path, bytes, LastNfo]]:
        """Return NFOs at former places that are as doorman left them."""
        find = partial(former_places, file_id=file.id, keep=[target])
        found: list[tuple[Path, bytes, LastNfo]] = []
        for path, sha256 in (await self.database.read(find)).items():
            there = await ask(partial(disk.read_exactly, path, sha256)) if is_nfo(path) else None
            if there is not None:
                marks = await self.database.read(partial(sidecar_marks.of_digest, sha256=sha256))
                found.append((path, there, LastNfo(sha256=sha256, marks=marks)))
        return found

    async def _keep(self, file: FileRecord, target: Path, words: str) -> None:
        await self.database.write(
            partial(_note_kept, file=file, target=target, words=words, at_s=self.now())
        )


def _note_left(connection: Connection, *, file: FileRecord, words: str, at_s: float) -> None:
    """Tell once in the file's history what stays at a former place."""
    event = "sidecar kept"
    if all(
        (each.event, each.detail) != (event, words) for each in events.of_file(connection, file.id)
    ):
        events.add(connection, file.id, event, detail=words, at_s=at_s)


def _note_kept(
    connection: Connection, *, file: FileRecord, target: Path, words: str, at_s: float
) -> None:
    """Remember that an NFO stays, and tell it once in the file's history."""
    if kept_sidecars.keep(connection, file.id, NFO, target, words, at_s=at_s):
        events.add(connection, file.id, "sidecar kept", detail=words, at_s=at_s)
