from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.span import MOST_STEPS, STEPS_S, span_of

DAY_S = 86400
NOW_S = 20_000 * DAY_S + 100.0
TIMES = st.floats(min_value=0, max_value=4e9)


@pytest.mark.parametrize(
    ("days", "step_s", "steps"),
    [
        (0, DAY_S // 4, 1),
        (7, DAY_S // 4, 29),
        (30, DAY_S, 31),
        (90, 3 * DAY_S, 31),
        (365, 14 * DAY_S, 27),
        (20_000, 3650 * DAY_S, 6),
    ],
)
def test_step_is_the_finest_that_can_be_told_apart(days: int, step_s: int, steps: int) -> None:
    span = span_of(NOW_S - days * DAY_S, NOW_S)

    assert (span.step_s, span.steps) == (step_s, steps)


@given(since_s=TIMES, now_s=TIMES)
def test_span_holds_all_from_then_to_now(since_s: float, now_s: float) -> None:
    span = span_of(since_s, now_s)

    assert span.begin_s <= min(since_s, now_s)
    end_s = span.begin_s + span.step_s * span.steps
    assert end_s - span.step_s <= now_s < end_s
    assert 1 <= span.steps <= MOST_STEPS
    assert span.begin_s % span.step_s == 0


def test_later_beginning_than_now_is_the_present_step() -> None:
    assert span_of(NOW_S + DAY_S, NOW_S).steps == 1


def test_what_is_older_than_the_longest_span_is_left_out() -> None:
    longest_s = STEPS_S[-1] * MOST_STEPS

    assert span_of(NOW_S - 2 * longest_s, NOW_S).steps == MOST_STEPS
