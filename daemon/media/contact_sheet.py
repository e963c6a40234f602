"""Make the contact sheet of a video: the montage that its phash is made of, small and in shape."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, WebPImagePlugin

from daemon.media.bitmap import Tile
from rules.contact_sheet import MOST_SHEET_BYTES

WEBP = WebPImagePlugin.WebPImageFile.format
"""Naming it here loads the one plugin that is needed, not all of Pillow's."""

_MANNERS = ((60, 1.0), (30, 1.0), (30, 0.5))
"""Quality and share of the size; the first shows all that 160 pixels can, others are for noise."""
_METHOD = 2  # measured: 25 ms a sheet; 4 takes twice as long and saves 3 %
_TALLEST = 1.25  # height to width: upright video would make a sheet of three screens
_LIKELY_ASPECTS = (0.2, 5.0)
_SQUARE_ENOUGH = 0.02  # below that, 160 pixels do not show that pixels are not square


def contact_sheet(montage: Tile, *, width: int, aspect: float | None) -> bytes | None:
    """Return a montage as WebP of at most `width` pixels across.

    Args:
        montage: Pictures of one size, as stored: its pixels need not be square.
        width: At most so many pixels, fewer for upright video.
        aspect: Width to height as the video is shown; None where nobody says.

    Returns None when it cannot be made small enough.

    """
    height, stored_width = montage.shape[:2]
    shape = shape_of(stored_width, height, aspect)
    picture = Image.fromarray(montage)
    tries = (_sheet(picture, fitting(shape, width * share), quality) for quality, share in _MANNERS)
    return next((each for each in tries if len(each) <= MOST_SHEET_BYTES), None)


def shape_of(width: int, height: int, aspect: float | None) -> tuple[float, float]:
    """Return the shape with square pixels: lines are kept, columns are squeezed or widened."""
    least, most = _LIKELY_ASPECTS
    if aspect is None or not least <= aspect <= most:
        return width, height

    is_square = abs(width / height / aspect - 1) < _SQUARE_ENOUGH
    return (width, height) if is_square else (width, width / aspect)


def fitting(shape: tuple[float, float], width: float) -> tuple[int, int]:
    """Return the largest size of a shape that fits; a sheet is never larger than its montage."""
    factor = min(1.0, width / shape[0], width * _TALLEST / shape[1])
    return max(1, round(shape[0] * factor)), max(1, round(shape[1] * factor))


def _sheet(picture: Image.Image, size: tuple[int, int], quality: int) -> bytes:
    buffer = BytesIO()
    shown = picture.resize(size, Image.Resampling.LANCZOS)
    shown.save(buffer, WEBP, quality=quality, method=_METHOD)
    return buffer.getvalue()
