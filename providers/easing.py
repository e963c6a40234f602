"""How much of its allowed rate a host is asked at, after it complained; told the time, pure.

The share is halved by each complaint and regained steadily: additive increase, multiplicative
decrease (Chiu and Jain, 1989), which is how TCP shares a line whose width nobody tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

LEAST_SHARE: Final = 1 / 16
"""15 of 240 requests a minute: slow enough for any limit that lets a client work at all."""
WHOLE_AGAIN_S: Final = 600.0
"""A share of nothing would be whole again after so long; each complaint costs at most half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Easing:
    """The share of the allowed rate that is used, 0 to 1."""

    share: float = 1.0
    """At `since_s`."""
    since_s: float = 0.0

    def at(self, now_s: float) -> float:
        """Return the share at `now_s`."""
        return min(1.0, self.share + max(0.0, now_s - self.since_s) / WHOLE_AGAIN_S)

    def complained(self, now_s: float) -> Easing:
        """Return the easing after the host said, at `now_s`, that it is asked too often."""
        return Easing(share=max(LEAST_SHARE, self.at(now_s) / 2), since_s=now_s)
