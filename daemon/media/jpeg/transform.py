"""From the coefficients of blocks to their samples, with the very rounding of the reference.

The arithmetic is that of Go's image/jpeg up to Go 1.25, with which Stash is built (its v0.31 names
Go 1.24.3): the integer transform of the MPEG Software Simulation Group's decoder (1996), after
Z. Wang, "Fast algorithms for the discrete W transform and for the discrete Fourier transform",
IEEE Trans. ASSP-32 (1984).  Go 1.26 rounds otherwise; so do libjpeg and ffmpeg.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from daemon.media.jpeg.frame import BLOCK, SIDE
from daemon.media.jpeg.scan import Coefficients
from daemon.media.picture_colours import Bytes

_Numbers = NDArray[np.int32]

_BATCH = 1024  # blocks that stay in the processor's cache
_MIDDLE = 128
_MOST = 255
# 2048 times the root of 2 times the cosine of so many sixteenths of a half turn.
_ONE, _TWO, _THREE, _FIVE, _SIX, _SEVEN = 2841, 2676, 2408, 1609, 1108, 565
_DIAGONAL = 181  # 256 over the root of 2
_ZIGZAG = np.array(
    [
        *(0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5),
        *(12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28),
        *(35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51),
        *(58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63),
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rounding:
    """How one of the two passes rounds: bits gained at first, lost inside, lost at last."""

    gained: int
    half: int
    inner: int
    inner_half: int
    lost: int


_ACROSS = _Rounding(gained=11, half=128, inner=0, inner_half=0, lost=8)
_DOWN = _Rounding(gained=8, half=8192, inner=3, inner_half=4, lost=14)


def plane_of(coefficients: Coefficients, quantities: _Numbers) -> Bytes:
    """Return the samples of blocks that lie in rows and columns.

    Both the coefficients of a block and the quantities stand in zigzag order.
    """
    rows, columns, _ = coefficients.shape
    blocks = coefficients.reshape(-1, BLOCK)
    samples = np.empty((len(blocks), SIDE, SIDE), np.uint8)
    for begin in range(0, len(blocks), _BATCH):
        batch = blocks[begin : begin + _BATCH]
        samples[begin : begin + _BATCH] = _samples(batch, quantities)

    lines = samples.reshape(rows, columns, SIDE, SIDE).transpose(0, 2, 1, 3)
    return lines.reshape(rows * SIDE, columns * SIDE)


def _samples(blocks: NDArray[np.int16], quantities: _Numbers) -> Bytes:
    """Return blocks of 8 x 8 samples; the arithmetic is done on many blocks at once."""
    natural = np.empty((BLOCK, len(blocks)), np.int32)
    natural[_ZIGZAG] = (blocks * quantities).T
    grid = natural.reshape(SIDE, SIDE, -1)
    across = np.stack(_line([grid[:, at] for at in range(SIDE)], _ACROSS), axis=1)
    down = np.stack(_line(list(across), _DOWN))
    return (down + _MIDDLE).clip(0, _MOST).astype(np.uint8).transpose(2, 0, 1)


def _line(terms: list[_Numbers], rounding: _Rounding) -> list[_Numbers]:
    """Return eight samples of a line, given its eight coefficients."""
    level = (terms[0] << rounding.gained) + rounding.half
    fourth = terms[4] << rounding.gained
    second, sixth = _turned(terms[2], terms[6], (_TWO, _SIX), rounding)
    first, seventh = _turned(terms[1], terms[7], (_ONE, _SEVEN), rounding)
    fifth, third = _turned(terms[5], terms[3], (_FIVE, _THREE), rounding)

    outer, inner = first - fifth, seventh - third
    odd = (
        first + fifth,
        _DIAGONAL * (outer + inner) + 128 >> 8,
        _DIAGONAL * (outer - inner) + 128 >> 8,
        seventh + third,
    )
    even = (
        level + fourth + second,
        level - fourth + sixth,
        level - fourth - sixth,
        level + fourth - second,
    )
    begin = [each + other >> rounding.lost for each, other in zip(even, odd, strict=True)]
    end = [each - other >> rounding.lost for each, other in zip(even, odd, strict=True)]
    return [*begin, *reversed(end)]


def _turned(
    one: _Numbers, other: _Numbers, weights: tuple[int, int], rounding: _Rounding
) -> tuple[_Numbers, _Numbers]:
    """Return a pair of numbers, turned by the angle that the weights belong to."""
    weight, cross = weights
    along = weight * one + cross * other + rounding.inner_half >> rounding.inner
    across = cross * one - weight * other + rounding.inner_half >> rounding.inner
    return along, across
