"""Read the scans of a JPEG that becomes clearer with each of them.

Source: ITU-T T.81 §G.1.2.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator

import numpy as np

from daemon.media.jpeg.bits import Bits
from daemon.media.jpeg.codes import BEYOND, STEP, USED, USED_BITS, VALUE_AT, Codes
from daemon.media.jpeg.frame import BLOCK, Frame
from daemon.media.jpeg.scan import Coefficients, Scan
from daemon.media.picture_errors import PictureDamaged

_NO_STOP = BLOCK


class Layers:
    """The coefficients of a picture as they grow, scan by scan."""

    def __init__(self, frame: Frame) -> None:
        """Begin with nothing."""
        self._frame = frame
        self._values: dict[int, array[int]] = {}

    def coefficients(self) -> Iterator[tuple[int, Coefficients]]:
        """Yield the blocks of each component that was scanned, in rows and columns."""
        for number, values in self._values.items():
            yield number, self._view(number, values)

    def add(self, scan: Scan) -> None:
        """Read another scan.

        Raises:
            PictureDamaged: when its bits end early or make no sense.

        """
        for part in scan.parts:
            self._values.setdefault(part.number, self._nothing(part.number))

        try:
            if scan.first:
                self._add_details(scan)
            elif scan.high:
                self._refine_levels(scan)
            else:
                self._add_levels(scan)
        except OverflowError as error:
            raise PictureDamaged("a sample is out of all bounds") from error

    def _add_levels(self, scan: Scan) -> None:
        levels = array("h")
        for bits, units in scan.pieces():
            _read_levels(bits, len(units), scan, levels)

        for part, values in scan.placed(np.frombuffer(levels, np.int16) << scan.low):
            self._levels(part.number, values)[:] = values[:, :, 0]

    def _refine_levels(self, scan: Scan) -> None:
        count = len(scan.unit_parts)
        found = [bits.each()[: len(units) * count] for bits, units in scan.pieces()]
        if [len(each) for each in found] != [len(units) * count for _, units in scan.pieces()]:
            raise PictureDamaged("it ends early")

        for part, values in scan.placed(np.concatenate(found).astype(np.int16) << scan.low):
            self._levels(part.number, values)[:] |= values[:, :, 0]

    def _add_details(self, scan: Scan) -> None:
        part = scan.parts[0]
        if part.ac is None:
            raise PictureDamaged("a table of codes is missing")

        stride = self._frame.units_across * part.component.across
        _, columns = scan.units
        read = _Details(scan, part.ac, self._values[part.number])
        for bits, units in scan.pieces():
            bases = [(at // columns * stride + at % columns) * BLOCK for at in units]
            (read.refine if scan.high else read.begin)(bits, bases)

    def _nothing(self, number: int) -> array[int]:
        units = self._frame.units_down * self._frame.units_across
        return array("h", bytes(2 * units * self._frame.components[number].blocks * BLOCK))

    def _view(self, number: int, values: array[int]) -> Coefficients:
        rows = self._frame.units_down * self._frame.components[number].down
        return np.frombuffer(values, np.int16).reshape(rows, -1, BLOCK)

    def _levels(self, number: int, like: Coefficients) -> Coefficients:
        """Return the first coefficients, which can be written to, of as many blocks."""
        rows, columns, _ = like.shape
        return self._view(number, self._values[number])[:rows, :columns, 0]


def _read_levels(bits: Bits, units: int, scan: Scan, levels: array[int]) -> None:
    parts = [(at, scan.parts[at].dc) for at in scan.unit_parts]
    last = [0] * len(parts)
    place = 0
    for _ in range(units):
        for at, dc in parts:
            if dc is None:
                raise PictureDamaged("a table of codes is missing")

            entry = dc.entries[bits.window(place)] or dc.longer(bits, place)
            place += entry & USED
            last[at] += entry >> VALUE_AT
            levels.append(last[at])

        if place > bits.count:
            raise PictureDamaged("it ends early")


class _Details:
    """Reads the coefficients after the first one, of one component."""

    def __init__(self, scan: Scan, codes: Codes, values: array[int]) -> None:
        self._first, self._end, self._low = scan.first, scan.last + 1, scan.low
        self._delta = 1 << scan.low
        self._codes = codes
        self._values = values

    def begin(self, bits: Bits, bases: list[int]) -> None:
        """Read what stands in blocks for the first time."""
        values, entries, end = self._values, self._codes.entries, self._end
        empty = place = 0
        for base in bases:
            if empty:
                empty -= 1
                continue

            along = self._first
            while along < end:
                entry = entries[bits.window(place)] or self._codes.longer(bits, place)
                place += entry & USED
                step = entry >> USED_BITS & STEP
                if step == BEYOND:
                    empty = entry >> VALUE_AT
                    break

                along += step
                if along <= end:
                    values[base + along - 1] = entry >> VALUE_AT << self._low
                else:
                    place = self._codes.given_up(bits, place, entry)

            if place > bits.count:
                raise PictureDamaged("it ends early")

    def refine(self, bits: Bits, bases: list[int]) -> None:
        """Read another bit of what stands there, and what is new."""
        empty = place = 0
        for base in bases:
            at, end = base + self._first, base + self._end
            while not empty and at < end:
                entry = self._codes.entries[bits.window(place)] or self._codes.longer(bits, place)
                place += entry & USED
                step, value = entry >> USED_BITS & STEP, entry >> VALUE_AT
                if step == BEYOND:
                    empty = value + 1
                    break

                at, place = self._refined(bits, place, range(at, end), step - 1)
                if at == end or abs(value) > 1:
                    raise PictureDamaged("its bits make no sense")
                if value:
                    self._values[at] = value << self._low
                at += 1

            if empty:
                empty -= 1
                _, place = self._refined(bits, place, range(at, end), _NO_STOP)

            if place > bits.count:
                raise PictureDamaged("it ends early")

    def _refined(self, bits: Bits, place: int, spots: range, zeros: int) -> tuple[int, int]:
        """Refine what is there up to the zero that follows so many others.

        Returned is where that is, and the place in the bits.
        """
        values, words = self._values, bits.words
        for at in spots:
            value = values[at]
            if value:
                if words[place >> 3] >> (23 - (place & 7)) & 1:
                    values[at] = value + (self._delta if value > 0 else -self._delta)
                place += 1
            elif zeros:
                zeros -= 1
            else:
                return at, place

        return spots.stop, place
