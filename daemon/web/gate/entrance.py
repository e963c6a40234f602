"""The way in over the Unix socket: whoever may open the file is let in."""

from __future__ import annotations

import secrets

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.web.visitor import Visitor, Way, let_in


class SocketEntrance:
    """Lets everybody in; the file's permissions say who gets here at all."""

    def __init__(self, app: ASGIApp) -> None:
        """Stand before an application."""
        self._app = app
        self._visitor = Visitor(way=Way.SOCKET, csrf=secrets.token_hex(32))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Note who asks, and pass the request on."""
        if scope["type"] == "http":
            let_in(Request(scope), self._visitor)
        await self._app(scope, receive, send)
