"""A browser before the pages, let in from this machine, with no script."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.web.api import build_api
from daemon.web.site import build_site
from daemon.web.visitor import Visitor, Way
from tests.daemon.desk.shelf import Shelf

CSRF = "proof"
HOME = "http://doorman.test"


class LetIn:
    """Lets everybody in from this machine."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        visitor = Visitor(way=Way.LOOPBACK, csrf=CSRF)
        await self._app({**scope, "state": {"visitor": visitor}}, receive, send)


@asynccontextmanager
async def visiting(shelf: Shelf, routes: Sequence[BaseRoute]) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of the whole site with these pages."""
    site = LetIn(build_site(build_api(shelf.desk), routes))
    transport = httpx.ASGITransport(app=site, raise_app_exceptions=True)
    async with httpx.AsyncClient(transport=transport, base_url=HOME) as client:
        yield client


def texts(html: str, pattern: str) -> list[str]:
    """Return what a pattern's one group finds in a page."""
    return re.findall(pattern, html, re.DOTALL)


def fields_of(html: str, action: str, nth: int = 0) -> dict[str, str]:
    """Return the hidden fields and checked choices of the n-th form that sends to `action`."""
    form = texts(html, rf'<form [^>]*action="{action}"[^>]*>(.*?)</form>')[nth]
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    return fields | dict(re.findall(r'type="radio" name="(\w+)" value="([^"]*)" checked', form))
