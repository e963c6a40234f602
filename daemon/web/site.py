"""Everything that is served: the API below /api, probes, and pages for people everywhere else.

It has to stand behind a gate, which says who may come in and notes for each request who asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.web.assets import asset_route
from daemon.web.headers import SafeHeaders
from daemon.web.pages.trouble import build_pages
from daemon.web.probe_paths import PROBES

_API = "/api/"


def build_site(api: ASGIApp, pages: Sequence[BaseRoute], probes: ASGIApp | None = None) -> ASGIApp:
    """Return all as one application, with safe headers on every answer.

    Args:
        api: What lies below /api.
        pages: Of what people see.
        probes: What programs ask that watch over doorman; None where none may.

    """
    return SafeHeaders(_Site(api, build_pages([asset_route(), *pages]), probes))


class _Site:
    """Sends each request to the one it is for: their errors look different."""

    def __init__(self, api: ASGIApp, pages: ASGIApp, probes: ASGIApp | None) -> None:
        self._api = api
        self._pages = pages
        self._probes = probes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._meant(scope)(scope, receive, send)

    def _meant(self, scope: Scope) -> ASGIApp:
        path = scope["path"] if scope["type"] == "http" else ""
        if path in PROBES and self._probes is not None:
            return self._probes

        return self._api if path.startswith(_API) else self._pages
