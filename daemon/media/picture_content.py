"""What the bytes of a picture say of it: its kind, and whether all of it is there.

The decoders make the best of a picture that ends early; the reference's readers refuse it, so
its ends are looked for here.  Sources: ITU-T T.81 (JPEG), W3C PNG, CompuServe GIF89a, WebP
container specification; Go's image.RegisterFormat for what is taken for which kind.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from daemon.media.picture_errors import PictureDamaged, PictureNotUnderstood
from daemon.media.picture_examination import PictureKind

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_WEBP_CHUNKS = (b"VP8 ", b"VP8L", b"VP8X")
_PNG_HEAD_BYTES = 8  # length and name
_PNG_PIXELS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_PNG_GREY = 0
_PNG_FEW_BITS = (1, 2, 4)
_WHITE = 255
_JPEG_START = b"\xff\xd8"
_JPEG_END = b"\xff\xd9"
_JPEG_SCAN = 0xDA
_JPEG_MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")  # those that have content
_MOST_JPEG_PARTS = 65_536
"""Before the first scan; a part holds up to 64 KiB, so no picture within the limits has as many."""
_WEBP_ANIMATED = 0x02


@dataclass(frozen=True, slots=True, kw_only=True)
class PngChunk:
    """A named part of a PNG."""

    name: bytes
    content: bytes

    def to_bytes(self) -> bytes:
        """Return the part as it stands in a PNG."""
        checksum = zlib.crc32(self.content, zlib.crc32(self.name))
        parts = (struct.pack(">I4s", len(self.content), self.name), self.content)
        return b"".join((*parts, struct.pack(">I", checksum)))


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegPart:
    """A part of a JPEG."""

    marker: int
    place: int
    """Where its marker begins."""


def kind_of(content: bytes) -> PictureKind | None:
    """Return what kind of picture it is; None for anything else.  The beginning is enough."""
    if content.startswith(_JPEG_START):
        return PictureKind.JPEG

    if content.startswith(_PNG_SIGNATURE):
        return PictureKind.PNG

    if content.startswith((b"GIF87a", b"GIF89a")):
        return PictureKind.GIF

    if content[:4] == b"RIFF" and content[8:12] == b"WEBP" and content[12:16] in _WEBP_CHUNKS:
        return PictureKind.WEBP

    return None


def ensure_whole(kind: PictureKind, content: bytes) -> None:
    """Look for the end of a picture.

    Raises:
        PictureDamaged: when it is not there, or a part of a PNG has changed.
        PictureNotUnderstood: for a WebP that moves.

    """
    if kind is PictureKind.JPEG:
        _ensure_whole_jpeg(content)
    elif kind is PictureKind.PNG:
        for _ in png_chunks(content):
            pass
    elif kind is PictureKind.WEBP:
        _ensure_whole_webp(content)


def png_chunks(content: bytes) -> Iterator[PngChunk]:
    """Yield the parts of a PNG up to its end, which must come.

    Raises:
        PictureDamaged: when the end is missing, or a checksum differs.

    """
    place = len(_PNG_SIGNATURE)
    name = b""
    while name != b"IEND":
        head = content[place : place + _PNG_HEAD_BYTES]
        if len(head) < _PNG_HEAD_BYTES:
            raise PictureDamaged("it ends early")

        length, name = struct.unpack(">I4s", head)
        end = place + _PNG_HEAD_BYTES + length
        part = content[place + _PNG_HEAD_BYTES : end]
        if struct.pack(">I", zlib.crc32(part, zlib.crc32(name))) != content[end : end + 4]:
            raise PictureDamaged("a checksum differs")

        yield PngChunk(name=name, content=part)
        place = end + 4


def pixels_only(content: bytes) -> bytes:
    """Return a PNG without what says nothing of its pixels.

    A few bytes of text or of a colour profile can unpack to thousands of megabytes, and the
    reference heeds neither.

    Raises:
        PictureDamaged: as `png_chunks`.

    """
    kept = (chunk for chunk in png_chunks(content) if chunk.name in _PNG_PIXELS)
    return b"".join((_PNG_SIGNATURE, *(chunk.to_bytes() for chunk in kept)))


def jpeg_parts(content: bytes) -> Iterator[JpegPart]:
    """Yield the parts of a JPEG up to its first scan, or to where it stops being one.

    Markers without content are passed over, and a picture of rubbish parts is not read to its end.
    """
    return islice(_jpeg_parts(content), _MOST_JPEG_PARTS)


def hidden_shade(content: bytes) -> int | None:
    """Return which grey, from 0 to 255, a PNG of fewer than 256 greys calls transparent, if any.

    The decoder overlooks it, or takes another one.

    Raises:
        PictureDamaged: as `png_chunks`.

    """
    chunks = {chunk.name: chunk.content for chunk in png_chunks(content)}
    bits, colour_type = chunks.get(b"IHDR", b"").ljust(10, b"\0")[8:10]
    shade = chunks.get(b"tRNS", b"")
    if colour_type != _PNG_GREY or bits not in _PNG_FEW_BITS or len(shade) != len(b"gr"):
        return None

    return shade[1] * (_WHITE // ((1 << bits) - 1)) & _WHITE


def _jpeg_parts(content: bytes) -> Iterator[JpegPart]:
    place = len(_JPEG_START)
    while found := _JPEG_MARKER.search(content, place):
        place = found.start()
        marker = content[place + 1]
        yield JpegPart(marker=marker, place=place)
        if marker == _JPEG_SCAN:
            return

        place += 2 + int.from_bytes(content[place + 2 : place + 4])


def _ensure_whole_jpeg(content: bytes) -> None:
    scan = next((part for part in jpeg_parts(content) if part.marker == _JPEG_SCAN), None)
    if scan is None:
        raise PictureDamaged("it has no scan")

    # What stands before the scan may hold other JPEGs, with ends of their own.
    if content.find(_JPEG_END, scan.place) < 0:
        raise PictureDamaged("it ends early")


def _ensure_whole_webp(content: bytes) -> None:
    (size_bytes,) = struct.unpack("<I", content[4:8])
    if size_bytes + 8 > len(content):
        raise PictureDamaged("it ends early")

    if content[12:16] == b"VP8X" and content[20] & _WEBP_ANIMATED:
        raise PictureNotUnderstood("moving WebP pictures")
