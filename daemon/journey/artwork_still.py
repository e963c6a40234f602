"""Let a picture of the video itself be its thumb, where its work has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from daemon.journey.artwork_choice import Choice
from daemon.journey.artwork_notes import PictureSubject
from daemon.journey.picture_supply import Had
from daemon.journey.video_still import VideoStills
from rules.errors import MediaError
from rules.sidecar import PictureRole
from store.found_pictures import FoundPicture, NoUse


@dataclass(frozen=True, slots=True, kw_only=True)
class WithStill:
    """What was chosen, a picture of the video perhaps among it."""

    choice: Choice
    is_put_off: bool = False
    """Whether one is still to be taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddingStill:
    """Adds a still to what was chosen for one file."""

    subject: PictureSubject
    stills: VideoStills
    at_hand: Mapping[str, Path]
    now: Callable[[], float]
    may_take_long: bool

    async def added(self, choice: Choice) -> WithStill:
        """Return the choice with a still, where one is called for and can be had."""
        address = self.subject.still_address
        if PictureRole.THUMB in choice.chosen or choice.lacking is not None or address is None:
            return WithStill(choice=choice)

        known = self.subject.known.get(address)
        if isinstance(known, NoUse):
            return WithStill(choice=choice)

        if isinstance(known, FoundPicture) and known.sha256 in self.at_hand:
            return WithStill(choice=_with(choice, known))

        if not self.may_take_long:
            return WithStill(choice=choice, is_put_off=True)

        return WithStill(choice=await self._with_new(choice, address))

    async def _with_new(self, choice: Choice, address: str) -> Choice:
        try:
            had = await self._take(address)
        except MediaError as error:
            return replace(choice, lacking=str(error))

        if isinstance(had.found, NoUse):
            told = f"a picture of the video itself: {had.found.trouble}"
            return replace(choice, left_out=(*choice.left_out, told))

        content = had.content or b""
        contents = {**choice.contents, had.found.sha256: content}
        return replace(_with(choice, had.found), contents=contents)

    async def _take(self, address: str) -> Had:
        video = Path(self.subject.file.path)
        return await self.stills.have(video, address, at_s=self.now())


def _with(choice: Choice, still: FoundPicture) -> Choice:
    return replace(choice, chosen={**choice.chosen, PictureRole.THUMB: still})
