"""Where a request comes from: this machine itself, a proxy on it, or another machine."""

from __future__ import annotations

from starlette.requests import Request

from daemon.web.gate.attempts import Caller, caller_at
from daemon.web.gate.ip import is_loopback

_SENT_ON = (
    "forwarded",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
    "x-real-ip",
    "via",
)


def is_sent_on(request: Request) -> bool:
    """Tell whether a proxy passed the request on.

    Unless it is told otherwise, nginx adds no header and speaks HTTP/1.0, which no browser does.
    """
    is_old = request.scope["http_version"] == "1.0"
    return is_old or any(name in request.headers for name in _SENT_ON)


def is_from_here(request: Request) -> bool:
    """Tell whether a process of this machine asks for itself."""
    return is_loopback(_peer(request)) and not is_sent_on(request)


def caller_of(request: Request) -> Caller:
    """Return whose tries of the password are counted together.

    The last address that a proxy on this machine names is the one it saw itself; what stands
    before that, anybody can write.
    """
    peer = _peer(request)
    if is_loopback(peer) and is_sent_on(request):
        named = ",".join(request.headers.getlist("x-forwarded-for")).rpartition(",")[2]
        return caller_at(named.strip(), is_here=False)

    return caller_at(peer, is_here=is_from_here(request))


def arrived_at(request: Request) -> str | None:
    """Return the address of this machine that the request came to."""
    server = request.scope.get("server")
    return str(server[0]) if server else None


def _peer(request: Request) -> str:
    return request.client.host if request.client else ""
