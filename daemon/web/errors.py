"""Errors as HTTP tells them: the API and the pages agree on the numbers."""

from __future__ import annotations

from rules.errors import ConflictError, NotFound, UsageError

BAD_REQUEST, NOT_FOUND, CONFLICT, UNABLE = 400, 404, 409, 500


def status_code_of(error: Exception) -> int:
    """Return 404 for what is not there, 400 for a wrong request, 409 for a stale one, else 500."""
    match error:
        case NotFound():
            return NOT_FOUND
        case UsageError():
            return BAD_REQUEST
        case ConflictError():
            return CONFLICT
        case _:
            return UNABLE
