"""Which of a work's pictures becomes poster, fanart and thumb, by shape and real size.

Posters are 2:3, fanart and thumbs 16:9 on every skin of Kodi and in Jellyfin. What counts of a
picture are the pixels that are left when it is cut to that shape, and no more of them than a
screen shows; of equals the source's order decides, which puts the best cover first.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rules.sidecar import PictureRole
from rules.work import Picture

MOST_CONSIDERED: Final = 8
"""Of a work's pictures, the first so many; some have a whole gallery."""
LEAST_SIDE_PIXELS: Final = 120
"""Anything smaller is an icon, or what stands in for a picture that is not there."""
MOST_PIXELS: Final = 50_000_000
"""More than any cover has; a few bytes can claim any size."""

_UPRIGHT_BELOW: Final = 0.9
"""Width to height: below it a picture is a poster's, however it is cut."""
_WIDE_FROM: Final = 1.2
"""From it on it is a screen's; 4:3 is 1.33."""
_POSTER_ASPECT: Final = 2 / 3
_SCREEN_ASPECT: Final = 16 / 9
_POSTER_PIXELS: Final = 1000 * 1500
_THUMB_PIXELS: Final = 1280 * 720
_FANART_PIXELS: Final = 1920 * 1080
"""Kodi's recommended sizes of posters, landscapes and fanart."""
_OWN_FANART_WIDTH: Final = 1280
"""A picture of its own fills the screen's background from that width on."""
_LEAST_FANART_WIDTH: Final = 960
"""Below that the thumb's would be blown up to twice its size."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sized:
    """A picture whose size is known."""

    address: str
    width: int
    """Pixels, as is `height`."""
    height: int

    @property
    def aspect(self) -> float:
        """Return width to height."""
        return self.width / self.height


def sized(picture: Picture) -> Sized | None:
    """Return a picture with the size that its source tells, None where it tells none."""
    if not picture.width or not picture.height:
        return None

    return Sized(address=picture.url, width=picture.width, height=picture.height)


def is_usable(width: int, height: int) -> bool:
    """Tell whether a picture of that size is worth writing, and safe to show."""
    return min(width, height) >= LEAST_SIDE_PIXELS and width * height <= MOST_PIXELS


def choose(pictures: Sequence[Sized]) -> Mapping[PictureRole, Sized]:
    """Return the best picture for each role that one of these can serve.

    A work without an upright picture shows its cover as poster, for a server that finds none
    shows a blank or an arbitrary frame. Fanart is another picture than the thumb where there is
    one that fills a screen.
    """
    usable = [each for each in pictures if is_usable(each.width, each.height)]
    upright = [each for each in usable if each.aspect < _UPRIGHT_BELOW]
    wide = [each for each in usable if each.aspect >= _WIDE_FROM]
    thumb = _best(wide, _SCREEN_ASPECT, _THUMB_PIXELS)
    chosen = {
        PictureRole.POSTER: _best(upright, _POSTER_ASPECT, _POSTER_PIXELS)
        or (usable[0] if usable else None),
        PictureRole.FANART: _fanart(wide, thumb),
        PictureRole.THUMB: thumb,
    }
    return {role: picture for role, picture in chosen.items() if picture is not None}


def _fanart(wide: Sequence[Sized], thumb: Sized | None) -> Sized | None:
    others = [each for each in wide if each != thumb and each.width >= _OWN_FANART_WIDTH]
    own = _best(others, _SCREEN_ASPECT, _FANART_PIXELS)
    if own is not None or thumb is None:
        return own

    return thumb if thumb.width >= _LEAST_FANART_WIDTH else None


def _best(pictures: Sequence[Sized], aspect: float, most_pixels: int) -> Sized | None:
    """Return the picture with most to show in a shape; the first of equals."""
    return max(pictures, key=lambda each: min(_pixels_in(each, aspect), most_pixels), default=None)


def _pixels_in(picture: Sized, aspect: float) -> float:
    """Return how many pixels are left of a picture when it is cut to a shape."""
    share = min(picture.aspect, aspect) / max(picture.aspect, aspect)
    return picture.width * picture.height * share
