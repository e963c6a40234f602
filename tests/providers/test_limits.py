from __future__ import annotations

import itertools
from datetime import UTC, datetime
from email.utils import format_datetime

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.clock import Clock
from providers.limits import Backoff, Limiter, Limiters, TokenBucket, parse_retry_after

NOW_S = datetime(2026, 11, 20, 12, 0, 0, tzinfo=UTC).timestamp()

times = st.floats(min_value=0, max_value=1e6)
rates = st.floats(min_value=0.1, max_value=10_000)


@given(rates, st.lists(st.floats(min_value=0, max_value=100), min_size=2, max_size=50))
def test_turns_are_never_closer_than_the_rate_allows(rate: float, gaps_s: list[float]) -> None:
    bucket, now_s, turns_s = TokenBucket(requests_per_minute=rate), 0.0, []
    for gap_s in gaps_s:
        now_s += gap_s
        now_s += bucket.wait_s(now_s)
        bucket = bucket.taken(now_s)
        turns_s.append(now_s)

    spacings_s = [after - before for before, after in itertools.pairwise(turns_s)]
    assert min(spacings_s) >= 60 / rate - 1e-6


@given(rates, times)
def test_idle_bucket_holds_one_token_and_no_more(rate: float, idle_s: float) -> None:
    bucket = TokenBucket(requests_per_minute=rate).taken(0.0)
    later_s = 60 / rate + idle_s

    assert bucket.wait_s(later_s) == 0
    assert bucket.taken(later_s).wait_s(later_s) == pytest.approx(60 / rate)


@given(
    st.integers(min_value=1, max_value=10**9),
    st.floats(min_value=0, max_value=1, exclude_max=True),
)
def test_backoff_stays_between_half_and_all_of_what_is_due(failures: int, chance: float) -> None:
    backoff = Backoff(first_s=1, most_s=30)

    due_s = min(30, 2 ** (min(failures, 10) - 1))
    assert due_s / 2 <= backoff.wait_s(failures, chance) <= due_s


@pytest.mark.parametrize(("failures", "wait_s"), [(1, 0.75), (2, 1.5), (3, 3.0), (9, 22.5)])
def test_backoff_doubles_up_to_its_cap(failures: int, wait_s: float) -> None:
    assert Backoff(first_s=1, most_s=30).wait_s(failures, 0.5) == wait_s


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("٣", None),
        ("0", 0),
        (" 17 ", 17),
        ("1.5", 1.5),
        ("999999999999", 86_400),
        ("Fri, 20 Nov 2026 12:01:30 GMT", 90),
        ("Fri, 20 Nov 2026 12:01:30 -0000", 90),
        ("Fri, 20 Nov 2026 11:00:00 GMT", 0),
        ("Fri, 20 Nov 2099 11:00:00 GMT", 86_400),
        ("Fri, 99 Nov 2026 11:00:00 GMT", None),
    ],
)
def test_retry_after_is_read_in_both_forms(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOW_S) == seconds


@given(st.text())
def test_no_header_can_break_the_parser_or_ask_for_nonsense(header: str) -> None:
    seconds = parse_retry_after(header, NOW_S)

    assert seconds is None or 0 <= seconds <= 86_400


@given(st.integers(min_value=0, max_value=86_400))
def test_date_in_so_many_seconds_asks_for_so_many_seconds(seconds: int) -> None:
    date = datetime.fromtimestamp(NOW_S + seconds, UTC)

    assert parse_retry_after(format_datetime(date, usegmt=True), NOW_S) == seconds


async def test_turns_of_many_tasks_are_spaced_and_in_order(clock: Clock) -> None:
    limiter = Limiter(requests_per_minute=60, clock=clock)
    turns: list[tuple[int, float]] = []

    async def ask(number: int) -> None:
        assert await limiter.turn(patience_s=0)
        turns.append((number, clock.now_s()))

    async with anyio.create_task_group() as tasks:
        for number in range(4):
            tasks.start_soon(ask, number)

    assert turns == [(0, 0.0), (1, 1.0), (2, 2.0), (3, 3.0)]


async def test_short_rest_is_waited_for_and_a_long_one_is_reported(
    clock: Clock, slept: list[float]
) -> None:
    limiter = Limiter(requests_per_minute=600, clock=clock)
    limiter.rest(5)

    assert await limiter.turn(patience_s=10)
    assert slept == [5]

    limiter.rest(20)
    assert not await limiter.turn(patience_s=10)
    assert limiter.rest_s == 20
    assert slept == [5]


async def test_shorter_rest_does_not_shorten_a_longer_one(clock: Clock) -> None:
    limiter = Limiter(requests_per_minute=600, clock=clock)
    limiter.rest(20)
    limiter.rest(3)

    assert limiter.rest_s == 20


async def test_cancelled_wait_takes_no_turn(slept: list[float]) -> None:
    started = anyio.Event()

    async def never(_seconds: float) -> None:
        started.set()
        await anyio.sleep_forever()

    limiter = Limiter(requests_per_minute=60, clock=Clock(now_s=lambda: sum(slept), sleep=never))
    assert await limiter.turn(patience_s=0)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(lambda: limiter.turn(patience_s=0))
        await started.wait()
        tasks.cancel_scope.cancel()

    slept.append(1.0)
    with anyio.fail_after(1):
        assert await limiter.turn(patience_s=0)


async def test_sources_on_one_host_share_the_lower_rate(limiters: Limiters) -> None:
    fast = limiters.of("box.example", 240)
    slow = limiters.of("box.example", 60)
    other = limiters.of("other.example", 240)

    assert fast is slow
    assert other is not fast
    for _ in range(3):
        await fast.turn(patience_s=0)
    assert limiters.clock.now_s() == 2.0


async def test_higher_rate_never_speeds_a_host_up(limiters: Limiters) -> None:
    limiter = limiters.of("box.example", 60)
    limiters.of("box.example", 240)

    for _ in range(3):
        await limiter.turn(patience_s=0)
    assert limiters.clock.now_s() == 2.0


async def test_complaint_halves_the_pace_until_it_is_regained(
    clock: Clock, slept: list[float]
) -> None:
    limiter = Limiter(requests_per_minute=60, clock=clock)
    limiter.complained(10)

    assert await limiter.turn(patience_s=10)
    assert await limiter.turn(patience_s=10)
    assert slept[0] == 10
    assert 1.8 < slept[1] < 2.0  # a little was regained meanwhile

    slept.append(600)
    assert limiter.share == 1
    assert await limiter.turn(patience_s=10)
    before_s = clock.now_s()
    assert await limiter.turn(patience_s=10)
    assert clock.now_s() - before_s == pytest.approx(1)


async def test_complaints_about_what_was_under_way_count_once(clock: Clock) -> None:
    limiter = Limiter(requests_per_minute=60, clock=clock)
    for _ in range(5):
        limiter.complained(10)

    assert limiter.share == 0.5
    assert limiter.rest_s == 10


async def test_turns_of_the_last_minute_are_counted_whoever_took_them(
    limiters: Limiters, slept: list[float]
) -> None:
    one, other = limiters.of("box.example", 60), limiters.of("box.example", 60)
    for limiter in (one, other, one):
        await limiter.turn(patience_s=0)

    assert (one.used_last_minute, one.allowed_per_minute) == (3, 60)
    slept.append(59)
    assert other.used_last_minute == 1
    slept.append(60)
    assert other.used_last_minute == 0
