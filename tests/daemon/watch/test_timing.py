import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.watch.timing import Backoff, RescanClock


def test_a_new_clock_has_nothing_due() -> None:
    clock = RescanClock(gap_s=5)

    assert clock.next_s() is None
    assert not clock.take(at_s=10**9)


def test_what_is_asked_for_is_due_at_once_and_only_once() -> None:
    clock = RescanClock(gap_s=5)
    clock.ask(at_s=10)

    assert clock.take(at_s=10)
    assert not clock.take(at_s=10)


def test_many_reasons_have_one_consequence() -> None:
    clock = RescanClock(gap_s=5)
    clock.ask(at_s=10)
    clock.take(at_s=10)
    for at_s in (11, 12, 13):
        clock.ask(at_s=at_s)

    assert clock.next_s() == 15
    assert not clock.take(at_s=14.9)
    assert clock.take(at_s=15)
    assert clock.next_s() is None


def test_a_look_may_be_put_off_and_called_for_sooner() -> None:
    clock = RescanClock(gap_s=5)
    clock.ask(at_s=10, within_s=20)
    assert clock.next_s() == 30

    clock.ask(at_s=12)
    assert clock.next_s() == 12


def test_the_timer_goes_on_from_the_last_look() -> None:
    clock = RescanClock(gap_s=5)
    clock.every(60, at_s=0)
    clock.ask(at_s=10)

    assert clock.take(at_s=10)
    assert clock.next_s() == 70


def test_another_interval_never_puts_off_what_is_due() -> None:
    clock = RescanClock(gap_s=5)
    clock.every(60, at_s=0)
    clock.every(1800, at_s=10)

    assert clock.next_s() == 60
    assert clock.take(at_s=60)
    assert clock.next_s() == 1860


def test_a_stopped_clock_asks_for_nothing_until_told() -> None:
    clock = RescanClock(gap_s=5)
    clock.every(60, at_s=0)
    clock.ask(at_s=0)
    clock.stop()

    assert clock.next_s() is None
    clock.ask(at_s=7)
    assert clock.take(at_s=7)
    assert clock.next_s() is None


@given(st.lists(st.floats(0, 3), max_size=50))
def test_two_looks_are_never_closer_than_the_gap(waits: list[float]) -> None:
    clock = RescanClock(gap_s=5)
    clock.every(1, at_s=0)
    now_s, looks = 0.0, []
    for wait_s in waits:
        now_s += wait_s
        clock.ask(at_s=now_s)
        if clock.take(at_s=now_s):
            looks.append(now_s)

    assert all(later - earlier >= 4.999 for earlier, later in itertools.pairwise(looks))


@pytest.mark.parametrize(
    ("lasting", "waits"),
    [
        ([False] * 6, [1, 2, 4, 8, 10, 10]),
        ([True, False], [10, 2]),
    ],
)
def test_each_failure_in_a_row_waits_longer(lasting: list[bool], waits: list[float]) -> None:
    backoff = Backoff(first_s=1, longest_s=10)

    assert [backoff.fail(is_lasting=is_lasting) for is_lasting in lasting] == waits


def test_success_is_forgiving() -> None:
    backoff = Backoff(first_s=1, longest_s=10)
    for _ in range(2000):
        backoff.fail(is_lasting=False)
    backoff.forget()

    assert backoff.failures == 0
    assert backoff.fail(is_lasting=False) == 1
