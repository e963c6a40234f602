"""A place where pictures are fetched from, that does as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from daemon.journey import noticing
from daemon.journey.apply import Apply
from daemon.journey.artwork import Artwork
from daemon.journey.picture_supply import PictureSupply
from daemon.journey.sidecars import Sidecars
from providers.errors import ServerFailed
from providers.pictures import Picture
from providers.sandbox.pictures import png
from rules.candidate import Candidate
from rules.errors import ProviderError
from rules.journey import FileState
from rules.picture_kind import picture_type
from rules.work import Picture as WorkPicture
from store.files import FileRecord
from store.outbox import Errand, Owed
from tests.daemon.doubles import Lines
from tests.daemon.ground import NAME, Ground, accept, candidate

WIDE = "https://pictures.example/wide"
UPRIGHT = "https://pictures.example/upright"
SECOND = "https://other.example/second"

WIDE_PNG = png(1280, 720, 1)
UPRIGHT_PNG = png(400, 600, 2)
SECOND_PNG = png(1920, 1080, 3)
DOWN = ServerFailed("pictures.example", 503)
GIF = (
    b"GIF89a\x80\x02\xe0\x01\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    b",\x00\x00\x00\x00\x80\x02\xe0\x01\x00\x02\x02L\x01\x00;"
)
"""Of 640 by 480 pixels; nothing that is read here decodes it."""


@dataclass(slots=True)
class Elsewhere:
    """Serves what lies at each address, or fails as it is told."""

    served: dict[str, bytes | ProviderError] = field(default_factory=dict)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    """Address and the source's, of each request."""

    async def fetch(self, address: str, *, source_url: str | None = None) -> Picture:
        self.asked.append((address, source_url))
        served = self.served[address]
        if isinstance(served, ProviderError):
            raise served

        return Picture(content=served, media_type=picture_type(served) or "")


def elsewhere() -> Elsewhere:
    return Elsewhere({WIDE: WIDE_PNG, UPRIGHT: UPRIGHT_PNG, SECOND: SECOND_PNG})


def with_pictures(
    addresses: Sequence[str] = (WIDE, UPRIGHT), remote_id: str = "h-1", *, oshash: int = 0xFEED
) -> Candidate:
    """Return an offer of a work with pictures whose sizes the source does not tell."""
    offer = candidate(remote_id, oshash=oshash)
    pictures = tuple(WorkPicture(url=address) for address in addresses)
    return replace(offer, work=replace(offer.work, pictures=pictures))


class PictureBench:
    """The stage, with pictures and NFOs on a real disk."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.log = Lines()
        self.elsewhere = elsewhere()
        self.sidecars = Sidecars(
            database=ground.database,
            roots={name: Path(each.root) for name, each in ground.territories.items()},
            now=ground.clock,
        )
        artwork = Artwork(
            hand=self.sidecars.hand,
            supply=PictureSupply(
                database=ground.database, fetcher=self.elsewhere, now=ground.clock
            ),
            source_urls={},
            log=self.log,
        )
        self.stage = self.make(pictures=artwork, wants_pictures=True)

    def make(self, *, pictures: Artwork | None, wants_pictures: bool) -> Apply:
        return Apply(
            database=self.ground.database,
            sidecars=self.sidecars,
            writes_nfo=True,
            pictures=pictures,
            wants_pictures=wants_pictures,
            now=self.ground.clock,
            jitter=lambda: 0.5,
            log=self.log,
        )

    def break_down(self) -> None:
        self.elsewhere.served = dict.fromkeys((WIDE, UPRIGHT), DOWN)

    def mend(self) -> None:
        self.elsewhere.served = elsewhere().served

    async def accepted(
        self, name: str = NAME, *, pictures: Sequence[str] = (WIDE, UPRIGHT)
    ) -> tuple[FileRecord, int]:
        file = await self.ground.add_known(name, FileState.ANSWERED)
        plan_id = await accept(self.ground, file, with_pictures(pictures))
        return await self.ground.file(file.id), plan_id

    async def work(self) -> list[Errand]:
        """Run what is due, once; return what that was."""
        items = await self.stage.take(frozenset())
        for item in items:
            await self.stage.work(item)
        return [item.owed.errand for item in items]

    async def owed(self) -> list[Owed]:
        return await self.ground.owed(Errand.SIDECAR, Errand.RESTORE, Errand.ARTWORK)

    def beside(self, folder: str = "") -> set[str]:
        """Return the kinds of files that lie in a folder."""
        return {path.suffix for path in (self.ground.root / folder).iterdir()}

    async def note_moved(self, file: FileRecord, there: Path) -> None:
        seen = await self.ground.look(there)
        note = partial(
            noticing.move,
            file=await self.ground.file(file.id),
            library=file.library,
            seen=seen,
            at_s=self.ground.clock(),
        )
        await self.ground.database.write(note)
