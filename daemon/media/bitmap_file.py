"""Read the bitmap files that ffmpeg writes, as the reference reads them.

Facts: `stash.md` §1.3; golang.org/x/image/bmp, which the reference reads them with.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from daemon.media.bitmap import Tile
from daemon.media.errors import PictureKindUnread

_HEAD = struct.Struct("<2s8xII2i2xHI")
"""Signature, where the pixels begin, bytes of the second head, width, height, depth, packing."""
_FILE_HEAD_BYTES = 14
_MOST_PIXELS = 1 << 26
_UNPACKED = 0
_ENTRY_BYTES = 4  # of a palette: blue, green, red, nothing
_PIXEL_BYTES = {8: 1, 24: 3, 32: 4}


class BitmapUnread(Exception):
    """The bytes are no bitmap that the reference reads; `fallback` turns this into an error."""


class _Head(NamedTuple):
    """What the two heads of a bitmap say."""

    signature: bytes
    pixels_at: int
    second_head_bytes: int
    width: int
    height: int
    """Negative where the first line is the top one."""
    depth_bits: int
    packing: int


def tile_of_bitmap(content: bytes) -> Tile:
    """Return the picture of a bitmap with 8 (a palette), 24 or 32 bits (alpha is ignored).

    Raises:
        PictureKindUnread: for bitmaps of another depth, which the reference refuses.
        BitmapUnread: for what is no bitmap, or is cut short.

    """
    head = _head_of(content)
    pixels = _pixels(content, head)
    upright = pixels if head.height < 0 else pixels[::-1]
    if head.depth_bits == 8:  # noqa: PLR2004
        return _through_palette(upright[:, :, 0], content, head)

    return upright[:, :, 2::-1]


def _head_of(content: bytes) -> _Head:
    if len(content) < _HEAD.size:
        raise BitmapUnread(f"{len(content)} bytes")

    head = _Head(*_HEAD.unpack_from(content))
    is_known = (
        head.signature == b"BM"
        and (head.packing == _UNPACKED or head.depth_bits not in _PIXEL_BYTES)
        and head.width > 0
        and 0 < head.width * abs(head.height) <= _MOST_PIXELS
    )
    if not is_known:
        raise BitmapUnread(f"a head of {content[: _HEAD.size].hex()}")

    if head.depth_bits not in _PIXEL_BYTES:
        raise PictureKindUnread(f"bitmap of {head.depth_bits} bits")

    return head


def _pixels(content: bytes, head: _Head) -> NDArray[np.uint8]:
    """Return height x width x bytes, as the lines stand in the file, without their padding."""
    pixel_bytes = _PIXEL_BYTES[head.depth_bits]
    line_bytes = (head.width * pixel_bytes + 3) // 4 * 4
    height = abs(head.height)
    if len(content) < head.pixels_at + height * line_bytes:
        raise BitmapUnread(f"{len(content)} bytes for {head.width} x {height} pixels")

    lines = np.frombuffer(content, np.uint8, height * line_bytes, head.pixels_at)
    used = lines.reshape(height, line_bytes)[:, : head.width * pixel_bytes]
    return used.reshape(height, head.width, pixel_bytes)


def _through_palette(indices: NDArray[np.uint8], content: bytes, head: _Head) -> Tile:
    stored = content[_FILE_HEAD_BYTES + head.second_head_bytes : head.pixels_at]
    count = len(stored) // _ENTRY_BYTES
    if int(indices.max()) >= count:
        raise BitmapUnread(f"a palette of {count} colours")

    entries = np.frombuffer(stored, np.uint8, count * _ENTRY_BYTES).reshape(count, _ENTRY_BYTES)
    return entries[:, 2::-1][indices]
