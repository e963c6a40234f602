"""The filters with which ffmpeg turns a picture upright.

Source: FFmpeg, fftools/ffmpeg_filter.c (autorotate) and cmdutils.c (get_rotation).
"""

from __future__ import annotations

import math
import struct
from typing import NamedTuple

_FIXED_POINT = 65536.0
_FULL_TURN = 360
_NEARLY_ONE_DEGREE = 0.9
_TOLERANCE_DEGREES = 1
_QUARTER, _HALF, _THREE_QUARTERS = 90, 180, 270


class FilterCall(NamedTuple):
    """A filter of libavfilter with its arguments."""

    name: str
    arguments: str | None = None


class DisplayMatrix(NamedTuple):
    """The 3 x 3 matrix of a picture's side data, 16.16 fixed point (column 3: 2.30)."""

    a: int
    b: int
    u: int
    c: int
    d: int
    v: int
    x: int
    y: int
    w: int

    @classmethod
    def from_bytes(cls, side_data: bytes) -> DisplayMatrix:
        """Return the matrix of ffmpeg's 36 bytes."""
        return cls(*struct.unpack_from("=9i", side_data))


def upright_filters(matrix: DisplayMatrix | None) -> tuple[FilterCall, ...]:
    """Return what ffmpeg inserts before all other filters; nothing without a matrix."""
    if matrix is None:
        return ()

    degrees = _clockwise_degrees(matrix)
    if _is_near(degrees, _QUARTER):
        return (FilterCall("transpose", "cclock_flip" if matrix.d > 0 else "clock"),)

    if _is_near(degrees, _HALF):
        return _half_turn(matrix)

    if _is_near(degrees, _THREE_QUARTERS):
        return (FilterCall("transpose", "clock_flip" if matrix.d < 0 else "cclock"),)

    if abs(degrees) > _TOLERANCE_DEGREES:
        return (FilterCall("rotate", f"{degrees:f}*PI/180"),)

    return (FilterCall("vflip"),) if matrix.d < 0 else ()


def _half_turn(matrix: DisplayMatrix) -> tuple[FilterCall, ...]:
    horizontal = (FilterCall("hflip"),) if matrix.a < 0 else ()
    vertical = (FilterCall("vflip"),) if matrix.d < 0 else ()
    return horizontal + vertical


def _clockwise_degrees(matrix: DisplayMatrix) -> float:
    """Return whole degrees in [0, 360), as nearly as ffmpeg's get_rotation computes them."""
    a, b, c, d = (value / _FIXED_POINT for value in (matrix.a, matrix.b, matrix.c, matrix.d))
    width, height = math.hypot(a, c), math.hypot(b, d)
    if not width or not height:
        return 0.0

    exact = math.degrees(math.atan2(b / height, a / width))
    rounded = math.copysign(math.floor(abs(exact) + 0.5), exact)
    return rounded - _FULL_TURN * math.floor(rounded / _FULL_TURN + _NEARLY_ONE_DEGREE / _FULL_TURN)


def _is_near(degrees: float, turn: int) -> bool:
    return abs(degrees - turn) < _TOLERANCE_DEGREES
