from __future__ import annotations

import math
import struct

import pytest

from daemon.media.rotation import DisplayMatrix, FilterCall, upright_filters

ONE = 1 << 16


def matrix(a: float, b: float, c: float, d: float) -> DisplayMatrix:
    a, b, c, d = (round(value * ONE) for value in (a, b, c, d))
    return DisplayMatrix(a, b, 0, c, d, 0, 0, 0, 1 << 30)


@pytest.mark.parametrize(
    ("turned", "expected"),
    [
        (None, ()),
        (matrix(1, 0, 0, 1), ()),
        (matrix(0, 1, -1, 0), (FilterCall("transpose", "clock"),)),
        (matrix(-1, 0, 0, -1), (FilterCall("hflip"), FilterCall("vflip"))),
        (matrix(0, -1, 1, 0), (FilterCall("transpose", "cclock"),)),
        (matrix(1, 0, 0, -1), (FilterCall("vflip"),)),
        (matrix(-1, 0, 0, 1), (FilterCall("hflip"),)),
        (matrix(0, 0, 0, 0), ()),
    ],
)
def test_picture_is_turned_as_ffmpeg_turns_it(
    turned: DisplayMatrix | None, expected: tuple[FilterCall, ...]
) -> None:
    assert upright_filters(turned) == expected


@pytest.mark.parametrize(
    ("degrees", "lower_right", "expected"),
    [(90, 1, "cclock_flip"), (270, -1, "clock_flip")],
)
def test_nearly_quarter_turns_heed_the_mirror(
    degrees: int, lower_right: int, expected: str
) -> None:
    """A matrix whose first column is turned and whose second hardly has a sign."""
    sine = math.sin(math.radians(degrees))
    turned = DisplayMatrix(0, round(sine * ONE), 0, -round(sine * ONE), lower_right, 0, 0, 0, 0)

    assert upright_filters(turned) == (FilterCall("transpose", expected),)


def test_odd_angle_is_rotated_by_whole_degrees() -> None:
    cosine, sine = math.cos(math.radians(30.3)), math.sin(math.radians(30.3))

    filters = upright_filters(matrix(cosine, sine, -sine, cosine))

    assert filters == (FilterCall("rotate", "30.000000*PI/180"),)


def test_angle_below_zero_is_taken_round_the_circle() -> None:
    cosine, sine = math.cos(math.radians(-30)), math.sin(math.radians(-30))

    filters = upright_filters(matrix(cosine, sine, -sine, cosine))

    assert filters == (FilterCall("rotate", "330.000000*PI/180"),)


def test_matrix_is_read_from_the_bytes_of_side_data() -> None:
    assert DisplayMatrix.from_bytes(struct.pack("=9i", *range(9))) == DisplayMatrix(*range(9))
