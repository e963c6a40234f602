"""The colours that the reference sees: those of the bitmap that its ffmpeg command writes.

Facts: `stash.md` §1.3; FFmpeg, libavcodec/bmpenc.c and libavutil/imgutils.c (the palettes).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from daemon.media.errors import PictureKindUnread

Tile = NDArray[np.uint8]
"""Height x width x 3, red, green and blue; one row after the other from the top."""

BITMAP_FORMATS = (
    "bgra|bgr24|rgb565le|rgb555le|rgb444le|rgb8|bgr8|rgb4_byte|bgr4_byte|gray|pal8|monob"
)
"""What ffmpeg's BMP encoder takes, in its order: the filters choose the nearest of them."""

_Palette = NDArray[np.uint8]  # 256 x 3, red, green and blue


def colours(picture: VideoFrame) -> Tile:
    """Return red, green and blue as the reference's BMP reader has them.

    It reads 24 bits, 32 bits without their alpha, and 8 bits with a palette.

    Raises:
        PictureKindUnread: for bitmaps of 1 and 16 bits.

    """
    name = picture.format.name
    if name == "bgr24":
        return _pixels(picture, 3)[:, :, ::-1]

    if name == "bgra":
        return _pixels(picture, 4)[:, :, 2::-1]

    palette = _palette(picture)
    if palette is None:
        raise PictureKindUnread(name)

    return palette[_pixels(picture, 1)[:, :, 0]]


def _pixels(picture: VideoFrame, pixel_bytes: int) -> NDArray[np.uint8]:
    """Return height x width x bytes, without the padding of the lines."""
    plane = picture.planes[0]
    lines = _bytes(plane).reshape(-1, plane.line_size)[: picture.height]
    return lines[:, : picture.width * pixel_bytes].reshape(picture.height, -1, pixel_bytes)


def _bytes(plane: VideoPlane) -> NDArray[np.uint8]:
    return np.frombuffer(bytes(plane), np.uint8)


def _palette(picture: VideoFrame) -> _Palette | None:
    if picture.format.name == "pal8":
        stored = _bytes(picture.planes[1]).reshape(256, 4)  # blue, green, red, alpha
        return stored[:, 2::-1]

    systematic = _SYSTEMATIC.get(picture.format.name)
    return None if systematic is None else systematic(np.arange(256))


def _grey(index: NDArray[np.int64]) -> _Palette:
    return _joined(index, index, index)


def _rgb8(index: NDArray[np.int64]) -> _Palette:
    return _joined((index >> 5) * 36, (index >> 2 & 7) * 36, (index & 3) * 85)


def _bgr8(index: NDArray[np.int64]) -> _Palette:
    return _joined((index & 7) * 36, (index >> 3 & 7) * 36, (index >> 6) * 85)


def _rgb4(index: NDArray[np.int64]) -> _Palette:
    return _joined((index >> 3 & 1) * 255, (index >> 1 & 3) * 85, (index & 1) * 255)


def _bgr4(index: NDArray[np.int64]) -> _Palette:
    return _joined((index & 1) * 255, (index >> 1 & 3) * 85, (index >> 3 & 1) * 255)


def _joined(*channels: NDArray[np.int64]) -> _Palette:
    return np.stack(channels, axis=1).astype(np.uint8)


_SYSTEMATIC: dict[str, Callable[[NDArray[np.int64]], _Palette]] = {
    "gray": _grey,
    "rgb8": _rgb8,
    "bgr8": _bgr8,
    "rgb4_byte": _rgb4,
    "bgr4_byte": _bgr4,
}
"""Palettes of the formats that have none of their own."""
