"""The colours of a JPEG as the reference's library sees them.

Facts: `stash.md` §2.1; Go, image/jpeg (reader.go) and image/color.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from daemon.media.jpeg.decoder import JpegPicture, decode
from daemon.media.picture_colours import Bytes, Words, dimmed_words, from_chroma, widened
from daemon.media.picture_errors import PictureNotUnderstood
from daemon.media.picture_raster import ByteRaster, ChromaRaster, Raster, WordRaster

_GREY, _INKS = 1, 4
_UNKNOWN = 0  # Adobe's word for red, green and blue, or four inks
_NAMES = tuple(b"RGB")
_FULL = 255


def jpeg_raster(content: bytes) -> Raster:
    """Return the rows of a JPEG.

    Raises:
        PictureDamaged: when it ends early or contradicts itself.
        PictureNotUnderstood: for what the reference's reader refuses, or what takes too long.

    """
    picture = decode(content)
    height, width, count = picture.frame.height, picture.frame.width, len(picture.planes)
    rows = partial(_rows, picture)
    if count == _INKS and picture.adobe is None:
        raise PictureNotUnderstood("four inks that nobody names")

    if count == _INKS:
        inks = partial(_inked_rows, picture)
        return WordRaster(height=height, width=width, rows=inks)

    if count == _GREY or _is_red_green_blue(picture):
        return ByteRaster(height=height, width=width, rows=rows)

    return ChromaRaster(height=height, width=width, rows=rows)


def _rows(picture: JpegPicture, top: int, end: int) -> Bytes:
    """Return rows of all components; where one has fewer samples, each is repeated."""
    return np.stack([_repeated(picture, at, top, end) for at in range(len(picture.planes))], axis=2)


def _repeated(picture: JpegPicture, number: int, top: int, end: int) -> Bytes:
    first, own = picture.frame.components[0], picture.frame.components[number]
    lines = np.arange(top, end) // (first.down // own.down)
    plane = picture.planes[number]
    if first.across == own.across:
        return plane[lines, : picture.frame.width]

    columns = np.arange(picture.frame.width) // (first.across // own.across)
    return plane[lines][:, columns]


def _inked_rows(picture: JpegPicture, top: int, end: int) -> Words:
    """Return what white paper looks like under four inks.

    They are kept as Adobe does: 255 is no ink.
    """
    rows = _rows(picture, top, end)
    colours, black = rows[..., :-1], rows[..., -1:]
    if picture.adobe != _UNKNOWN:
        colours = _FULL - (from_chroma(colours) >> 8).astype(np.uint8)

    return dimmed_words(widened(colours), widened(black))


def _is_red_green_blue(picture: JpegPicture) -> bool:
    if picture.is_jfif:
        return False

    names = tuple(component.name for component in picture.frame.components)
    return picture.adobe == _UNKNOWN or names == _NAMES
