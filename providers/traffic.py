"""What became of the requests to one source, counted since it was opened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from providers.errors import (
    Blocked,
    ConnectionDropped,
    KeyRefused,
    RateLimited,
    TimedOut,
    Unreachable,
)
from rules.errors import ProviderError


class Outcome(StrEnum):
    """What a request came to."""

    ANSWERED = "answered"
    NO_ANSWER = "no answer"
    """No connection, none in time, or one that broke off."""
    TOO_OFTEN = "too often"
    """The source says that we ask too often."""
    REFUSED = "refused"
    """It does not let us in."""
    FAILED = "failed"
    """It answers with a failure, or with something that cannot be read."""


@dataclass(slots=True)
class Traffic:
    """Count requests by what became of them."""

    _counts: Counter[Outcome] = field(default_factory=Counter)

    @property
    def counts(self) -> Mapping[str, int]:
        """How many requests came to what, in the order of `Outcome`."""
        return {outcome.value: self._counts[outcome] for outcome in Outcome}

    def answered(self) -> None:
        """Count a request that was answered."""
        self._counts[Outcome.ANSWERED] += 1

    def failed(self, error: ProviderError) -> None:
        """Count a request that came to `error`."""
        self._counts[outcome_of(error)] += 1

    def was_failure(self, error: ProviderError) -> None:
        """Take the latest answer for the failure that it turned out to tell of."""
        self._counts[Outcome.ANSWERED] -= 1
        self.failed(error)


def outcome_of(error: ProviderError) -> Outcome:
    """Return what a request came to that ended in `error`."""
    match error:
        case RateLimited():
            return Outcome.TOO_OFTEN
        case KeyRefused() | Blocked():
            return Outcome.REFUSED
        case Unreachable() | TimedOut() | ConnectionDropped():
            return Outcome.NO_ANSWER
        case _:
            return Outcome.FAILED
