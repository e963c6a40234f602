from __future__ import annotations

from collections.abc import Sequence

from daemon.desk.health_views import HealthView
from daemon.journey.timely import SourceState
from daemon.source_health import health_views, source_states
from providers.breaker import FAILURES_TO_OPEN
from providers.clock import Clock
from providers.guard import GuardedSource, Instruments
from providers.limits import Limiter
from providers.traffic import Traffic
from rules.candidate import Answer, Failed, Query, Refused, Unknown
from rules.fingerprint import Fingerprints, Oshash

QUERY = Query(fingerprints=Fingerprints(oshash=Oshash(1), size_bytes=1, duration_s=1))
NOW_S = 5000.0


class Refuser:
    """A source that refuses us."""

    name = "first"

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        return [Refused(source=self.name, reason="the key is old") for _ in queries]

    async def check(self) -> str:
        return "refuses"


def guarded() -> GuardedSource:
    clock = Clock(now_s=lambda: 100.0, wall_s=lambda: NOW_S, chance=lambda: 0.0)
    limiter = Limiter(requests_per_minute=120, clock=clock)
    instruments = Instruments(clock=clock, limiter=limiter, traffic=Traffic())
    return GuardedSource(Refuser(), instruments=instruments, is_nsfw=True)


async def test_healthy_source_rests_never() -> None:
    (view,) = health_views([guarded()], lambda: NOW_S).values()

    assert view == HealthView(
        state="healthy",
        resting_until_s=None,
        last_error=None,
        last_error_at_s=None,
        used_last_minute=0,
        allowed_per_minute=120,
        pace_per_minute=120,
        requests={"answered": 0, "no answer": 0, "too often": 0, "refused": 0, "failed": 0},
    )


async def test_rest_is_told_by_the_clock_on_the_wall() -> None:
    source = guarded()
    await source.ask([QUERY])

    view = health_views([source], lambda: NOW_S)["first"]

    assert (view.state, view.resting_until_s) == ("refused", NOW_S + 900)
    assert (view.last_error, view.last_error_at_s) == ("the key is old", NOW_S)


def test_source_without_a_guard_has_no_health() -> None:
    assert health_views([Refuser()], lambda: NOW_S) == {}


class Moody:
    """A source that answers as it is told to."""

    name = "moody"

    def __init__(self) -> None:
        self.traffic = Traffic()
        self.is_up = False

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        if self.is_up:
            self.traffic.answered()
            return [Unknown(source=self.name) for _ in queries]

        return [Failed(source=self.name, reason="no answer") for _ in queries]

    async def check(self) -> str:
        return "moody"


async def test_whether_a_source_can_be_reached_is_known_when_somebody_tried() -> None:
    moody, time_s = Moody(), [100.0]
    clock = Clock(now_s=lambda: time_s[0], wall_s=lambda: NOW_S, chance=lambda: 0.0)
    limiter = Limiter(requests_per_minute=120, clock=clock)
    instruments = Instruments(clock=clock, limiter=limiter, traffic=moody.traffic)
    source = GuardedSource(moody, instruments=instruments, is_nsfw=True)

    unasked = source_states([source])["moody"]
    for _ in range(FAILURES_TO_OPEN):
        await source.ask([QUERY])
    resting = source_states([source])["moody"]
    time_s[0] += 10_000
    before_a_trial = source_states([source])["moody"]
    moody.is_up = True
    await source.ask([QUERY])
    back = source_states([source])["moody"]

    assert unasked == SourceState(is_down=False, is_up=False, reason=None)
    assert resting == SourceState(is_down=True, is_up=False, reason="no answer")
    assert before_a_trial == resting
    assert (back.is_down, back.is_up) == (False, True)


async def test_source_that_refuses_us_is_neither_down_nor_up() -> None:
    source = guarded()
    await source.ask([QUERY])

    state = source_states([source])["first"]

    assert (state.is_down, state.is_up) == (False, False)
