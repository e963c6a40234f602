"""The pictures beside videos, made of what they need."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import structlog

from daemon.journey.artwork import Artwork
from daemon.journey.picture_decoding import Decoder, PictureDecoding
from daemon.journey.picture_supply import Fetcher, PictureSupply
from daemon.journey.portraits import Portraits
from daemon.journey.sidecar_hand import SidecarHand
from daemon.journey.video_still import StillTaker, VideoStills
from daemon.settings import Settings
from daemon.version import doorman_version
from providers.pictures import ACCEPT_BESIDE, PictureFetcher, opened_fetcher


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureMeans:
    """Where pictures come from."""

    fetcher: Fetcher
    stills: StillTaker
    """Takes them of videos."""
    decoder: Decoder
    """Sees whether they are whole."""


@asynccontextmanager
async def opened_artwork_fetcher() -> AsyncIterator[PictureFetcher]:
    """Yield whoever fetches pictures of the kinds that media servers show."""
    agent = f"doorman/{doorman_version()}"
    async with opened_fetcher(user_agent=agent, accept=ACCEPT_BESIDE) as fetcher:
        yield fetcher


def folders_of(settings: Settings) -> dict[str, Path]:
    """Return where sidecars may be written, by the library's name; that of people has none."""
    folder = settings.sidecar.performer_pictures
    libraries = {library.name: Path(library.path) for library in settings.libraries}
    return libraries if folder is None else {**libraries, "": folder}


def make_artwork(
    settings: Settings, hand: SidecarHand, means: PictureMeans | None
) -> Artwork | None:
    """Return who writes pictures; None where none are wanted, or nobody can fetch any."""
    if means is None or not settings.sidecar.artwork:
        return None

    supply = PictureSupply(
        database=hand.database,
        fetcher=means.fetcher,
        now=hand.now,
        damage=PictureDecoding(decoder=means.decoder).damage,
    )
    folder = settings.sidecar.performer_pictures
    return Artwork(
        hand=hand,
        supply=supply,
        portraits=Portraits(folder=folder, hand=hand, supply=supply) if folder else None,
        stills=VideoStills(database=hand.database, taker=means.stills)
        if settings.sidecar.thumb_from_video
        else None,
        source_urls={source.name: source.url for source in settings.sources},
        log=structlog.get_logger(),
    )
