"""How a sidecar lay there before it was replaced, beside its bytes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerStatus:
    """What comes back with the bytes when they are put back."""

    mtime_ns: int
    mode: int
    """The permission bits; the owner stays whoever it is."""
