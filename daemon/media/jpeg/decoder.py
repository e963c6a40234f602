"""Decode a JPEG as the reference's reader does, up to its samples.

Sources: ITU-T T.81 §B; for what is passed over and what is refused, Go's image/jpeg.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from daemon.media.jpeg.bits import end_of
from daemon.media.jpeg.codes import tables_from
from daemon.media.jpeg.frame import BLOCK, FRAMES, SIDE, Frame, frame_from
from daemon.media.jpeg.progressive import Layers
from daemon.media.jpeg.scan import Tables, scan_from
from daemon.media.jpeg.sequential import read_whole
from daemon.media.jpeg.transform import plane_of
from daemon.media.picture_colours import Bytes
from daemon.media.picture_errors import PictureDamaged, PictureNotUnderstood

MOST_BYTES = 16 << 20
MOST_SAMPLES = 64 << 20
"""What takes longer than about ten seconds, or more than about 300 MiB, is not worth it."""
MOST_SCANS = 64
"""Photographs have about ten; each costs time for every block, however few bytes it has."""
MOST_CODES = 2 * MOST_SCANS
"""Tables, of which a scan has one or two of its own; each costs milliseconds."""

_CODES, _QUANTITIES, _RESTARTS, _SCAN, _END = 0xC4, 0xDB, 0xDD, 0xDA, 0xD9
_JFIF, _ADOBE = 0xE0, 0xEE
_FIRST_KNOWN = 0xC0
_APPLICATIONS = range(0xE0, 0xF0)
_COMMENT = 0xFE
_LENGTH_BYTES = 2
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_ADOBE_BYTES = 12
_TABLES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegPicture:
    """The samples of a JPEG, and what its application markers say of them."""

    frame: Frame
    planes: tuple[Bytes, ...]
    """Rows of samples for each component; there may be more than the picture shows."""
    is_jfif: bool
    adobe: int | None
    """What Adobe's marker says of the colours; None without one."""


def decode(content: bytes) -> JpegPicture:
    """Return the samples of a JPEG.

    Raises:
        PictureDamaged: when it ends early or contradicts itself.
        PictureNotUnderstood: when the reference's reader would refuse it, or it takes too long.

    """
    if len(content) > MOST_BYTES:
        raise PictureNotUnderstood("a JPEG of so many bytes")

    reader = _Reader(content)
    for marker, begin, part in _parts(content):
        reader.take(marker, begin, part)

    return reader.picture()


def _parts(content: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield markers, where their content begins, and it; what is no marker is passed over."""
    place = len(b"\xff\xd8")
    while found := _MARKER.search(content, place):
        marker = content[found.end() - 1]
        if marker == _END:
            return

        begin = found.end()
        place = begin + int.from_bytes(content[begin : begin + _LENGTH_BYTES])
        if not begin + _LENGTH_BYTES <= place <= len(content):
            break

        yield marker, place, content[begin + _LENGTH_BYTES : place]
        if marker == _SCAN:
            place = end_of(content, place)

    raise PictureDamaged("it ends early")


class _Reader:
    """What was read of a JPEG so far."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._frame: Frame | None = None
        self._layers: Layers | None = None
        self._planes: dict[int, Bytes] = {}
        self._tables = Tables(dc={}, ac={})
        self._quantities = np.zeros((_TABLES, BLOCK), np.int32)
        self._interval = self._scans = self._codes = 0
        self._is_jfif = False
        self._adobe: int | None = None

    def take(self, marker: int, begin: int, part: bytes) -> None:
        """Read another part; `begin` is where the bits of a scan begin."""
        if marker in FRAMES:
            self._take_frame(marker, part)
        elif marker == _CODES:
            self._take_codes(part)
        elif marker == _QUANTITIES:
            self._take_quantities(part)
        elif marker == _RESTARTS:
            self._interval = int.from_bytes(part)
        elif marker == _SCAN:
            self._take_scan(part, begin)
        elif marker == _JFIF and len(part) >= len(b"JFIF\0"):
            self._is_jfif = part.startswith(b"JFIF\0")
        elif marker == _ADOBE and len(part) >= _ADOBE_BYTES and part.startswith(b"Adobe"):
            self._adobe = part[_ADOBE_BYTES - 1]
        elif marker < _FIRST_KNOWN:
            raise PictureDamaged("it has an unknown part")
        elif marker not in _APPLICATIONS and marker != _COMMENT:
            raise PictureNotUnderstood(f"a JPEG with a part of kind {marker:#x}")

    def picture(self) -> JpegPicture:
        """Return the picture when all was read."""
        frame = self._frame
        if frame is None or not self._scans:
            raise PictureDamaged("it has no scan")

        if self._layers is not None:
            for number, values in self._layers.coefficients():
                quantities = self._quantities[frame.components[number].table]
                self._planes[number] = plane_of(values, quantities)

        planes = [
            self._planes.get(number, self._unseen(frame, number))
            for number in range(len(frame.components))
        ]
        return JpegPicture(
            frame=frame, planes=tuple(planes), is_jfif=self._is_jfif, adobe=self._adobe
        )

    def _take_codes(self, part: bytes) -> None:
        for table in tables_from(part):
            self._codes += 1
            if self._codes > MOST_CODES:
                raise PictureNotUnderstood("a JPEG of so many tables of codes")

            own = self._tables.dc if table.is_dc else self._tables.ac
            own[table.number] = table.codes

    def _take_frame(self, marker: int, part: bytes) -> None:
        if self._frame is not None:
            raise PictureDamaged("it has two sizes")

        frame = frame_from(marker, part)
        if frame.samples > MOST_SAMPLES:
            raise PictureNotUnderstood("a JPEG of so many samples")

        self._frame = frame
        self._layers = Layers(frame) if frame.is_progressive else None

    def _take_scan(self, head: bytes, begin: int) -> None:
        self._scans += 1
        if self._frame is None:
            raise PictureDamaged("it has no size")
        if self._scans > MOST_SCANS:
            raise PictureNotUnderstood("a JPEG of so many scans")

        content = self._content[begin : end_of(self._content, begin)]
        scan = scan_from(head, self._frame, self._tables, interval=self._interval, content=content)
        if self._layers is not None:
            self._layers.add(scan)
            return

        for each, values in scan.placed(read_whole(scan)):
            self._planes[each.number] = plane_of(values, self._quantities[each.component.table])

    def _take_quantities(self, part: bytes) -> None:
        while part:
            precision, number = divmod(part[0], 16)
            end = 1 + BLOCK * (precision + 1)
            if precision > 1 or number >= _TABLES or len(part) < end:
                raise PictureDamaged("a table of quantities contradicts itself")

            found: NDArray[np.generic] = np.frombuffer(
                part[1:end], ">u2" if precision else np.uint8
            )
            self._quantities[number] = found
            part = part[end:]

    def _unseen(self, frame: Frame, number: int) -> Bytes:
        component = frame.components[number]
        rows, columns = frame.seen_blocks(component)
        return np.zeros((rows * SIDE, columns * SIDE), np.uint8)
