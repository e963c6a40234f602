"""The cookie that stands for a session.

Where the page is asked for by its public name over https, the cookie never travels otherwise and
no neighbour can set it (`__Host-`, RFC 6265bis §4.1.3.2). On this machine and in the house, where
there is no https, it bears the port, since browsers hand one port's cookies to all others.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from daemon.settings import ServerSettings
from daemon.web.gate.hosts import host_name, public_name
from daemon.web.gate.sessions import LONGEST_S


@dataclass(frozen=True, slots=True, kw_only=True)
class Cookie:
    """A cookie's name and manner."""

    name: str
    is_secure: bool

    def value(self, request: Request) -> str | None:
        """Return what the browser shows."""
        return request.cookies.get(self.name)

    def give(self, response: Response, value: str) -> None:
        """Have the browser keep it."""
        response.set_cookie(
            self.name,
            value,
            max_age=int(LONGEST_S),
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="strict",
        )

    def take_back(self, response: Response) -> None:
        """Have the browser forget it."""
        response.delete_cookie(
            self.name, path="/", secure=self.is_secure, httponly=True, samesite="strict"
        )


def cookie_for(request: Request, server: ServerSettings) -> Cookie:
    """Return the cookie of the name that the page is asked for by."""
    is_secure = (server.public_url or "").startswith("https://")
    if is_secure and host_name(request.headers.get("host", "")) == public_name(server):
        return Cookie(name="__Host-doorman", is_secure=True)

    port = server.address.port if server.address else 0
    return Cookie(name=f"doorman-{port}", is_secure=False)
