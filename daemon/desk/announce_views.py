"""What the desk shows of other programs that hear of files, as values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnounceLine:
    """One program that is told."""

    name: str
    kind: str
    place: str
    """Host and port."""
    due: int = 0
    """Files of which it is still to be told."""
    given_up: int = 0
    """Files of which it could not be told for a week."""
    last_error: str | None = None
    """Why the latest of those that are due was not taken, in words that end with what to do."""
    told_at_s: float | None = None
    """When it took something last."""
