"""Read a scan that holds its blocks whole.

Source: ITU-T T.81 §F.2.2.  Nearly all the time that a JPEG takes goes by in the innermost loop.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import numpy as np

from daemon.media.jpeg.bits import Bits
from daemon.media.jpeg.codes import STEP, USED, USED_BITS, VALUE_AT, Codes
from daemon.media.jpeg.frame import BLOCK
from daemon.media.jpeg.scan import Coefficients, Scan
from daemon.media.picture_errors import PictureDamaged

_BlockPlan = tuple[int, Codes, Codes]
"""Which part of the scan a block belongs to, its DC codes, its AC codes."""


def read_whole(scan: Scan) -> Coefficients:
    """Return a row of 64 coefficients, in zigzag order, for each block as they are read.

    Raises:
        PictureDamaged: when the bits end early or make no sense.

    """
    plan = _plan(scan)
    rows, columns = scan.units
    count = rows * columns * len(plan) * BLOCK
    # The end of a block writes a zero up to one block ahead, which is cheaper than to ask.
    values = array("h", bytes(2 * (count + BLOCK)))
    for bits, units in scan.pieces():
        try:
            _read(bits, len(units), plan, values, units.start * len(plan) * BLOCK)
        except OverflowError as error:
            raise PictureDamaged("a sample is out of all bounds") from error

    return np.frombuffer(values, np.int16)[:count].reshape(-1, BLOCK)


def _plan(scan: Scan) -> list[_BlockPlan]:
    plan = []
    for at in scan.unit_parts:
        dc, ac = scan.parts[at].dc, scan.parts[at].ac
        if dc is None or ac is None:
            raise PictureDamaged("a table of codes is missing")

        plan.append((at, dc, ac))

    return plan


def _read(
    bits: Bits, units: int, plan: Sequence[_BlockPlan], values: array[int], base: int
) -> None:
    """Read units; a block begins with its difference to the one before of its kind."""
    words = bits.words
    levels = [0] * len(plan)
    place = 0
    for _ in range(units):
        for part, dc, ac in plan:
            entry = dc.entries[words[place >> 3] >> (8 - (place & 7)) & 0xFFFF] or dc.longer(
                bits, place
            )
            place += entry & USED
            levels[part] += entry >> VALUE_AT
            values[base] = levels[part]
            entries = ac.entries
            along = 1
            while along < BLOCK:
                entry = entries[words[place >> 3] >> (8 - (place & 7)) & 0xFFFF]
                if not entry:
                    entry = ac.longer(bits, place)
                place += entry & USED
                along += entry >> USED_BITS & STEP
                values[base + along - 1] = entry >> VALUE_AT

            if along > BLOCK and entry >> VALUE_AT:
                values[base + along - 1] = 0
                place = ac.given_up(bits, place, entry)
            if place > bits.count:
                raise PictureDamaged("it ends early")

            base += BLOCK
