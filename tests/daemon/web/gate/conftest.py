"""A gate before a small site, asked over real HTTP on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp

from daemon.settings import ServerSettings
from daemon.settings.addresses import ListenAddress
from daemon.web.connection import Connection
from daemon.web.forms import Form, form_of
from daemon.web.gate.access_file import AccessFile
from daemon.web.gate.attempts import Attempts
from daemon.web.gate.gate import build_gate
from daemon.web.gate.hosts import trusted_hosts
from daemon.web.gate.keeper import Keeper
from daemon.web.gate.password import SealedPassword, seal
from daemon.web.gate.sessions import Sessions
from daemon.web.listening import listen
from daemon.web.probe_paths import PROBES
from daemon.web.server import served
from daemon.web.site import build_site
from daemon.web.visitor import visitor_of
from store.database import Database

PASSWORD = "correct horse"  # noqa: S105  # of nothing but these tests
HERE = "127.0.0.1:8465"


@dataclass
class Clock:
    """A clock that a test sets."""

    at_s: float = 1_000_000.0

    def __call__(self) -> float:
        return self.at_s


class Change(Form):
    """A change that a page asks for."""

    file: int


@dataclass(kw_only=True)
class Gated:
    """A page behind a gate."""

    url: str
    port: int
    file: AccessFile
    sessions: Sessions
    clock: Clock
    browser: httpx.AsyncClient
    """With cookies of its own; follows nothing."""

    async def show(self, cookie: str) -> httpx.Response:
        """Show a cookie in another browser."""
        async with httpx.AsyncClient(base_url=self.url) as other:
            return await other.get("/", headers={"Cookie": cookie})

    async def sign_in(self, password: str = PASSWORD, target: str = "/") -> httpx.Response:
        """Type the password."""
        return await self.browser.post("/enter", data={"password": password, "next": target})

    async def csrf(self) -> str:
        """Return the proof that a page of ours carries."""
        return (await self.browser.get("/")).headers["X-Csrf"]


Open = Callable[..., AbstractAsyncContextManager[Gated]]


@pytest.fixture(scope="session")
def sealed() -> SealedPassword:
    return seal(PASSWORD, lanes=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def open_gate(tmp_path: Path, database: Database, clock: Clock) -> Open:
    """Return what opens a gate; with `password`, it is locked."""

    @asynccontextmanager
    async def gated(
        password: SealedPassword | None = None, **options: object
    ) -> AsyncIterator[Gated]:
        server = ServerSettings.model_validate({"socket": "/run/doorman.sock", **options})
        file = AccessFile(tmp_path / "state" / "doorman.access.json")
        file.change(lambda access: access.model_copy(update={"password": password}))
        sessions = Sessions(database, clock)
        await sessions.load()
        keeper = Keeper(server, file, sessions, Attempts(clock))
        gate = build_gate(_site(), keeper, trusted_hosts(server))
        listener = listen(ListenAddress(ip=ip_address("127.0.0.1"), port=0))
        port = int(listener.getsockname()[1])
        url = f"http://127.0.0.1:{port}"
        async with (
            served(gate, listener, strangers=Connection),
            httpx.AsyncClient(base_url=url) as browser,
        ):
            yield Gated(
                url=url, port=port, file=file, sessions=sessions, clock=clock, browser=browser
            )

    return gated


def _site() -> ASGIApp:
    api = Router([Route("/api/v1/thing", _thing, methods=["GET", "POST"])])
    pages = [
        Route("/", _page),
        Route("/file/{number}", _page),
        Route("/act/{sealed}", _page, methods=["GET", "POST"]),
        Route("/change", _change, methods=["POST"]),
    ]
    probes = Router([Route(path, _page) for path in PROBES])
    return build_site(api, pages, probes)


async def _page(request: Request) -> Response:
    visitor = visitor_of(request)
    return PlainTextResponse(visitor.way, headers={"X-Csrf": visitor.csrf})


async def _change(request: Request) -> Response:
    return PlainTextResponse(f"changed {(await form_of(request, Change)).file}")


async def _thing(request: Request) -> Response:
    return JSONResponse({"way": visitor_of(request).way})
