from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.media.grid import GRID_VERSION, round_duration_s, targets_us


@pytest.mark.parametrize(
    ("duration_us", "expected"),
    [
        (None, 0.0),
        (0, 0.0),
        (-5, 0.0),
        (30_000_000, 30.0),
        (30_004_999, 30.0),
        (30_005_000, 30.01),  # Python's round() would say 30.0
        (42_322_993, 42.32),
        (15_915_000, 15.92),
    ],
)
def test_duration_is_rounded_half_up(duration_us: int | None, expected: float) -> None:
    assert round_duration_s(duration_us) == expected


def test_targets_of_30_seconds_pick_the_known_pictures() -> None:
    """At 10 pictures per second; the list is the reference's (stash.md §9.3)."""
    pictures = [-(-target // 100_000) for target in targets_us(30.0)]

    assert pictures == [
        *(15, 26, 37, 48, 59, 69, 80, 91, 102, 113, 123, 134, 145),
        *(156, 167, 177, 188, 199, 210, 221, 231, 242, 253, 264, 275),
    ]


def test_targets_keep_six_decimals_and_cut_the_rest() -> None:
    assert targets_us(0.04)[:3] == (2000, 3440, 4880)
    assert targets_us(1.0)[24] == 914000
    assert targets_us(20.7)[1] == 1780199  # printed: 1.7801999999999998


def test_file_without_duration_is_looked_at_25_times_at_its_beginning() -> None:
    assert targets_us(0.0) == (0,) * 25


@given(hundredths=st.integers(min_value=1, max_value=10**7))
def test_targets_go_forward_from_5_to_91_percent(hundredths: int) -> None:
    duration_s = hundredths / 100

    targets = targets_us(duration_s)

    assert len(targets) == 25
    assert list(targets) == sorted(targets)
    assert abs(targets[0] - hundredths * 500) <= 1  # in whole numbers, where 1 is 1
    assert abs(targets[-1] - hundredths * 9_140) <= 1


@given(duration_us=st.integers(min_value=0, max_value=10**12))
def test_rounding_moves_a_duration_by_half_a_hundredth_at_most(duration_us: int) -> None:
    assert abs(round_duration_s(duration_us) * 1_000_000 - duration_us) <= 5001


def test_grid_is_named() -> None:
    assert GRID_VERSION == "5x5"
