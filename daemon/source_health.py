"""The health of the opened sources, as the desk shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection

from daemon.desk.health_views import HealthView
from providers.base import Source
from providers.guard import GuardedSource
from providers.health import Health


def health_views(sources: Collection[Source], now: Callable[[], float]) -> dict[str, HealthView]:
    """Return how each source is, by its name; `now` tells seconds since the epoch."""
    return {
        source.name: _view(source.health(), now())
        for source in sources
        if isinstance(source, GuardedSource)
    }


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
