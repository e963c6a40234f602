import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.allowance import DAY_S, HOUR_S, Allowance

NOW_S = 10 * DAY_S
FEW = Allowance(per_hour=2, per_day=3)


@pytest.mark.parametrize(
    ("ago_s", "wait_s"),
    [
        ((), 0),
        ((10,), 0),
        ((10, 20), HOUR_S - 20),
        ((HOUR_S, 20), 0),
        ((HOUR_S - 1, 20), 1),
        ((3 * HOUR_S, 2 * HOUR_S, 20), DAY_S - 3 * HOUR_S),
        ((DAY_S, 2 * HOUR_S, 20), 0),
    ],
)
def test_one_more_may_be_sent_when_the_oldest_that_counts_is_past(
    ago_s: tuple[float, ...], wait_s: float
) -> None:
    assert FEW.free_at_s([NOW_S - each for each in ago_s], NOW_S) == NOW_S + wait_s


@given(
    st.lists(st.integers(0, int(NOW_S)).map(float)),
    st.builds(Allowance, per_hour=st.integers(1, 5), per_day=st.integers(1, 9)),
)
def test_waiting_as_told_keeps_every_hour_and_day_within_the_allowance(
    sent_at_s: list[float], allowance: Allowance
) -> None:
    free_at_s = allowance.free_at_s(sent_at_s, NOW_S)

    assert free_at_s >= NOW_S
    for most, within_s in ((allowance.per_hour, HOUR_S), (allowance.per_day, DAY_S)):
        assert sum(at_s > free_at_s - within_s for at_s in sent_at_s) < most


def test_what_is_said_to_be_sent_later_does_not_count() -> None:
    """As after the clock was set back."""
    assert FEW.free_at_s([NOW_S + 1, NOW_S + 2], NOW_S) == NOW_S
