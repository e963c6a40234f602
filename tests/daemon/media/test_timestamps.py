from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.media.timestamps import PresentationGuess, rescale


@pytest.mark.parametrize(
    ("time_us", "time_base", "expected"),
    [
        (1_000_000, Fraction(1, 25), 25),
        (20_000, Fraction(1, 25), 1),  # half rounds away from zero
        (19_999, Fraction(1, 25), 0),
        (-20_000, Fraction(1, 25), -1),
        (-19_999, Fraction(1, 25), 0),
        (1, Fraction(1, 1_000_000), 1),
        (1_001_000, Fraction(1001, 1000), 1),
    ],
)
def test_time_is_rescaled_to_the_nearest(time_us: int, time_base: Fraction, expected: int) -> None:
    assert rescale(time_us, time_base) == expected


@given(time_us=st.integers(-(10**12), 10**12), denominator=st.integers(1, 10**6))
def test_rescaling_is_the_same_on_both_sides_of_zero(time_us: int, denominator: int) -> None:
    time_base = Fraction(1, denominator)

    assert rescale(-time_us, time_base) == -rescale(time_us, time_base)


def guessed(*pictures: tuple[int | None, int | None]) -> list[int | None]:
    guess = PresentationGuess()
    return [guess.guess(pts, dts) for pts, dts in pictures]


@pytest.mark.parametrize(
    ("pictures", "expected"),
    [
        ([(0, 0), (1, 1), (2, 2)], [0, 1, 2]),
        ([(5, None), (6, None)], [5, 6]),
        ([(None, 3), (None, 4)], [3, 4]),
        ([(None, None)], [None]),
        # Presentation times that run backwards are given up for decoding times ...
        ([(9, 0), (8, 1), (7, 2)], [9, 1, 2]),
        # ... unless those run backwards as often.
        ([(9, 5), (8, 4), (7, 3)], [9, 8, 7]),
        # A gap in one is filled from the other before it is compared.
        ([(5, None), (None, 5), (6, 6)], [5, 5, 6]),
    ],
)
def test_guess_believes_what_has_run_backwards_less_often(
    pictures: list[tuple[int | None, int | None]], expected: list[int | None]
) -> None:
    assert guessed(*pictures) == expected
