"""A place where pictures are fetched from, that does as it is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from providers.pictures import Picture
from providers.sandbox.pictures import png
from rules.candidate import Candidate
from rules.errors import ProviderError
from rules.picture_kind import picture_type
from rules.work import Picture as WorkPicture
from tests.daemon.ground import candidate

WIDE = "https://pictures.example/wide"
UPRIGHT = "https://pictures.example/upright"
SECOND = "https://other.example/second"

WIDE_PNG = png(1280, 720, 1)
UPRIGHT_PNG = png(400, 600, 2)
SECOND_PNG = png(1920, 1080, 3)
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
