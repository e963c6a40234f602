"""The colours of a decoded picture as the reference's library sees them, row by row.

Facts: `stash.md` §2.1; Go, image/color.  Each kind of picture goes its own way there: JPEG and
WebP are made smaller in luma and chroma, chroma being repeated and not smoothed; transparent
colours are multiplied by their opacity; what has 16 bits, a palette or the inks of printing keeps
16 bits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import numpy as np
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from daemon.media.picture_colours import (
    Bytes,
    Words,
    dimmed,
    dimmed_to_words,
    dimmed_words,
    from_chroma,
    narrowed,
    widened,
)
from daemon.media.reduction import SIDE, reduce_rows

_WHITE = 255
_Shades = TypeVar("_Shades", np.uint8, np.uint16)


@dataclass(frozen=True, slots=True, kw_only=True)
class ByteRaster:
    """Rows (height x width x 1 or 3) of grey, or red, green and blue."""

    height: int
    width: int
    rows: Callable[[int, int], Bytes]

    def seen(self) -> Bytes:
        """Return 64 x 64 pixels, red, green and blue."""
        return _coloured(reduce_rows(self.height, self.width, self.rows))


@dataclass(frozen=True, slots=True, kw_only=True)
class ChromaRaster:
    """Rows of luma and both kinds of chroma."""

    height: int
    width: int
    rows: Callable[[int, int], Bytes]

    def seen(self) -> Bytes:
        """Return 64 x 64 pixels, red, green and blue."""
        return narrowed(from_chroma(reduce_rows(self.height, self.width, self.rows)))


@dataclass(frozen=True, slots=True, kw_only=True)
class WordRaster:
    """Rows of grey, or red, green and blue, of 16 bits."""

    height: int
    width: int
    rows: Callable[[int, int], Words]

    def seen(self) -> Bytes:
        """Return 64 x 64 pixels, red, green and blue."""
        return narrowed(_coloured(reduce_rows(self.height, self.width, self.rows)))


Raster = ByteRaster | ChromaRaster | WordRaster


def raster_of(picture: VideoFrame) -> Raster | None:
    """Return the rows of a decoded picture; None for a format that no picture decodes to.

    The rows are views: the picture must outlive them.
    """
    maker = _MAKERS.get(picture.format.name)
    return None if maker is None else maker(picture)


def painted(numbers: Bytes, palette: bytes, *, offset: tuple[int, int] = (0, 0)) -> WordRaster:
    """Return the rows of a picture of numbered colours.

    The palette has four bytes a colour, the last of them the opacity.  `offset` is where the
    picture lies on its canvas, down and across: the reference forgets it, except that it looks
    for an untouched picture at the corner of the canvas.
    """
    height, width = numbers.shape
    if (height, width) == (SIDE, SIDE):
        numbers = _looked_for_at_the_corner(numbers, *offset)

    colours = np.frombuffer(palette, np.uint8).reshape(-1, 4)
    words = dimmed_to_words(colours[:, :3], colours[:, 3:])
    return WordRaster(height=height, width=width, rows=lambda top, end: words[numbers[top:end]])


def greys_of(picture: VideoFrame, *, hidden: int) -> ByteRaster:
    """Return the rows of a picture of few greys, one of which is transparent.

    That the decoder may have taken another one for it does not matter.
    """
    every = _bits(picture) if picture.format.name == "monob" else _grey(picture)

    def rows(top: int, end: int) -> Bytes:
        greys = every.rows(top, end)
        return np.where(greys == hidden, np.uint8(0), greys)

    return _bytes(picture, rows)


def samples(picture: VideoFrame, plane: int, count: int) -> Bytes:
    """Return a plane as height x width x `count` bytes, without the padding of its lines."""
    stored = picture.planes[plane]
    lines = np.frombuffer(memoryview(stored), np.uint8).reshape(-1, stored.line_size)[
        : stored.height
    ]
    return lines[:, : stored.width * count].reshape(stored.height, stored.width, count)


def _grey(picture: VideoFrame) -> ByteRaster:
    """Return the greys; where opacities stand between them, these are left out."""
    count = 2 if picture.format.name == "ya8" else 1
    grey = samples(picture, 0, count)[:, :, :1]
    return _bytes(picture, lambda top, end: grey[top:end])


def _bits(picture: VideoFrame) -> ByteRaster:
    """Return black and white: eight pixels to a byte, the leftmost in its highest bit."""
    stored = picture.planes[0]
    lines = np.frombuffer(memoryview(stored), np.uint8).reshape(-1, stored.line_size)[
        : picture.height
    ]

    def rows(top: int, end: int) -> Bytes:
        bits = np.unpackbits(lines[top:end], axis=1, count=picture.width)
        return (bits * np.uint8(_WHITE))[:, :, None]

    return _bytes(picture, rows)


def _rgb(picture: VideoFrame) -> ByteRaster:
    colours = samples(picture, 0, 3)
    return _bytes(picture, lambda top, end: colours[top:end])


def _rgb_planes(picture: VideoFrame) -> ByteRaster:
    """Return what a JPEG of red, green and blue holds."""
    return _bytes(picture, partial(_three_planes, picture))


def _inks(picture: VideoFrame) -> WordRaster:
    """Return the colours of a JPEG of four inks; the decoder has mixed them already."""
    return _words(picture, lambda top, end: widened(_three_planes(picture, top, end)))


def _three_planes(picture: VideoFrame, top: int, end: int) -> Bytes:
    """Return rows of red, green and blue, which the decoder keeps as green, blue, red."""
    return np.concatenate([samples(picture, plane, 1)[top:end] for plane in (2, 0, 1)], axis=2)


def _transparent(colours: slice, opacity: int, count: int, picture: VideoFrame) -> Raster:
    """Return colours with their opacity; a picture that is not made smaller keeps 16 bits."""
    stored = samples(picture, 0, count)

    def parts(top: int, end: int) -> tuple[Bytes, Bytes]:
        return stored[top:end, :, colours], stored[top:end, :, opacity : opacity + 1]

    if (picture.height, picture.width) == (SIDE, SIDE):
        return _words(picture, lambda top, end: dimmed_to_words(*parts(top, end)))

    return _bytes(picture, lambda top, end: dimmed(*parts(top, end)))


def _wide(count: int, picture: VideoFrame) -> WordRaster:
    """Return samples of 16 bits, big end first; of two or four, the last is the opacity."""
    stored = samples(picture, 0, 2 * count)

    def rows(top: int, end: int) -> Words:
        words = np.ascontiguousarray(stored[top:end]).view(">u2").astype(np.uint16)
        return words if count % 2 else dimmed_words(words[..., :-1], words[..., -1:])

    return _words(picture, rows)


def _palette(picture: VideoFrame) -> WordRaster:
    stored = np.frombuffer(memoryview(picture.planes[1]), np.uint8).reshape(
        256, 4
    )  # blue, green, red, opacity
    return painted(samples(picture, 0, 1)[:, :, 0], stored[:, [2, 1, 0, 3]].tobytes())


def _chroma(across: int, down: int, picture: VideoFrame) -> ChromaRaster:
    """Return luma and chroma, of which one sample stands for so many pixels across and down."""
    rows = partial(_chroma_rows, across, down, picture)
    return ChromaRaster(height=picture.height, width=picture.width, rows=rows)


def _chroma_rows(across: int, down: int, picture: VideoFrame, top: int, end: int) -> Bytes:
    columns = np.arange(picture.width) // across
    lines = np.arange(top, end) // down
    luma = samples(picture, 0, 1)[top:end]
    blue, red = (samples(picture, plane, 1)[lines][:, columns] for plane in (1, 2))
    return np.concatenate([luma, blue, red], axis=2)


def _transparent_chroma(picture: VideoFrame) -> WordRaster:
    opacity = samples(picture, 3, 1)

    def rows(top: int, end: int) -> Words:
        colours = from_chroma(_chroma_rows(2, 2, picture, top, end))
        return dimmed_words(colours, widened(opacity[top:end]))

    return _words(picture, rows)


def _bytes(picture: VideoFrame, rows: Callable[[int, int], Bytes]) -> ByteRaster:
    return ByteRaster(height=picture.height, width=picture.width, rows=rows)


def _words(picture: VideoFrame, rows: Callable[[int, int], Words]) -> WordRaster:
    return WordRaster(height=picture.height, width=picture.width, rows=rows)


def _coloured(pixels: NDArray[_Shades]) -> NDArray[_Shades]:
    """Return red, green and blue where there is only grey."""
    return pixels.repeat(3, axis=2) if pixels.shape[2] == 1 else pixels


def _looked_for_at_the_corner(numbers: Bytes, down: int, across: int) -> Bytes:
    """Return what Go reads of a picture that lies elsewhere on its canvas: first colour 0."""
    seen = np.zeros_like(numbers)
    seen[down:, across:] = numbers[: SIDE - min(down, SIDE), : SIDE - min(across, SIDE)]
    return seen


_MAKERS: dict[str, Callable[[VideoFrame], Raster]] = {
    "gray": _grey,
    "monob": _bits,
    "rgb24": _rgb,
    "gbrp": _rgb_planes,
    "gbrap": _inks,
    "ya8": partial(_transparent, slice(0, 1), 1, 2),
    "rgba": partial(_transparent, slice(0, 3), 3, 4),
    "argb": partial(_transparent, slice(1, 4), 0, 4),
    "gray16be": partial(_wide, 1),
    "ya16be": partial(_wide, 2),
    "rgb48be": partial(_wide, 3),
    "rgba64be": partial(_wide, 4),
    "pal8": _palette,
    "yuv420p": partial(_chroma, 2, 2),
    "yuva420p": _transparent_chroma,
    "yuvj410p": partial(_chroma, 4, 2),
    "yuvj411p": partial(_chroma, 4, 1),
    "yuvj420p": partial(_chroma, 2, 2),
    "yuvj422p": partial(_chroma, 2, 1),
    "yuvj440p": partial(_chroma, 1, 2),
    "yuvj444p": partial(_chroma, 1, 1),
}
"""What each of ffmpeg's formats means; those without a j or a p come from PNG and WebP."""
