from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.web.gate.attempts import (
    FORGOTTEN_AFTER_S,
    FREE,
    FREE_IN_ALL,
    LONGEST_WAIT_IN_ALL_S,
    LONGEST_WAIT_S,
    MOST_ADDRESSES,
    Attempts,
    Caller,
    caller_at,
)
from tests.daemon.web.gate.conftest import Clock

AWAY = caller_at("192.0.2.7", is_here=False)
HERE = caller_at("127.0.0.1", is_here=True)


def tried(times: int, clock: Clock, caller: Caller = AWAY) -> Attempts:
    attempts = Attempts(clock)
    for _ in range(times):
        attempts.begin(caller)
    return attempts


@pytest.mark.parametrize(
    ("times", "wait_s"),
    [(0, 0), (FREE - 1, 0), (FREE, 1), (FREE + 1, 2), (FREE + 5, 32), (FREE + 40, LONGEST_WAIT_S)],
)
def test_each_wrong_try_doubles_the_wait(clock: Clock, times: int, wait_s: float) -> None:
    assert tried(times, clock, HERE).wait_s(HERE) == wait_s


def test_wait_passes(clock: Clock) -> None:
    attempts = tried(FREE + 3, clock)
    clock.at_s += 7.5

    assert attempts.wait_s(AWAY) == 0.5


def test_whoever_knew_the_password_begins_anew(clock: Clock) -> None:
    attempts = tried(FREE + 3, clock)
    attempts.succeed(AWAY)

    assert attempts.wait_s(AWAY) == 0


def test_tries_of_long_ago_are_forgotten(clock: Clock) -> None:
    attempts = tried(FREE + 3, clock)
    clock.at_s += FORGOTTEN_AFTER_S + 1
    attempts.begin(AWAY)

    assert attempts.wait_s(AWAY) == 0


def test_many_addresses_together_are_slowed_and_this_machine_is_not(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(FREE_IN_ALL + 20):
        attempts.begin(caller_at(f"198.51.100.{number}", is_here=False))

    assert attempts.wait_s(AWAY) == LONGEST_WAIT_IN_ALL_S
    assert attempts.wait_s(HERE) == 0


def test_neighbours_in_one_network_are_one(clock: Clock) -> None:
    attempts = tried(FREE, clock, caller_at("2001:db8::1", is_here=False))

    assert attempts.wait_s(caller_at("2001:db8::2", is_here=False)) == 1
    assert attempts.wait_s(caller_at("2001:db8:0:1::1", is_here=False)) == 0


@given(st.text(max_size=60))
def test_any_address_can_be_counted(address: str) -> None:
    assert len(caller_at(address, is_here=False).address) < 50


def test_memory_is_bounded(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(MOST_ADDRESSES + 100):
        attempts.begin(caller_at(f"10.0.{number // 256}.{number % 256}", is_here=False))

    assert len(attempts._by_caller) == MOST_ADDRESSES
