"""Reach the desk: the running daemon's, or one over the store where no daemon runs.

What only the latter needs is imported only then: with a daemon, a command is as quick as its
socket.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import anyio

from daemon.remote import Remote, over_socket
from daemon.settings import Settings
from rules.errors import StoreError
from store.errors import StoreHeld

PATIENCE_S = 10.0
"""A daemon holds the store for seconds before it listens: it may have to replay a log. One that
ends, and a command that answers for itself, hold it a moment longer than they listen."""
LOOK_EVERY_S = 0.1


class HolderSilent(StoreError):
    """Somebody holds the store and does not listen at the socket."""

    def __init__(self, store_path: Path, holder_pid: int | None, socket_path: Path) -> None:
        """Build the message from the store, the holder where it is known, and the socket."""
        holder = "another process" if holder_pid is None else f"process {holder_pid}"
        super().__init__(
            f"{store_path} is held by {holder}, which does not listen at {socket_path}: it is "
            "still starting, or hangs, or has another configuration; "
            "look at its log and ask again, or stop it"
        )
        self.holder_pid = holder_pid


@asynccontextmanager
async def reached_desk(
    settings: Settings, *, patience_s: float = PATIENCE_S
) -> AsyncIterator[Remote]:
    """Yield the desk, whoever has it; a daemon that is just starting is waited for.

    Raises:
        DaemonSilent: a daemon is there and does not answer.
        SocketForbidden: this user may not speak to the daemon.
        HolderSilent: for `patience_s` the store was held, and nobody listened at the socket.

    """
    async with AsyncExitStack() as opened:
        yield await _reach(settings, patience_s, opened)


async def _reach(settings: Settings, patience_s: float, opened: AsyncExitStack) -> Remote:
    until_s = anyio.current_time() + patience_s
    while True:
        running = await opened.enter_async_context(over_socket(settings.server.socket))
        if running is not None:
            return running

        from daemon.own_desk import own_desk  # noqa: PLC0415  # the module's docstring says why

        try:
            return await opened.enter_async_context(own_desk(settings))
        except StoreHeld as held:
            if anyio.current_time() >= until_s:
                raise HolderSilent(
                    settings.store.path, held.holder_pid, settings.server.socket
                ) from held

        await anyio.sleep(LOOK_EVERY_S)
