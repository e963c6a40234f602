from __future__ import annotations

from collections.abc import Sequence

from daemon.desk.health_views import HealthView
from daemon.source_health import health_views
from providers.clock import Clock
from providers.guard import GuardedSource, Instruments
from providers.limits import Limiter
from providers.traffic import Traffic
from rules.candidate import Answer, Query, Refused
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
