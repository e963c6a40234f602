"""Every page there is."""

from __future__ import annotations

from starlette.routing import Route

from daemon.desk.desk import Desk


def page_routes(_: Desk) -> list[Route]:
    """Return the routes of all pages."""
    return []
