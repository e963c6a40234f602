"""Errors as HTTP tells them: the API and the pages agree on the numbers."""

from __future__ import annotations

from rules.errors import ConflictError, NotFound, RuleError, UsageError

BAD_REQUEST, NOT_FOUND, CONFLICT, WRONG_TYPE, UNABLE = 400, 404, 409, 415, 500


class NotJson(UsageError):
    """What was sent is not said to be JSON."""

    def __init__(self, media_type: str) -> None:
        """Build the message from what it is said to be."""
        said = f"{media_type!r} was sent" if media_type else "it is not said what was sent"
        super().__init__(f"{said}; send JSON, and say so: Content-Type: application/json")


def status_code_of(error: Exception) -> int:
    """Return 404 for what is not there, 400 for a wrong request, 409 for a stale one, else 500."""
    match error:
        case NotFound():
            return NOT_FOUND
        case NotJson():
            return WRONG_TYPE
        case (
            UsageError() | RuleError()
        ):  # the rules in force were read long before; it is sent ones
            return BAD_REQUEST
        case ConflictError():
            return CONFLICT
        case _:
            return UNABLE
