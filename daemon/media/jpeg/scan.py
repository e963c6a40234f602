"""Which blocks a scan holds, in which order, and by which codes.

Sources: ITU-T T.81 §A.2, §B.2.3 and §G.1.1; what is refused is what Go's image/jpeg refuses.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from daemon.media.jpeg.bits import Bits, bits_of, intervals
from daemon.media.jpeg.codes import Codes
from daemon.media.jpeg.frame import BLOCK, Component, Frame
from daemon.media.picture_errors import PictureDamaged

Coefficients = NDArray[np.int16]
_LAST = BLOCK - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A component of a scan, with its codes; None where no such table was defined."""

    number: int
    """Which of the frame's components it is."""
    component: Component
    dc: Codes | None
    ac: Codes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A pass over some components of a picture."""

    frame: Frame
    parts: tuple[Part, ...]
    first: int
    """The first and the last coefficient of each block that it holds, in zigzag order."""
    last: int
    high: int
    """How many of the lowest bits the pass before left out; 0 when there was none."""
    low: int
    """How many of the lowest bits it leaves out."""
    interval: int
    """Units between two restarts; 0 when there is none."""
    content: bytes

    @property
    def units(self) -> tuple[int, int]:
        """Rows of units, and how many are in one."""
        if len(self.parts) == 1:
            return self.frame.seen_blocks(self.parts[0].component)

        return self.frame.units_down, self.frame.units_across

    @property
    def unit_parts(self) -> list[int]:
        """For each block of a unit, which of the parts it belongs to."""
        if len(self.parts) == 1:
            return [0]

        return [at for at, part in enumerate(self.parts) for _ in range(part.component.blocks)]

    def pieces(self) -> Iterator[tuple[Bits, range]]:
        """Yield the bits between restarts, with the units that they hold.

        Raises:
            PictureDamaged: when there are too few, or they are out of order.

        """
        rows, columns = self.units
        count = rows * columns
        step = self.interval or count
        for at, piece in enumerate(intervals(self.content, -(-count // step))):
            yield bits_of(piece), range(at * step, min((at + 1) * step, count))

    def placed(self, values: NDArray[np.int16]) -> Iterator[tuple[Part, Coefficients]]:
        """Yield each part's blocks in rows and columns, given all of them as they were read.

        `values` has a row for each block of the scan.
        """
        rows, columns = self.units
        if len(self.parts) == 1:
            yield self.parts[0], values.reshape(rows, columns, -1)
            return

        units = values.reshape(rows, columns, len(self.unit_parts), -1)
        begin = 0
        for part in self.parts:
            down, across = part.component.down, part.component.across
            own = units[:, :, begin : begin + down * across]
            own = own.reshape(rows, columns, down, across, -1).transpose(0, 2, 1, 3, 4)
            yield part, own.reshape(rows * down, columns * across, -1)
            begin += down * across


@dataclass(frozen=True, slots=True, kw_only=True)
class Tables:
    """The tables of codes that are valid for a scan, by their numbers."""

    dc: dict[int, Codes]
    ac: dict[int, Codes]


def scan_from(head: bytes, frame: Frame, tables: Tables, *, interval: int, content: bytes) -> Scan:
    """Return the scan that the content of its marker describes.

    Raises:
        PictureDamaged: when it contradicts itself or the frame.

    """
    count = head[0] if head else 0
    if not 0 < count <= len(frame.components) or len(head) != 4 + 2 * count:
        raise PictureDamaged("a scan contradicts itself")

    first, last, bits = head[-3:] if frame.is_progressive else (0, _LAST, 0)
    scan = Scan(
        frame=frame,
        parts=tuple(_part(head[at], head[at + 1], frame, tables) for at in range(1, 2 * count, 2)),
        first=first,
        last=last,
        high=bits >> 4,
        low=bits & 15,
        interval=interval,
        content=content,
    )
    _ensure_sound(scan)
    return scan


def _part(name: int, numbers: int, frame: Frame, tables: Tables) -> Part:
    found = [at for at, component in enumerate(frame.components) if component.name == name]
    if not found:
        raise PictureDamaged("a scan of nothing that the picture has")

    dc, ac = tables.dc.get(numbers >> 4), tables.ac.get(numbers & 15)
    return Part(number=found[0], component=frame.components[found[0]], dc=dc, ac=ac)


def _ensure_sound(scan: Scan) -> None:
    if len({part.number for part in scan.parts}) < len(scan.parts):
        raise PictureDamaged("a scan has a component twice")
    if not scan.first <= scan.last <= _LAST or (scan.last and not scan.first) != (
        not scan.frame.is_progressive
    ):
        raise PictureDamaged("a scan has no such coefficients")
    if scan.frame.is_progressive and scan.first and len(scan.parts) > 1:
        raise PictureDamaged("a scan has too many components")
    if scan.high and scan.high != scan.low + 1:
        raise PictureDamaged("a scan leaves bits out")
