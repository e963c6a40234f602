"""How a source is just now, as a plain value that travels as JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthView:
    """How a source is; known to the running daemon only, and forgotten with it."""

    state: str
    """healthy, failing, slowed, resting, trying or refused.

    A source fails whose last answer about a file was none, while it is asked all the same.
    """
    resting_until_s: float | None
    """When it may be asked again; None when it may."""
    last_error: str | None
    """The latest failure or refusal since the daemon started."""
    last_error_at_s: float | None
    used_last_minute: int
    """Requests to its host in the last minute; sources on one host share them."""
    allowed_per_minute: float
    """As configured, or the lowest of the sources on that host."""
    pace_per_minute: float
    """What of that it is asked at most now; less while it is slowed."""
    requests: dict[str, int]
    """How many requests came to what since the daemon started."""
