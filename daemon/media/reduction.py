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
    across = _filtered(lines).reshape(height, channels * SIDE)
    down: NDArray[np.uint8] = _filtered(across.T).T
    return down.reshape(SIDE, channels, SIDE).transpose(0, 2, 1)


def _filtered(lines: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return each line with 64 samples."""
    places, weights = _taps(lines.shape[1])
    sums = np.zeros((len(lines), SIDE), np.int64)
    for place, weight in zip(places, weights, strict=True):
        sums += lines[:, place] * weight

    quotients: NDArray[np.int64] = sums // weights.sum(axis=0)
    return quotients.astype(np.uint8)


def _taps(samples: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, tap by tap, the place in the line and the weight for each of the 64 samples."""
    scale = samples / SIDE
    taps = 2 * max(math.ceil(scale), 1)
    centres = [scale * (index + 0.5) - 0.5 for index in range(SIDE)]
    starts = [int(centre) - taps // 2 + 1 for centre in centres]
    places = np.array(starts) + np.arange(taps)[:, None]
    weights = [
        [
            _weight(centre - start - tap, scale)
            for centre, start in zip(centres, starts, strict=True)
        ]
        for tap in range(taps)
    ]
    return places.clip(0, samples - 1), np.array(weights)  # the edge is repeated


def _weight(distance: float, scale: float) -> int:
    """Return the triangle's height at a distance; it widens when pictures are made smaller."""
    narrowed = abs(distance * min(1 / scale, 1.0))
    return int((1 - narrowed if narrowed <= 1 else 0.0) * _WEIGHT_UNIT)
