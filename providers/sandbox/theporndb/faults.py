"""What the REST server says when something goes wrong; the rest is `providers.sandbox.faults`."""

from __future__ import annotations

import json

from providers.sandbox.faults import Instead
from providers.sandbox.messages import Response


def message(status: int, text: str, retry_after: str | None = None) -> Instead:
    """Return a status with the one field that every error has."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    content = json.dumps({"message": text}).encode()
    return Instead(Response(status, "application/json", content, headers))


def too_many(retry_after: str | None = None) -> Instead:
    """Return its 429."""
    return message(429, "Too Many Attempts.", retry_after)


def unauthenticated() -> Instead:
    """Return its 401."""
    return message(401, "Unauthenticated.")
