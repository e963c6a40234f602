from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.easing import LEAST_SHARE, WHOLE_AGAIN_S, Easing

gaps = st.lists(st.floats(min_value=0, max_value=2 * WHOLE_AGAIN_S), max_size=30)


@given(gaps)
def test_share_never_leaves_its_bounds_and_a_complaint_never_raises_it(gaps_s: list[float]) -> None:
    easing, now_s = Easing(), 0.0
    for gap_s in gaps_s:
        now_s += gap_s
        before = easing.at(now_s)
        easing = easing.complained(now_s)

        assert LEAST_SHARE <= easing.at(now_s) <= before <= 1


@given(gaps)
def test_whole_rate_is_regained_after_any_history(gaps_s: list[float]) -> None:
    easing, now_s = Easing(), 0.0
    for gap_s in gaps_s:
        now_s += gap_s
        easing = easing.complained(now_s)

    assert easing.at(now_s + WHOLE_AGAIN_S) == 1


@pytest.mark.parametrize(
    ("complaints", "passed_s", "share"),
    [(0, 0, 1), (1, 0, 0.5), (2, 0, 0.25), (9, 0, LEAST_SHARE), (1, 150, 0.75), (1, 300, 1)],
)
def test_share_is_halved_at_once_and_regained_steadily(
    complaints: int, passed_s: float, share: float
) -> None:
    easing = Easing()
    for _ in range(complaints):
        easing = easing.complained(0.0)

    assert easing.at(passed_s) == share
