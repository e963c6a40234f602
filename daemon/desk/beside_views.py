"""What lay beside a file, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class BesideView:
    """An NFO that lay beside a file when it was last asked about."""

    path: str
    written_at_s: float
    sha256: str | None
    """None when it could not be read."""
    is_own: bool
    """Whether doorman wrote it, so that it says nothing new."""
    trouble: str | None
    """Why it could not be read, in words."""
    says: tuple[str, ...]
    """What it says, in words, the surest first."""
