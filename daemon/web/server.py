"""Serve on a listening socket, and on the Unix socket, in the daemon's own event loop."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import anyio
import uvicorn
from starlette.types import ASGIApp

from daemon.occupied import is_occupied
from daemon.web.connection import Connection
from daemon.web.gate.entrance import SocketEntrance
from daemon.web.leaving import Leaving, Patience
from rules.errors import ConfigurationError

SOCKET_MODE = 0o660
"""Whoever is in the group of the service may use the command line."""
_LONGEST_PATH_BYTES = 107
"""What Linux takes as a socket's path, less the final zero (unix(7))."""
_WAITING_CONNECTIONS = 64
_END_WITHIN_S = 2
"""How long answers under way may take when the daemon ends."""


class SocketUnusable(ConfigurationError):
    """The socket cannot be made where the configuration wants it."""

    def __init__(self, path: Path, detail: str) -> None:
        """Build the message from the path and what stands in the way."""
        super().__init__(f"the socket {path} cannot be made: {detail}; set another [server] socket")


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the daemon decides when to stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def serving(site: ASGIApp, path: Path) -> AsyncIterator[None]:
    """Serve `site` at the Unix socket `path` while the block runs; whoever may open it is let in.

    The caller holds the store, so a socket that nobody listens at is a dead daemon's.

    Raises:
        SocketUnusable: the folder cannot be made, the path is too long, or somebody else's.

    """
    listener = _listen(path)
    own = _identity(path)
    try:
        async with served(SocketEntrance(site), listener):
            yield
    finally:
        if _identity(path) == own:
            path.unlink(missing_ok=True)  # noqa: ASYNC240  # also where this was cancelled


@asynccontextmanager
async def served(
    site: ASGIApp, listener: socket.socket, *, strangers: type[Connection] | None = None
) -> AsyncIterator[None]:
    """Serve `site` on a listening socket while the block runs, and close it then.

    Args:
        site: What is served.
        listener: Whose connections are taken.
        strangers: What a stranger's connection is like; None where only friends come, who are
            waited for however slow they are.

    """
    ended = anyio.Event()
    config = uvicorn.Config(
        Leaving(Patience(site) if strangers else site, ended),
        http=strangers or "h11",
        ws="none",
        log_config=None,
        access_log=False,
        lifespan="off",
        proxy_headers=False,  # the gate looks at them itself, and believes little of them
        server_header=False,
        timeout_graceful_shutdown=_END_WITHIN_S,
    )
    server = _Server(config)
    try:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(_serve, server, listener)
            try:
                yield
            finally:
                ended.set()
                server.should_exit = True
    finally:
        listener.close()


async def _serve(server: _Server, listener: socket.socket) -> None:
    """Serve until the server shall exit: uvicorn that is cancelled leaves its sockets open."""
    with anyio.CancelScope(shield=True):
        await server.serve([listener])


def _listen(path: Path) -> socket.socket:
    if len(os.fsencode(path)) > _LONGEST_PATH_BYTES:
        raise SocketUnusable(path, f"its path is longer than {_LONGEST_PATH_BYTES} bytes")

    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _clear(path)
        listener.bind(str(path))
        path.chmod(SOCKET_MODE)
        listener.listen(_WAITING_CONNECTIONS)
    except OSError as error:
        listener.close()
        raise SocketUnusable(path, error.strerror or str(error)) from error
    except SocketUnusable:
        listener.close()
        raise
    return listener


def _clear(path: Path) -> None:
    """Remove a dead daemon's socket, and nothing else."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return

    if not stat.S_ISSOCK(mode):
        raise SocketUnusable(path, "something else is there")
    if is_occupied(path):
        raise SocketUnusable(path, "another process listens there")

    path.unlink()


def _identity(path: Path) -> tuple[int, int] | None:
    """Return what tells our socket from one that somebody put in its place."""
    try:
        status = path.lstat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
