"""Serve the API on the Unix socket, in the daemon's own event loop."""

from __future__ import annotations

import os
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path

import anyio
import uvicorn
from starlette.applications import Starlette

from rules.errors import ConfigurationError

SOCKET_MODE = 0o660
"""Whoever is in the group of the service may use the command line."""
_LONGEST_PATH_BYTES = 107
"""What Linux takes as a socket's path, less the final zero (unix(7))."""


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
async def serving(api: Starlette, path: Path) -> AsyncIterator[None]:
    """Serve `api` at the Unix socket `path` while the block runs.

    The caller holds the store, so a socket that is there already is a dead daemon's.

    Raises:
        SocketUnusable: the folder cannot be made, or the path is too long.

    """
    listener = _listen(path)
    config = uvicorn.Config(
        api, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
    )
    server = _Server(config)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(server.serve, [listener])
        try:
            yield
        finally:
            server.should_exit = True
            with suppress(FileNotFoundError):
                await anyio.Path(path).unlink()


def _listen(path: Path) -> socket.socket:
    if len(os.fsencode(path)) > _LONGEST_PATH_BYTES:
        raise SocketUnusable(path, f"its path is longer than {_LONGEST_PATH_BYTES} bytes")

    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            path.unlink()
        listener.bind(str(path))
        path.chmod(SOCKET_MODE)
        listener.listen(64)
    except OSError as error:
        listener.close()
        raise SocketUnusable(path, error.strerror or str(error)) from error
    return listener
