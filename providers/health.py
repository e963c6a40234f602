"""How a source is, as `doorman status` tells it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Standing(StrEnum):
    """How a source stands, in one word."""

    HEALTHY = "healthy"
    SLOWED = "slowed"
    """Asked at less than the allowed rate, because it said that it was asked too often."""
    RESTING = "resting"
    """Not asked for a while: it failed several times in a row, or asked for the rest itself."""
    TRYING = "trying"
    """Rested long enough; the next batch decides whether it is asked again."""
    REFUSED = "refused"
    """It refuses our key; tried rarely until the key is mended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How a source is; all of it is forgotten with the process."""

    standing: Standing
    rests_for_s: float
    """How long until it may be asked again; 0 when it may."""
    last_error: str | None
    """The latest failure or refusal; None when there was none."""
    last_error_at_s: float | None
    """Seconds since 1970."""
    used_last_minute: int
    """Requests to its host in the last minute, whichever source sent them."""
    allowed_per_minute: float
    """What its host is asked at most, when it does not complain."""
    share: float
    """The part of that which is used now, 0 to 1."""
    requests: Mapping[str, int]
    """How many requests came to what, since the source was opened."""
