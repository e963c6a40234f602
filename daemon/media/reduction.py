"""Reduce a picture to 64 x 64, bit for bit as nfnt/resize's 8-bit bilinear filter does.

Facts: `stash.md` §1.5.  The weights are whole 256ths, cut and not normalised; each of the two
passes, across first and down second, cuts its outcome to 8 bits.  Pillow and OpenCV differ by a
few grey levels, and a hash by a few bits.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

SIDE = 64
_WEIGHT_UNIT = 256


def reduce(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the picture (height x width x channels) with 64 x 64 pixels."""
    height, width, channels = picture.shape
    if (height, width) == (SIDE, SIDE):
        return picture

    lines = picture.transpose(0, 2, 1).reshape(height * channels, width)
    across = _filtered(lines, _weights(width)).reshape(height, channels * SIDE)
    down: NDArray[np.uint8] = _filtered(across.T, _weights(height)).T
    return down.reshape(SIDE, channels, SIDE).transpose(0, 2, 1)


def _filtered(lines: NDArray[np.uint8], weights: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return each line with 64 samples.

    All numbers are whole and far below 2**53, so floats are exact here in any order of
    summation, and several times faster than numpy's whole numbers.
    """
    sums = lines.astype(np.float64) @ weights.T
    quotients: NDArray[np.float64] = np.floor_divide(sums, weights.sum(axis=1))
    return quotients.astype(np.uint8)


def _weights(samples: int) -> NDArray[np.float64]:
    """Return a row of weights over the line for each of the 64 new samples."""
    scale = samples / SIDE
    taps = 2 * max(math.ceil(scale), 1)
    weights = np.zeros((SIDE, samples))
    for index in range(SIDE):
        centre = scale * (index + 0.5) - 0.5
        start = int(centre) - taps // 2 + 1
        for tap in range(taps):
            nearest = min(max(start + tap, 0), samples - 1)  # the edge is repeated
            weights[index, nearest] += _weight(centre - start - tap, scale)

    return weights


def _weight(distance: float, scale: float) -> int:
    """Return the triangle's height at a distance; it widens when pictures are made smaller."""
    narrowed = abs(distance * min(1 / scale, 1.0))
    return int((1 - narrowed if narrowed <= 1 else 0.0) * _WEIGHT_UNIT)
