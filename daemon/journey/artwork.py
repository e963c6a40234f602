"""The pictures of one file: poster, fanart and thumb, written beside it and kept as its work says.

Only what doorman wrote and nobody changed is ever replaced or removed. Where somebody else's
picture serves media servers already, under whatever name they read, none is put beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

import anyio

from daemon.disk import writing as disk
from daemon.disk.artwork import PresentPicture, ensure_room, pictures_beside
from daemon.disk.errors import SidecarChanged
from daemon.journey.artwork_choice import PATIENCE_S, Choice, Choosing
from daemon.journey.artwork_errands import ALL_DONE, Outcome
from daemon.journey.artwork_notes import PictureSubject, note_kept, picture_subject_of
from daemon.journey.artwork_still import AddingStill, WithStill
from daemon.journey.picture_supply import PictureSupply
from daemon.journey.portraits import Portraits
from daemon.journey.sidecar_hand import SidecarHand, ask, read_if_there
from daemon.journey.sidecar_notes import adopt
from daemon.journey.video_still import VideoStills
from providers.errors import TimedOut
from rules.errors import ConflictError, LibraryError
from rules.picture_names import is_own_name, own_role
from rules.sidecar import PictureRole, Write, digest
from store.found_pictures import FoundPicture


class Log(Protocol):
    """What is needed of a logger."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that a picture is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Artwork:
    """Writes pictures beside videos, with everything it needs from outside."""

    hand: SidecarHand
    supply: PictureSupply
    source_urls: Mapping[str, str]
    """Source → where it is asked: its pictures may lie on the same private network."""
    log: Log
    portraits: Portraits | None = None
    """None where no pictures of performers are wanted."""
    stills: VideoStills | None = None
    """None where no picture of the video itself is wanted."""
    patience_s: float = PATIENCE_S

    async def write(self, file_id: int, *, may_take_long: bool = False) -> Outcome:
        """Bring the pictures beside a file to what its work has; say what is still lacking.

        A picture is taken of the video itself only where that `may_take_long`.
        """
        try:
            return await self._write(file_id, may_take_long=may_take_long)
        except (LibraryError, ConflictError) as error:
            return Outcome(disk_trouble=str(error))

    async def _write(self, file_id: int, *, may_take_long: bool) -> Outcome:
        await self.hand.finish_intended(file_id)
        find = partial(picture_subject_of, file_id=file_id, now_s=self.hand.now())
        subject = await self.hand.database.read(find)
        if subject is None:
            return Outcome()

        video = Path(subject.file.path)
        root = self.hand.place(subject.file, video).library_root
        present = await ask(partial(pictures_beside, video, root))
        at_hand = await ask(partial(_at_hand, present, subject.written))
        check_room = partial(ensure_room, video, root)
        source_url = self.source_urls.get(subject.source) if subject.source is not None else None
        choosing = Choosing(
            subject=subject,
            supply=self.supply,
            source_url=source_url,
            at_hand=at_hand.keys(),
            ensure_room=partial(ask, check_room),
            patience_s=self.patience_s,
        )
        choice = await choosing.choice()
        still = await self._still(subject, choice, at_hand, may_take_long=may_take_long)
        choice = still.choice
        for left_out in choice.left_out:
            await self.hand.record(subject.file, "picture left out", left_out)
            self.log.warning("picture.left_out", number=subject.file.id, reason=left_out)
        wall = _Wall(
            hand=self.hand, subject=subject, present=present, at_hand=at_hand, choice=choice
        )
        trouble = await wall.hang_all()
        people = await self._write_portraits(subject, source_url)
        return Outcome(
            disk_trouble=trouble or people.disk_trouble,
            lacking=choice.lacking or people.lacking,
            is_put_off=still.is_put_off,
        )

    async def _still(
        self,
        subject: PictureSubject,
        choice: Choice,
        at_hand: Mapping[str, Path],
        *,
        may_take_long: bool,
    ) -> WithStill:
        if self.stills is None:
            return WithStill(choice=choice)

        adding = AddingStill(
            subject=subject,
            stills=self.stills,
            at_hand=at_hand,
            now=self.hand.now,
            may_take_long=may_take_long,
        )
        return await adding.added(choice)

    async def _write_portraits(self, subject: PictureSubject, source_url: str | None) -> Outcome:
        if self.portraits is None:
            return ALL_DONE

        try:
            with anyio.fail_after(self.patience_s):
                return Outcome(lacking=await self.portraits.write(subject, source_url))
        except TimeoutError:
            return Outcome(lacking=str(TimedOut("a host of performers' pictures", self.patience_s)))
        except (LibraryError, ConflictError) as error:
            return Outcome(disk_trouble=str(error))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wall:
    """Where the pictures of one file hang."""

    hand: SidecarHand
    subject: PictureSubject
    present: tuple[PresentPicture, ...]
    at_hand: Mapping[str, Path]
    choice: Choice

    @property
    def video(self) -> Path:
        return Path(self.subject.file.path)

    async def hang_all(self) -> str | None:
        """Write what was chosen and remove what it replaces; return what the disk had against it.

        One that cannot be written keeps no other from it.
        """
        kept: set[Path] = set()
        trouble: str | None = None
        for role in PictureRole:
            try:
                kept |= await self._hang(role)
            except (LibraryError, ConflictError) as error:
                kept |= self._ours(role)
                trouble = trouble or str(error)
        await self.hand.remove_former(self.subject.file, kept, is_own_name)
        return trouble

    async def _hang(self, role: PictureRole) -> set[Path]:
        """Write the picture of a role; return what of ours is to stay."""
        picture = self.choice.chosen.get(role)
        of_role = [each for each in self.present if each.role is role]
        theirs = [each for each in of_role if not self.subject.is_ours(each.path, each.sha256)]
        is_in_the_way = picture is not None and picture.sha256 not in {
            each.sha256 for each in theirs
        }
        await self._note(role, theirs[0].path if theirs and is_in_the_way else None)
        if theirs:
            return await self._ours_beside(role)

        if picture is not None:
            return {await self._hang_picture(role, picture)}

        return self._ours(role) if self.choice.lacking is not None else set()

    async def _note(self, role: PictureRole, kept: Path | None) -> None:
        """Remember whether somebody else's picture stays where another would be written."""
        if kept is None and role not in self.subject.kept:
            return

        note = partial(
            note_kept, file=self.subject.file, role=role, path=kept, at_s=self.hand.now()
        )
        await self.hand.database.write(note)

    async def _hang_picture(self, role: PictureRole, picture: FoundPicture) -> Path:
        target = self.video.with_name(f"{self.video.stem}-{role}{picture.extension}")
        there = next((each.sha256 for each in self.present if each.path == target), None)
        there = there or await ask(partial(_ours_at, target, self.subject.written))
        if there != picture.sha256:
            await self._write(target, picture, there)
        elif self.subject.written.get(target) != there:
            await self._adopt(target, there)
        return target

    async def _write(self, target: Path, picture: FoundPicture, there: str | None) -> None:
        content = await self._content(picture)
        present = await ask(partial(disk.read_small, target))
        if (digest(present) if present is not None else None) != there:
            raise SidecarChanged(target)

        await self.hand.put(
            self.subject.file,
            target,
            content,
            write=Write(expected_sha256=there),
            plan_id=self.subject.plan_id,
            present=present,
        )

    async def _content(self, picture: FoundPicture) -> bytes:
        fetched = self.choice.contents.get(picture.sha256)
        if fetched is not None:
            return fetched

        path = self.at_hand[picture.sha256]
        content = await ask(partial(read_if_there, path))
        if content is None or digest(content) != picture.sha256:
            raise SidecarChanged(path)

        return content

    async def _adopt(self, target: Path, sha256: str) -> None:
        """Take a picture of ours that came along with its video for written here."""
        await self.hand.database.write(
            partial(
                adopt,
                file=self.subject.file,
                target=target,
                sha256=sha256,
                at_s=self.hand.now(),
            )
        )

    async def _ours_beside(self, role: PictureRole) -> set[Path]:
        """Return what of ours lies beside the video, also what came along with it."""
        written = self.subject.written
        beside = (path for path in written if path.parent == self.video.parent)
        ours = {path for path in beside if own_role(path, self.video) is role}
        for each in self.present:
            is_named = own_role(each.path, self.video) is role
            if is_named and each.sha256 in written.values() and each.path not in ours:
                await self._adopt(each.path, str(each.sha256))
                ours.add(each.path)
        return ours

    def _ours(self, role: PictureRole) -> set[Path]:
        return {path for path in self.subject.written if path.stem.endswith(f"-{role}")}


def _at_hand(present: tuple[PresentPicture, ...], written: Mapping[Path, str]) -> dict[str, Path]:
    """Return where pictures are that need not be fetched, by their SHA-256."""
    found = {each.sha256: each.path for each in present if each.sha256 is not None}
    for path, sha256 in written.items():
        if sha256 not in found and _holds(path, sha256):
            found[sha256] = path
    return found


def _ours_at(target: Path, written: Mapping[Path, str]) -> str | None:
    """Return the SHA-256 of a picture of ours that has the name, perhaps in another spelling."""
    return next((each for each in set(written.values()) if _holds(target, each)), None)


def _holds(path: Path, sha256: str) -> bool:
    try:
        content = read_if_there(path)
    except LibraryError:
        return False
    return content is not None and digest(content) == sha256
