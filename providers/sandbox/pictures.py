"""Real PNG pictures, painted from nothing: a flat colour that the id decides."""

from __future__ import annotations

import struct
import zlib
from typing import Final

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PALETTE: Final = 3
_SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 9"/>'


def paint(image_id: str, width: int, height: int) -> tuple[str, bytes]:
    """Return the content type and the bytes; sizes of -1 make an SVG, as they mark one."""
    if width < 1 or height < 1:
        return ("image/svg+xml", _SVG)

    return ("image/png", png(width, height, zlib.crc32(image_id.encode())))


def png(width: int, height: int, seed: int) -> bytes:
    """Return a picture of one colour, made of `seed`, with one palette entry and a bit a pixel."""
    header = struct.pack(">IIBBBBB", width, height, 1, _PALETTE, 0, 0, 0)
    row = bytes(1 + (width + 7) // 8)
    chunks = (
        (b"IHDR", header),
        (b"PLTE", struct.pack(">I", seed)[1:]),
        (b"IDAT", zlib.compress(row * height)),
        (b"IEND", b""),
    )
    return _SIGNATURE + b"".join(_chunk(kind, content) for kind, content in chunks)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
