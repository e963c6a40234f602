"""The codes of a JPEG, laid out so that sixteen bits tell what they begin with.

Sources: ITU-T T.81 §C, §F.2.2 and §G.1.2; the limits are those of Go's image/jpeg.

An entry says in one number how many bits are used up, how far it leads along the block, and what
stands there.  Python then needs one look per coefficient.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from daemon.media.jpeg.bits import WINDOW_BITS, Bits
from daemon.media.picture_errors import PictureDamaged

USED_BITS = 6
USED = (1 << USED_BITS) - 1
STEP_BITS = 7
STEP = (1 << STEP_BITS) - 1
VALUE_AT = USED_BITS + STEP_BITS
BEYOND = 64
"""A step that leaves every block; the value is how many blocks after it have nothing either."""

_MOST_CODES = 256
_SYMBOL_AT, _LENGTH = 8, 255
_MOST_DC_BITS = 16
_ZEROS = 15  # a run of sixteen zeros and no value
_HEAD_BYTES = 17


@dataclass(frozen=True, slots=True)
class Codes:
    """One table of codes."""

    symbols: NDArray[np.int32]
    """For each sixteen bits: the symbol << 8 and the length of its code, 0 where there is none."""
    entries: array[int]
    """For each sixteen bits: the entry, 0 where these bits do not hold all of it."""
    is_dc: bool

    def longer(self, bits: Bits, place: int) -> int:
        """Return an entry of which sixteen bits hold only the beginning.

        Raises:
            PictureDamaged: when no code begins there.

        """
        symbol, length = divmod(int(self.symbols[bits.window(place)]), 1 << _SYMBOL_AT)
        if not length:
            raise PictureDamaged("a code means nothing")

        step, size = _step_and_size(symbol, is_dc=self.is_dc)
        if size > _MOST_DC_BITS:
            raise PictureDamaged("a sample is out of all bounds")

        more = bits.at(place + length, size)
        value = (1 << size) - 1 + more if step == BEYOND else _extended(more, size)
        return value << VALUE_AT | step << USED_BITS | length + size

    def given_up(self, bits: Bits, place: int, entry: int) -> int:
        """Return where to go on after an entry, which ends there, led out of its block.

        The reference ends the block then, and does not read the value.

        Raises:
            PictureDamaged: when it was the end of a run of blocks, where there are no such runs.

        """
        if entry >> USED_BITS & STEP == BEYOND:
            raise PictureDamaged("a block ends that is none")

        begin = place - (entry & USED)
        return begin + int(self.symbols[bits.window(begin)] & _LENGTH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with its place among the tables."""

    is_dc: bool
    number: int
    codes: Codes


def tables_from(content: bytes) -> Iterator[Table]:
    """Yield the tables that the content of their marker holds.

    Raises:
        PictureDamaged: when it contradicts itself.

    """
    while content:
        counts = content[1:_HEAD_BYTES]
        end = _HEAD_BYTES + sum(counts)
        kind, number = divmod(content[0], 16)
        if kind > 1 or number > 3 or len(content) < end or not 0 < sum(counts) <= _MOST_CODES:  # noqa: PLR2004  # two kinds, four places
            raise PictureDamaged("a table of codes contradicts itself")

        codes = _codes(counts, content[_HEAD_BYTES:end], is_dc=not kind)
        yield Table(is_dc=not kind, number=number, codes=codes)
        content = content[end:]


def _codes(counts: bytes, values: bytes, *, is_dc: bool) -> Codes:
    symbols = _symbols(counts, values)
    entries = _entries(symbols, is_dc=is_dc)
    return Codes(symbols, array("i", entries.tobytes()), is_dc)


def _symbols(counts: bytes, values: bytes) -> NDArray[np.int32]:
    """Return what each sixteen bits begin with: shorter codes come first, in rising order."""
    lengths = np.repeat(np.arange(1, WINDOW_BITS + 1, dtype=np.int32), list(counts))
    spans = 1 << (WINDOW_BITS - lengths)
    if int(spans.sum()) > 1 << WINDOW_BITS:
        raise PictureDamaged("a table has more codes than there can be")

    each = np.frombuffer(values, np.uint8).astype(np.int32) << _SYMBOL_AT | lengths
    symbols = np.zeros(1 << WINDOW_BITS, np.int32)
    symbols[: spans.sum()] = np.repeat(each, spans)
    return symbols


def _entries(symbols: NDArray[np.int32], *, is_dc: bool) -> NDArray[np.int32]:
    """Return the entries: codes with the value that follows them, where it fits."""
    steps, sizes = _meanings(is_dc=is_dc)
    kinds = symbols >> _SYMBOL_AT
    used = (symbols & _LENGTH) + sizes[kinds]
    fits = (symbols > 0) & (used <= WINDOW_BITS)
    windows = np.flatnonzero(fits).astype(np.int32)
    kinds, used = kinds[windows], used[windows]
    steps, limits = steps[kinds], np.int32(1) << sizes[kinds]

    more = windows >> (WINDOW_BITS - used) & (limits - 1)
    signed = more + (more < limits >> 1) * (1 - limits)
    values = np.where(steps == BEYOND, more + limits - 1, signed)
    entries = np.zeros(len(symbols), np.int32)
    entries[windows] = values << VALUE_AT | steps << USED_BITS | used
    return entries


def _meanings(*, is_dc: bool) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return for all symbols what `_step_and_size` returns for one."""
    known = [_step_and_size(symbol, is_dc=is_dc) for symbol in range(1 << 8)]
    steps, sizes = np.array(known, np.int32).T
    return steps, sizes


def _step_and_size(symbol: int, *, is_dc: bool) -> tuple[int, int]:
    """Return how far a symbol leads, and how many bits follow it.

    What ends a block, or a run of them, steps beyond it; the bits that follow say of how many.
    """
    if is_dc:
        return 1, symbol

    zeros, size = divmod(symbol, 16)
    if not size and zeros != _ZEROS:
        return BEYOND, zeros

    return zeros + 1, size


def _extended(more: int, size: int) -> int:
    """Return the signed value of some bits (T.81 §F.2.2.1, EXTEND)."""
    return more if more >= 1 << size >> 1 else more - (1 << size) + 1
