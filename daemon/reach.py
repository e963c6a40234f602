"""Reach the desk: the running daemon's, or one over the store where no daemon runs.

What only the latter needs is imported only then: with a daemon, a command is as quick as its
socket.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from daemon.remote import Remote, over_socket
from daemon.settings import Settings


@asynccontextmanager
async def reached_desk(settings: Settings) -> AsyncIterator[Remote]:
    """Yield the desk, whoever has it.

    Raises:
        DaemonSilent: a daemon is there and does not answer.
        SocketForbidden: this user may not speak to the daemon.
        StoreHeld: the store is held by a process that does not listen at the socket.

    """
    async with over_socket(settings.server.socket) as running:
        if running is not None:
            yield running
            return

    from daemon.own_desk import own_desk  # noqa: PLC0415  # the module's docstring says why

    async with own_desk(settings) as remote:
        yield remote
