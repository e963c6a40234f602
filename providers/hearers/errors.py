"""Why another program could not be told.

ProviderError            (rules.errors)
 └─ HearerError          all that concerns the program as a whole
     ├─ HearerAway       it cannot be reached, or fails; it is told later
     ├─ HearerRefuses    it does not let us in
     └─ HearerStrange    what answers there is something else, or says nothing of use
"""

from __future__ import annotations

from providers.errors import quoted
from rules.errors import ProviderError


class HearerError(ProviderError):
    """A program could not be told anything."""


class HearerAway(HearerError):
    """It cannot be reached, or has a failure of its own."""

    def __init__(self, name: str, place: str, detail: str) -> None:
        """Build the message from who it is, where, and what happened."""
        super().__init__(
            f"{name} ({place}) could not be told: {quoted(detail)}; it is told later, see whether "
            "it runs and its url in [[announce]] is right"
        )


class HearerRefuses(HearerError):
    """It does not let us in."""

    def __init__(self, name: str, place: str, status: int) -> None:
        """Build the message from who it is, where, and the HTTP status."""
        super().__init__(
            f"{name} ({place}) refuses us with HTTP {status}; "
            "check its key, and user if it has one, in [[announce]]"
        )


class HearerStrange(HearerError):
    """What answers there is not what was expected."""

    def __init__(self, name: str, place: str, detail: str) -> None:
        """Build the message from who it is, where, and what came."""
        super().__init__(
            f"{name} ({place}) does not answer as expected: {quoted(detail)}; "
            "check its kind and url in [[announce]]"
        )
