"""Tell what would become of the pictures beside a file, without fetching or touching any.

Which picture serves as what is decided by its size. That is known of pictures that were seen
before, and of those whose source tells it; of others only that it is decided when they are fetched.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from daemon.disk.artwork import PresentPicture
from daemon.journey.artwork_notes import PictureSubject
from providers.pictures import place_of
from rules.artwork import Sized, choose, sized
from rules.sidecar import PictureRole
from rules.work import Picture
from store.found_pictures import FoundPicture, NoUse

_BY_SHAPE: Mapping[PictureRole, str] = {
    PictureRole.POSTER: "an upright one, or else the first",
    PictureRole.FANART: "a wide one, if there is one and it is large",
    PictureRole.THUMB: "a wide one, if there is one",
}
_OF_THE_VIDEO = "a picture of the video itself, if it shows anything"


class PictureDeed(StrEnum):
    """What would be done; the value is for people."""

    WRITE = "write"
    CHANGE = "change"
    PERHAPS = "perhaps write"
    """That is seen when the pictures are fetched."""
    REMOVE = "remove"
    LEAVE = "leave"
    """Somebody else's."""
    NOTHING = "nothing to change"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtworkTerms:
    """How pictures are written, as configured."""

    is_written: bool = False
    roots: Mapping[str, Path] = field(default_factory=dict)
    """Library → its root folder."""
    takes_stills: bool = False
    """Whether the video itself may serve as its thumb."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureForeseen:
    """What would become of the picture of one role."""

    role: PictureRole
    deed: PictureDeed
    path: Path
    """Where it lies or would lie; without its extension while its kind is not known."""
    reason: str | None = None
    """Where it is from, or why it is left, in words."""


def foresee_pictures(
    subject: PictureSubject, present: Sequence[PresentPicture], *, takes_stills: bool
) -> tuple[PictureForeseen, ...]:
    """Return what would become of a file's pictures; nothing of a role that has none.

    Args:
        subject: What the pictures are about, after the accept.
        present: What lies beside the video.
        takes_stills: Whether the video itself may serve as its thumb.

    """
    return _Foresight(subject=subject, present=present, takes_stills=takes_stills).foreseen()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Foresight:
    subject: PictureSubject
    present: Sequence[PresentPicture]
    takes_stills: bool

    def foreseen(self) -> tuple[PictureForeseen, ...]:
        unseen = [each for each in self.subject.pictures if self._is_unseen(each)]
        chosen = choose([size for each in self.subject.pictures if (size := self._size(each))])
        found = (
            self._of_unseen(role, unseen) if unseen else self._of_chosen(role, chosen.get(role))
            for role in PictureRole
        )
        return tuple(each for each in found if each is not None)

    def _of_unseen(self, role: PictureRole, unseen: Collection[Picture]) -> PictureForeseen:
        theirs = self._theirs(role)
        if theirs is not None:
            return self._left(role, theirs)

        reason = f"{_BY_SHAPE[role]}: {_sizes(len(unseen))} not known before they are fetched"
        return self._foresee(role, PictureDeed.PERHAPS, reason)

    def _of_chosen(self, role: PictureRole, picture: Sized | None) -> PictureForeseen | None:
        if picture is None:
            return self._of_none(role)

        known = self.subject.known.get(picture.address)
        found = known if isinstance(known, FoundPicture) else None
        theirs = self._theirs(role)
        if theirs is not None:
            is_same = found is not None and theirs.sha256 == found.sha256
            return self._nothing(role, theirs.path) if is_same else self._left(role, theirs)

        ours = self._ours(role)
        reason = f"from {place_of(picture.address)}"
        if found is None:
            deed = PictureDeed.PERHAPS if ours else PictureDeed.WRITE
            return self._foresee(role, deed, f"{reason}, where it is fetched then")

        target = self._target(role, found.extension)
        if ours is not None and (ours.path, ours.sha256) == (target, found.sha256):
            return self._nothing(role, target)

        deed = PictureDeed.CHANGE if ours else PictureDeed.WRITE
        return PictureForeseen(role=role, deed=deed, path=target, reason=reason)

    def _of_none(self, role: PictureRole) -> PictureForeseen | None:
        """Return what becomes of a role that no picture of the work serves."""
        theirs, ours = self._theirs(role), self._ours(role)
        if theirs is None and self._may_be_still(role):
            return self._of_still(role, ours)
        if theirs is not None or ours is None:
            return None

        reason = "its work has no picture for that any more"
        return PictureForeseen(role=role, deed=PictureDeed.REMOVE, path=ours.path, reason=reason)

    def _may_be_still(self, role: PictureRole) -> bool:
        address = self.subject.still_address
        if not self.takes_stills or role is not PictureRole.THUMB or address is None:
            return False

        return not isinstance(self.subject.known.get(address), NoUse)

    def _of_still(self, role: PictureRole, ours: PresentPicture | None) -> PictureForeseen:
        known = self.subject.known.get(self.subject.still_address or "")
        if ours is not None and isinstance(known, FoundPicture) and known.sha256 == ours.sha256:
            return self._nothing(role, ours.path)

        return self._foresee(role, PictureDeed.PERHAPS, _OF_THE_VIDEO)

    def _size(self, picture: Picture) -> Sized | None:
        match self.subject.known.get(picture.url):
            case FoundPicture() as found:
                return Sized(address=picture.url, width=found.width, height=found.height)
            case NoUse():
                return None
            case None:
                return sized(picture)

    def _is_unseen(self, picture: Picture) -> bool:
        return picture.url not in self.subject.known and sized(picture) is None

    def _theirs(self, role: PictureRole) -> PresentPicture | None:
        """Return somebody else's picture that serves as this, if there is one."""
        of_role = (each for each in self.present if each.role is role)
        return next(
            (each for each in of_role if not self.subject.is_ours(each.path, each.sha256)), None
        )

    def _ours(self, role: PictureRole) -> PresentPicture | None:
        of_role = (each for each in self.present if each.role is role)
        return next(
            (each for each in of_role if self.subject.is_ours(each.path, each.sha256)), None
        )

    def _target(self, role: PictureRole, extension: str = "") -> Path:
        video = Path(self.subject.file.path)
        return video.with_name(f"{video.stem}-{role}{extension}")

    def _foresee(self, role: PictureRole, deed: PictureDeed, reason: str) -> PictureForeseen:
        return PictureForeseen(role=role, deed=deed, path=self._target(role), reason=reason)

    def _nothing(self, role: PictureRole, path: Path) -> PictureForeseen:
        return PictureForeseen(role=role, deed=PictureDeed.NOTHING, path=path)

    def _left(self, role: PictureRole, theirs: PresentPicture) -> PictureForeseen:
        reason = f"it is somebody else's, and serves as {role}"
        return PictureForeseen(role=role, deed=PictureDeed.LEAVE, path=theirs.path, reason=reason)


def _sizes(count: int) -> str:
    return "its size is" if count == 1 else f"the sizes of {count} are"
