"""Serve the page over TCP, and try again while that cannot be.

A port that somebody else has must not keep files from being recognised: the daemon goes on, says
in its log and its status that the page is not served, and looks again every now and then.
"""

from __future__ import annotations

import errno
import socket
from dataclasses import dataclass

import anyio
import structlog
from starlette.types import ASGIApp

from daemon.desk.views import PageView
from daemon.settings import ServerSettings
from daemon.settings.addresses import ListenAddress
from daemon.web.connection import Connection
from daemon.web.server import served

RETRY_S = 15.0
_WAITING_CONNECTIONS = 128
_REASONS = {
    errno.EADDRINUSE: "another program listens there; stop it, or choose another port",
    errno.EADDRNOTAVAIL: "this machine does not have that address; write one that it has",
    errno.EACCES: "only root may take that port; choose one from 1024 on",
}


@dataclass(slots=True)
class PageState:
    """Where the page is served, and what stands in the way; told by the status."""

    url: str | None = None
    """None: none is wanted."""
    trouble: str | None = None

    def view(self) -> PageView | None:
        """Return what the status says."""
        return None if self.url is None else PageView(url=self.url, trouble=self.trouble)


def page_state(server: ServerSettings) -> PageState:
    """Return the state of a page that is not served yet."""
    address = server.address
    if address is None:
        return PageState()

    return PageState(url=server.public_url or address.url, trouble="it is not served yet")


async def keep_serving(
    site: ASGIApp, address: ListenAddress, state: PageState, *, retry_s: float = RETRY_S
) -> None:
    """Serve until cancelled, whenever that can be."""
    while True:
        try:
            listener = listen(address)
        except OSError as error:
            _note_trouble(state, address, error)
            await anyio.sleep(retry_s)
            continue

        async with served(site, listener, strangers=Connection):
            state.trouble = None
            structlog.get_logger().info("page.served", url=state.url)
            await anyio.sleep_forever()


def listen(address: ListenAddress) -> socket.socket:
    """Return a socket that listens at the address.  Raises: OSError."""
    family = socket.AF_INET6 if address.ip.version == 6 else socket.AF_INET  # noqa: PLR2004
    # asyncio lets small answers go at once (TCP_NODELAY) only where the protocol is named; without
    # that, every answer waits 40 ms for the other side to confirm its head.
    kind = socket.SOCK_STREAM | socket.SOCK_CLOEXEC
    listener = socket.socket(family, kind, socket.IPPROTO_TCP)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:  # [::] is every address, those of IPv4 too
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        listener.setblocking(False)  # noqa: FBT003  # positional-only
        listener.bind((str(address.ip), address.port))
        listener.listen(_WAITING_CONNECTIONS)
    except OSError:
        listener.close()
        raise
    return listener


def _note_trouble(state: PageState, address: ListenAddress, error: OSError) -> None:
    """Say what stands in the way; in the log only when it is something new."""
    reason = _REASONS.get(error.errno or 0, error.strerror or str(error))
    trouble = f"[server] listen: {address.ip} port {address.port} cannot be taken: {reason}"
    if trouble != state.trouble:
        structlog.get_logger().warning("page.unserved", reason=trouble)
    state.trouble = trouble
