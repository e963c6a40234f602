"""When doorman asks again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.schedule import deferred_wait_s, failed_file_wait_s, is_name_due, no_match_wait_s

HOUR_S = 3600.0
DAY_S = 24 * HOUR_S
SCHEDULE_S = (HOUR_S, DAY_S, 3 * DAY_S, 7 * DAY_S, 30 * DAY_S)
JITTERS = st.floats(min_value=0, max_value=1, exclude_max=True)


@pytest.mark.parametrize(
    ("attempt", "wait_s"),
    [
        (0, HOUR_S),
        (1, HOUR_S),
        (2, DAY_S),
        (3, 3 * DAY_S),
        (4, 7 * DAY_S),
        (5, 30 * DAY_S),
        (6, 30 * DAY_S),
        (10**9, 30 * DAY_S),
    ],
)
def test_a_file_nobody_knows_is_asked_about_less_and_less_often(
    attempt: int, wait_s: float
) -> None:
    assert no_match_wait_s(attempt, SCHEDULE_S, 0.5) == pytest.approx(wait_s)


@pytest.mark.parametrize(("jitter", "wait_s"), [(0.0, 90.0), (0.5, 100.0), (0.999999, 110.0)])
def test_jitter_moves_a_wait_by_a_tenth_either_way(jitter: float, wait_s: float) -> None:
    assert no_match_wait_s(1, [100.0], jitter) == pytest.approx(wait_s, rel=1e-5)


@pytest.mark.parametrize(
    ("failures", "wait_s"), [(0, 300.0), (1, 300.0), (2, 600.0), (4, 2400.0), (5, HOUR_S)]
)
def test_a_failing_source_is_left_alone_twice_as_long_each_time(
    failures: int, wait_s: float
) -> None:
    assert deferred_wait_s(
        failures, first_s=300.0, cap_s=HOUR_S, retry_after_s=None, jitter=0.5
    ) == pytest.approx(wait_s)


@given(st.integers(min_value=0, max_value=10**12), st.floats(0, 10**7), JITTERS)
def test_a_source_is_never_asked_before_the_time_it_named(
    failures: int, retry_after_s: float, jitter: float
) -> None:
    wait_s = deferred_wait_s(
        failures, first_s=300.0, cap_s=HOUR_S, retry_after_s=retry_after_s, jitter=jitter
    )

    assert wait_s >= retry_after_s
    assert wait_s <= max(1.1 * HOUR_S, 1.1 * retry_after_s)


@given(st.integers(min_value=0, max_value=10**12), JITTERS)
def test_a_wait_never_leaves_a_tenth_around_first_and_cap(failures: int, jitter: float) -> None:
    wait_s = deferred_wait_s(
        failures, first_s=300.0, cap_s=HOUR_S, retry_after_s=None, jitter=jitter
    )

    assert 0.9 * 300.0 <= wait_s <= 1.1 * HOUR_S


def test_files_that_came_together_do_not_come_back_together_after_a_named_wait() -> None:
    waits_s = {
        deferred_wait_s(1, first_s=1.0, cap_s=1.0, retry_after_s=600.0, jitter=jitter)
        for jitter in (0.0, 0.25, 0.5, 0.75)
    }

    assert len(waits_s) == 4


@pytest.mark.parametrize(
    ("attempt", "wait_s"), [(1, 60.0), (2, 120.0), (3, 150.0), (4, None), (5, None)]
)
def test_a_file_that_fails_is_tried_a_few_times_and_then_left_to_a_person(
    attempt: int, wait_s: float | None
) -> None:
    actual = failed_file_wait_s(attempt, attempts=4, first_s=60.0, cap_s=150.0, jitter=0.5)

    assert actual == (None if wait_s is None else pytest.approx(wait_s))


@pytest.mark.parametrize(
    ("attempts", "waits", "is_due"),
    [(0, 5, True), (1, 5, False), (4, 5, False), (5, 5, True), (12, 5, True), (1, 1, True)],
)
def test_name_is_sent_at_first_and_after_the_last_wait(
    attempts: int, waits: int, *, is_due: bool
) -> None:
    assert is_name_due(attempts, waits) is is_due
