"""The pictures of a work's performers, kept in a folder of their own for all works.

A picture that is there stays, whoever put it there. What doorman wrote is noted for every file
whose work shows the performer, so that undoing takes it away with the last of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from daemon.disk.errors import SidecarChanged
from daemon.disk.portraits import PresentPortrait, portrait_at, put_portrait
from daemon.journey.artwork_notes import PictureSubject
from daemon.journey.picture_supply import PictureSupply
from daemon.journey.sidecar_hand import SidecarHand, ask, purpose_of
from providers.errors import Transient
from rules.errors import LibraryError
from rules.portrait_names import portrait_name
from rules.sidecar import digest
from rules.work import Performer
from store import found_pictures, journal
from store.database import Connection
from store.files import FileRecord
from store.found_pictures import FoundPicture, NoUse
from store.journal import ChangeKind, ChangeState

MOST_PERFORMERS = 20
"""Of one work; a gathering of more shows nobody in particular."""
MOST_TRIED = 3
"""Pictures of one performer; sources put the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Portraits:
    """Writes performers' pictures, with everything it needs from outside."""

    folder: Path
    hand: SidecarHand
    supply: PictureSupply

    async def write(self, subject: PictureSubject, source_url: str | None) -> str | None:
        """Let there be a picture of each performer; return why one is lacking for now.

        Raises:
            LibraryError: the disk stands in the way.
            ConflictError: somebody wrote there at the same moment.

        """
        lacking: str | None = None
        for performer in subject.performers[:MOST_PERFORMERS]:
            name = portrait_name(performer)
            if name is None or not performer.pictures:
                continue

            there = await ask(partial(portrait_at, self.folder, name))
            if there is not None:
                await self._share(subject, there)
                continue

            try:
                await self._hang(subject, performer, name, source_url)
            except Transient as error:
                lacking = lacking or str(error)
        return lacking

    async def _share(self, subject: PictureSubject, there: PresentPortrait) -> None:
        """Note that this file's work, too, has a picture that doorman wrote."""
        note = partial(_note_shared, subject=subject, there=there, at_s=self.hand.now())
        await self.hand.database.write(note)

    async def _hang(
        self, subject: PictureSubject, performer: Performer, name: str, source_url: str | None
    ) -> None:
        """Write the first picture of a performer that is of use.

        Raises:
            Transient: it cannot be had now.

        """
        addresses = [picture.url for picture in performer.pictures[:MOST_TRIED]]
        known = await self.hand.database.read(
            partial(found_pictures.known, addresses=addresses, no_use_since_s=0.0)
        )
        for address in addresses:
            if isinstance(known.get(address), NoUse):
                continue

            had = await self.supply.have(address, source_url=source_url)
            if isinstance(had.found, FoundPicture) and had.content is not None:
                target = self.folder / f"{name}{had.found.extension}"
                await self._put(subject, target, had.content)
                return

    async def _put(self, subject: PictureSubject, target: Path, content: bytes) -> None:
        intend = partial(
            _intend,
            file=subject.file,
            plan_id=subject.plan_id,
            target=target,
            sha256=digest(content),
            at_s=self.hand.now(),
        )
        change_id = await self.hand.database.write(intend)
        try:
            purpose = purpose_of(change_id, target)
            await ask(partial(put_portrait, target, content, purpose=purpose))
        except SidecarChanged:  # another file's work has the same performer, and was quicker
            await self.hand.finish_intended(subject.file.id)
            return
        except LibraryError:
            await self.hand.finish_intended(subject.file.id)
            raise

        done = partial(
            journal.mark, change_id=change_id, state=ChangeState.DONE, at_s=self.hand.now()
        )
        await self.hand.database.write(done)


def _intend(
    connection: Connection,
    *,
    file: FileRecord,
    plan_id: int | None,
    target: Path,
    sha256: str,
    at_s: float,
) -> int:
    plan_id = plan_id or journal.open_plan(connection, file.id, None, at_s=at_s)
    return journal.intend_file(
        connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        target,
        before_bytes=None,
        after_sha256=sha256,
        at_s=at_s,
    )


def _note_shared(
    connection: Connection, *, subject: PictureSubject, there: PresentPortrait, at_s: float
) -> None:
    """Note a picture of ours for one more file, unless that is noted already."""
    last = journal.last_write(connection, there.path)
    if there.sha256 is None or last is None or last.sha256 != there.sha256:
        return

    if journal.sidecars_of(connection, subject.file.id).get(there.path) == there.sha256:
        return

    change_id = _intend(
        connection,
        file=subject.file,
        plan_id=subject.plan_id,
        target=there.path,
        sha256=there.sha256,
        at_s=at_s,
    )
    journal.mark(connection, change_id, ChangeState.DONE, at_s=at_s)
