"""A picture of the video itself, where no source has one of its work; taken once a content."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Protocol

from daemon.journey.picture_check import check_picture
from daemon.journey.picture_supply import Had
from daemon.media.errors import FileRefused
from daemon.media.examination import Still
from store import found_pictures
from store.database import Database
from store.found_pictures import FoundPicture, NoUse


class StillTaker(Protocol):
    """Whoever can take a picture of a video."""

    async def still(self, path: Path) -> Still:
        """Return the picture that shows most, or why there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoStills:
    """Takes stills, and remembers what they are."""

    database: Database
    taker: StillTaker

    async def have(self, video: Path, address: str, *, at_s: float) -> Had:
        """Return a still of a video; `address` is what it is known by.

        Raises:
            MediaError: the worker was given up; it is tried again.

        """
        had = await self._taken(video)
        await self.database.write(
            partial(found_pictures.save, address=address, found=had.found, at_s=at_s)
        )
        return had

    async def _taken(self, video: Path) -> Had:
        try:
            still = await self.taker.still(video)
        except FileRefused as error:
            return Had(found=NoUse(trouble=str(error)), content=None)

        if still.content is None:
            return Had(found=NoUse(trouble=still.missing or ""), content=None)

        found = check_picture(still.content)
        return Had(found=found, content=still.content if isinstance(found, FoundPicture) else None)


def still_address(content_id: int) -> str:
    """Return what the still of a content is known by, among the addresses of pictures."""
    return f"video:{content_id}"
