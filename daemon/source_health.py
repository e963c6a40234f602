"""The health of the opened sources, as the desk shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from daemon.desk.health_views import HealthView
from daemon.journey.timely import SourceState
from providers.base import Source
from providers.guard import GuardedSource
from providers.health import Health, Standing
from providers.traffic import Outcome


def health_views(sources: Collection[Source], now: Callable[[], float]) -> dict[str, HealthView]:
    """Return how each source is, by its name; `now` tells seconds since the epoch."""
    return {
        source.name: _view(source.health(), now())
        for source in sources
        if isinstance(source, GuardedSource)
    }


def source_states(sources: Collection[Source]) -> dict[str, SourceState]:
    """Return whether each source can be reached, by its name, as far as anybody tried."""
    return {
        source.name: _state(source.health())
        for source in sources
        if isinstance(source, GuardedSource)
    }


def _state(health: Health) -> SourceState:
    has_answered = health.requests.get(Outcome.ANSWERED.value, 0) > 0
    return SourceState(
        is_down=health.standing in {Standing.RESTING, Standing.TRYING},
        is_up=health.standing in {Standing.HEALTHY, Standing.SLOWED} and has_answered,
        reason=health.last_error,
    )


def _view(health: Health, now_s: float) -> HealthView:
    return HealthView(
        state=health.standing.value,
        resting_until_s=now_s + health.rests_for_s if health.rests_for_s > 0 else None,
        last_error=health.last_error,
        last_error_at_s=health.last_error_at_s,
        used_last_minute=health.used_last_minute,
        allowed_per_minute=health.allowed_per_minute,
        pace_per_minute=health.allowed_per_minute * health.share,
        requests=dict(health.requests),
    )
