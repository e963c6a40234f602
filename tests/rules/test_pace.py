from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.pace import LATEST, LEAST_FILES, LEAST_S, PAUSE_S, Examined, Pace, pace_of


def done(*at_s: float, size_bytes: int = 100) -> list[Examined]:
    return [Examined(at_s=each, size_bytes=size_bytes) for each in at_s]


def steady(files: int, *, every_s: float = 2.0, from_s: float = 1000.0) -> list[Examined]:
    return done(*(from_s + number * every_s for number in range(files)))


@pytest.mark.parametrize(
    "examined",
    [
        [],
        steady(1),
        steady(LEAST_FILES - 1, every_s=60),
        steady(50, every_s=0),
        steady(LEAST_FILES, every_s=(LEAST_S - 0.1) / (LEAST_FILES - 1)),
        steady(50, every_s=PAUSE_S + 1),
    ],
    ids=["none", "one", "few", "at once", "briefly", "now and then"],
)
def test_too_little_says_nothing(examined: list[Examined]) -> None:
    assert pace_of(examined) is None


def test_pace_is_that_of_the_files_after_the_first() -> None:
    assert pace_of(steady(11)) == Pace(files_per_s=0.5, bytes_per_s=50.0)


def test_pace_is_forgotten_after_a_pause() -> None:
    examined = steady(11)
    latest_s = examined[-1].at_s

    assert pace_of(examined, now_s=latest_s + PAUSE_S) == pace_of(examined)
    assert pace_of(examined, now_s=latest_s + PAUSE_S + 1) is None


def test_what_was_done_before_a_pause_does_not_count() -> None:
    slow = steady(100, every_s=300, from_s=0)
    quick = steady(11, from_s=slow[-1].at_s + PAUSE_S + 1)

    assert pace_of([*slow, *quick]) == pace_of(quick)


def test_only_the_latest_count() -> None:
    slow = steady(50, every_s=100, from_s=0)
    quick = steady(LATEST, from_s=slow[-1].at_s + 100)

    assert pace_of([*slow, *quick]) == pace_of(quick)


@given(gaps_s=st.lists(st.floats(0, PAUSE_S), max_size=40))
def test_order_does_not_matter_and_no_pace_is_a_standstill(gaps_s: list[float]) -> None:
    examined = done(*(sum(gaps_s[:number]) for number in range(len(gaps_s) + 1)))

    found = pace_of(examined)

    assert pace_of(examined[::-1]) == found
    assert found is None or found.files_per_s > 0


PACE = Pace(files_per_s=0.5, bytes_per_s=1000.0)


@pytest.mark.parametrize(
    ("pace", "is_read_whole", "left_s"),
    [
        (PACE, False, 20.0),
        (PACE, True, 7.0),
        (Pace(files_per_s=0.5, bytes_per_s=0.0), True, 20.0),
    ],
    ids=["by files", "by size", "all were empty"],
)
def test_time_left_is_by_size_where_every_byte_is_read(
    pace: Pace,
    is_read_whole: bool,  # noqa: FBT001  # pytest hands parameters on by name
    left_s: float,
) -> None:
    assert pace.time_left_s(files=10, size_bytes=7000, is_read_whole=is_read_whole) == left_s
