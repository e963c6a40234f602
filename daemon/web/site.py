"""Everything that is served: the API below /api, pages for people everywhere else.

It has to stand behind a gate, which says who may come in and notes for each request who asks.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.web.assets import asset_route
from daemon.web.headers import SafeHeaders
from daemon.web.pages.trouble import build_pages

_API = "/api/"


def build_site(api: ASGIApp, pages: Sequence[BaseRoute]) -> ASGIApp:
    """Return both as one application, with safe headers on every answer."""
    return SafeHeaders(_Site(api, build_pages([asset_route(), *pages])))


class _Site:
    """Sends each request to the one it is for: their errors look different."""

    def __init__(self, api: ASGIApp, pages: ASGIApp) -> None:
        self._api = api
        self._pages = pages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_for_api = scope["type"] == "http" and scope["path"].startswith(_API)
        await (self._api if is_for_api else self._pages)(scope, receive, send)
