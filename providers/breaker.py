"""When a source that fails is left alone, and when it is tried again; told the time, pure.

A circuit breaker after Nygard's "Release It!" (2007): closed, the source is asked; after so many
failures in a row it is open, and nothing is asked; after a rest one trial decides. What fails or
succeeds here is a whole batch: an outage costs a few batches, however many files wait.

It lives in memory only: a daemon that starts anew tries once, and knows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from providers.limits import Backoff

FAILURES_TO_OPEN: Final = 3
"""Batches in a row. Each has been asked several times by the client already, so this is no
hiccup; and it is above 1, for one file that a server cannot answer about is no outage."""
REST: Final = Backoff(first_s=60.0, most_s=900.0)
"""30 s to a minute at first, as a restarted server needs; a quarter of an hour at the most, so
that nobody waits long for a source that is back."""
REFUSED_REST: Final = Backoff(first_s=1800.0, most_s=21_600.0)
"""A refused key needs a person, who is told at once and starts doorman anew with another key,
which is tried at once. Rare trials are for what people mend over there: a role given back, a
server that refused everybody for a while."""


class Phase(StrEnum):
    """Whether the source is asked."""

    CLOSED = "closed"
    """It is."""
    OPEN = "open"
    """It is not, until its rest is over."""
    TRYING = "trying"
    """One batch is, to see."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Circuit:
    """How a source has fared lately; each event makes a new one."""

    phase: Phase = Phase.CLOSED
    failures: int = 0
    """Batches that failed in a row."""
    openings: int = 0
    """How often it was opened since it last answered."""
    until_s: float = 0.0
    """When the rest is over; says something only while open."""
    is_refused: bool = False
    """Whether it rests because our key is refused."""

    def wait_s(self, now_s: float) -> float:
        """Return how long until the source may be tried; 0 when it may, or is."""
        return max(0.0, self.until_s - now_s) if self.phase is Phase.OPEN else 0.0

    def admits(self, now_s: float) -> bool:
        """Tell whether a batch may be asked about now."""
        if self.phase is Phase.TRYING:
            return False

        return self.wait_s(now_s) == 0

    def entered(self) -> Circuit:
        """Return the circuit while a batch that it admits is asked about."""
        return replace(self, phase=Phase.TRYING) if self.phase is Phase.OPEN else self

    def left(self) -> Circuit:
        """Return the circuit after a batch that came to nothing: cancelled, or not worth asking."""
        return replace(self, phase=Phase.OPEN) if self.phase is Phase.TRYING else self

    def succeeded(self) -> Circuit:
        """Return the circuit after a batch with any answer: all is forgotten."""
        return Circuit()

    def failed(self, now_s: float, *, chance: float, retry_after_s: float | None = None) -> Circuit:
        """Return the circuit after a batch without any answer.

        `chance` is from 0 up to 1; `retry_after_s` is what the source asked us to wait, and a
        lower bound. What was under way when it opened changes nothing any more.
        """
        if self.phase is Phase.OPEN:
            return self

        failures = self.failures + 1
        if self.phase is Phase.CLOSED and failures < FAILURES_TO_OPEN:
            return replace(self, failures=failures)

        rest_s = max(REST.wait_s(self.openings + 1, chance), retry_after_s or 0.0)
        return Circuit(
            phase=Phase.OPEN,
            failures=failures,
            openings=self.openings + 1,
            until_s=now_s + rest_s,
        )

    def refused(self, now_s: float, *, chance: float) -> Circuit:
        """Return the circuit after the source refused our key."""
        if self.phase is Phase.OPEN and self.is_refused:
            return self

        openings = (self.openings if self.is_refused else 0) + 1
        return Circuit(
            phase=Phase.OPEN,
            failures=self.failures + 1,
            openings=openings,
            until_s=now_s + REFUSED_REST.wait_s(openings, chance),
            is_refused=True,
        )
