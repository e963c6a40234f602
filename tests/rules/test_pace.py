from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.pace import LATEST, LEAST_FILES, LEAST_S, PAUSE_S, STEP_S, Examined, Pace, pace_of


def done(*at_s: float, took_s: float = 2.0, size_bytes: int = 100) -> list[Examined]:
    return [Examined(at_s=each, took_s=took_s, size_bytes=size_bytes) for each in at_s]


def steady(files: int, *, every_s: float = 2.0, from_s: float = 1000.0) -> list[Examined]:
    """Return what one worker did without a rest, its first file begun at `from_s`."""
    return done(*(from_s + number * every_s for number in range(1, files + 1)), took_s=every_s)


@pytest.mark.parametrize(
    "examined",
    [
        [],
        steady(1),
        steady(LEAST_FILES - 1, every_s=60),
        steady(50, every_s=0),
        steady(LEAST_FILES, every_s=(LEAST_S - 0.1) / LEAST_FILES),
        done(*(number * (PAUSE_S + 3) for number in range(50))),
    ],
    ids=["none", "one", "few", "at once", "briefly", "now and then"],
)
def test_too_little_says_nothing(examined: list[Examined]) -> None:
    assert pace_of(examined) is None


def test_pace_counts_every_file() -> None:
    assert pace_of(steady(11)) == Pace(files_per_s=0.5, bytes_per_s=50.0)


def test_files_of_several_workers_share_their_time() -> None:
    pairs = done(*(2.0 * number for number in range(1, 11) for _ in range(2)))

    assert pace_of(pairs) == Pace(files_per_s=1.0, bytes_per_s=100.0)


def test_long_file_beside_short_ones_counts_once() -> None:
    long = Examined(at_s=1020.0, took_s=20.0, size_bytes=100)

    assert pace_of([long, *steady(9)]) == Pace(files_per_s=0.5, bytes_per_s=50.0)


@pytest.mark.parametrize("lull_s", [5.0, 45.0, 180.0, 590.0])
def test_waiting_for_files_is_no_slowness(lull_s: float) -> None:
    """Seen: a rate of 12 a minute that really was 47, after eight files that came one by one."""
    singles = done(*(number * (lull_s + 1.3) for number in range(8)), took_s=1.3)
    begins_s = singles[-1].at_s + lull_s
    rush = steady(12, every_s=1.3, from_s=begins_s)

    pace = pace_of([*singles, *rush], now_s=rush[-1].at_s)

    assert pace is not None
    assert round(60 * pace.files_per_s) == 46


def test_files_that_take_minutes_have_a_pace() -> None:
    pace = pace_of(steady(6, every_s=1500.0))

    assert pace is not None
    assert pace.files_per_s == 1 / 1500


def test_step_from_one_file_to_the_next_is_work() -> None:
    steps = done(*(number * (2.0 + STEP_S) for number in range(1, 12)))
    beyond = done(*(number * (2.1 + STEP_S) for number in range(1, 12)))

    assert pace_of(steps) == Pace(files_per_s=11 / 32, bytes_per_s=1100 / 32)
    assert pace_of(beyond) == pytest.approx(Pace(files_per_s=0.5, bytes_per_s=50.0))


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
    quick = steady(LATEST, from_s=slow[-1].at_s)

    assert pace_of([*slow, *quick]) == pace_of(quick)


SPANS = st.tuples(st.floats(0, 2000), st.floats(0, 100))


@given(spans=st.lists(SPANS, max_size=40))
def test_order_does_not_matter_and_no_pace_is_a_standstill(
    spans: list[tuple[float, float]],
) -> None:
    examined = [Examined(at_s=at_s, took_s=took_s, size_bytes=9) for at_s, took_s in spans]

    found = pace_of(examined)

    assert found == pace_of(examined[::-1])
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
