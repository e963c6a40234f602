"""How many pixels a picture claims to have, before anything is decoded.

Sources: ITU-T T.81 §B.2.2 (JPEG), W3C PNG §11.2.2, CompuServe GIF89a, WebP container
specification and RFC 6386 §9.1 (lossy), RFC 9649 §3 (lossless).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from daemon.media.picture_content import jpeg_parts
from daemon.media.picture_errors import PictureDamaged
from daemon.media.picture_examination import PictureKind
from daemon.media.picture_gif import first_picture

_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_WEBP_HEAD_BYTES = 30
_FOURTEEN_BITS = 0x3FFF


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSize:
    """Pixels as stored."""

    width: int
    height: int


def claimed_size(kind: PictureKind, content: bytes) -> PictureSize | None:
    """Return the size that a picture claims to have; None when it is too damaged to say."""
    try:
        width, height = _READERS[kind](content)
    except (struct.error, PictureDamaged):
        return None

    return PictureSize(width=width, height=height)


def _jpeg(content: bytes) -> tuple[int, int]:
    for part in jpeg_parts(content):
        if part.marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", content, part.place + 5)
            return width, height

    raise PictureDamaged("it has no size")


def _png(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from(">II", content, 16)
    return width, height


def _gif(content: bytes) -> tuple[int, int]:
    width, height = struct.unpack_from("<HH", first_picture(content).numbered, 6)
    return width, height


def _webp(content: bytes) -> tuple[int, int]:
    head = content[:_WEBP_HEAD_BYTES].ljust(_WEBP_HEAD_BYTES, b"\0")
    name = head[12:16]
    if name == b"VP8X":
        return int.from_bytes(head[24:27], "little") + 1, int.from_bytes(head[27:30], "little") + 1

    if name == b"VP8L":
        bits = int.from_bytes(head[21:25], "little")
        return (bits & _FOURTEEN_BITS) + 1, (bits >> 14 & _FOURTEEN_BITS) + 1

    width, height = struct.unpack_from("<HH", head, 26)
    return width & _FOURTEEN_BITS, height & _FOURTEEN_BITS


_READERS = {
    PictureKind.JPEG: _jpeg,
    PictureKind.PNG: _png,
    PictureKind.GIF: _gif,
    PictureKind.WEBP: _webp,
}
