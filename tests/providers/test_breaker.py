"""The laws of the circuit breaker, whatever happens to it in whatever order."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.breaker import FAILURES_TO_OPEN, REFUSED_REST, REST, Circuit, Phase

chances = st.floats(min_value=0, max_value=1, exclude_max=True)
retries = st.none() | st.floats(min_value=0, max_value=86_400)
kinds = st.sampled_from(["succeeded", "failed", "refused", "left", "entered"])
histories = st.lists(
    st.tuples(kinds, st.floats(min_value=0, max_value=30_000), chances, retries), max_size=40
)
History = list[tuple[str, float, float, float | None]]

LONGEST_S = 86_400.0


def after(history: History) -> tuple[Circuit, float]:
    """Return the circuit, and the time, after these events; a batch enters only if admitted."""
    circuit, now_s = Circuit(), 0.0
    for kind, gap_s, chance, retry_after_s in history:
        now_s += gap_s
        circuit = step(circuit, kind, now_s, chance, retry_after_s)
    return circuit, now_s


def step(
    circuit: Circuit, kind: str, now_s: float, chance: float, retry_after_s: float | None
) -> Circuit:
    match kind:
        case "succeeded":
            return circuit.succeeded()
        case "failed":
            return circuit.failed(now_s, chance=chance, retry_after_s=retry_after_s)
        case "refused":
            return circuit.refused(now_s, chance=chance)
        case "left":
            return circuit.left()
        case _:
            return circuit.entered() if circuit.admits(now_s) else circuit


@given(histories, chances)
def test_nothing_is_asked_before_the_rest_is_over(history: History, part: float) -> None:
    circuit, now_s = after(history)
    wait_s = circuit.wait_s(now_s)

    if wait_s > 1e-3:
        assert not circuit.admits(now_s + part * wait_s * 0.99)
    assert circuit.phase is Phase.TRYING or circuit.admits(circuit.until_s + now_s)


@given(histories)
def test_every_rest_ends(history: History) -> None:
    circuit, now_s = after(history)

    assert circuit.wait_s(now_s) <= LONGEST_S
    assert circuit.phase is Phase.TRYING or circuit.admits(now_s + LONGEST_S)


@given(histories)
def test_one_success_makes_everything_good(history: History) -> None:
    circuit, now_s = after(history)

    assert circuit.succeeded() == Circuit()
    assert circuit.succeeded().admits(now_s)


@given(histories)
def test_only_one_batch_is_tried_at_a_time(history: History) -> None:
    circuit, now_s = after(history)
    later_s = now_s + circuit.wait_s(now_s)
    is_trial = circuit.phase is Phase.OPEN
    entered = circuit.entered()

    assert entered.admits(later_s) is (circuit.phase is Phase.CLOSED)
    if is_trial:
        assert entered.left().admits(later_s)


@given(st.lists(chances, min_size=1, max_size=10))
def test_it_opens_after_so_many_failures_in_a_row_and_not_before(chances_: list[float]) -> None:
    circuit = Circuit()
    for number, chance in enumerate(chances_, 1):
        circuit = circuit.failed(0.0, chance=chance)

        assert (circuit.phase is Phase.OPEN) is (number >= FAILURES_TO_OPEN)


@given(histories, chances, retries)
def test_rest_is_within_its_bounds_and_no_shorter_than_asked_for(
    history: History, chance: float, retry_after_s: float | None
) -> None:
    circuit, now_s = after([*history, ("succeeded", 0, 0, None)])
    for _ in range(FAILURES_TO_OPEN - 1):
        circuit = circuit.failed(now_s, chance=chance)
    opened = circuit.failed(now_s, chance=chance, retry_after_s=retry_after_s)

    rest_s = opened.wait_s(now_s)
    assert rest_s == pytest.approx(max(REST.wait_s(1, chance), retry_after_s or 0), abs=1e-3)


@pytest.mark.parametrize("kind", ["failed", "refused"])
@given(chances)
def test_each_failed_trial_makes_the_rest_longer_up_to_a_cap(kind: str, chance: float) -> None:
    cap_s = (REST if kind == "failed" else REFUSED_REST).most_s
    circuit, now_s, rests_s = Circuit(failures=FAILURES_TO_OPEN - 1), 0.0, []
    for _ in range(12):
        circuit = step(circuit.entered(), kind, now_s, chance, None)
        rests_s.append(circuit.wait_s(now_s))
        now_s = circuit.until_s

    assert rests_s[0] < rests_s[1]
    assert all(later >= earlier - 1e-6 for earlier, later in pairwise(rests_s))
    assert cap_s / 2 - 1e-6 <= rests_s[-1] <= cap_s


@given(chances, retries)
def test_what_was_under_way_when_it_opened_does_not_lengthen_the_rest(
    chance: float, retry_after_s: float | None
) -> None:
    opened = Circuit(failures=FAILURES_TO_OPEN - 1).failed(0.0, chance=0.5)
    refused = Circuit().refused(0.0, chance=0.5)

    assert opened.failed(1.0, chance=chance, retry_after_s=retry_after_s) == opened
    assert refused.refused(1.0, chance=chance) == refused


def test_refused_key_opens_at_once_and_for_long() -> None:
    refused = Circuit().refused(0.0, chance=0.5)

    assert (refused.phase, refused.is_refused) == (Phase.OPEN, True)
    assert refused.wait_s(0.0) >= 10 * REST.wait_s(1, 0.5)


def test_another_failure_of_a_tried_key_is_no_refusal_any_more() -> None:
    refused = Circuit().refused(0.0, chance=0.5)
    failed = refused.entered().failed(refused.until_s, chance=0.5)

    assert (failed.phase, failed.is_refused) == (Phase.OPEN, False)


def test_batch_that_came_to_nothing_changes_nothing() -> None:
    closed = Circuit(failures=2)

    assert closed.entered().left() == closed
