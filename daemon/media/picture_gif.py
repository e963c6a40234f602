"""The first picture of a GIF, as Go's reader has it: alone, on no canvas.

Source of the format: CompuServe, GIF89a; of the treatment: Go, image/gif/reader.go.  Decoders
paint the picture on a canvas, and lose which colours were transparent; so it is cut out, and
given a palette in which each colour is its own number.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from daemon.media.picture_errors import PictureDamaged

_SCREEN_BYTES = 13  # signature and screen descriptor
_EXTENSION, _PICTURE = 0x21, 0x2C
_CONTROL = 0xF9
_HAS_PALETTE, _INTERLACED, _PALETTE_SIZE = 0x80, 0x40, 0x07
_IS_TRANSPARENT = 0x01
_NUMBERS = bytes(number for index in range(256) for number in (index, index, index))
_OPAQUE, _NOTHING = 255, b"\0\0\0\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class GifPicture:
    """The first picture of a GIF."""

    left: int
    """Where it lies on the canvas."""
    top: int
    palette: bytes
    """Four bytes a colour: red, green, blue, and 255 or, transparent, 0."""
    numbered: bytes
    """A GIF of this picture alone; in its place each colour is grey, as light as its number."""


@dataclass(slots=True, kw_only=True)
class _Reader:
    """Reads one thing after the other."""

    content: bytes
    place: int

    def take(self, count: int) -> bytes:
        """Return so many bytes."""
        taken = self.content[self.place : self.place + count]
        if len(taken) < count:
            raise PictureDamaged("it ends early")

        self.place += count
        return taken

    def take_blocks(self) -> bytes:
        """Return a row of blocks with their lengths and the end of the row."""
        began = place = self.place
        try:
            while count := self.content[place]:  # there can be a hundred million of them
                place += 1 + count
        except IndexError:
            raise PictureDamaged("it ends early") from None

        self.place = place + 1
        return self.content[began : self.place]


def first_picture(content: bytes) -> GifPicture:
    """Return the first picture of a GIF.

    Raises:
        PictureDamaged: when it ends early, or contradicts itself.

    """
    reader = _Reader(content=content, place=0)
    canvas_width, canvas_height, flags = struct.unpack("<HHBxx", reader.take(_SCREEN_BYTES)[6:])
    shared = _palette(reader, flags)
    transparent = _control_before_picture(reader)
    left, top, width, height, flags = struct.unpack("<HHHHB", reader.take(9))
    if left + width > canvas_width or top + height > canvas_height:
        raise PictureDamaged("a picture leaves its canvas")

    palette = _palette(reader, flags) or shared
    if not palette:
        raise PictureDamaged("it has no colours")

    code_size = reader.take(1)
    blocks = reader.take_blocks()
    screen = struct.pack("<6sHHBBB", b"GIF89a", width, height, 0xF7, 0, 0)
    frame = struct.pack("<BHHHHB", _PICTURE, 0, 0, width, height, flags & _INTERLACED)
    numbered = b"".join((screen, _NUMBERS, frame, code_size, blocks, b";"))
    return GifPicture(
        left=left, top=top, palette=_with_transparency(palette, transparent), numbered=numbered
    )


def _palette(reader: _Reader, flags: int) -> bytes:
    return reader.take(3 << (flags & _PALETTE_SIZE) + 1) if flags & _HAS_PALETTE else b""


def _control_before_picture(reader: _Reader) -> int | None:
    """Go to the first picture; return the number of the transparent colour."""
    transparent = None
    while (introducer := reader.take(1)[0]) != _PICTURE:
        if introducer != _EXTENSION:
            raise PictureDamaged("it holds no picture")

        label = reader.take(1)[0]
        blocks = reader.take_blocks()
        if label == _CONTROL:
            if len(blocks) < len(b"\4fddt\0"):
                raise PictureDamaged("a control block is too short")

            transparent = blocks[4] if blocks[1] & _IS_TRANSPARENT else None

    return transparent


def _with_transparency(palette: bytes, transparent: int | None) -> bytes:
    """Return the palette with four bytes a colour; a transparent one beyond its end is added."""
    colours = [palette[at : at + 3] + bytes((_OPAQUE,)) for at in range(0, len(palette), 3)]
    if transparent is not None:
        colours += [_NOTHING] * (transparent + 1 - len(colours))
        colours[transparent] = _NOTHING
    return b"".join(colours)
