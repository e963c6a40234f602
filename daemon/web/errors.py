"""Errors as HTTP tells them: the API and the pages agree on the numbers."""

from __future__ import annotations

from rules.errors import ConflictError, NotFound, RuleError, UsageError

BAD_REQUEST, FORBIDDEN, NOT_FOUND, CONFLICT, WRONG_TYPE, UNABLE = 400, 403, 404, 409, 415, 500


class NotJson(UsageError):
    """What was sent is not said to be JSON."""

    def __init__(self, media_type: str) -> None:
        """Build the message from what it is said to be."""
        said = f"{media_type!r} was sent" if media_type else "it is not said what was sent"
        super().__init__(f"{said}; send JSON, and say so: Content-Type: application/json")


class Forbidden(UsageError):
    """Whoever asks may not be told, by the way they came in."""


def status_code_of(error: Exception) -> int:
    """Return what HTTP calls it; 500 for what is nobody's fault out there."""
    match error:
        case NotFound():
            return NOT_FOUND
        case NotJson():
            return WRONG_TYPE
        case Forbidden():
            return FORBIDDEN
        case (
            UsageError() | RuleError()
        ):  # the rules in force were read long before; it is sent ones
            return BAD_REQUEST
        case ConflictError():
            return CONFLICT
        case _:
            return UNABLE
