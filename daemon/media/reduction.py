"""Reduce a picture to 64 x 64, bit for bit as nfnt/resize's bilinear filter does.

Facts: `stash.md` §1.5 and §2.1.  The weights are whole 256ths for samples of 8 bits and whole
65536ths for those of 16, cut and not normalised; each of the two passes, across first and down
second, cuts its outcome to whole numbers.  Pillow and OpenCV differ by a few grey levels, and a
hash by a few bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

SIDE = 64
_BITS_OF_A_BYTE = 8
_BAND_ROWS = 256  # a picture of any height is never held as a whole in wider numbers

_Sample = TypeVar("_Sample", np.uint8, np.uint16)


def reduce(picture: NDArray[_Sample]) -> NDArray[_Sample]:
    """Return the picture (height x width x channels) with 64 x 64 pixels."""
    height, width, _ = picture.shape
    return reduce_rows(height, width, lambda top, bottom: picture[top:bottom])


def reduce_rows(
    height: int, width: int, rows: Callable[[int, int], NDArray[_Sample]]
) -> NDArray[_Sample]:
    """Return a picture with 64 x 64 pixels, given what returns its rows from one to another.

    A picture that has that size is returned as it is.
    """
    if (height, width) == (SIDE, SIDE):
        return rows(0, height)

    bands = [
        _across(rows(top, min(top + _BAND_ROWS, height))) for top in range(0, height, _BAND_ROWS)
    ]
    across = np.concatenate(bands)
    channels = across.shape[1] // SIDE
    down: NDArray[_Sample] = _filtered(across.T).T
    return down.reshape(SIDE, channels, SIDE).transpose(0, 2, 1)


def _across(band: NDArray[_Sample]) -> NDArray[_Sample]:
    """Return each row with 64 samples, one channel after the other."""
    height, width, channels = band.shape
    lines = band.transpose(0, 2, 1).reshape(height * channels, width)
    return _filtered(lines).reshape(height, channels * SIDE)


def _filtered(lines: NDArray[_Sample]) -> NDArray[_Sample]:
    """Return each line with 64 samples."""
    places, weights = _taps(lines.shape[1], 1 << _BITS_OF_A_BYTE * lines.itemsize)
    sums = np.zeros((len(lines), SIDE), np.int64)
    for place, weight in zip(places, weights, strict=True):
        sums += lines[:, place] * weight

    quotients: NDArray[np.int64] = sums // weights.sum(axis=0)
    return quotients.astype(lines.dtype)


def _taps(samples: int, unit: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, tap by tap, the place in the line and the weight for each of the 64 samples."""
    scale = samples / SIDE
    taps = 2 * max(math.ceil(scale), 1)
    centres = [scale * (index + 0.5) - 0.5 for index in range(SIDE)]
    starts = [int(centre) - taps // 2 + 1 for centre in centres]
    places = np.array(starts) + np.arange(taps)[:, None]
    weights = [
        [
            _weight(centre - start - tap, scale, unit)
            for centre, start in zip(centres, starts, strict=True)
        ]
        for tap in range(taps)
    ]
    return places.clip(0, samples - 1), np.array(weights)  # the edge is repeated


def _weight(distance: float, scale: float, unit: int) -> int:
    """Return the triangle's height at a distance; it widens when pictures are made smaller."""
    narrowed = abs(distance * min(1 / scale, 1.0))
    return int((1 - narrowed if narrowed <= 1 else 0.0) * unit)
