"""Reduce a picture to 64 x 64, bit for bit as nfnt/resize's bilinear filter does.

Facts: `stash.md` §1.5 and §2.1.  The weights are whole 256ths for samples of 8 bits and whole
65536ths for those of 16, cut and not normalised; each of the two passes, across first and down
second, cuts its outcome to whole numbers.  Pillow and OpenCV differ by a few grey levels, and a
hash by a few bits.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

SIDE = 64
_BITS_OF_A_BYTE = 8
_BAND_ROWS = 256  # a picture of any height is never held as a whole in wider numbers
_PART = 8  # samples of the outcome; all at once would multiply with zeros mostly
_SINGLE_PRECISION = 1 << 24

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

    first = rows(0, min(_BAND_ROWS, height))
    across = _filter_for(width, first.itemsize)
    bands = [_across(first, across)]
    bands.extend(
        _across(rows(top, min(top + _BAND_ROWS, height)), across)
        for top in range(_BAND_ROWS, height, _BAND_ROWS)
    )
    channels = first.shape[2]
    down = _filter_for(height, first.itemsize).apply(np.concatenate(bands).T).T
    return down.reshape(SIDE, channels, SIDE).transpose(0, 2, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """The weights of some neighbouring samples of the outcome, and what of the line they take."""

    begin: int
    end: int
    weights: NDArray[np.float64]
    """What is taken x the outcome's samples; each is a whole number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Filter:
    """Makes lines of one length 64 samples long."""

    parts: Sequence[_Part]
    totals: NDArray[np.int64]
    """The sum of the weights for each of the 64."""
    is_narrow: bool
    """Whether 24 bits hold every sum: then single precision is as exact as double, and quicker."""

    def apply(self, lines: NDArray[_Sample]) -> NDArray[_Sample]:
        """Return each line with 64 samples."""
        precision = np.float32 if self.is_narrow else np.float64
        sums = np.empty((len(lines), SIDE), np.int64)
        for number, part in enumerate(self.parts):
            taken = lines[:, part.begin : part.end].astype(precision)
            at = number * _PART
            sums[:, at : at + _PART] = taken @ part.weights.astype(precision)

        return (sums // self.totals).astype(lines.dtype)


def _across(band: NDArray[_Sample], across: _Filter) -> NDArray[_Sample]:
    """Return each row with 64 samples, one channel after the other."""
    height, width, channels = band.shape
    lines = band.transpose(0, 2, 1).reshape(height * channels, width)
    return across.apply(lines).reshape(height, channels * SIDE)


def _filter_for(samples: int, sample_bytes: int) -> _Filter:
    """Return the filter for lines of so many samples.

    The sums are whole numbers that a floating point number holds exactly, in whatever order they
    are added; so a product of matrices gives them.
    """
    unit = 1 << _BITS_OF_A_BYTE * sample_bytes
    places, weights = _taps(samples, unit)
    totals = weights.sum(axis=0)
    parts = [
        _part(places[:, at : at + _PART], weights[:, at : at + _PART])
        for at in range(0, SIDE, _PART)
    ]
    is_narrow = int(totals.max()) * (unit - 1) < _SINGLE_PRECISION
    return _Filter(parts=parts, totals=totals, is_narrow=is_narrow)


def _part(places: NDArray[np.int64], weights: NDArray[np.int64]) -> _Part:
    begin, end = int(places.min()), int(places.max()) + 1
    matrix = np.zeros((end - begin, places.shape[1]))
    np.add.at(matrix, (places - begin, np.arange(places.shape[1])), weights)
    return _Part(begin=begin, end=end, weights=matrix)


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
